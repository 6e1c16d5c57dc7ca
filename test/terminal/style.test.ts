import { expect, test } from 'vitest';
import { chooseColour, paint } from '../../src/terminal/style.ts';

test.each<[isTerminal: boolean, env: Record<string, string>, colour: boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: 'false' }, false],
  [false, { FORCE_COLOR: '' }, false],
])('terminal %s, %j: colour %s', (isTerminal, env, colour) => {
  expect(chooseColour({ isTerminal, env })).toBe(colour);
});

test('Node’s own opinion about colour is not asked', () => {
  expect(paint('x', 'warning', true)).toBe('\x1b[33mx\x1b[39m');
  expect(paint('x', 'warning', false)).toBe('x');
});
