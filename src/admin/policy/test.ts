import type { PolicyLayer, PolicyVerdict } from '../../model/policy.ts';
import { redactWords } from '../../util/redact.ts';
import type { CallContext } from '../../model/call-context.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { noRules } from '../../policy/file/defaults.ts';
import { findBypassBan, isForNewer, rankOf } from '../../policy/evaluate.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { findBypass } from '../../diagnostics/policy/find-bypass.ts';
import { decide } from '../../decision/decide.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { describeOnRefusal, nameOnRefusal } from '../which/on-refusal-rows.ts';
import { say, sayJson } from '../output.ts';

/** Prints what the policy says to this call, here and now, layer by layer. Returns 1 if pip would not be run for it. */
export function testPolicies(context: CallContext, json: boolean): number {
  const layers = findPolicyLayers(context);
  const decision = decide(context, layers, 0);
  const { verdict } = decision;
  // One layer alone; the others keep what is not a rule, such as the Python to use, and a ban of the bypass.
  const judged = layers.map((layer) => {
    const alone = layers.map((other) => {
      const { allowBypass } = other.rules;
      return other === layer ? other : { ...other, rules: { ...noRules, allowBypass }, problems: [] };
    });
    const own = decide(context, alone, 0);
    return { layer, own: own.kind === 'refuse' ? own.verdict : (own.insteadOf?.verdict ?? own.verdict) };
  });
  if (json) {
    const described = judged.map(({ layer, own }) => describeForPrograms(layer, own));
    const { today } = context;
    const onRefusal = nameOnRefusal(decision);
    const mayBypass = findBypass(decision, context, () => null) !== null;
    sayJson({ schema: 1, today, verdict: verdict.kind, onRefusal, mayBypass, layers: described });
  } else {
    const command = ['pip', ...redactWords(context.arguments)].join(' ');
    const onRefusal = describeOnRefusal(decision, context).map((text) => `  on refusal  ${text}`);
    const ban = findBypassBan(layers);
    const lines = judged.flatMap(({ layer, own }) => describe(layer, own, ban, context.home));
    say(
      [
        `${command}: ${nameVerdict(verdict)}`,
        ...onRefusal,
        ...(lines.length === 0 ? ['no policy file applies here'] : lines),
      ]
        .map((line) => cleanText(line))
        .join('\n'),
    );
  }
  return rankOf(verdict) > rankOf({ kind: 'advised' }) ? 1 : 0;
}

/** What the verdict is called in text. A file with a mistake can be read, so it is invalid there and not unreadable. */
function nameVerdict({ kind }: PolicyVerdict): string {
  return kind === 'unreadable' ? 'invalid' : kind;
}

function describe(
  layer: PolicyLayer,
  own: PolicyVerdict,
  ban: PolicyLayer | null,
  home: string | null,
): readonly string[] {
  const rows = listRows(layer, own, describeBypass(layer, ban, home)).map(
    ({ text, line }) => `    ${line === null ? '' : `line ${line}: `}${text}`,
  );
  return [`  ${nameVerdict(own).padEnd(10)}  ${layer.scope}  ${shortenHome(layer.file, home)}`, ...rows];
}

function listRows(layer: PolicyLayer, own: PolicyVerdict, bypass: string) {
  return [
    ...own.layers.flatMap((each) =>
      each.kind === 'unreadable'
        ? layer.problems.map(describeProblem).map(({ line, message }) => ({ line, text: message }))
        : [{ line: each.line, text: `${each.rule}${each.from === null ? '' : `, refused from ${each.from} on`}` }],
    ),
    ...(own.kind === 'refused' && !isForNewer(layer) ? [{ line: null, text: bypass }] : []),
    ...(own.kind === 'refused' && layer.rules.onRefusal.value !== 'refuse'
      ? [{ line: layer.rules.onRefusal.line, text: `on-refusal = "${layer.rules.onRefusal.value}"` }]
      : []),
    ...own.lifted.map(({ rule, line, would, lifted }) => ({
      line,
      text: `${rule} would have been ${would}: ${lifted.by === 'bypass' ? 'overridden by PIPWARD_BYPASS' : `exempt by ${lifted.by}`} (${lifted.evidence})`,
    })),
  ];
}

/** Said of one file: another one that refuses may be exempt, or for a newer pipward. */
function describeBypass(layer: PolicyLayer, ban: PolicyLayer | null, home: string | null): string {
  if (ban === null) return 'PIPWARD_BYPASS="REASON" overrides what this file says';
  const { file } = layer.rules.allowBypass === 'never' ? layer : ban;
  return `allow-bypass = "never"${file === layer.file ? '' : ` in ${shortenHome(file, home)}`}: PIPWARD_BYPASS has no effect`;
}

function describeForPrograms(layer: PolicyLayer, own: PolicyVerdict) {
  return {
    scope: layer.scope,
    file: layer.file,
    verdict: own.kind,
    onRefusal: layer.rules.onRefusal.value,
    allowBypass: layer.rules.allowBypass,
    rules: own.layers.flatMap((each) =>
      each.kind === 'unreadable' ? [] : [{ rule: each.rule, line: each.line, from: each.from }],
    ),
    lifted: own.lifted.map(({ rule, line, would, lifted }) => ({ rule, line, would, ...lifted })),
    problems: layer.problems.map(describeProblem),
  };
}
