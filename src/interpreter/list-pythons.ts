import type { Interpreter, Manager } from '../model/environment.ts';
import type { Surroundings } from '../model/call-context.ts';
import { sightActiveEnvironments } from './discovery/active-environments.ts';
import { inspectInterpreter } from './inspect/inspect.ts';
import { listKnownInterpreters } from './discovery/known-installations.ts';
import { findManager } from './inspect/manager.ts';
import { isSamePlace } from './shadowed-pip.ts';
import { readPipVersion } from './inspect/pip-presence.ts';
import { sightOnPath } from './discovery/search-path.ts';

/** An interpreter that is here, and how it is reached. */
export type KnownPython = {
  readonly interpreter: Interpreter;
  readonly manager: Manager | null;
  /** From the name of its dist-info folder; null if there is no pip, or its version is not known. */
  readonly pipVersion: string | null;
  /** Commands that start it in this shell: `python`, `python3`, `python3.12`. */
  readonly names: readonly string[];
};

/** Returns all interpreters that are known here: what is active, on PATH, then in the usual places. Nothing is started. */
export function listPythons(surroundings: Surroundings): readonly KnownPython[] {
  const found: Interpreter[] = [];
  for (const interpreter of [...listActive(surroundings), ...listKnownInterpreters(surroundings)]) {
    if (!found.some((known) => isSamePlace(known, interpreter, surroundings))) found.push(interpreter);
  }
  const reached = resolveNames(found, surroundings);
  return found.map((interpreter) => {
    const { pip, siteDirectories } = interpreter;
    return {
      interpreter,
      manager: findManager(interpreter, surroundings),
      pipVersion: readPipVersion(pip.state === 'present' ? [pip.directory] : siteDirectories, surroundings.files),
      names: reached.filter(([, meant]) => isSamePlace(meant, interpreter, surroundings)).map(([name]) => name),
    };
  });
}

function listActive(surroundings: Surroundings): readonly Interpreter[] {
  return [...sightActiveEnvironments(surroundings)].flatMap(({ path, problem }) =>
    path === null || problem !== null ? [] : [inspectInterpreter(path, surroundings)],
  );
}

/** What each command means in this shell: the first that can be started. */
function resolveNames(found: readonly Interpreter[], surroundings: Surroundings) {
  const versioned = found.flatMap(({ version, stdlib }) =>
    version === null ? [] : [`python${version.major}.${version.minor}${stdlib?.endsWith('t') === true ? 't' : ''}`],
  );
  return [...new Set(['python', 'python3', 'python2', ...versioned])].flatMap((name) => {
    for (const { path, problem } of sightOnPath(name, surroundings)) {
      if (path !== null && problem === null) return [[name, inspectInterpreter(path, surroundings)] as const];
    }
    return [];
  });
}
