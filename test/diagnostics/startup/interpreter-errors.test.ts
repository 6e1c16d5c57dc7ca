import { expect, test } from 'vitest';
import { factsWith, print } from '../build.ts';

const PACKAGE = 'sudo apt install python3-pip';

test.each([
  ['python', true],
  ['python3', true],
  ['python2', false],
  ['python3.12', false],
  ['python3.13t', false],
  ['/opt/python/bin/python', true],
])("%s is not there, and no other Python: Debian's is the way out: %s", (wanted, helps) => {
  const printed = print({ code: 'interpreter-not-found', wanted, known: [], trace: [] }, factsWith(), 'pip install x');
  expect(printed.includes(PACKAGE)).toBe(helps);
  expect(printed.includes('pipward which\n')).toBe(!helps);
  expect(printed.includes(`install ${wanted} with this system's packages`)).toBe(!helps);
});
