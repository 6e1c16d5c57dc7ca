import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findPythonNames } from '../../../src/admin/setup/python-names.ts';

test('names of Pythons on PATH and in pyenv, free-threaded ones too, oldest first', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'pipward-names-'));
  try {
    const place = (folder: string, name: string, mode = 0o755) => {
      mkdirSync(path.join(home, folder), { recursive: true });
      writeFileSync(path.join(home, folder, name), '');
      chmodSync(path.join(home, folder, name), mode);
    };
    place('bin', 'python3.98t');
    place('bin', 'python3.99-config');
    place('bin', 'python3.97', 0o644);
    place('relative', 'python3.96');
    place('.pyenv/versions/3.95.0/bin', 'python3.95');
    const names = findPythonNames({ PATH: `${home}/bin:relative` }, home);
    // The machine's own are older.
    expect(names.filter((name) => /^python3\.9\d/.test(name))).toEqual(['python3.95', 'python3.98t']);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  }
});
