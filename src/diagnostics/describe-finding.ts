import type { Diagnostic } from '../model/diagnostic.ts';
import type { CallFacts, FactSource } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { DiagnosticDefinition } from './define.ts';
import { keepWorking } from './obstacles/keep-working.ts';
import { startResolved } from './shared/fixes.ts';
import { addPolicy } from './policy/policy-rows.ts';
import { standAlone } from './stand-alone.ts';
import { addExecutionPolicy } from './windows/execution-policy.ts';
import { DIAGNOSTICS, type Finding } from './registry.ts';

type AnyDefinition = DiagnosticDefinition<Finding, object>;

/** The code tells which finding it is: each definition is only given its own. */
const BY_CODE = new Map<string, AnyDefinition>(DIAGNOSTICS.map((definition) => [definition.code, definition]));

function definitionOf({ code }: Finding): AnyDefinition {
  const definition = BY_CODE.get(code);
  if (definition === undefined) throw new Error(`no diagnostic has the code ${code}`);
  return definition;
}

/**
 * Returns the text of a finding, ready to render: no colour, not yet cleaned. `source`: where its own facts are gathered;
 * null for a saved log.
 */
export function describeFinding(
  finding: Finding,
  facts: CallFacts,
  source: FactSource | null,
  command: PipCommand,
): Diagnostic {
  return describeWith(finding, { ...facts, ...gatherOwnFacts(finding, source) }, command);
}

/** Returns what this diagnostic alone mentions; `source` as above. */
export function gatherOwnFacts(finding: Finding, source: FactSource | null): object {
  const definition = definitionOf(finding);
  return source === null ? definition.unknown : definition.gather(finding, source);
}

/** The same with its own facts gathered. */
export function describeWith(finding: Finding, known: CallFacts, command: PipCommand): Diagnostic {
  const facts = fitNotebook(known);
  const named = nameAgain(command, facts);
  const described = definitionOf(finding).describe(finding, facts, named);
  const working = standAlone(keepWorking(described, facts, named), facts);
  return addPolicy(addExecutionPolicy(working, facts), facts.advised, facts.caller.home);
}

/** PIPWARD_PYTHON may have been set for this one call: then `pip` alone means another Python the next time. */
function nameAgain(command: PipCommand, facts: CallFacts): PipCommand {
  const { source, interpreter } = facts;
  const isNamed = source === 'pipward-python' && interpreter !== null && interpreter.pip.state !== 'absent';
  return isNamed ? { ...command, start: startResolved('pip', facts) } : command;
}

/** On Windows a cell's `!command` runs in cmd, whatever shell started the notebook (IPython, utils/_process_win32.py). */
function fitNotebook(facts: CallFacts): CallFacts {
  const isCell = facts.platform === 'win32' && facts.caller.notebook !== null;
  return isCell ? { ...facts, caller: { ...facts.caller, shell: 'cmd' } } : facts;
}

/** Whether the interpreter is asked for its folders before the finding is described. */
export function asksInterpreter(finding: Finding): boolean {
  return definitionOf(finding).asksInterpreter === true;
}

/** Whether pip was not run: without a message the user would be left with nothing but a status. */
export function isRefusal(finding: Finding): boolean {
  return definitionOf(finding).isRefusal?.(finding) ?? false;
}

/** Returns what the output of a saved log most likely was asked to install. */
export function guessRequest(finding: Finding): readonly string[] {
  return definitionOf(finding).guessRequest?.(finding) ?? ['PACKAGE'];
}
