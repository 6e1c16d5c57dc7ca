import type { CallContext, FileView } from '../../model/call-context.ts';
import { pathsOf } from '../paths.ts';

type Viewed = Pick<CallContext, 'files' | 'platform' | 'windows'>;

/**
 * Returns whether this user may write there: to the path or, if that is missing, to its closest existing parent. access(2) of
 * Windows knows only the read-only attribute, so Windows itself is asked whether a file may be added to the folder.
 * `files`: another view of the disk than that of the call.
 */
export function isWritable(path: string, context: Viewed, files: FileView = context.files): boolean {
  const answer = PIPWARD_FOR_WINDOWS && context.platform === 'win32' ? askWindows(path, context, files) : null;
  return answer ?? files.writable(path);
}

/** Null if Windows cannot be asked, or if the path is a file: to replace one takes a right of its folder. */
function askWindows(path: string, { windows }: Viewed, files: FileView): boolean | null {
  const paths = pathsOf('win32');
  let folder = path;
  while (files.status(folder) === null && folder !== paths.dirname(folder)) folder = paths.dirname(folder);
  return files.status(folder)?.kind === 'directory' ? (windows?.mayAddFile(folder) ?? null) : null;
}
