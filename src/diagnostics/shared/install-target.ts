import type { FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import { interpreterRow } from './fact-rows.ts';
import type { PipCommand } from '../../model/invocation.ts';

/** Options with which pip looks for files of another Python or system than the one it runs with. */
const TARGETS = ['--python-version', '--platform', '--implementation', '--abi'];

/** Returns `--python-version 3.9 --platform win_amd64`; null if the command is for this Python. */
export function describeTarget({ options }: PipCommand): string | null {
  const given = options.filter(({ name, value }) => TARGETS.includes(name) && value !== null);
  return given.length === 0 ? null : given.map(({ name, value }) => `${name} ${value}`).join(' ');
}

/** Returns the version of `--python-version`, also of `39` and `3`; null if it is not given. */
export function targetVersion({ options }: PipCommand): string | null {
  const value = options.findLast(({ name }) => name === '--python-version')?.value ?? null;
  return value === null ? null : value.replace(/^(\d)(\d+)$/, '$1.$2');
}

/** The row about a target other than this Python. */
export function targetRow(command: PipCommand): readonly FactRow[] {
  const target = describeTarget(command);
  return target === null ? [] : [{ label: 'for', text: target }];
}

/** Returns the row about what the files are for: a target that was typed, else the Python of the call. */
export function whereRow(facts: CallFacts, command: PipCommand): readonly FactRow[] {
  return describeTarget(command) === null ? interpreterRow(facts) : targetRow(command);
}
