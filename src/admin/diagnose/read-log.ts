import { createReadStream } from 'node:fs';

/**
 * Yields a file's text part by part; `-` is standard input. UTF-16 where a byte order mark says so (PowerShell's `>`),
 * else UTF-8; what is neither becomes U+FFFD. Throws as the file system does.
 */
export async function* readParts(file: string): AsyncGenerator<string> {
  const stream: AsyncIterable<Buffer> = createReadStream(file === '-' ? '' : file, file === '-' ? { fd: 0 } : {});
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let first: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    if (decoder === null) {
      // A pipe may give the mark's two bytes one by one.
      first = Buffer.concat([first, chunk]);
      if (first.length < 2) continue;
      decoder = new TextDecoder(chooseEncoding(first));
      yield decoder.decode(first, { stream: true });
    } else {
      yield decoder.decode(chunk, { stream: true });
    }
  }
  yield decoder === null ? first.toString('utf8') : decoder.decode();
}

function chooseEncoding(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}
