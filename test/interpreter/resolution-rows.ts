import type { ResolutionStep } from '../../src/model/environment.ts';
import { resolveInterpreter, type ConfiguredPython } from '../../src/interpreter/resolve.ts';
import { surroundingsOf, type World } from './layouts.ts';

/** One call in a table, and what it resolves to. */
export type Row = World & {
  readonly title: string;
  /** The name that was called; `pip` unless given. */
  readonly name?: string;
  readonly configured?: string;
  /** `EXECUTABLE by SOURCE`, with ` driven by EXECUTABLE` or ` without pip`; or `no NAME`. */
  readonly chosen: string;
  /** `REASON PATH` of what was skipped, in order; the place in brackets where no path is known. */
  readonly passed?: readonly string[];
};

/** What a row says, and what comes of it; both have one form, so that a test compares them. */
export type RowOutcome = {
  readonly chosen: string;
  readonly passed: readonly string[];
  /** The chosen one has exactly one line of the trace, the last; only without pip others were tried after it. */
  readonly isOrderly: boolean;
};

export function expectedOutcome({ chosen, passed = [] }: Row): RowOutcome {
  return { chosen, passed, isOrderly: true };
}

/** Returns the choice of a row, and the lines of its trace. */
export function readOutcome(row: Row): RowOutcome {
  const resolution = resolve(row);
  const passed = resolution.trace.flatMap(({ outcome, ...line }) =>
    outcome.kind === 'passed-over' ? [`${outcome.reason} ${showPlace(line)}${showDetail(outcome)}`] : [],
  );
  const lines = resolution.trace.filter(({ outcome }) => outcome.kind === 'chosen');
  const executables = resolution.kind === 'not-found' ? [] : [resolution.interpreter.executable];
  const isOrderly =
    lines.map(({ path }) => path).join('\n') === executables.join('\n') &&
    lines.length === executables.length &&
    (resolution.kind !== 'resolved' || resolution.trace.at(-1) === lines[0]);
  return { chosen: show(resolution), passed, isOrderly };
}

/** Resolves the call of a row. */
export function resolve(row: Row) {
  const [, major, minor, threads] = /^pip(\d)?(?:\.(\d+)(t)?)?$/.exec(row.name ?? 'pip') ?? [];
  const wanted = {
    major: major ? Number(major) : null,
    minor: minor ? Number(minor) : null,
    freeThreaded: threads === 't',
  };
  const python: ConfiguredPython | null =
    row.configured === undefined ? null : { path: row.configured, file: '/etc/pipward/policy.toml', line: 3 };
  return resolveInterpreter(surroundingsOf(row), wanted, python);
}

function show(resolution: ReturnType<typeof resolve>): string {
  if (resolution.kind === 'not-found') return `no ${resolution.wanted}`;
  const found = `${resolution.interpreter.executable} by ${resolution.source}`;
  if (resolution.kind === 'without-pip') return `${found} without pip`;
  return resolution.pipRunner === null ? found : `${found} driven by ${resolution.pipRunner.executable}`;
}

/** Only the words that no other part of the line tells. */
function showDetail({ reason, detail }: { readonly reason: string; readonly detail: string | null }): string {
  return reason === 'not-executable' && detail !== null ? ` (${detail})` : '';
}

function showPlace({ path, evidence }: Pick<ResolutionStep, 'path' | 'evidence'>): string {
  if (path !== null) return path;
  switch (evidence.kind) {
    case 'variable':
      return `[${evidence.name}]`;
    case 'file':
      return `[${evidence.path}${evidence.line === null ? '' : `:${evidence.line}`}]`;
    case 'path-entry':
      return `[PATH ${evidence.position}: ${evidence.directory}]`;
    case 'name':
    case 'known-location':
      return `[${evidence.kind}]`;
    case 'found-upward':
      return `[${evidence.prefix}]`;
  }
}
