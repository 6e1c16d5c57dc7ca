import { describe, expect, test } from 'vitest';
import { KINDS } from './case.ts';
import { FIRST_ARGUMENTS, PRECONDITIONS, SHELLS, VERSIONS, WRAPPERS } from './choices.ts';
import { fitCase, listSkipped, type Machine } from './fit-case.ts';
import { generateCase } from './generate.ts';
import { createRandom } from './random.ts';

const many = (seed: number, count: number) =>
  Array.from({ length: count }, (_, number) => generateCase(seed, number, null));

const everything: Machine = {
  isRoot: true,
  pythons: VERSIONS,
  pythonsWithPip: VERSIONS,
  programs: [...Object.values(SHELLS), ...Object.values(WRAPPERS)].flatMap(([name]) => name ?? []),
  hasSystemPip: true,
  hasGermanLocale: true,
};
const nothing: Machine = {
  isRoot: false,
  pythons: ['3.11'],
  pythonsWithPip: [],
  programs: [],
  hasSystemPip: false,
  hasGermanLocale: false,
};

describe('random choices', () => {
  test('are the same for the same seed, and others for another', () => {
    const draw = (seed: string) => {
      const random = createRandom(seed);
      return Array.from({ length: 50 }, () => random.below(1000));
    };
    expect(draw('one')).toEqual(draw('one'));
    expect(draw('one')).not.toEqual(draw('two'));
  });

  test('reach every value, the first and the last', () => {
    const random = createRandom('reach');
    const drawn = new Set(Array.from({ length: 500 }, () => random.between(3, 7)));
    expect(drawn).toEqual(new Set([3, 4, 5, 6, 7]));
    expect(new Set(random.sample([1, 2, 3], 9))).toEqual(new Set([1, 2, 3]));
    expect(() => random.pick([])).toThrow('nothing to pick from');
  });
});

describe('cases', () => {
  test('are the same for the same seed and number', () => {
    expect(many(5, 60)).toEqual(many(5, 60));
    expect(many(5, 60)).not.toEqual(many(6, 60));
  });

  test('are the same when their kind is given, as in the command that repeats one', () => {
    for (const [number, chosen] of many(7, 60).entries()) expect(generateCase(7, number, chosen.kind)).toEqual(chosen);
  });

  test('do not change from one version of the harness to the next without notice', () => {
    expect(generateCase(1, 0, 'signal')).toMatchInlineSnapshot(`
      {
        "actions": [
          [
            "handle",
            10,
            12,
          ],
          [
            "print",
            1,
            "up
      ",
            true,
          ],
          [
            "hold",
          ],
          [
            "print",
            1,
            "end
      ",
            true,
          ],
          [
            "end",
            "sys",
            5,
          ],
        ],
        "args": [
          "install",
          "x",
        ],
        "bareEnvironment": false,
        "before": [],
        "deleteCwd": false,
        "env": [],
        "extra": {},
        "io": [
          "null",
          "pipe",
          "pipe",
        ],
        "kind": "signal",
        "mode": "venv",
        "shell": "dash",
        "size": [
          1,
          1,
        ],
        "steps": [
          [
            "group",
            10,
          ],
          [
            "group",
            12,
          ],
        ],
        "unprivileged": false,
        "version": "3.12",
        "wrapper": "none",
      }
    `);
  });

  test('reach every dimension', () => {
    const cases = many(1, 4000);
    const reached = (values: readonly unknown[]) => new Set(values.map((value) => JSON.stringify(value)));
    expect(reached(cases.map(({ kind }) => kind)).size).toBe(KINDS.length);
    expect(reached(cases.map(({ version }) => version)).size).toBe(VERSIONS.length);
    expect(reached(cases.map(({ shell }) => shell)).size).toBe(Object.keys(SHELLS).length);
    expect(reached(cases.map(({ wrapper }) => wrapper)).size).toBe(Object.keys(WRAPPERS).length);
    expect(reached(cases.flatMap(({ before }) => before)).size).toBe(PRECONDITIONS.length);
    expect(reached(cases.flatMap(({ steps }) => steps.map(([how]) => how))).size).toBe(5);
    const first = new Set(cases.map(({ args: [word] }) => word));
    expect(FIRST_ARGUMENTS.filter((word) => !first.has(word))).toEqual([]);
  });

  test('have a terminal where /dev/tty is opened or keys are typed', () => {
    const needy = many(3, 2000).filter(({ io, steps }) => io.includes('tty') || steps.some(([how]) => how === 'key'));
    expect(needy.length).toBeGreaterThan(10);
    expect(needy.filter(({ io }) => !io.includes('pty'))).toEqual([]);
  });
});

describe('on a machine', () => {
  test('that has everything a case stays as it is', () => {
    for (const chosen of many(9, 200)) expect(fitCase(chosen, everything)).toEqual(chosen);
    expect(listSkipped(everything)).toEqual([]);
  });

  test('that has nothing a case asks for nothing, and the rest of it stays', () => {
    for (const chosen of many(9, 200)) {
      const { kind, version, mode, shell, wrapper, unprivileged, ...rest } = fitCase(chosen, nothing);
      expect({ version, shell, wrapper, unprivileged }).toEqual({
        version: '3.11',
        shell: 'direct',
        wrapper: 'none',
        unprivileged: false,
      });
      expect(['path', 'venv']).toContain(mode);
      expect(kind).not.toBe('real');
      expect(chosen).toMatchObject(rest);
    }
  });

  test('a machine that lacks something lists the skipped kinds, with the reason', () => {
    expect(listSkipped(nothing)).toMatchInlineSnapshot(`
      [
        "Python 3.6, 3.7, 3.8, 3.9, 3.10, 3.12, 3.13: neither pyenv nor /usr/bin/python3 has it",
        "real pips: no Python here has one",
        "as a script of dash, bash, bash-posix, busybox, ksh, mksh, zsh, zsh-sh: not on PATH",
        "started by nohup, timeout, timeout-foreground, setsid, nice, env, sh, bash-background, bash-trap, zsh, setarch, ionice, dash-jobs, xargs, find: not on PATH",
        "another user, and an interpreter that the user cannot write: not root",
        "the system's Python: /usr/bin/python3 is missing or has no pip",
        "translated messages: there is no locale de_DE.UTF-8",
      ]
    `);
  });

  test('without a Python nothing can be run', () => {
    expect(() => fitCase(generateCase(1, 0, null), { ...everything, pythons: [] })).toThrow('there is no Python');
  });
});
