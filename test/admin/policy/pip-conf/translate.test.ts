import { describe, expect, test } from 'vitest';
import { translatePolicies } from '../../../../src/admin/policy/pip-conf/translate.ts';
import type { LayerScope, PolicyLayer } from '../../../../src/model/policy.ts';
import { locateKeys } from '../../../../src/policy/file/toml-positions.ts';
import { parsePolicyFile } from '../../../../src/policy/file/parse-policy-file.ts';

const ENVIRONMENT = 'require-virtual-environment = "enforce"';
const NO_USER = 'forbid-user-install = "enforce"';
const VENV = 'accept = ["venv"]';
const TODAY = '2026-11-29';

/** The text of a layer is its lines below `[policy]`, so the first of them is line 2. */
function translate(...policies: readonly (readonly string[])[]) {
  const texts = policies.map((lines) => ['[policy]', ...lines, ''].join('\n'));
  const layers = texts.map((text, index): PolicyLayer => {
    const scope: LayerScope = index === 0 ? 'system' : 'user';
    const layer = parsePolicyFile({ scope, file: `/${index}.toml`, text, kind: 'pipward-toml' });
    if (layer === null) throw new Error('no layer');
    return layer;
  });
  const { lines, refusals, notes } = translatePolicies(layers, TODAY, (file, key) =>
    locateKeys(texts[Number(file[1])] ?? '')(['policy', key]),
  );
  return {
    lines: lines.map(({ section, option, value }) => `${section}.${option}=${value}`),
    refusals: refusals.map(({ file, line, key }) => `${file}:${line} ${key}`),
    notes: notes.map(({ file, line, key }) => `${file}:${line} ${key}`),
    fixes: refusals.map(({ fix }) => fix),
  };
}

const VIRTUALENV = ['install.require-virtualenv=true', 'uninstall.require-virtualenv=true'];

describe('what can be written', () => {
  test.each<[what: string, lines: readonly string[], expected: readonly string[]]>([
    ['an environment', [ENVIRONMENT, VENV], VIRTUALENV],
    ['no user install', [NO_USER], ['install.user=no']],
    ['both', [ENVIRONMENT, NO_USER, VENV], [...VIRTUALENV, 'install.user=no']],
    ['a day that has come', [`require-virtual-environment = { level = "enforce", from = ${TODAY} }`, VENV], VIRTUALENV],
    [
      'an environment of the project, of which pip.conf says a part',
      ['project-environment-only = "enforce"', VENV],
      VIRTUALENV,
    ],
    ['one of two rules advises', [ENVIRONMENT, 'project-environment-only = "advise"', VENV], VIRTUALENV],
    ['nothing', ['minimum-pip = "23"'], []],
    ['a rule that is off', ['require-virtual-environment = "off"', 'exempt = ["ci"]'], []],
    ['an exemption of --target, which no-user does not touch', [NO_USER, 'exempt = ["target"]'], ['install.user=no']],
    ['conda, which no-user does not touch', [NO_USER, 'accept = ["venv", "conda"]'], ['install.user=no']],
  ])('%s', (_, lines, expected) => {
    expect(translate(lines)).toMatchObject({ lines: expected, refusals: [] });
  });
});

describe('what would make pip.conf stricter than the policy', () => {
  test.each<[what: string, lines: readonly string[], expected: readonly string[]]>([
    ['conda by default', [ENVIRONMENT], ['/0.toml:2 accept']],
    ['conda', [ENVIRONMENT, 'accept = ["venv", "conda"]'], ['/0.toml:3 accept']],
    ['conda alone', [ENVIRONMENT, 'accept = ["conda"]'], ['/0.toml:3 accept', '/0.toml:3 accept']],
    ['advice', ['require-virtual-environment = "advise"', VENV], ['/0.toml:2 require-virtual-environment']],
    [
      'advice beside what can be written',
      [ENVIRONMENT, VENV, 'forbid-user-install = "advise"'],
      ['/0.toml:4 forbid-user-install'],
    ],
    ['a day', ['forbid-user-install = { level = "enforce", from = 2026-11-30 }'], ['/0.toml:2 forbid-user-install']],
    [
      'CI and containers',
      [ENVIRONMENT, VENV, 'exempt = ["ci", "container"]'],
      ['/0.toml:4 exempt', '/0.toml:4 exempt'],
    ],
    ['--target', [ENVIRONMENT, VENV, 'exempt = ["target"]'], ['/0.toml:4 exempt']],
    ['packages', [NO_USER, 'exempt-packages = ["pipx"]'], ['/0.toml:3 exempt-packages']],
    [
      'packages, of both settings told once',
      [ENVIRONMENT, NO_USER, VENV, 'exempt-packages = ["pipx"]'],
      ['/0.toml:5 exempt-packages'],
    ],
    ['a mistake', [ENVIRONMENT, 'acept = ["venv"]'], ['/0.toml:3 acept']],
    ['a newer pipward', [ENVIRONMENT, VENV, 'required-version = ">=99.0"'], ['/0.toml:4 required-version']],
  ])('%s', (_, lines, expected) => {
    const { refusals, fixes } = translate(lines);
    expect(refusals).toEqual(expected);
    expect(fixes.filter((fix) => fix.length < 10)).toEqual([]);
  });
});

test('what one file wants without exceptions is wanted, whatever another one exempts', () => {
  const exempting = [ENVIRONMENT, VENV, 'exempt = ["ci"]'];
  expect(translate(exempting, [ENVIRONMENT, VENV])).toMatchObject({ lines: VIRTUALENV, refusals: [] });
  expect(translate(exempting, [NO_USER])).toMatchObject({ refusals: ['/0.toml:4 exempt'] });
});

test('the note about the bypass is at its key where the file has it', () => {
  expect(translate([ENVIRONMENT, VENV, 'allow-bypass = "with-reason"']).notes).toEqual(['/0.toml:4 allow-bypass']);
});

test('what pip.conf leaves out is told, with its line', () => {
  const lines = [
    ENVIRONMENT,
    VENV,
    'minimum-pip = "23"',
    'forbid-root = "enforce"',
    'on-refusal = "offer"',
    'requires-python = ">=3.9"',
  ];
  expect(translate([...lines, 'forbid-break-system-packages = "enforce"']).notes).toEqual([
    '/0.toml:8 forbid-break-system-packages',
    '/0.toml:5 forbid-root',
    '/0.toml:7 requires-python',
    '/0.toml:4 minimum-pip',
    '/0.toml:2 require-virtual-environment',
    '/0.toml:6 on-refusal',
  ]);
});
