import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAnyPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';

const python = findAnyPython();
const canTrace = hasProgram('strace');

/** How often each path below a folder was handed to the kernel, by all processes of one call. */
function countLooks(trace: string, folder: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  // A call that another process interrupts is two lines, `<unfinished ...>` and `<... resumed>`; the path is in the first.
  for (const [, name = ''] of trace.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
    if (name.startsWith(`${folder}/`)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

describe.skipIf(python === null || !canTrace)('how often the disk is looked at (needs strace and a Python)', () => {
  let sandbox: Sandbox;
  let [pathLooks, treeLooks]: ReadonlyMap<string, number>[] = [];
  let folders: readonly string[] = [];
  let levels: readonly string[] = [];

  beforeAll(async () => {
    sandbox = createSandbox();
    const many = path.join(sandbox.folder, 'path');
    folders = Array.from({ length: 200 }, (_, index) => path.join(many, `${index}`));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const tree = path.join(sandbox.folder, 'tree');
    levels = Array.from({ length: 60 }, (_, index) =>
      path.join(tree, ...Array.from({ length: index + 1 }, (__, depth) => `d${depth}`)),
    );
    const cwd = levels.at(-1) ?? tree;
    mkdirSync(cwd, { recursive: true });
    const trace = path.join(sandbox.folder, 'trace');
    const calls =
      'trace=?stat,?lstat,?newfstatat,?statx,?access,?faccessat,?faccessat2,?open,openat,?readlink,?readlinkat';
    const rest = `${path.dirname(python?.executable ?? '/usr/bin/python3')}:/usr/bin:/bin`;
    const { status } = await sandbox.run(
      ['strace', '-f', '-s', '4096', '-e', calls, '-o', trace, sandbox.pip, 'list'],
      { cwd, env: { PATH: `${sandbox.shims}:${folders.join(':')}:${rest}` }, unprivileged: false },
    );
    if (status !== 0) throw new Error(`pip list ended with ${status}`);
    // What pip itself looks at comes after the decision; it does not look at PATH or at the tree.
    const text = readFileSync(trace, 'utf8');
    [pathLooks, treeLooks] = [countLooks(text, many), countLooks(text, tree)];
  });

  afterAll(() => sandbox.remove());

  test('each of 200 directories on PATH once a name', () => {
    const names = ['python', 'python3'].flatMap((name) => folders.map((folder) => path.join(folder, name)));
    const unexpected = [...(pathLooks ?? [])].filter(([name, count]) => !names.includes(name) || count > 1);
    expect(unexpected).toEqual([]);
    expect(pathLooks?.size).toBeGreaterThanOrEqual(200);
  });

  test('each of 60 levels of directories once a file', () => {
    const files = ['.git', 'pipward.toml', 'pyproject.toml'];
    const expected = levels.flatMap((level) => files.map((file) => path.join(level, file)));
    const inside = [...(treeLooks ?? [])].filter(
      ([name]) => levels.includes(path.dirname(name)) && !levels.includes(name),
    );
    expect(inside.filter(([, count]) => count > 1)).toEqual([]);
    expect(inside.map(([name]) => name).toSorted()).toEqual(expected.toSorted());
  });
});
