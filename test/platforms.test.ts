import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const page = readFileSync(path.join(root, 'docs/platforms.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| (?!system|-)/.test(line) && !line.startsWith('|--'));

test('each row of docs/platforms.md names a test that exists', () => {
  expect(rows.length).toBeGreaterThan(10);
  const missing = rows.filter((row) => {
    const [, file = '', name = ''] = /`(test\/[\w./-]+\.test\.ts)`: "([^"]+)" \|$/.exec(row) ?? [];
    return file === '' || !readFileSync(path.join(root, file), 'utf8').includes(name);
  });
  expect(missing).toEqual([]);
});
