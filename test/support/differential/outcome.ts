/** Anything that JSON can say. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };

/** What a call comes to, in words of its own: the adapter of a build translates into these, whatever the build calls them. */
export type Outcome = {
  readonly layers: readonly Layer[];
  readonly decision: Decided;
  /** The same call once the user has agreed to the project's environment; null where nothing is offered. */
  readonly agreed: Decided | null;
  /** The call as sh asks for it: what sh is answered, and what is said first. */
  readonly decideMode: Said & { readonly answer: Json };
  /** The call in which pip is monitored, to its end; null where this call is not. */
  readonly watchMode: (Said & { readonly start: Json }) | null;
};

/** What was printed, and the files that were to be written. */
export type Said = { readonly text: string; readonly writes: readonly string[]; readonly status: number | null };

export type Layer = {
  readonly scope: string;
  readonly file: string;
  readonly rules: Json;
  readonly settings: Json;
  readonly problems: Json;
  readonly warnings: Json;
};

export type RuleSaid = {
  readonly kind: string;
  readonly file: string;
  readonly rule: string | null;
  readonly line: number | null;
  readonly from: string | null;
  /** Why a rule says nothing that would have advised or refused. */
  readonly waiver: Readonly<Record<'would' | 'by' | 'evidence', string>> | null;
};

export type Verdict = {
  readonly kind: string;
  readonly layers: readonly RuleSaid[];
  readonly advised: readonly RuleSaid[];
  readonly waived: readonly RuleSaid[];
  readonly requiresVirtualenv: boolean;
};

export type Step = {
  readonly source: string;
  readonly evidence: Json;
  readonly path: string | null;
  readonly outcome: string;
  readonly detail: string | null;
};

export type Resolved = {
  readonly kind: string;
  readonly source: string | null;
  readonly evidence: Json;
  readonly interpreter: Json;
  readonly runner: Json;
  readonly wanted: string | null;
  readonly known: Json;
  readonly trace: readonly Step[];
};

export type Decided = {
  readonly kind: string;
  readonly because: string | null;
  readonly status: number | null;
  readonly mayOffer: boolean;
  readonly adviceForm: string;
  readonly command: Json;
  readonly verdict: Verdict;
  readonly resolution: Resolved;
  readonly start: Json;
  /** Variables that pip gets otherwise than the caller has them. */
  readonly changedVariables: Json;
  /** What was refused, where pip works in the project's environment instead. */
  readonly insteadOf: { readonly verdict: Verdict; readonly resolution: Resolved } | null;
};
