import { expect, test } from 'vitest';
import type { NoMatch } from '../../../src/diagnostics/cause/index-failure.ts';
import type { Obstacle } from '../../../src/model/trial.ts';
import type { PipSetting } from '../../../src/model/pip-call.ts';
import { factsWith, indexFacts, print } from '../build.ts';

const nothing: NoMatch = {
  code: 'no-matching-distribution',
  requirement: 'flask',
  origin: null,
  versions: null,
  addresses: [],
  untrusted: null,
  answers: [],
};
const noIndex: PipSetting = { value: '1', origin: { kind: 'variable', name: 'PIP_NO_INDEX', value: '1' } };

test.each<[obstacle: Obstacle, helps: boolean]>([
  [{ kind: 'no-user-site', place: '/.local', isRelative: false }, true],
  [{ kind: 'not-writable', path: '/usr' }, true],
  [{ kind: 'user-site-off' }, true],
  [{ kind: 'no-program', name: 'x' }, false],
])('what is in the way here (%j) is not in an environment: %s', (obstacle, helps) => {
  const facts = factsWith({
    index: indexFacts({ noIndex }),
    findObstacle: (need) => (need.kind === 'pip' && need.place.kind === 'same' ? obstacle : null),
  });
  const text = print(nothing, facts, 'pip install flask');
  expect(text.includes('\nfix: let pip look at the index, in a virtual environment\n')).toBe(helps);
  expect(text.includes('no command can help here')).toBe(!helps);
});
