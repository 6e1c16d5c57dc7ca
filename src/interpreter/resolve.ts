import type { Evidence, ResolutionStep, Interpreter, SkipReason, Resolution } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { readVariable } from '../util/variables.ts';
import {
  listPipRunners,
  discoverExplicit,
  discoverInShell,
  discoverVersioned,
  type ConfiguredPython,
} from './discovery/discover.ts';
import { inspectInterpreter } from './inspect/inspect.ts';
import { findPipRunner } from './pip-runner.ts';
import { discoverActiveEnvironments } from './discovery/active-environments.ts';
import { collectKnown } from './discovery/known-installations.ts';
import { discoverProjectEnvironments, type ProjectSearch } from './discovery/project-environment.ts';
import { discoverDanglingLinks } from './discovery/search-path.ts';
import type { Candidate } from './discovery/candidate.ts';
import {
  ANY_VERSION,
  findMismatch,
  listCommandNames,
  nameWanted,
  type VersionRequest,
} from './discovery/version-request.ts';

export type { ConfiguredPython, ProjectSearch };

/** What is told, and the lines that led to no file, so that none of these is told twice. */
type Trace = { readonly lines: ResolutionStep[]; readonly told: Set<string> };
type Accepted = { readonly candidate: Candidate; readonly interpreter: Interpreter };

/**
 * Returns the interpreter that the user means, with a line for everything that was looked at, in order: PIPWARD_PYTHON,
 * the active environment, the project's if `project` asks for it, then the version in the name, or the configuration
 * and PATH (docs/internals/interpreter.md). Exactly one line is `chosen` unless the result is `not-found`. Looks no further than it must.
 */
export function resolveInterpreter(
  context: CallContext,
  wanted: VersionRequest,
  configured: ConfiguredPython | null,
  project: ProjectSearch | null = null,
): Resolution {
  const trace: Trace = { lines: [], told: new Set() };
  const settle = (accepted: Accepted) => settleOn(accepted, trace, context, configured);

  // Requested explicitly: never fall back to another interpreter.
  const explicit = readVariable(context, 'PIPWARD_PYTHON');
  if (explicit !== null) {
    for (const candidate of discoverExplicit(explicit, context)) {
      const accepted = consider(candidate, ANY_VERSION, trace, context);
      if (accepted !== null) return settle(accepted);
    }
    return { kind: 'not-found', wanted: explicit, known: collectKnown(context), trace: trace.lines };
  }

  for (const candidate of discoverEnvironments(context, project)) {
    const accepted = consider(candidate, wanted, trace, context);
    if (accepted !== null) return settle(accepted);
  }

  const withoutPip: { readonly accepted: Accepted; readonly line: number }[] = [];
  const candidates =
    wanted.minor === null ? discoverInShell(context, wanted, configured) : discoverVersioned(context, wanted);
  for (const candidate of candidates) {
    const accepted = consider(candidate, wanted, trace, context);
    if (accepted === null) continue;
    const { interpreter } = accepted;
    // An environment is where the user works: it is never left for another place because pip is missing.
    if (interpreter.pip.state !== 'absent' || (isEnvironment(interpreter) && withoutPip.length === 0)) {
      return settle(accepted);
    }
    withoutPip.push({ accepted, line: trace.lines.length });
    recordSkip(candidate, 'no-pip', null, trace);
  }

  const [first] = withoutPip;
  if (first === undefined) {
    for (const candidate of discoverDanglingLinks(listCommandNames(wanted), context)) {
      consider(candidate, wanted, trace, context);
    }
    const name = nameMissing(trace.lines) ?? nameWanted(wanted);
    return { kind: 'not-found', wanted: name, known: collectKnown(context), trace: trace.lines };
  }
  trace.lines[first.line] = choose(first.accepted.candidate);
  return { kind: 'without-pip', ...describe(first.accepted), trace: trace.lines };
}

/** What is active goes before what was merely found. */
function* discoverEnvironments(context: CallContext, project: ProjectSearch | null): Generator<Candidate> {
  yield* discoverActiveEnvironments(context);
  if (project !== null) yield* discoverProjectEnvironments(context, project);
}

/** Returns the interpreter behind a candidate; null, and a line in the trace, if it cannot be used or is another version. */
function consider(candidate: Candidate, wanted: VersionRequest, trace: Trace, context: CallContext): Accepted | null {
  const { path, problem } = candidate;
  if (problem !== null || path === null) {
    recordSkip(candidate, problem?.reason ?? 'missing', problem?.detail ?? null, trace);
    return null;
  }
  const interpreter = inspectInterpreter(path, context);
  const mismatch = findMismatch(interpreter, wanted);
  if (mismatch === null) return { candidate, interpreter };
  recordSkip(candidate, 'other-version', mismatch, trace);
  return null;
}

/** What is meant is decided; only how pip gets there is open. */
function settleOn(
  accepted: Accepted,
  trace: Trace,
  context: CallContext,
  configured: ConfiguredPython | null,
): Resolution {
  const { lines } = trace;
  lines.push(choose(accepted.candidate));
  const { interpreter } = accepted;
  if (interpreter.pip.state !== 'absent')
    return { kind: 'resolved', ...describe(accepted), pipRunner: null, trace: lines };
  const pipRunner = findPipRunner(interpreter, listPipRunners(context, configured), context);
  return pipRunner === null
    ? { kind: 'without-pip', ...describe(accepted), trace: lines }
    : { kind: 'resolved', ...describe(accepted), pipRunner, trace: lines };
}

/** Returns the version that pyenv or `py` is told and that is not installed, and where that is said: `3.12.9 (/home/ada/.python-version:1)`; null if none is. */
function nameMissing(trace: readonly ResolutionStep[]): string | null {
  for (const { source, evidence, outcome, path } of trace) {
    if (outcome.kind !== 'passed-over') continue;
    const isMissing =
      (source === 'pyenv' && outcome.reason === 'pyenv-version-missing') || (source === 'py-launcher' && path === null);
    if (!isMissing) continue;
    const place = evidence.kind === 'file' ? [evidence.path, evidence.line ?? []].flat().join(':') : nameOf(evidence);
    return `${outcome.detail ?? 'python'} (${place})`;
  }
  return null;
}

function nameOf(evidence: Evidence): string {
  return evidence.kind === 'variable' ? evidence.name : evidence.kind;
}

function isEnvironment({ environment }: Interpreter): boolean {
  return environment.kind === 'virtual' || environment.kind === 'conda';
}

function describe({ candidate, interpreter }: Accepted) {
  return { interpreter, source: candidate.source, evidence: candidate.evidence };
}

function choose({ source, evidence, path }: Candidate): ResolutionStep {
  return { source, evidence, path, outcome: { kind: 'chosen' } };
}

/** What led to no file is told once, though every name on PATH meets it again: a relative entry, pyenv's `system`. */
function recordSkip(candidate: Candidate, reason: SkipReason, detail: string | null, trace: Trace): void {
  const { source, evidence, path } = candidate;
  const line: ResolutionStep = { source, evidence, path, outcome: { kind: 'passed-over', reason, detail } };
  if (path === null) {
    const key = JSON.stringify(line);
    if (trace.told.has(key)) return;
    trace.told.add(key);
  }
  trace.lines.push(line);
}
