import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Compresses without a date, a name, or the system that it was done on. The bytes depend on the version of zlib alone. */
export async function compressStably(bytes: Buffer): Promise<Buffer> {
  const compressed = await compress(bytes, { level: 9 });
  // The header's ninth byte names the system: 255 is "unknown".
  compressed[9] = 255;
  return compressed;
}
