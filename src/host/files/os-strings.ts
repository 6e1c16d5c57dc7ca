import { isUtf8 } from 'node:buffer';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Node decodes arguments, variables and paths as UTF-8 and puts U+FFFD for what is not: such a path would lead nowhere.
 * We keep those bytes as Python does (PEP 383): each byte that does not decode becomes a lone surrogate, U+DC80 + byte - 0x80.
 */
const REPLACEMENT = '\uFFFD';

/** The text of OS bytes; lone surrogates for bytes that are no UTF-8. */
export function decodeOsBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  for (let start = 0; start < buffer.length;) {
    // The longest valid sequence that starts here, of 1 to 4 bytes.
    const length = [1, 2, 3, 4].find(
      (size) => start + size <= buffer.length && isUtf8(buffer.subarray(start, start + size)),
    );
    if (length === undefined) text += String.fromCharCode(0xdc00 + (buffer[start] ?? 0));
    else text += buffer.toString('utf8', start, start + length);
    start += length ?? 1;
  }
  return text;
}

/** The bytes that `decodeOsBytes` made the text from. */
export function encodeOsString(text: string): Buffer {
  if (!needsRawBytes(text)) return Buffer.from(text, 'utf8');
  return Buffer.concat(
    text
      // With the u flag, half of a surrogate pair (U+1F4E6 is D83D DCE6) does not match.
      .split(/([\uDC80-\uDCFF])/u)
      .map((part, index) => (index % 2 === 1 ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part, 'utf8'))),
  );
}

/** Whether Node could not pass the text on to another process as it is. (Asked for each path: a pattern would be slower.) */
export function needsRawBytes(text: string): boolean {
  return !text.isWellFormed();
}

/** A path as `fs` wants it: a string, or bytes where a string would be changed. */
export function osPath(text: string): string | Buffer {
  return needsRawBytes(text) ? encodeOsString(text) : text;
}

/** Arguments and variables of this process, exact; where the platform hides the bytes, as Node decoded them. */
export function readOwnProcess(argv: readonly string[], env: NodeJS.ProcessEnv) {
  // (Object.keys leaves out what Node cannot find under the name that it has made of the bytes.)
  const odd = [...argv, ...Object.getOwnPropertyNames(env), ...Object.values(env)].some((text) =>
    text?.includes(REPLACEMENT),
  );
  const plain = { arguments: [...argv], env: { ...env } as Record<string, string | undefined> };
  if (!odd) return plain;
  try {
    const words = splitAtNul(readFileSync('/proc/self/cmdline'));
    const variables = splitAtNul(readFileSync('/proc/self/environ')).map((entry) => {
      const equals = entry.indexOf('=', 1);
      return [entry.slice(0, equals), entry.slice(equals + 1)] as const;
    });
    // The raw list begins with the same words as Node's, but for what Node took for itself.
    return { arguments: words.slice(words.length - argv.length), env: Object.fromEntries(variables) };
  } catch {
    return plain;
  }
}

/** The physical current directory; null when it was deleted. */
export function readCurrentDirectory(): string | null {
  try {
    const cwd = process.cwd();
    return cwd.includes(REPLACEMENT) ? decodeOsBytes(readlinkSync('/proc/self/cwd', { encoding: 'buffer' })) : cwd;
  } catch {
    return null;
  }
}

/** A name for the current directory by which a child finds it, whatever bytes it really has. */
export function inCurrentDirectory(): string {
  const cwd = process.cwd();
  return cwd.includes(REPLACEMENT) ? '/proc/self/cwd' : cwd;
}

function splitAtNul(bytes: Buffer): string[] {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0, start);
    const stop = end === -1 ? bytes.length : end;
    parts.push(decodeOsBytes(bytes.subarray(start, stop)));
    start = stop + 1;
  }
  return parts;
}
