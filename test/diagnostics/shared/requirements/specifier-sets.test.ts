import { expect, test } from 'vitest';
import { canMeet } from '../../../../src/diagnostics/shared/requirements/specifier-sets.ts';

test.each<[specifiers: readonly string[], expected: boolean | null]>([
  [[], true],
  [['', '>=1'], true],
  [['==11', '>=5'], true],
  [['==11', '<11'], false],
  [['>=5', '<11'], true],
  [['>=5', '<5.0.0.1'], true],
  [['>5', '<5'], false],
  [['>=5', '<=5'], true],
  [['>=5', '<=5', '!=5'], false],
  [['>=5', '<=5', '!=5.0.*'], false],
  [['==5.*', '!=5.0'], true],
  [['==5.*', '!=5.*'], false],
  [['==5.*', '>=6'], false],
  [['==5.*', '>=6.dev0'], false],
  [['~=5.1', '!=5.1.*'], true],
  [['~=5.1', '>=6'], false],
  [['~=5.1.2', '>=5.2'], false],
  [['==1.0', '==1.0.0'], true],
  [['==1.0', '==1.0+cpu'], true],
  [['==1.0+cpu', '==1.0+cuda'], false],
  [['==1!1.0', '<5'], false],
  [['>=2rc1', '<2'], false],
  [['>=2rc1', '<2rc5'], true],
  [['<1', '>=0'], true],
  [['<0.dev0'], false],
  [['==2024.1.15', '>=2024.2'], false],
  [['>=2,<1'], false],
  [['===1.0', '==1.0'], true],
  [['>=abc', '<1'], null],
  [['@ https://example.org', '<1'], null],
  [Array.from({ length: 100 }, (_, index) => `!=${index}`), null],
])('%j can be met: %s', (specifiers, expected) => {
  expect(canMeet(specifiers)).toBe(expected);
});
