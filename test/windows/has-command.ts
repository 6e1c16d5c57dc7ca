import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Whether a program of that name is on PATH. */
export function hasCommand(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
