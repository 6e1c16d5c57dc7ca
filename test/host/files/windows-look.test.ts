import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeExactly } from '../../../src/host/files/file-view.ts';

test('file ids of Windows keep all their bits, and a file its size and times', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-look-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'python.exe');
  writeFileSync(file, 'four');
  const stats = statSync(file, { bigint: true });
  const [first, second] = [9_007_199_254_740_992n, 9_007_199_254_740_993n].map((ino) =>
    describeExactly(Object.assign(Object.create(stats), { ino })),
  );
  // As numbers they are equal.
  expect([first?.inode, second?.inode]).toEqual(['9007199254740992', '9007199254740993']);
  expect(first).toMatchObject({ kind: 'file', size: 4, owner: -1 });
  expect(Math.abs((first?.modified ?? 0) - Number(stats.mtimeMs))).toBeLessThan(1);
});
