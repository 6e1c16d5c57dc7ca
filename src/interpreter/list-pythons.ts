import type { Interpreter, Manager } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { discoverActiveEnvironments } from './discovery/active-environments.ts';
import { inspectInterpreter } from './inspect/inspect.ts';
import { listKnownInterpreters } from './discovery/known-installations.ts';
import { findManager } from './inspect/manager.ts';
import { isSamePlace } from './shadowed-pip.ts';
import { readPipVersion } from './inspect/pip-presence.ts';
import { discoverOnPath } from './discovery/search-path.ts';
import { formatRelease } from '../util/python-version.ts';

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
export function listPythons(context: CallContext): readonly KnownPython[] {
  const found: Interpreter[] = [];
  for (const interpreter of [...listActive(context), ...listKnownInterpreters(context)]) {
    if (!found.some((known) => isSamePlace(known, interpreter, context))) found.push(interpreter);
  }
  const reached = resolveNames(found, context);
  return found.map((interpreter) => {
    return {
      interpreter,
      manager: findManager(interpreter, context),
      pipVersion: readPipVersion(interpreter, context.files),
      names: reached.filter(([, meant]) => isSamePlace(meant, interpreter, context)).map(([name]) => name),
    };
  });
}

function listActive(context: CallContext): readonly Interpreter[] {
  return [...discoverActiveEnvironments(context)].flatMap(({ path, problem }) =>
    path === null || problem !== null ? [] : [inspectInterpreter(path, context)],
  );
}

/** What each command means in this shell: the first that can be started. */
function resolveNames(found: readonly Interpreter[], context: CallContext) {
  const versioned = found.flatMap(({ version, stdlib }) =>
    version === null ? [] : [`python${formatRelease(version)}${stdlib?.endsWith('t') === true ? 't' : ''}`],
  );
  return [...new Set(['python', 'python3', 'python2', ...versioned])].flatMap((name) => {
    for (const { path, problem } of discoverOnPath(name, context)) {
      if (path !== null && problem === null) return [[name, inspectInterpreter(path, context)] as const];
    }
    return [];
  });
}
