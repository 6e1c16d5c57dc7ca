import { findProject } from '../../interpreter/project/project.ts';
import {
  AUDIT_SCHEMA,
  AUDIT_VERDICTS,
  type AuditedRule,
  type AuditVerdict,
  type DecisionRecord,
} from '../../model/audit-record.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { LayerVerdict, PolicyVerdict } from '../../model/policy.ts';
import { OWN_VERSION } from '../../policy/own-version.ts';
import { redactDeep, redactValue, redactWords } from '../../util/redact.ts';

/** What only the host can tell of a call. */
export type CallFacts = Pick<DecisionRecord, 'call' | 'time' | 'user' | 'caller' | 'ancestors'>;

type Judged = AuditedRule & { readonly verdict: AuditVerdict };

/** Returns what is recorded of a decision; what may be a secret is hidden. Reads files through `context` alone. */
export function buildRecord(decision: Decision, context: CallContext, facts: CallFacts): DecisionRecord {
  const { command, resolution, pip, verdict } = decision;
  const insteadOf = decision.kind === 'refuse' ? null : decision.insteadOf;
  const judged = [...(insteadOf === null ? [] : listJudged(insteadOf.verdict, 'redirected')), ...listJudged(verdict)];
  const [first, ...also] = judged.toSorted((one, other) => rank(one) - rank(other));
  const { verdict: what = 'advised', ...rule } = first ?? {};
  const waivers = verdict.lifted.map(({ lifted }) => lifted);
  const exemption = waivers.find(({ by }) => by !== 'bypass') ?? null;
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const { call, time, user, caller, ancestors } = facts;
  return {
    schema: AUDIT_SCHEMA,
    event: 'decision',
    call,
    time,
    version: OWN_VERSION,
    user,
    verdict: what,
    ...redactDeep({
      ...NO_RULE,
      ...rule,
      also,
      bypassReason: waivers.find(({ by }) => by === 'bypass')?.evidence ?? null,
      exemption: exemption?.by ?? null,
      evidence: exemption?.evidence ?? null,
      directory: context.cwd,
      project: findProject(context)?.directory ?? null,
      interpreter: interpreter?.executable ?? null,
      environment: pip.prefix,
      environmentKind: interpreter?.environment.kind ?? null,
      subcommand: command.subcommand,
      requirements: listRequirements(command),
      caller,
      ancestors,
    }),
    truncated: false,
  };
}

const NO_RULE = { rule: null, file: '', line: null, from: null };

function rank({ verdict }: Judged): number {
  return AUDIT_VERDICTS.indexOf(verdict);
}

/** `as`: what became of refusals, if pip runs elsewhere in their place. */
function listJudged(verdict: PolicyVerdict, as: AuditVerdict = 'refused'): readonly Judged[] {
  const said: readonly LayerVerdict[] = [...new Set([...verdict.layers, ...verdict.advised, ...verdict.lifted])];
  return said.map((each): Judged => {
    const { file } = each.layer;
    if (each.kind === 'unreadable') {
      const [problem] = each.layer.problems;
      return { verdict: 'unreadable', rule: null, file, line: problem?.line ?? null, from: null };
    }
    const { rule, line, from } = each;
    return { verdict: nameVerdict(each, as), rule, file, line, from };
  });
}

function nameVerdict(each: Exclude<LayerVerdict, { kind: 'unreadable' }>, as: AuditVerdict): AuditVerdict {
  if (each.kind === 'lifted') return each.lifted.by === 'bypass' ? 'bypassed' : 'exempted';
  if (each.kind === 'refused') return as;
  return each.from === null ? 'advised' : 'would-refuse';
}

/** What the command line asks for: names, addresses and files, as they were typed. */
function listRequirements(command: PipCommand): readonly string[] {
  const hidden = redactWords(command.arguments);
  // As a word of the whole line, which shows that the word before it is an option with a secret.
  const hide = (word: string) => hidden[command.arguments.indexOf(word)] ?? redactValue(word);
  return [
    ...command.words.map(hide),
    ...command.requirementFiles.map((file) => `-r ${redactValue(file)}`),
    ...command.editables.map((source) => `-e ${redactValue(source)}`),
  ];
}
