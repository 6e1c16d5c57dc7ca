import type { Candidate, Interpreter, PassedOverReason, Resolution } from '../model/environment.ts';
import type { Surroundings } from '../model/call-context.ts';
import { readVariable } from '../model/variables.ts';
import {
  listDrivers,
  sightExplicit,
  sightInShell,
  sightVersioned,
  type ConfiguredPython,
} from './discovery/discover.ts';
import { inspectInterpreter } from './inspect/inspect.ts';
import { findDriver } from './pip-runner.ts';
import { sightActiveEnvironments } from './discovery/active-environments.ts';
import { collectKnown } from './discovery/known-installations.ts';
import { sightProjectEnvironments, type ProjectSearch } from './discovery/project-environment.ts';
import { sightDanglingLinks } from './discovery/search-path.ts';
import type { Sighting } from './discovery/candidate.ts';
import {
  ANY_VERSION,
  findMismatch,
  listCommandNames,
  nameWanted,
  type WantedVersion,
} from './discovery/version-request.ts';

export type { ConfiguredPython, ProjectSearch };

/** What is told, and the lines that led to no file, so that none of these is told twice. */
type Ledger = { readonly lines: Candidate[]; readonly told: Set<string> };
type Accepted = { readonly sighting: Sighting; readonly interpreter: Interpreter };

/**
 * Returns the interpreter that the person means, with a line for everything that was looked at, in order: PIPWARD_PYTHON,
 * the active environment, the project's if `project` asks for it, then the version in the name, or the configuration
 * and PATH (docs/architecture.md). Exactly one line is `chosen` unless the result is `not-found`. Looks no further than it must.
 */
export function resolveInterpreter(
  surroundings: Surroundings,
  wanted: WantedVersion,
  configured: ConfiguredPython | null,
  project: ProjectSearch | null = null,
): Resolution {
  const ledger: Ledger = { lines: [], told: new Set() };
  const settle = (accepted: Accepted) => settleOn(accepted, ledger, surroundings, configured);

  // Asked for in so many words: nothing else is tried in its place.
  const explicit = readVariable(surroundings, 'PIPWARD_PYTHON');
  if (explicit !== null) {
    for (const sighting of sightExplicit(explicit, surroundings)) {
      const accepted = consider(sighting, ANY_VERSION, ledger, surroundings);
      if (accepted !== null) return settle(accepted);
    }
    return { kind: 'not-found', wanted: explicit, known: collectKnown(surroundings), ledger: ledger.lines };
  }

  for (const sighting of sightEnvironments(surroundings, project)) {
    const accepted = consider(sighting, wanted, ledger, surroundings);
    if (accepted !== null) return settle(accepted);
  }

  const withoutPip: { readonly accepted: Accepted; readonly line: number }[] = [];
  const sightings =
    wanted.minor === null ? sightInShell(surroundings, wanted, configured) : sightVersioned(surroundings, wanted);
  for (const sighting of sightings) {
    const accepted = consider(sighting, wanted, ledger, surroundings);
    if (accepted === null) continue;
    const { interpreter } = accepted;
    // An environment is where the person works: it is never left for another place because pip is missing.
    if (interpreter.pip.state !== 'absent' || (isEnvironment(interpreter) && withoutPip.length === 0)) {
      return settle(accepted);
    }
    withoutPip.push({ accepted, line: ledger.lines.length });
    passOver(sighting, 'no-pip', null, ledger);
  }

  const [first] = withoutPip;
  if (first === undefined) {
    for (const sighting of sightDanglingLinks(listCommandNames(wanted), surroundings)) {
      consider(sighting, wanted, ledger, surroundings);
    }
    const name = nameMissing(ledger.lines) ?? nameWanted(wanted);
    return { kind: 'not-found', wanted: name, known: collectKnown(surroundings), ledger: ledger.lines };
  }
  ledger.lines[first.line] = choose(first.accepted.sighting);
  return { kind: 'without-pip', ...describe(first.accepted), ledger: ledger.lines };
}

/** What is active goes before what was merely found. */
function* sightEnvironments(surroundings: Surroundings, project: ProjectSearch | null): Generator<Sighting> {
  yield* sightActiveEnvironments(surroundings);
  if (project !== null) yield* sightProjectEnvironments(surroundings, project);
}

/** Returns the interpreter behind a sighting; null, and a line in the ledger, if it cannot be used or is another version. */
function consider(
  sighting: Sighting,
  wanted: WantedVersion,
  ledger: Ledger,
  surroundings: Surroundings,
): Accepted | null {
  const { path, problem } = sighting;
  if (problem !== null || path === null) {
    passOver(sighting, problem?.reason ?? 'missing', problem?.detail ?? null, ledger);
    return null;
  }
  const interpreter = inspectInterpreter(path, surroundings);
  const mismatch = findMismatch(interpreter, wanted);
  if (mismatch === null) return { sighting, interpreter };
  passOver(sighting, 'other-version', mismatch, ledger);
  return null;
}

/** What is meant is decided; only how pip gets there is open. */
function settleOn(
  accepted: Accepted,
  ledger: Ledger,
  surroundings: Surroundings,
  configured: ConfiguredPython | null,
): Resolution {
  const { lines } = ledger;
  lines.push(choose(accepted.sighting));
  const { interpreter } = accepted;
  if (interpreter.pip.state !== 'absent')
    return { kind: 'resolved', ...describe(accepted), driver: null, ledger: lines };
  const driver = findDriver(interpreter, listDrivers(surroundings, configured), surroundings);
  return driver === null
    ? { kind: 'without-pip', ...describe(accepted), ledger: lines }
    : { kind: 'resolved', ...describe(accepted), driver, ledger: lines };
}

/** Returns pyenv's version that is not installed, and where it is asked for: `3.12.9 (/home/ada/.python-version:1)`; null if none is. */
function nameMissing(ledger: readonly Candidate[]): string | null {
  for (const { source, evidence, outcome } of ledger) {
    if (source !== 'pyenv' || outcome.kind !== 'passed-over' || outcome.reason !== 'pyenv-version-missing') continue;
    const place = evidence.kind === 'file' ? [evidence.path, evidence.line ?? []].flat().join(':') : 'PYENV_VERSION';
    return `${outcome.detail ?? 'python'} (${place})`;
  }
  return null;
}

function isEnvironment({ environment }: Interpreter): boolean {
  return environment.kind === 'virtual' || environment.kind === 'conda';
}

function describe({ sighting, interpreter }: Accepted) {
  return { interpreter, source: sighting.source, evidence: sighting.evidence };
}

function choose({ source, evidence, path }: Sighting): Candidate {
  return { source, evidence, path, outcome: { kind: 'chosen' } };
}

/** What led to no file is told once, though every name on PATH meets it again: a relative entry, pyenv's `system`. */
function passOver(sighting: Sighting, reason: PassedOverReason, detail: string | null, ledger: Ledger): void {
  const { source, evidence, path } = sighting;
  const line: Candidate = { source, evidence, path, outcome: { kind: 'passed-over', reason, detail } };
  if (path === null) {
    const key = JSON.stringify(line);
    if (ledger.told.has(key)) return;
    ledger.told.add(key);
  }
  ledger.lines.push(line);
}
