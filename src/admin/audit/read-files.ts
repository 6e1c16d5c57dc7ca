import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { judgeLog, listLogFiles } from '../../host/audit/append-line.ts';
import { listLogFolders } from '../../host/audit/log-folder.ts';
import type { CallContext } from '../../model/call-context.ts';

/** The caller's own log: its files, the oldest first, and all that is in them. */
export type OwnLog = { readonly files: readonly string[]; readonly text: string };

/** Returns the log of the caller. What a call would not write to is not read: links, pipes, files of other users. */
export function readOwnLog(context: CallContext): OwnLog {
  const folders = listLogFolders(context).map(({ folder }) => folder);
  const read = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => listLogFiles(folder))
    .flatMap((file) => {
      const text = readOwnFile(file);
      return text === null ? [] : [{ file, text }];
    });
  return { files: read.map(({ file }) => file), text: read.map(({ text }) => text).join('\n') };
}

function readOwnFile(file: string): string | null {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    return judgeLog(fstatSync(fd)) === null ? readFileSync(fd, 'utf8') : null;
  } finally {
    closeSync(fd);
  }
}
