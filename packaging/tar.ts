import { listFolders, type PackageEntry } from './entries.ts';

const BLOCK = 512;
const MAX_NAME = 100;

/** Writes a tar archive (ustar): sorted, of root, with one date. `prefix` is put before each name (`./` in a .deb). */
export function writeTar(entries: readonly PackageEntry[], epoch: number, prefix = ''): Buffer {
  const folders = listFolders(entries);
  const named = [
    ...(prefix === '' ? [] : [{ name: prefix, entry: null }]),
    ...folders.map((folder) => ({ name: `${prefix}${folder}/`, entry: null })),
    ...entries.map((entry) => ({ name: `${prefix}${entry.path}`, entry })),
  ].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const blocks = named.flatMap(({ name, entry }) => {
    if (entry === null) return [renderHeader(name, 0o755, 0, epoch, '5', '')];
    if (entry.kind === 'link') return [renderHeader(name, 0o777, 0, epoch, '2', entry.target)];
    const { bytes, mode } = entry;
    return [renderHeader(name, mode, bytes.length, epoch, '0', ''), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function renderHeader(name: string, mode: number, size: number, epoch: number, type: string, link: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [head, tail] = splitName(name);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  if (Buffer.byteLength(link) > MAX_NAME) throw new Error(`${name}: the link leads to a path that is too long for tar`);
  const fields: readonly (readonly [offset: number, text: string])[] = [
    [0, tail],
    [100, octal(mode, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(size, 11)],
    [136, octal(epoch, 11)],
    [148, ' '.repeat(8)],
    [156, type],
    [157, link],
    [257, 'ustar\x0000'],
    [265, 'root'],
    [297, 'root'],
    [329, octal(0, 7)],
    [337, octal(0, 7)],
    [345, head],
  ];
  for (const [offset, text] of fields) header.write(text, offset, 'utf8');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Splits a name of more than 100 bytes at a slash, as ustar has it. */
function splitName(name: string): readonly [head: string, tail: string] {
  if (Buffer.byteLength(name) <= MAX_NAME) return ['', name];
  const at = name.indexOf('/', Buffer.byteLength(name) - MAX_NAME - 1);
  if (at <= 0 || at > 155) throw new Error(`${name} is too long for tar`);
  return [name.slice(0, at), name.slice(at + 1)];
}

/** Returns the bytes of one file in a tar archive; throws if it is not there. */
export function readFromTar(archive: Buffer, wanted: string): Buffer {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const text = (offset: number, length: number) =>
      archive.toString('utf8', at + offset, at + offset + length).replace(/\0.*$/s, '');
    const [name, head] = [text(0, 100), text(345, 155)];
    if (name === '') break;
    const size = Number.parseInt(text(124, 12).trim(), 8);
    const full = head === '' ? name : `${head}/${name}`;
    if (full === wanted) return archive.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`${wanted} is not in the archive`);
}
