import type { CallContext } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';
import { readVariable } from '../../util/variables.ts';

/** Returns the absolute path of a program on PATH; null if it is not there. Relative entries do not count. */
export function findOnPath(name: string, context: Pick<CallContext, 'env' | 'files' | 'platform'>): string | null {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const entries = (readVariable(context, 'PATH') ?? '')
    .split(paths.delimiter)
    .filter((entry) => paths.isAbsolute(entry));
  const isProgram = (file: string) => {
    const status = files.status(file);
    return status?.kind === 'file' && status.executable;
  };
  const file = PIPWARD_FOR_WINDOWS && platform === 'win32' && !/\.(?:exe|bat|cmd)$/i.test(name) ? `${name}.exe` : name;
  return entries.map((entry) => paths.join(entry, file)).find(isProgram) ?? null;
}
