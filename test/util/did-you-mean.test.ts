import { describe, expect, test } from 'vitest';
import { findNear, findNearest } from '../../src/util/did-you-mean.ts';

describe('findNearest: a swap of neighbours, or one letter in six', () => {
  const levels = ['off', 'advise', 'enforce'];
  test.each([
    ['enforced', levels, 'enforce'],
    ['ENFORCE', levels, 'enforce'],
    ['advice', levels, 'advise'],
    ['enfroce', levels, 'enforce'],
    ['enfroced', levels, null],
    ['of', levels, null],
    ['on', levels, null],
    ['yes', levels, null],
    ['offf', levels, null],
    ['vnev', ['venv'], 'venv'],
    ['vanv', ['venv'], null],
    ['on', ['no'], null],
    ['require_virtual_environment', ['accept', 'require-virtual-environment'], 'require-virtual-environment'],
    ['reasn', ['reason', 'contact'], 'reason'],
    ['', levels, null],
    ['x'.repeat(1_000_000), levels, null],
    ['anything', [], null],
  ])('%.30s among %j: %s', (typed, known, nearest) => {
    expect(findNearest(typed, known)).toBe(nearest);
  });

  test('a beginning that only one word has', () => {
    expect(findNearest('enf', levels)).toBe('enforce');
    expect(findNearest('en', levels)).toBeNull();
    expect(findNearest('trust', ['trust-one', 'trust-two'])).toBeNull();
  });

  test('of two that are equally near neither is suggested', () => {
    expect(findNearest('reason', ['reasos', 'reasot'])).toBeNull();
    expect(findNear('reason', ['reasos', 'reasot'])).toEqual(['reasos', 'reasot']);
  });

  test.each([
    ['opencv', 'openai'],
    ['flak', 'flask'],
    ['numpi', 'numpy'],
    ['requests', 'rqeuetss'],
    ['abcdef', 'badcfe'],
  ])('%s is not %s', (typed, known) => {
    expect(findNearest(typed, [known])).toBeNull();
    expect(findNear(known, [typed])).toEqual([]);
  });
});
