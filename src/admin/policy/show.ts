import { RULE_NAMES, type RuleSetting, type PolicyLayer, type Settings } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { describeIgnored, listIgnoredFiles, POLICY_NAMES } from './ignored-files.ts';
import { say, sayJson } from '../output.ts';

/** Prints each policy file that counts here and what it asks for. Returns 1 if one is invalid. */
export function showPolicies(context: CallContext, json: boolean): number {
  const layers = findPolicyLayers(context);
  const ignored = listIgnoredFiles(context, POLICY_NAMES);
  if (json) {
    sayJson({ schema: 1, today: context.today, layers: layers.map(describeForPrograms), ignored });
  } else {
    const lines = [
      ...(layers.length === 0 ? ['no policy file applies here'] : []),
      ...layers.flatMap((layer) => describe(layer, context)),
      ...ignored.map((each) => `ignored  ${describeIgnored(each)}`),
    ];
    say(lines.map((line) => cleanText(line)).join('\n'));
  }
  return layers.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

function describe(
  { scope, file, rules, settings, problems, warnings }: PolicyLayer,
  { home, today }: CallContext,
): readonly string[] {
  const rows: (readonly [string, string])[] = [
    ...RULE_NAMES.flatMap((rule) => {
      const demand = rules.demands[rule];
      return demand === undefined ? [] : [[rule, describeDemand(demand, today)] as const];
    }),
    ['accept', rules.accept.join(', ')],
    ...(rules.exempt.length > 0 ? [['exempt', rules.exempt.join(', ')] as const] : []),
    ...(rules.exemptPackages.length > 0 ? [['exempt-packages', rules.exemptPackages.join(', ')] as const] : []),
    ['allow-bypass', rules.allowBypass],
    ['on-refusal', rules.onRefusal.value],
    ...(rules.reason === null ? [] : [['reason', rules.reason] as const]),
    ...(rules.contact === null ? [] : [['contact', rules.contact] as const]),
    ...(settings.auditLog === null ? [] : [['audit log', describeLog(settings.auditLog)] as const]),
    ...problems
      .map(describeProblem)
      .map(({ line, message }) => ['error', `${line === null ? '' : `line ${line}: `}${message}`] as const),
    ...warnings
      .map(describeProblem)
      .map(({ line, message }) => ['warning', `${line === null ? '' : `line ${line}: `}${message}`] as const),
  ];
  return [`${scope}  ${shortenHome(file, home)}`, ...rows.map(([name, text]) => `  ${name.padEnd(28)}  ${text}`)];
}

function describeDemand({ level, from, value, line }: RuleSetting, today: string): string {
  const day = from === null ? '' : from <= today ? ` (since ${from})` : ` from ${from} (until then: advise)`;
  return `${value === null ? '' : `${value}, `}${level}${day}${line === null ? '' : `, line ${line}`}`;
}

function describeLog({ value, line }: NonNullable<Settings['auditLog']>): string {
  return `${value}${line === null ? '' : `, line ${line}`}`;
}

function describeForPrograms({ scope, file, rules, settings, problems, warnings }: PolicyLayer) {
  return {
    scope,
    file,
    ...rules,
    auditLog: settings.auditLog,
    problems: problems.map(describeProblem),
    warnings: warnings.map(describeProblem),
  };
}
