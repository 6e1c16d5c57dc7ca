import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Files that make a folder a project, or choose a Python or a policy for all that lies below it. */
const MARKS = `pyproject.toml pipward.toml setup.py setup.cfg requirements.txt Pipfile poetry.lock uv.lock tox.ini .git
  .venv venv .python-version`.split(/\s+/);

/** Returns the names of such files in a folder. */
export function listMarks(folder: string): readonly string[] {
  return MARKS.filter((name) => lstatSync(path.join(folder, name), { throwIfNoEntry: false }) !== undefined);
}

/** Returns the folder and those above it. */
export function listUpward(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...listUpward(parent)];
}

/**
 * Returns a folder for temporary files, by its real name, that another user can reach and programs can be started from;
 * one that is in no project, if there is such a one.
 */
export function chooseTemporaryFolder(): string {
  const usable = [tmpdir(), '/tmp', '/var/tmp'].flatMap((name) => {
    try {
      const folder = realpathSync(name);
      return isReachable(folder) && startsPrograms(folder) ? [folder] : [];
    } catch {
      return [];
    }
  });
  const plain = usable.find((folder) => listUpward(folder).every((each) => listMarks(each).length === 0));
  return plain ?? usable[0] ?? tmpdir();
}

/** Whether every user can come to the folder, where that matters: only root starts programs as another user. */
export function isReachable(folder: string): boolean {
  return process.getuid?.() !== 0 || listUpward(folder).every((each) => (statSync(each).mode & 0o001) !== 0);
}

function startsPrograms(folder: string): boolean {
  const own = mkdtempSync(path.join(folder, 'pipward-tests-'));
  try {
    const program = path.join(own, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(own, { recursive: true });
  }
}
