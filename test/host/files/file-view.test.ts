import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileView } from '../../../src/host/files/file-view.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipward-files-'));
  const write = (name: string, content: string | Buffer) => writeFileSync(path.join(folder, name), content);
  write('plain', 'a = "é"\n');
  write('empty', '');
  write('mark', '\uFEFFa');
  write('replacement', 'a\uFFFDb');
  write('latin', Buffer.from([0x61, 0xe9, 0x62]));
  write('full', 'x'.repeat(1000));
  write('large', 'x'.repeat(1001));
  mkdirSync(path.join(folder, 'folder'));
  symlinkSync('plain', path.join(folder, 'link'));
  symlinkSync('nowhere', path.join(folder, 'dangling'));
  symlinkSync('/proc/self/pagemap', path.join(folder, 'endless'));
  symlinkSync('/proc/self/cmdline', path.join(folder, 'sizeless'));
  symlinkSync('/dev/zero', path.join(folder, 'zero'));
  spawnSync('mkfifo', [path.join(folder, 'fifo')]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('of a folder with very many names none is told', (context) => {
  const crowded = path.join(folder, 'crowded');
  mkdirSync(crowded);
  for (let index = 0; index < 12_000; index += 1) writeFileSync(path.join(crowded, `${index}-${'x'.repeat(200)}`), '');
  context.skip(statSync(crowded).size <= 2 * 1024 * 1024, 'this file system does not tell how large a folder is');
  expect(createFileView().list(crowded)).toEqual([]);
  expect(createFileView().list(folder)).toContain('crowded');
});

describe('a file in blocks', () => {
  const bytes = Buffer.from(Array.from({ length: 300_001 }, (_, index) => index % 251));
  const read = (name: string, limit: number, keep: number) =>
    createFileView().readBlocks(path.join(folder, name), limit, (next, size) => {
      const parts: Buffer[] = [];
      for (let kept = 0; ;) {
        const block = next(kept);
        if (block.length === kept) return { size, parts, whole: Buffer.concat(parts) };
        // What was kept is what came last.
        expect(Buffer.concat(parts).subarray(-kept || Infinity)).toEqual(Buffer.from(block.subarray(0, kept)));
        parts.push(Buffer.from(block.subarray(kept)));
        kept = Math.min(keep, block.length);
      }
    });

  test.each([0, 1, 8, 20_000])('all of it comes, once, and the last %i bytes again', (keep) => {
    writeFileSync(path.join(folder, 'bytes'), bytes);
    const { size, parts, whole } = read('bytes', bytes.length, keep) ?? {};
    expect(size).toBe(bytes.length);
    expect(whole?.equals(bytes)).toBe(true);
    expect(parts?.length).toBeGreaterThan(2);
  });

  test('an empty file has none', () => {
    expect(read('empty', 10, 0)?.parts).toEqual([]);
  });

  test('what grows meanwhile is read as far as it went', () => {
    const file = path.join(folder, 'grows');
    writeFileSync(file, 'ab');
    const blocks = createFileView().readBlocks(file, 10, (next) => {
      appendFileSync(file, 'cd');
      return [0, 2].map((keep) => Buffer.from(next(keep)).toString());
    });
    expect(blocks).toEqual(['ab', 'ab']);
  });

  test.each(['large', 'folder', 'fifo', 'zero', 'nowhere', 'dangling'])('%s is not read', (name) => {
    expect(read(name, 1000, 0)).toBeNull();
  });

  test.skipIf(process.platform !== 'linux')('of a file that tells no size only the beginning is read', () => {
    expect(read('endless', 1e6, 0)?.whole.length ?? 0).toBeLessThanOrEqual(4096);
  });
});

describe('the text of a file', () => {
  const read = (name: string) => createFileView().readText(path.join(folder, name), 1000);

  test.each([
    ['plain', 'a = "é"\n'],
    ['link', 'a = "é"\n'],
    ['empty', ''],
    ['mark', 'a'],
    ['replacement', 'a\uFFFDb'],
    ['full', 'x'.repeat(1000)],
  ])('%s', (name, text) => {
    expect(read(name)).toEqual({ kind: 'text', text });
  });

  test.each([
    ['latin', { kind: 'unreadable', reason: 'not-utf-8' }],
    ['large', { kind: 'unreadable', reason: 'too-large' }],
    ['folder', { kind: 'unreadable', reason: 'not-a-file' }],
    ['fifo', { kind: 'unreadable', reason: 'not-a-file' }],
    ['zero', { kind: 'unreadable', reason: 'not-a-file' }],
    ['nowhere', { kind: 'missing' }],
    ['plain/below', { kind: 'missing' }],
    ['a\0b', { kind: 'unreadable', reason: 'failed' }],
  ])('%j is not read as a text', (name, expected) => {
    expect(read(name)).toEqual(expected);
  });

  test.skipIf(process.platform !== 'linux')('of a file that tells no size only the beginning is read', () => {
    expect(read('sizeless')).toMatchObject({ kind: 'text', text: expect.stringContaining('node') });
    // Hundreds of gigabytes.
    const endless = read('endless');
    expect(endless.kind === 'text' ? endless.text.length : 0).toBeLessThanOrEqual(4096);
  });

  test('a dangling link is distinguished from a missing file', () => {
    const files = createFileView();
    const name = path.join(folder, 'dangling');
    expect([files.readText(name), files.isLink(name), files.status(name)]).toEqual([{ kind: 'missing' }, true, null]);
  });
});
