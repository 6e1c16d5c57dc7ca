import path from 'node:path';
import type { FoundEnvironment, Resolution } from '../../model/environment.ts';
import type { ActiveElsewhere } from '../../model/facts.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findUnusable } from '../../decision/mismatch-check.ts';

const VARIABLES = ['VIRTUAL_ENV', 'CONDA_PREFIX'];

/**
 * Returns the environments that are active in this shell and work, though pip worked elsewhere, and why it did. Their names are
 * those of `found`, whatever links lead to them.
 */
export function listActiveElsewhere(
  { env, files, name }: CallContext,
  resolution: Resolution | undefined,
  found: readonly FoundEnvironment[],
): readonly ActiveElsewhere[] {
  const chosen = resolution === undefined || resolution.kind === 'not-found' ? null : resolution;
  const environment = chosen?.interpreter.environment;
  const own = environment === undefined || environment.kind === 'unknown' ? null : real(environment.prefix);
  return VARIABLES.flatMap((variable) => {
    const prefix = env[variable] ?? '';
    if (!path.isAbsolute(prefix) || real(prefix) === own || !isEnvironment(prefix)) return [];
    if (findUnusable(resolution, [variable]) !== null) return [];
    const known = found.find((each) => real(each.prefix) === real(prefix))?.prefix;
    return [{ prefix: known ?? path.join(prefix, '.'), reason: explain(variable) }];
  });

  function real(folder: string): string {
    return files.realPath(folder) ?? path.join(folder, '.');
  }

  function isEnvironment(prefix: string): boolean {
    return ['pyvenv.cfg', 'conda-meta'].some((mark) => files.status(path.join(prefix, mark)) !== null);
  }

  function explain(variable: string): string {
    if (chosen?.source === 'pipward-python') return 'but PIPWARD_PYTHON names another Python';
    const isOtherVersion = resolution?.trace.some(
      ({ evidence, outcome }) =>
        evidence.kind === 'variable' &&
        evidence.name === variable &&
        outcome.kind === 'passed-over' &&
        outcome.reason === 'other-version',
    );
    return isOtherVersion === true ? `but ${name} asks for another Python` : 'but skipped';
  }
}
