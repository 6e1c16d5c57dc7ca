import { shortenHome } from '../../terminal/clean.ts';
import { POLICY_CODES, type Diagnostic, type FactRow, type PolicyCode } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { redactText } from '../../util/redact.ts';
import { RULE_NAMES, type LayerScope, type PolicyLayer, type RuleVerdict } from '../../model/policy.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherPolicyFacts, WITHOUT_MACHINE, type PolicyFacts, type PolicyFinding } from './facts.ts';
import { addTrustNote } from './trust-note.ts';
import { acceptedRow, listAccepted, targetRow } from './accepted-environments.ts';
import { describePlace, describeRule } from './policy-rows.ts';
import { POLICY_WORDS } from './rule-messages.ts';
import { repeatAsTyped } from '../shared/rewrite-command.ts';
import {
  chooseHeadline,
  describeKind,
  findRecommended,
  findRecommendedOfAny,
  foundRow,
  interpreterRow,
} from '../shared/fact-rows.ts';

/** More would push the fix off the screen. */
const MAX_LAYERS = 2;
const MAX_REASON = 160;

const WHOSE = {
  system: 'system policy',
  user: 'your own policy',
  project: 'project policy',
} as const satisfies Record<LayerScope, string>;

function definePolicyDiagnostic<Code extends PolicyCode>(code: Code, title: string) {
  return defineDiagnostic<PolicyFinding & { readonly code: Code }, Omit<PolicyFacts, keyof CallFacts>>({
    code,
    title,
    isRefusal: ({ refused }) => refused,
    gather: gatherPolicyFacts,
    unknown: WITHOUT_MACHINE,
    describe: (finding, facts, command) => addTrustNote(describe(finding, facts, command), facts),
  });
}

export const pipwardTooOld = definePolicyDiagnostic('pipward-too-old', 'a policy was written for a newer pipward');
export const venvRequired = definePolicyDiagnostic('venv-required', 'a policy asks for a virtual environment');
export const projectEnvironmentRequired = definePolicyDiagnostic(
  'project-environment-required',
  "a policy asks for the project's own environment",
);
export const userInstallForbidden = definePolicyDiagnostic('user-install-forbidden', 'a policy forbids the user site');
export const breakSystemPackagesForbidden = definePolicyDiagnostic(
  'break-system-packages-forbidden',
  'a policy forbids --break-system-packages',
);
export const rootForbidden = definePolicyDiagnostic('root-forbidden', 'a policy forbids pip as root');
export const pythonNotAllowed = definePolicyDiagnostic('python-not-allowed', 'a policy does not allow this Python');
export const pipTooOld = definePolicyDiagnostic('pip-too-old', 'a policy asks for a newer pip');

/** A policy's rule is not kept: refused before pip starts, or advised after it. Told of the rule nearest to the cause. */
function describe({ refused, verdict }: PolicyFinding, facts: PolicyFacts, command: PipCommand): Diagnostic {
  const all = verdict.layers.filter((each) => each.kind !== 'unreadable');
  const rule = RULE_NAMES.find((name) => all.some((each) => each.rule === name)) ?? 'require-virtual-environment';
  const told = all.filter((each) => each.rule === rule);
  const code = POLICY_CODES[rule];
  const severity = refused ? 'error' : 'warning';
  const whose = told[0] === undefined ? 'policy' : WHOSE[told[0].layer.scope];
  const layers = told.map(({ layer }) => layer);
  const refusing = told.filter(({ kind }) => kind === 'refused');
  const situation = {
    facts,
    command,
    accepted: listAccepted(layers),
    value: told[0]?.layer.rules.demands[rule]?.value ?? '',
    recommended: rule === 'requires-python' ? findRecommendedOfAny(facts) : findRecommended(facts),
  };
  const words = POLICY_WORDS[rule];
  const headline = words.headline(situation, refused);
  const environment = facts.interpreter?.environment;
  const asksForEnvironment = rule === 'require-virtual-environment';
  return {
    severity,
    code,
    headline: chooseHeadline(severity, code, `${whose} ${headline}`, `policy ${headline}`),
    // Advice carries its rules in every form; of a refusal, file and line are enough.
    ...(told[0] === undefined || told[0].kind === 'advised'
      ? {}
      : { place: describePlace(told[0].layer, told[0].line, facts.caller.home) }),
    facts: [
      {
        label: 'command',
        text: repeatAsTyped({ ...command, start: [command.name] }, facts.caller.shell).text,
        optional: 'at-last',
      },
      ...interpreterRow(facts, environment === undefined ? '' : describeKind(environment)),
      ...targetRow(facts),
      ...refusing.slice(0, MAX_LAYERS).map((each) => ({
        label: 'policy',
        text: describeRule(each, facts.caller.home),
        ...(each === refusing[0] ? {} : { optional: 'at-last' as const }),
      })),
      ...alsoRow(
        all.filter((each) => each.kind === 'refused' && each.rule !== rule),
        facts,
      ),
      ...unknownRow(facts),
      ...words.because(situation),
      ...(asksForEnvironment ? acceptedRow(situation.accepted, environment) : []),
      ...reasonRow(layers),
      ...bypassRow(told, facts),
      ...(asksForEnvironment && situation.accepted.includes('venv') ? foundRow(situation.recommended, facts) : []),
      { label: 'result', text: refused ? 'pip was not run, nothing changed' : describeAdvice(told) },
      ...(refused ? overrideRow(facts) : []),
    ],
    blocks: words.blocks(situation),
  };
}

/** How to override it is told only where every file allows that: the call was judged again with a bypass. */
function overrideRow({ bypass, platform }: PolicyFacts): readonly FactRow[] {
  if (bypass === null) return [];
  const recorded = bypass.log === null ? 'is not recorded' : 'is recorded';
  // In front of the command, and with env: only shells of the family of sh take a variable there by itself.
  const text =
    platform === 'win32'
      ? `set the variable PIPWARD_BYPASS to a reason (it ${recorded})`
      : `env PIPWARD_BYPASS="REASON" pip ... (the reason ${recorded})`;
  return [{ label: 'to override', text }];
}

function describeAdvice([first]: readonly RuleVerdict[]): string {
  const day = first?.from ?? null;
  return day === null ? 'pip ran anyway' : `pip ran anyway; from ${day} on, this call will be refused`;
}

/** Other rules that the same call breaks: else each would be met one after the other. */
function alsoRow(others: readonly RuleVerdict[], { caller }: PolicyFacts): readonly FactRow[] {
  const [first, ...rest] = others;
  if (first === undefined) return [];
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`;
  return [
    {
      label: 'also breaks',
      text: `${describePlace(first.layer, first.line, caller.home)}  ${first.rule}${more}`,
      optional: 'at-last',
    },
  ];
}

/** A setting that cannot be read may be the one that a rule is about. */
function unknownRow({ unknownSettings, caller }: PolicyFacts): readonly FactRow[] {
  const [first, ...rest] = unknownSettings;
  if (first === undefined) return [];
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`;
  const text = `pip's settings in ${shortenHome(first.path, caller.home)} cannot be checked (${first.reason})${more}`;
  return [{ label: 'unknown', text }];
}

/** Why the bypass that is set has no effect. */
function bypassRow(told: readonly RuleVerdict[], { hasBypass, bypassBan, caller }: PolicyFacts): readonly FactRow[] {
  if (!hasBypass) return [];
  const why = told.some(({ rule }) => rule === 'required-version')
    ? 'only a newer pipward knows whether this file allows it'
    : bypassBan === null
      ? null
      : // The rule's own file is named above.
        `${told.some(({ layer }) => layer === bypassBan) ? '' : `${shortenHome(bypassBan.file, caller.home)} says `}allow-bypass = "never"`;
  return why === null
    ? []
    : [{ label: 'bypass', text: `PIPWARD_BYPASS has no effect here: ${why}`, optional: 'at-last' }];
}

/** The author's own words in quotation marks, then whom to ask, which are ours. */
function reasonRow(layers: readonly PolicyLayer[]): readonly FactRow[] {
  const rules = layers.find(({ rules: { reason, contact } }) => reason !== null || contact !== null)?.rules;
  if (rules === undefined) return [];
  const reason = cut(redactText(rules.reason?.replace(/\s+/g, ' ').trim() ?? ''));
  const contact = cut(redactText(rules.contact?.replace(/\s+/g, ' ').trim() ?? ''));
  const quoted = reason === '' ? [] : [`"${reason}"`];
  const text = [...quoted, ...(contact === '' ? [] : [`(for an exception, ask ${contact})`])].join(' ');
  if (text === '') return [];
  return quoted.length === 0
    ? [{ label: 'contact', text: `for an exception, ask ${contact}` }]
    : [{ label: 'reason', text }];
}

function cut(text: string): string {
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)}...` : text;
}
