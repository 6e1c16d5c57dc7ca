import type { CallContext } from '../../model/call-context.ts';
import { MAX_LEVELS } from '../../util/upward.ts';
import { pathsOf } from '../../util/paths.ts';

/** One path; Linux takes 4,096 bytes. */
const FILE_LIMIT = 4096 + 2;

/**
 * Returns the folder of the environment that a usual name stands for: itself, or what a file of that name says (the
 * first draft of PEP 832): one line of UTF-8, a path, relative to the file. Not followed further. null: no environment.
 */
export function followName(place: string, context: Pick<CallContext, 'files' | 'platform'>): string | null {
  const { files, platform } = context;
  const kind = files.status(place)?.kind;
  const folder = kind === 'directory' ? place : kind === 'file' ? readNamed(place, context) : null;
  if (folder === null || files.status(pathsOf(platform).join(folder, 'pyvenv.cfg')) === null) return null;
  // Each folder above it is looked at before it is used, so a link must not lead to a thousand of them.
  const real = files.realPath(folder) ?? folder;
  return real.split(pathsOf(platform).sep).length > MAX_LEVELS ? null : folder;
}

/** Returns the name with the links of the folders above it resolved: what a file or link of that name is known by. */
export function canonicalPlace(place: string, { files, platform }: Pick<CallContext, 'files' | 'platform'>): string {
  const paths = pathsOf(platform);
  const folder = paths.dirname(place);
  return paths.join(files.realPath(folder) ?? folder, paths.basename(place));
}

function readNamed(file: string, { files, platform }: Pick<CallContext, 'files' | 'platform'>): string | null {
  const read = files.readText(file, FILE_LIMIT);
  const line = read.kind === 'text' ? read.text.replace(/\r?\n$/, '') : '';
  // What has a second line, or would move a terminal's cursor, was not written as a path.
  if (line.trim() === '' || /[\0-\x1f\x7f]/.test(line)) return null;
  const paths = pathsOf(platform);
  const folder = paths.resolve(paths.dirname(file), line);
  return files.status(folder)?.kind === 'directory' ? folder : null;
}
