import { expect, test } from 'vitest';
import { readOptions, seedOfCommit } from './options.ts';

test('without arguments: 150 cases from the commit on', () => {
  expect(readOptions([])).toEqual({
    help: false,
    seed: null,
    cases: 150,
    seconds: Number.POSITIVE_INFINITY,
    kind: null,
    jobs: 3,
    only: null,
    changes: {},
  });
});

test('reads every option', () => {
  const args = ['--seed', '7', '--cases=9', '--seconds', '60', '--kind', 'real', '--jobs', '1', '--case', '0'];
  expect(readOptions([...args, '--set', 'shell="zsh"', '--set', 'args=["list"]'])).toEqual({
    help: false,
    seed: 7,
    cases: 9,
    seconds: 60,
    kind: 'real',
    jobs: 1,
    only: 0,
    changes: { shell: 'zsh', args: ['list'] },
  });
});

test.each([
  [['--seed', 'x'], '--seed needs a whole number'],
  [['--seed=-1'], '--seed needs a whole number'],
  [['--cases', '0'], '--cases needs a whole number from 1 on'],
  [['--kind', 'odd'], '--kind is one of fake, real, signal'],
  [['--set', 'shell'], '--set needs NAME=JSON'],
  [['--set', 'shell=zsh'], 'is not JSON'],
  [['--bogus'], '--bogus'],
  [['word'], 'word'],
])('refuses %j', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

test('the seed of a commit is a number that repeats', () => {
  expect(seedOfCommit('56242910aa\n')).toBe(0x56242910);
});
