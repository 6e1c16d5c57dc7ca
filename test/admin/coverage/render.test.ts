import { expect, test } from 'vitest';
import type { CoverageRow } from '../../../src/admin/coverage/model.ts';
import { readAnswer } from '../../../src/admin/coverage/probe-places.ts';
import { renderAsked, renderCount, renderMeanings, renderRows } from '../../../src/admin/coverage/render.ts';

const style = { isTerminal: false, colour: false, signs: false, columns: null, home: '/home/ada' };
const row = (changes: Partial<CoverageRow>): CoverageRow => ({
  way: 'pip',
  environment: 'login',
  path: '/usr/bin/pip',
  interpreter: '/usr/bin/python3.11',
  worth: 'open',
  reason: 'nothing refuses',
  asks: [],
  close: null,
  ...changes,
});

test('rows that differ in name and environment alone are one; open ones come first', () => {
  const rows = [
    row({ worth: 'prevents', way: 'pipx', interpreter: null, path: '/usr/bin/pipx', reason: 'its own' }),
    ...(['login', 'cron'] as const).flatMap((environment) =>
      ['pip', 'pip3'].map((way) => row({ way, environment, close: 'pipward policy apply --user' })),
    ),
    row({ way: 'python3 -m pip', environment: 'cron', close: 'pipward policy apply --user' }),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) =>
      row({
        way: `/home/ada/e${number}/bin/pip`,
        environment: 'any',
        interpreter: `/e${number}`,
        reason: 'an environment',
      }),
    ),
  ];
  expect(renderRows(rows, style).join('\n')).toBe(
    `open      pip, pip3 (login, the user's crontab); python3 -m pip (the user's crontab)
          /usr/bin/python3.11: nothing refuses
          close it: pipward policy apply --user

open      ~/e1/bin/pip, ~/e2/bin/pip, ~/e3/bin/pip, ~/e4/bin/pip, ~/e5/bin/pip, ~/e6/bin/pip, and 2 more
          an environment

prevents  pipx (login)
          /usr/bin/pipx: its own`,
  );
});

test('the words that are used are explained below the rows', () => {
  expect(renderMeanings([row({ worth: 'deters' }), row({}), row({})])).toEqual([
    'What happens to an install that breaks a rule:',
    '  open      nothing stops or reports it',
    '  deters    it is refused, unless the user overrides that',
  ]);
});

test('a terminal of 80 columns: only a command is longer; no character of a name does anything', () => {
  const hostile = '/opt/\u001b]0;x\u0007\n\u202eevil/pip';
  const close = `'/opt/${'long/'.repeat(20)}pip' x`;
  const text = renderRows(
    [
      row({
        way: hostile,
        path: hostile,
        environment: 'any',
        interpreter: `${hostile}\rpython`,
        reason: 'a word '.repeat(30),
        close,
      }),
    ],
    { ...style, columns: 80 },
  ).join('\n');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f\u202e]/);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([`          close it: ${close}`]);
});

test('the first and the last line', () => {
  const rule = { rule: 'forbid-root', scope: 'user', file: '/home/ada/.config/pipward/config.toml', line: 3 } as const;
  expect(renderAsked([rule], [], '/home/ada')).toBe('enforced rules: forbid-root (~/.config/pipward/config.toml:3)');
  expect(renderAsked([], [], null)).toMatch(/^enforced rules: none/);
  expect(renderCount([row({})], [rule], [])).toBe('1 open way allows an install that breaks the policy.');
  expect(renderCount([], [rule], [])).toBe('No open way allows an install that breaks the policy.');
  expect(renderCount([], [], [])).toBe('No rule is enforced, so nothing needs to be closed.');
  // Of an invalid file nothing is claimed.
  const invalid = ['/etc/pipward/policy.toml'];
  expect(renderAsked([], invalid, null)).toBe('enforced rules: not known, since a policy file is invalid');
  expect(renderCount([], [], invalid)).toBe('What needs to be closed is not known.');
  expect(renderCount([], [rule], invalid)).toBe('What needs to be closed is not known.');
  expect(renderCount([row({})], [rule], invalid)).toMatch(/^1 open way/);
});

const MARK = 'pipward-verification:';

test("a shell's answer: its environment, and which names are not files", () => {
  const said = [
    `${MARK}pip\nalias pip='python3 -m pip'`,
    `${MARK}pip3`,
    `${MARK}python\npython: Command not found.`,
    `${MARK}python3\n/usr/bin/python3`,
    `${MARK}env\nPATH=/a:/b\0ODD=1\nPIP_REQUIRE_VIRTUALENV=0\0HOME=/h`,
  ].join('\n');
  expect(readAnswer(said)).toEqual({
    env: { PATH: '/a:/b', ODD: '1\nPIP_REQUIRE_VIRTUALENV=0', HOME: '/h' },
    aliases: new Map([['pip', "alias pip='python3 -m pip'"]]),
  });
  expect(readAnswer(`${MARK}env\nPATH=/a\nHOME=/h\n`)?.env).toEqual({ PATH: '/a', HOME: '/h' });
  expect(readAnswer('Welcome!\n')).toBeNull();
  expect(readAnswer(`${MARK}env\n`)).toBeNull();
});
