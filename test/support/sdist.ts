import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** Writes NAME-VERSION.tar.gz (ustar, POSIX.1-1988) into a folder and returns its path; `files`: name in the project to text. */
export function makeSdist(
  folder: string,
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
): string {
  const metadata = { 'PKG-INFO': `Metadata-Version: 1.0\nName: ${name}\nVersion: ${version}\n` };
  const entries = Object.entries({ ...metadata, ...files }).flatMap(([file, text]) => {
    const data = Buffer.from(text);
    return [
      makeHeader(`${name}-${version}/${file}`, data.length),
      data,
      Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK),
    ];
  });
  const target = path.join(folder, `${name}-${version}.tar.gz`);
  writeFileSync(target, gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)])));
  return target;
}

function makeHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const fields: readonly (readonly [at: number, text: string])[] = [
    [0, name],
    [100, '0000644\0'],
    [108, '0000000\0'],
    [116, '0000000\0'],
    [124, `${size.toString(8).padStart(11, '0')}\0`],
    [136, '00000000000\0'],
    // The sum counts its own field as spaces.
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\x0000'],
  ];
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
