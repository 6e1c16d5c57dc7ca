import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseSome } from '../support/matrix.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';

/** What becomes of a file; it is away when this is called, and `away` is where it is. */
const DAMAGES: readonly (readonly [name: string, damage: (file: string, away: string) => void])[] = [
  ['is missing', () => {}],
  ['is empty', (file) => copyFileSync('/dev/null', file)],
  ['is cut off', (file, away) => {
    copyFileSync(away, file);
    truncateSync(file, Math.floor(statSync(away).size * 0.6));
  }],
  ['is a folder', (file) => mkdirSync(file)],
  ['is a link to itself', (file) => symlinkSync(path.basename(file), file)],
  ['is a FIFO', (file) => void spawnSync('mkfifo', [file])],
  ['is a device without an end', (file) => symlinkSync('/dev/zero', file)],
  ['is another program', (file) => copyFileSync(path.join(path.dirname(file), 'warm-up.cjs'), file)],
]; // prettier-ignore

/** By the beginnings of their names: those of code caches have the version of Node in them. */
const FILES = ['call.cjs', 'watch.cjs', 'reporter.cjs', 'recorder.cjs', 'shim.cjs', 'call-', 'watch-'];

describe('pip runs, and once, whatever has become of a program of ours', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\nexit 7\n', 0o755);
  });
  afterAll(() => box?.remove());

  const cases = FILES.flatMap((file) => DAMAGES.map(([name, damage]) => [file, name, damage] as const));
  const isWaiting = ([, name]: (typeof cases)[number]) => name === 'is a FIFO' || name.startsWith('is a device');
  const usual = [
    ...chooseSome(cases.filter(isWaiting), 7),
    ...chooseSome(
      cases.filter((one) => !isWaiting(one)),
      5,
    ),
  ];
  test.each(usual)('%s %s', async (start, _name, damage) => {
    const dist = path.join(box.prefix, 'dist');
    const file = path.join(dist, readdirSync(dist).find((name) => name.startsWith(start)) ?? '');
    renameSync(file, `${file}.away`);
    try {
      damage(file, `${file}.away`);
      for (const word of ['list', 'install']) {
        const { status, stdout } = await box.run([box.pip, word, 'x']);
        expect({ word, status, lines: stdout.match(/^ran /gm)?.length }).toEqual({ word, status: 7, lines: 1 });
        expect(stdout).toMatch(new RegExp(`${word} x\\n$`));
      }
    } finally {
      rmSync(file, { recursive: true, force: true });
      renameSync(`${file}.away`, file);
    }
  });

  test('without the program that writes advice one line says so, and the status is that of pip', async () => {
    const file = path.join(box.prefix, 'dist/reporter.cjs');
    renameSync(file, `${file}.away`);
    try {
      for (const text of ['', 'not a program']) {
        writeFileSync(file, text);
        box.write(
          '../bin/python3',
          '#!/bin/dash\necho "ERROR: No matching distribution found for x" >&2\nexit 1\n',
          0o755,
        );
        const { status, stderr } = await box.run([box.pip, 'install', 'x']);
        expect(status).toBe(1);
        expect(stderr).toMatch(
          /^ERROR: .*\npipward: no advice, since a part of it failed \(.*\); check it: pipward doctor\n$/,
        );
      }
    } finally {
      rmSync(file);
      renameSync(`${file}.away`, file);
      box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\nexit 7\n', 0o755);
    }
  });

  test.each(
    chooseSome([['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['ksh'], ['mksh'], ['zsh', '--emulate', 'sh']], 2),
  )('the shim itself is cut off: without pip it does not end with 0 (%s)', async (...shell) => {
    const [program = ''] = shell;
    if (!hasProgram(program)) return;
    const text = readFileSync(box.pip, 'utf8');
    // At ends of lines sh sees nothing wrong. (Before the trap, which comes first, are comments.)
    const lines = text.split('\n');
    const begin = lines.findIndex((line) => line.startsWith('trap '));
    const cuts = Array.from({ length: lines.length - begin - 2 }, (_, index) => begin + 1 + index);
    try {
      for (const cut of chooseSome(cuts, 40)) {
        writeFileSync(box.pip, `${lines.slice(0, cut).join('\n')}\n`);
        const { status, stdout } = await box.run([program, ...shell.slice(1), box.pip, 'install', 'x']);
        expect({ cut, isSilent: status === 0 && !stdout.startsWith('ran ') }).toEqual({ cut, isSilent: false });
      }
    } finally {
      writeFileSync(box.pip, text);
    }
  });

  test('bin/pipward is cut off: it does not end with 0', async () => {
    const text = readFileSync(box.pipward, 'utf8');
    const lines = text.trimEnd().split('\n');
    const begin = lines.findIndex((line) => line.startsWith('trap '));
    const cuts = lines.map((_, index) => index).filter((index) => index > begin);
    try {
      for (const shell of [['dash'], ['bash', '--posix']] as const) {
        for (const cut of chooseSome(cuts, 20)) {
          writeFileSync(box.pipward, `${lines.slice(0, cut).join('\n')}\n`);
          const { status } = await box.run([...shell, box.pipward, '--version']);
          expect({ cut, isSilent: status === 0 }).toEqual({ cut, isSilent: false });
        }
      }
    } finally {
      writeFileSync(box.pipward, text);
    }
    expect((await box.run([box.pipward, '--version'])).status).toBe(0);
  });
});
