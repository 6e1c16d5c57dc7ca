import type { CallContext } from '../model/call-context.ts';
import { isOfKernel } from './of-kernel.ts';

/**
 * What a file says. `isSure`: the bytes were decoded as Python does it, or the file has nothing but ASCII. `unknown`: Python
 * would read more of it than we do.
 */
export type ConfigurationText =
  | { readonly kind: 'text'; readonly text: string; readonly isSure: boolean }
  /** Python skips it: it is missing, a folder, or may not be read. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'unknown'; readonly reason: string };

const SKIPPED: ConfigurationText = { kind: 'skipped' };
/** pip reads a file of any size; a file written by hand is smaller. */
const MAX_BYTES = 1024 * 1024;

/** Reads a file as ConfigParser.read() does, which skips what cannot be opened. A file over `limit` bytes is unknown. */
export function readConfigurationText(file: string, context: CallContext, limit = MAX_BYTES): ConfigurationText {
  const { files } = context;
  // What stands there is made for the process that reads it: pip may get something else.
  if (isOfKernel(file, context)) return { kind: 'unknown', reason: 'a file of the kernel' };
  const read = files.readText(file, limit);
  if (read.kind === 'missing') return SKIPPED;
  if (read.kind === 'text') {
    return { kind: 'text', text: read.text, isSure: isAscii(read.text) || isUtf8Locale(context) };
  }
  switch (read.reason) {
    case 'permission':
      return SKIPPED;
    case 'not-utf-8':
      return readBytes(file, context, limit);
    case 'too-large':
      return { kind: 'unknown', reason: `larger than ${limit / 1024} KiB` };
    case 'not-a-file':
      return isSilent(file, context) ? SKIPPED : { kind: 'unknown', reason: 'a pipe or a device' };
    case 'failed':
      // A socket cannot be opened by any user.
      return files.status(file)?.kind === 'file' ? { kind: 'unknown', reason: 'cannot be read' } : SKIPPED;
  }
}

/**
 * Under a UTF-8 locale Python 3 ends here and Python 2 reads the bytes; under another locale both read them. Each byte that
 * is not ASCII becomes a lone surrogate, as in the paths of the host, so that a path among them leads to the same file.
 */
function readBytes(file: string, context: CallContext, limit: number): ConfigurationText {
  const bytes = context.files.readBytes(file, limit);
  if (bytes === null) return { kind: 'unknown', reason: 'cannot be read' };
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  return { kind: 'text', text, isSure: isUtf8Locale(context) };
}

/** A folder, or /dev/null under another name. */
function isSilent(file: string, { files }: CallContext): boolean {
  return files.status(file)?.kind === 'directory' || files.realPath(file) === '/dev/null';
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/**
 * Whether Python decodes files as UTF-8, or ends at what is not. The name of a locale tells it, but for locales of one's own
 * (LOCPATH). PYTHONUTF8 does not count: recent pips ask for the encoding of the locale all the same.
 */
export function isUtf8Locale({ env, platform }: CallContext): boolean {
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C';
  return locale === 'C' || locale === 'POSIX' || (/\.utf-?8(?:@|$)/i.test(locale) && !env['LOCPATH']);
}
