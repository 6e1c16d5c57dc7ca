import type { Diagnostic } from '../model/diagnostic.ts';
import type { CallFacts, FactSource } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';

/**
 * One diagnostic: when it applies, what it mentions, and its text. `F` is what was found (a finding), `Own` the facts that
 * this diagnostic alone mentions. Its page is docs/diagnostics/CODE.md. (Methods, not properties: so TypeScript lets
 * definitions of different findings stand in one list.)
 */
export type DiagnosticDefinition<F extends { readonly code: string }, Own extends object> = {
  readonly code: F['code'];
  /** A clause in lower case, for the list of `pipward explain`. */
  readonly title: string;
  /** Whether pip was not run: then at least one line is printed, whatever form of advice is asked for. */
  isRefusal?(finding: F): boolean;
  /** Whether the interpreter is asked for its folders (`report` of CallFacts), which starts it. */
  readonly asksInterpreter?: true;
  /** Gathers the facts that this diagnostic mentions beside CallFacts. A name has one type in all diagnostics. */
  gather(finding: F, source: FactSource): Own;
  /** Those facts for a saved log, of whose machine nothing is known: no value that the text would state as a fact. */
  readonly unknown: Own;
  describe(finding: F, facts: CallFacts & Own, command: PipCommand): Diagnostic;
  /** Returns what to install that the output of a saved log speaks of; `PACKAGE` stands for what it does not tell. */
  guessRequest?(finding: F): readonly string[];
};

/** Returns the definition, with its types checked against each other. */
export function defineDiagnostic<F extends { readonly code: string }, Own extends object>(
  definition: DiagnosticDefinition<F, Own>,
): DiagnosticDefinition<F, Own> {
  return definition;
}

/** For a diagnostic that mentions CallFacts alone. */
export const NO_OWN_FACTS = { gather: () => ({}), unknown: {} };
