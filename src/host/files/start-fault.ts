import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { osPath } from './os-strings.ts';

/** Offsets and values of a 64-bit file, elf(5). */
const MACHINE = 18;
const HEADERS_AT = 32;
const HEADER_SIZE = 54;
const HEADER_COUNT = 56;
const INTERPRETER = 3;
const IS_64_BIT = 2;
const IS_LITTLE_ENDIAN = 1;
/** What the kernel reads of a first line (execve(2)). */
const FIRST_LINE = 256;

/**
 * Returns why the system cannot start a program that is there: what its first line names is missing, it is made for another
 * machine, its loader is missing. Null if none of that is so, or if it cannot be read.
 */
export function findStartFault(program: string): string | null {
  try {
    return withFile(program, (read) => {
      const start = read(0, FIRST_LINE);
      if (start.toString('latin1', 0, 2) === '#!') return explainFirstLine(start.toString('utf8', 2));
      if (start.toString('latin1', 1, 4) !== 'ELF') return 'it is not a program';
      return explainElf(start, read);
    });
  } catch {
    return null;
  }
}

type Read = (position: number, length: number) => Buffer;

function withFile<T>(file: string, use: (read: Read) => T): T {
  const fd = openSync(osPath(file), 'r');
  try {
    return use((position, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
    });
  } finally {
    closeSync(fd);
  }
}

function explainFirstLine(text: string): string | null {
  const [line = ''] = text.split('\n');
  const [interpreter = ''] = line.trim().split(/[ \t]/);
  if (line.endsWith('\r')) return 'its first line ends as lines do on Windows (CR LF)';
  if (interpreter === '') return 'its first line names no program';
  return isThere(interpreter) ? null : `its first line names ${interpreter}, which does not exist`;
}

function explainElf(start: Buffer, read: Read): string | null {
  const own = withFile(process.execPath, (readOwn) => readOwn(0, FIRST_LINE));
  // Class, order of bytes, machine.
  const isAlike = start.subarray(4, 6).equals(own.subarray(4, 6)) && start[MACHINE] === own[MACHINE];
  if (!isAlike) return 'it is made for another kind of machine';
  const loader = findLoader(start, read);
  return loader === null || isThere(loader) ? null : `it needs ${loader}, which does not exist`;
}

function findLoader(start: Buffer, read: Read): string | null {
  if (start[4] !== IS_64_BIT || start[5] !== IS_LITTLE_ENDIAN) return null;
  const [at, size] = [Number(start.readBigUInt64LE(HEADERS_AT)), start.readUInt16LE(HEADER_SIZE)];
  for (let index = 0; index < start.readUInt16LE(HEADER_COUNT); index += 1) {
    const header = read(at + index * size, size);
    if (header.readUInt32LE(0) !== INTERPRETER) continue;
    const [offset, length] = [Number(header.readBigUInt64LE(8)), Number(header.readBigUInt64LE(32))];
    return read(offset, Math.min(length, FIRST_LINE)).toString('utf8').replace(/\0.*$/s, '');
  }
  return null;
}

const isThere = (file: string) => statSync(file, { throwIfNoEntry: false }) !== undefined;
