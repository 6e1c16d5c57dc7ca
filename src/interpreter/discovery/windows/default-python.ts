import type { CallContext } from '../../../model/call-context.ts';
import { findProblem, type Candidate } from '../candidate.ts';
import { findManagerDefault, listManaged } from './install-manager.ts';
import { findPyDefault } from './py-launcher.ts';
import { filterByTag, listRegistered, sortByPreference, type RegisteredPython } from './registry.ts';

/**
 * Yields what is meant where PATH has no Python: the one that `py` would start, since that is how such a Python is used. What
 * PY_PYTHON or py.ini say counts first; if it is not installed `py` fails, and nothing else is tried. Then the default of the
 * Python install manager, then the newest that is registered. Nothing is started.
 */
export function* discoverWindowsDefault(context: CallContext, major: number | null): Generator<Candidate> {
  const told = findPyDefault(context, major);
  if (told !== null) {
    const { tag, evidence } = told;
    const found = sortByPreference(filterByTag(listAll(context), tag));
    for (const { executable } of found) {
      yield { source: 'py-launcher', evidence, path: executable, problem: findProblem(executable, context) };
    }
    const problem = { reason: 'missing', detail: `Python ${tag}` } as const;
    if (found.length === 0) yield { source: 'py-launcher', evidence, path: null, problem };
    return;
  }
  const managed = findManagerDefault(context, major);
  if (managed !== null) {
    const { executable, evidence } = managed;
    yield { source: 'install-manager', evidence, path: executable, problem: findProblem(executable, context) };
  }
  const wanted = major === null ? listRegistered(context) : filterByTag(listRegistered(context), `${major}`);
  for (const { executable, place } of sortByPreference(wanted)) {
    if (executable.toLowerCase() === managed?.executable.toLowerCase()) continue;
    const evidence = { kind: 'file', path: place, line: null, text: executable } as const;
    yield { source: 'registry', evidence, path: executable, problem: findProblem(executable, context) };
  }
}

function listAll(context: CallContext): readonly RegisteredPython[] {
  const registered = listRegistered(context);
  const known = new Set(registered.map(({ executable }) => executable.toLowerCase()));
  return [...registered, ...listManaged(context).filter(({ executable }) => !known.has(executable.toLowerCase()))];
}
