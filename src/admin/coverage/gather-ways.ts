import path from 'node:path';
import { decide } from '../../decision/decide.ts';
import { isOwnShim } from '../../interpreter/discovery/candidate.ts';
import { discoverOnPath, readSearchPath } from '../../interpreter/discovery/search-path.ts';
import { inspectInterpreter, readScript } from '../../interpreter/inspect/inspect.ts';
import { findStarter } from '../../interpreter/shadowed-pip.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { PolicyLayer } from '../../model/policy.ts';
import { nameModule } from '../../pip/module-command.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { gatherPipFacts, gatherShimFacts } from './gather-rules.ts';
import { findTools } from './gather-tools.ts';
import type { Way } from './model.ts';
import type { Place } from './probe-places.ts';

const PIP_NAME = /^pip(?:\d(?:\.\d{1,3})?)?$/;
const PYTHON_NAME = /^python(?:\d(?:\.\d{1,3}t?)?)?$/;

/** What is reached in one place, and whose files count there. */
export type Reached = {
  readonly ways: readonly Way[];
  readonly pythons: readonly Interpreter[];
  readonly notes: readonly string[];
};

/** Returns the view of a command that is started there; root may write everywhere, also if another user looks. */
export function viewFrom(place: Place, context: CallContext): CallContext {
  const { env, home, isRoot, name } = place;
  const files = isRoot && context.userId !== 0 ? { ...context.files, writable: () => true } : context.files;
  // cron starts its jobs in the home directory.
  const cwd = name === 'cron' || name === 'crontab' ? home : context.cwd;
  return { ...context, env, home, cwd, files, userId: isRoot ? 0 : context.userId, arguments: ['install', 'x'] };
}

/** Returns each name of pip and of Python that is found in a place, and the other tools there. */
export function gatherWays(place: Place, context: CallContext): Reached {
  const view = viewFrom(place, context);
  const layers = findPolicyLayers(view);
  const names = listNames(view);
  const found = names.flatMap((name): readonly Found[] => {
    const alias = place.aliases.get(name);
    if (alias !== undefined) return [describeAlias(name, alias, place, layers, view)];
    const hit = findHit(name, view);
    if (hit === null) return [];
    return hit.isShim
      ? [describeShim(name, hit.path, place, layers, view)]
      : describeOther(name, hit.path, place, layers, view);
  });
  const missing = [...place.aliases].filter(([name]) => !names.includes(name));
  const others = missing.map(([name, text]) => describeAlias(name, text, place, layers, view));
  const isRelative = readSearchPath(view).some(({ directory }) => !path.isAbsolute(directory));
  const note = `PATH in ${place.name} has an entry that is not absolute: what a pip of the current directory does is not known`;
  return {
    ways: [...[...found, ...others].map(({ way }) => way), ...findTools(place, view)],
    pythons: found.flatMap(({ python }) => (python === null ? [] : [python])),
    notes: isRelative ? [note] : [],
  };
}

type Found = { readonly way: Way; readonly python: Interpreter | null };

/** All names on that PATH, pip's first. */
function listNames(view: CallContext): readonly string[] {
  const all = readSearchPath(view).flatMap(({ directory }) =>
    path.isAbsolute(directory) ? view.files.list(directory) : [],
  );
  const sorted = [...new Set(all)].toSorted();
  return [PIP_NAME, PYTHON_NAME].flatMap((pattern) => sorted.filter((name) => pattern.test(name)));
}

/** What a shell would start: the first file with the name that may be executed; pyenv's choice behind its shim. */
function findHit(name: string, view: CallContext): { readonly path: string; readonly isShim: boolean } | null {
  for (const { path: file, problem } of discoverOnPath(name, view)) {
    if (file === null) continue;
    if (problem === null) return { path: file, isShim: false };
    if (problem.reason === 'own-shim') return { path: file, isShim: true };
  }
  return null;
}

function describeShim(
  name: string,
  file: string,
  place: Place,
  layers: readonly PolicyLayer[],
  view: CallContext,
): Found {
  const decision = decide({ ...view, name }, layers, 0);
  const { resolution } = decision;
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const real = view.files.realPath(file) ?? file;
  const root = path.dirname(path.dirname(real));
  const parts = [file, real, path.join(root, 'node'), path.join(root, 'dist/shim.cjs')];
  return {
    way: {
      kind: 'shim',
      way: name,
      environment: place.name,
      path: file,
      shim: gatherShimFacts(parts, layers, view),
      pip: gatherPipFacts(interpreter, layers, view),
    },
    python: null,
  };
}

/** A pip's script, or a Python: `python3 -m pip` if it has pip. */
function describeOther(
  name: string,
  file: string,
  place: Place,
  layers: readonly PolicyLayer[],
  view: CallContext,
): readonly Found[] {
  const isPython = PYTHON_NAME.test(name);
  const starter = isPython ? file : findStarter(file, view);
  const python = starter === null ? null : inspectInterpreter(starter, view);
  if (isPython && python?.pip.state === 'absent') return [];
  const pip = gatherPipFacts(python, layers, view);
  return [
    {
      way: { kind: 'pip', way: isPython ? nameModule(name, 'pip') : name, environment: place.name, path: file, pip },
      python,
    },
  ];
}

function describeAlias(
  name: string,
  text: string,
  place: Place,
  layers: readonly PolicyLayer[],
  view: CallContext,
): Found {
  const pip = gatherPipFacts(null, layers, view);
  return { way: { kind: 'alias', way: name, environment: place.name, path: null, text, pip }, python: null };
}

/** Returns the row of a Python or a pip that is started by its path. */
export function gatherByPath(file: string, context: CallContext, layers: readonly PolicyLayer[]): Way {
  const isPython = PYTHON_NAME.test(path.basename(file));
  const starter = isPython ? file : findStarter(file, context);
  const python = starter === null ? null : inspectInterpreter(starter, context);
  const way = isPython ? nameModule(file, 'pip') : file;
  return { kind: 'pip', way, environment: 'any', path: file, pip: gatherPipFacts(python, layers, context) };
}

/** Returns the pips on a PATH that are not pipward's and that are not found by their name, because another comes first. */
export function listShadowedPips(view: CallContext): readonly string[] {
  const names = listNames(view).filter((name) => PIP_NAME.test(name));
  return names.flatMap((name) => {
    const hits = [...discoverOnPath(name, view)].flatMap(({ path: file, problem }) => {
      const counts = file !== null && (problem === null || problem.reason === 'own-shim');
      return counts ? [file] : [];
    });
    return hits.slice(1).filter((file) => !isOwnShim(readScript(file, view.files)));
  });
}
