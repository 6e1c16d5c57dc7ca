/** Changes if a field changes its meaning. */
export const AUDIT_SCHEMA = 1;

/** What became of a call, as the policy had it. */
export const AUDIT_VERDICTS = [
  /** pip was not run: a rule is enforced. */
  'refused',
  /** pip was not run: a policy file is invalid. */
  'unreadable',
  /** pip works in the project's environment, since a rule refused the one that was meant (`on-refusal`). */
  'redirected',
  /** PIPWARD_BYPASS overrode a rule. */
  'bypassed',
  /** An exemption of the file lifted a rule. */
  'exempted',
  /** Only advised against until `from`; refused from that day on. */
  'would-refuse',
  'advised',
] as const;
export type AuditVerdict = (typeof AUDIT_VERDICTS)[number];

/** One rule of one file that the call did not keep. */
export type AuditedRule = {
  /** Name of a rule; null if the file cannot be read. */
  readonly rule: string | null;
  readonly file: string;
  readonly line: number | null;
  /** The day from which the rule refuses; null if it has none that is still to come. */
  readonly from: string | null;
};

/** What is recorded before pip starts. docs/audit.schema.json and docs/reference/audit.md describe each field. */
export type DecisionRecord = AuditedRule & {
  readonly schema: typeof AUDIT_SCHEMA;
  readonly event: 'decision';
  /** The same in all records of one call. */
  readonly call: string;
  /** RFC 3339 in UTC, with milliseconds. */
  readonly time: string;
  readonly version: string;
  readonly user: { readonly id: number | null; readonly name: string | null };
  readonly verdict: AuditVerdict;
  /** Other rules that the call did not keep. */
  readonly also: readonly (AuditedRule & { readonly verdict: AuditVerdict })[];
  /** Text of PIPWARD_BYPASS, if it overrode a rule. */
  readonly bypassReason: string | null;
  /** Which exemption lifted a rule, and what showed it. */
  readonly exemption: string | null;
  readonly evidence: string | null;
  readonly directory: string | null;
  readonly project: string | null;
  readonly interpreter: string | null;
  readonly environment: string | null;
  readonly environmentKind: string | null;
  readonly subcommand: string | null;
  readonly requirements: readonly string[];
  /** The program that called pip, and the processes above it, the nearest first. */
  readonly caller: AuditedProcess | null;
  readonly ancestors: readonly AuditedProcess[];
  /** Whether something was cut to keep the line short. */
  readonly truncated: boolean;
};

export type AuditedProcess = { readonly name: string; readonly pid: number };

/** What is recorded after pip, if pipward waited for its end. */
export type EndRecord = Pick<DecisionRecord, 'schema' | 'call' | 'time'> & {
  readonly event: 'end';
  /** pip's own status; null if a signal ended it, or if it could not be started. */
  readonly exitStatus: number | null;
  readonly signal: string | null;
  /** Whether pip fell back to the user site; null if its output was not read. */
  readonly fallback: boolean | null;
};

export type AuditRecord = DecisionRecord | EndRecord;
