import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pathsOf } from '../../src/util/paths.ts';
import { readVariable, readVariables, upperCaseNames } from '../../src/util/variables.ts';

describe('variables of Windows', () => {
  test.each<[name: string, env: Record<string, string>, expected: string | null]>([
    ['PATH', { Path: 'C:\\a' }, 'C:\\a'],
    ['PATH', { PATH: 'C:\\a', Path: 'C:\\b' }, 'C:\\a'],
    ['PSModulePath', { PSMODULEPATH: 'x' }, 'x'],
    ['PSModulePath', { psmodulepath: 'x' }, 'x'],
    ['VIRTUAL_ENV', { Virtual_Env: '' }, null],
    ['VIRTUAL_ENV', {}, null],
  ])('%s in %j', (name, env, expected) => {
    expect(readVariable({ env, platform: 'win32' }, name)).toBe(expected);
  });

  test('elsewhere case matters', () => {
    expect(readVariable({ env: { Path: '/a' }, platform: 'linux' }, 'PATH')).toBeNull();
  });

  test.each<[what: string, env: Record<string, string>, expected: Record<string, string>]>([
    ['each name in upper case', { Path: 'a', ComSpec: 'b', HOME: 'c' }, { PATH: 'a', COMSPEC: 'b', HOME: 'c' }],
    ['of two the first counts', { Path: 'a', PATH: 'b' }, { PATH: 'a' }],
    ['the hidden ones of cmd', { '=C:': 'C:\\x' }, { '=C:': 'C:\\x' }],
  ])('of a call: %s', (_, env, expected) => {
    expect(upperCaseNames(env)).toEqual(expected);
  });

  test('a read, a removal and an addition by the usual name hit the variable, whatever its case was', () => {
    const env = upperCaseNames({ Path: 'a', Virtual_Env: 'b' });
    const { VIRTUAL_ENV: removed, ...others } = env;
    expect([removed, { ...others, PATH: 'c' }]).toEqual(['b', { PATH: 'c' }]);
  });

  test('the `pipward` command finds PATH, whatever its case is; elsewhere names stay', () => {
    expect(readVariables({ Path: 'C:\\a' }, 'win32')['PATH']).toBe('C:\\a');
    expect(readVariables({ Path: '/a' }, 'linux')).toEqual({ Path: '/a' });
  });

  // The variables of a call have upper-case names on Windows: a direct read by another one would find nothing there.
  test('no program of a call reads a variable of Windows directly by a name with small letters', () => {
    const root = path.join(import.meta.dirname, '../../src');
    const onlyElsewhere = new Set(['npm_lifecycle_event', 'container']);
    const reads = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('admin'))
      .flatMap((name) => [...readFileSync(path.join(root, name), 'utf8').matchAll(/\benv(?:\.|\[')(\w+)/g)])
      .map(([, name = '']) => name);
    expect(reads.length).toBeGreaterThan(20);
    expect([...new Set(reads)].filter((name) => /[a-z]/.test(name) && !onlyElsewhere.has(name))).toEqual([]);
  });
});

describe('absolute paths of Windows', () => {
  test.each([
    ['C:\\x', true],
    ['c:/x', true],
    ['\\\\srv\\share', true],
    ['//srv/share', true],
    ['\\\\?\\C:\\x', true],
    ['\\x', false],
    ['/x', false],
    ['C:', false],
    ['C:x', false],
    ['x', false],
    ['', false],
    ['\\\\', false],
  ])('%s: %s', (text, expected) => {
    expect(pathsOf('win32').isAbsolute(text)).toBe(expected);
  });
});
