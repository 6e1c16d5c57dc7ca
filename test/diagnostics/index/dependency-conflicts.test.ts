import { expect, test } from 'vitest';
import type { Conflict } from '../../../src/model/observation.ts';
import { factsWith, indexFacts, print } from '../build.ts';

const conflict: Conflict = {
  dependent: 'confl',
  version: '1.0',
  requirement: 'rocket==1.0',
  dependency: 'rocket',
  found: '2.0',
  oldResolver: true,
};

// Seen with pip 19.2: `pip install --upgrade confl rocket` finds nothing to do, and pip check still complains.
test.each<[what: string, conflicts: readonly Conflict[], fix: string]>([
  [
    'a pip without a resolver is asked for what is required',
    [conflict, { ...conflict, dependent: 'other', requirement: 'six>=1.9' }, { ...conflict, requirement: 'Rocket<3' }],
    "install what these packages require\n    pip install --upgrade rocket==1.0 'six>=1.9'",
  ],
  [
    'a newer one chooses',
    [{ ...conflict, oldResolver: false }],
    'let pip choose versions that fit together\n    pip install --upgrade confl rocket',
  ],
])('%s', (_, conflicts, fix) => {
  const facts = factsWith({ index: indexFacts({ pipVersion: null }) });
  expect(print({ code: 'dependency-conflict', conflicts }, facts, 'pip install -U rocket')).toContain(
    `\nfix: ${fix}\n`,
  );
});
