import { describe, expect, test } from 'vitest';
import { effectOf, listOptions, PIP_SUBCOMMANDS, READ_ONLY_WORDS } from '../../src/invocation/pip-commands.ts';

describe('table of options', () => {
  test.each(PIP_SUBCOMMANDS)('%s: every canonical name is a long spelling of its own option', (subcommand) => {
    for (const [spelling, spec] of listOptions(subcommand)) {
      expect(spelling).toMatch(/^(-[A-Za-z]|--[a-z][a-z0-9-]+)$/);
      expect(spec.name).toMatch(/^--[a-z]/);
      expect(listOptions(subcommand).get(spec.name)).toEqual(spec);
    }
  });

  test.each(PIP_SUBCOMMANDS)('%s knows the global options with the same meaning', (subcommand) => {
    const own = listOptions(subcommand);
    for (const [spelling, spec] of listOptions(null)) expect(own.get(spelling)).toEqual(spec);
  });

  test('a word that is not a subcommand has only the global options', () => {
    expect([...listOptions('constructor')]).toEqual([...listOptions(null)]);
    expect([...listOptions('Install')]).toEqual([...listOptions(null)]);
  });

  test.each([
    ['install', '-t', '--target', true],
    ['install', '-e', '--editable', true],
    ['wheel', '-e', '--editable', true],
    ['list', '-e', '--editable', false],
    ['install', '-f', '--find-links', true],
    ['freeze', '-f', '--find-links', true],
    ['show', '-f', '--files', false],
    ['completion', '-f', '--fish', false],
    ['lock', '-o', '--output', true],
    ['list', '-o', '--outdated', false],
    ['search', '-i', '--index', true],
    ['download', '-d', '--dest', true],
    ['hash', '-a', '--algorithm', true],
    ['install', '--root-user-action', '--root-user-action', true],
    ['install', '--user', '--user', false],
    ['install', '--group', '--group', true],
    ['lock', '--requirement', '--requirement', true],
    ['index', '--index-url', '--index-url', true],
    ['debug', '--platform', '--platform', true],
    ['check', '--local-log', '--log', true],
  ])('%s %s is %s; takes a value: %s', (subcommand, spelling, name, takesValue) => {
    expect(listOptions(subcommand).get(spelling)).toEqual({ name, takesValue });
  });

  test.each([
    ['uninstall', '--target'],
    ['uninstall', '--user'],
    ['uninstall', '--dry-run'],
    ['download', '--editable'],
    ['list', '--requirement'],
    ['check', '-t'],
  ])('%s does not know %s', (subcommand, spelling) => {
    expect(listOptions(subcommand).has(spelling)).toBe(false);
  });
});

describe('subcommands', () => {
  test('all of pip 18.1 to 26.2', () => {
    expect([...PIP_SUBCOMMANDS].sort()).toEqual(
      'cache check completion config debug download freeze hash help index inspect install list lock search show uninstall wheel'.split(
        ' ',
      ),
    );
  });

  test('a read-only word changes no environment, and every one is a subcommand or a global option', () => {
    for (const word of READ_ONLY_WORDS) {
      expect(PIP_SUBCOMMANDS.includes(word) || listOptions(null).has(word)).toBe(true);
      expect(effectOf(word, ['set'])).not.toBe('environment');
    }
  });

  test('commands that need the watched mode', () => {
    expect(PIP_SUBCOMMANDS.filter((word) => !READ_ONLY_WORDS.includes(word))).toEqual([
      'download',
      'install',
      'lock',
      'uninstall',
      'wheel',
    ]);
  });

  test.each([
    ['install', [], 'environment'],
    ['uninstall', ['x'], 'environment'],
    ['cache', ['remove', 'x'], 'user-state'],
    ['cache', ['purge'], 'user-state'],
    ['cache', ['dir'], 'nothing'],
    ['cache', [], 'nothing'],
    ['config', ['set', 'a.b', 'c'], 'user-state'],
    ['config', ['unset', 'a.b'], 'user-state'],
    ['config', ['edit'], 'user-state'],
    ['config', ['get', 'set'], 'nothing'],
    ['download', ['x'], 'nothing'],
    ['constructor', ['set'], 'nothing'],
    [null, [], 'nothing'],
  ] as const)('%s %j changes: %s', (subcommand, words, effect) => {
    expect(effectOf(subcommand, words)).toBe(effect);
  });
});
