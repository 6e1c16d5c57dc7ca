import { describe, expect, test } from 'vitest';
import { findNearest, measureDistance } from '../../src/model/nearest.ts';

describe('measureDistance', () => {
  test.each([
    ['accept', 'accept', 0],
    ['acept', 'accept', 1],
    ['acccept', 'accept', 1],
    ['accent', 'accept', 1],
    ['vnev', 'venv', 1],
    ['vneve', 'venv', 2],
    ['enfroced', 'enforce', 2],
    ['', 'ab', 2],
    ['abc', 'xyz', 3],
    ['abcdef', 'uvwxyz', 3],
    ['short', 'much longer than that', 3],
  ])('%s -> %s: %i', (from, to, distance) => {
    expect(measureDistance(from, to)).toBe(distance);
    expect(measureDistance(to, from)).toBe(distance);
  });
});

describe('findNearest', () => {
  const levels = ['off', 'advise', 'enforce'];
  test.each([
    ['enforced', levels, 'enforce'],
    ['ENFORCE', levels, 'enforce'],
    ['advice', levels, 'advise'],
    ['of', levels, null],
    ['on', levels, null],
    ['yes', levels, null],
    ['offf', levels, 'off'],
    ['require_virtual_environment', ['accept', 'require-virtual-environment'], 'require-virtual-environment'],
    ['reasn', ['reason', 'contact'], 'reason'],
    ['', levels, null],
    ['x'.repeat(1_000_000), levels, null],
    ['resin', ['resan', 'reson'], 'resan'],
    ['anything', [], null],
  ])('%.30s among %j: %s', (typed, known, nearest) => {
    expect(findNearest(typed, known)).toBe(nearest);
  });
});
