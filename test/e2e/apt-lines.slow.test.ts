import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { simulateApt } from '../support/apt.ts';
import { canMount } from '../support/namespaces.ts';
import { findManagedPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

const python = findManagedPython();
const [major, minor] = python?.version.split('.') ?? [];
const stdlib = `/usr/lib/python${major}.${minor}`;
/** Where Debian's own pip is. */
const PIP = '/usr/lib/python3/dist-packages/pip';
const canHide = canMount && hasProgram('apt-get');

describe.skipIf(python === null || !canHide)(
  'what apt is told to install (skipped without Debian python3-pip, root, unshare)',
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      makeWheel(box.wheels, 'demo-lib');
    });
    afterAll(() => box?.remove());

    /** Runs a line as the sandbox's user on a machine that lacks these folders, in a mount namespace of its own. */
    function runWithout(hidden: readonly string[], line: string): string {
      const mounts = hidden.filter((folder) => existsSync(folder)).map((folder) => `mount -t tmpfs none ${folder}`);
      const inner = box.wrap(['/bin/bash', '-c', line]).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
      const { stderr } = spawnSync('unshare', ['-m', 'sh', '-c', [...mounts, `exec ${inner.join(' ')}`].join(' && ')], {
        cwd: box.project,
        env: box.environment(),
        encoding: 'utf8',
      });
      return stderr;
    }

    test.each([
      {
        name: 'no ensurepip, for an environment',
        hidden: [`${stdlib}/ensurepip`],
        line: 'pip install -r nothing.txt demo-lib',
        code: 'externally-managed',
        installs: `python${major}.${minor}-venv`,
      },
      {
        name: 'no pip',
        hidden: [PIP],
        // (What is installed there would be refused: the Python is marked as managed.)
        line: 'pip download demo-lib',
        code: 'no-pip-module',
        installs: 'python3-pip',
      },
      {
        name: 'no pipx, for a program',
        hidden: [],
        // (A PATH without pipx, and with all that pip and we need.)
        line: 'for file in /usr/bin/*; do [ "${file##*/}" = pipx ] || ln -s "$file" "$HOME/bin/"; done; PATH="${PATH%%:*}:$HOME/bin"; pip install demo-tool',
        code: 'externally-managed',
        installs: 'pipx',
      },
    ])('$name: $installs', ({ hidden, line, code, installs }) => {
      // In a directory of its own: the second message of a code on a day is the short one.
      const { commands } = readAdvice(
        runWithout(hidden, `mkdir -p "$HOME/bin"; cd "$(mktemp -d -p .)" && ${line}`),
        code,
      );
      const printed = commands.filter((command) => command.includes('apt install'));
      expect(printed).toEqual([`sudo apt install -y ${installs}`]);
      // As printed, but that nothing is done and the user is not asked for a password.
      const done = simulateApt(printed[0] ?? '');
      if (done === null) return;
      expect(done).toMatch(new RegExp(`^Inst ${installs} |${installs} is already the newest`, 'm'));
    });
  },
);
