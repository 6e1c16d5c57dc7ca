import path from 'node:path';
import type { CallContext } from '../../model/call-context.ts';

/** Returns the absolute path of a program on PATH; null if it is not there. Relative entries do not count. */
export function findOnPath(name: string, { env, files }: Pick<CallContext, 'env' | 'files'>): string | null {
  const entries = (env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  const isProgram = (file: string) => {
    const status = files.status(file);
    return status?.kind === 'file' && status.executable;
  };
  return entries.map((entry) => path.join(entry, name)).find(isProgram) ?? null;
}
