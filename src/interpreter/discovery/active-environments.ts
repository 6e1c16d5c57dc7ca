import type { CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import { pathsOf } from '../../util/paths.ts';
import { findInPrefix, type Found, type Candidate } from './candidate.ts';

/** Yields what is active in the shell: VIRTUAL_ENV, then CONDA_PREFIX, each only if it is set. */
export function* discoverActiveEnvironments(context: CallContext): Generator<Candidate> {
  const virtual = readVariable(context, 'VIRTUAL_ENV');
  if (virtual !== null) {
    const evidence = { kind: 'variable', name: 'VIRTUAL_ENV', value: virtual } as const;
    yield { source: 'active-environment', evidence, ...checkEnvironment(virtual, context, isVirtual) };
  }
  const conda = readVariable(context, 'CONDA_PREFIX');
  if (conda !== null) {
    const evidence = { kind: 'variable', name: 'CONDA_PREFIX', value: conda } as const;
    yield { source: 'conda-prefix', evidence, ...checkEnvironment(conda, context, isConda) };
  }
}

type Check = (prefix: string, context: CallContext) => Found['problem'];

/** A stale variable outlives its environment: a shell keeps it when the folder is deleted or moved. */
function checkEnvironment(value: string, context: CallContext, check: Check): Found {
  const paths = pathsOf(context.platform);
  if (!paths.isAbsolute(value)) return { path: null, problem: { reason: 'not-absolute', detail: null } };
  // A trailing slash goes, links stay: the environment is known by this path.
  const prefix = paths.join(value, '.');
  if (context.files.status(prefix) === null) return { path: null, problem: { reason: 'missing', detail: null } };
  const found = findInPrefix(prefix, context);
  if (found.problem !== null) return found;
  const problem = check(prefix, context);
  // If conda-meta/history is missing, the message is about that file and not about the python.
  return { path: problem?.reason === 'missing' ? null : found.path, problem };
}

function isVirtual(prefix: string, { files, platform }: CallContext): Found['problem'] {
  const paths = pathsOf(platform);
  const has = (...names: readonly string[]) => files.status(paths.join(prefix, ...names)) !== null;
  if (has('pyvenv.cfg')) return null;
  // virtualenv before 20.
  const isOld =
    has('bin', 'activate_this.py') ||
    files.list(paths.join(prefix, 'lib')).some((name) => has('lib', name, 'orig-prefix.txt'));
  return isOld ? null : { reason: 'no-pyvenv-cfg', detail: null };
}

function isConda(prefix: string, { files, platform }: CallContext): Found['problem'] {
  const records = pathsOf(platform).join(prefix, 'conda-meta', 'history');
  if (files.status(records)?.kind === 'file') return null;
  return { reason: files.status(prefix) === null ? 'missing' : 'no-conda-meta', detail: null };
}
