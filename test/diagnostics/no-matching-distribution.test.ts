import { expect, test } from 'vitest';
import type { NoMatch } from '../../src/model/diagnostic.ts';
import type { SettingFacts } from '../../src/model/facts.ts';
import { factsWith, indexFacts, print } from './build.ts';

const nothing: NoMatch = {
  code: 'no-matching-distribution',
  requirement: 'demo-lib==9',
  origin: null,
  versions: [],
  addresses: [],
  untrusted: null,
  answers: [],
};
const index: SettingFacts = { value: 'https://index.example.org/simple', origin: { kind: 'command-line' } };
const onlyBinary: SettingFacts = { value: ':all:', origin: { kind: 'command-line' } };

// An index that answers 403 or 503 looks to us as one without the project.
test.each([
  ['an index of their own', nothing, { index }, 'pip found no demo-lib in the index in use'],
  ['the usual index', nothing, {}, 'pip found no demo-lib, and does not say why'],
  ['a project that is known', { ...nothing, requirement: 'numpy' }, {}, 'pip found no numpy that it could use'],
  ['wheels alone', nothing, { onlyBinary }, 'pip found none, and only wheels are allowed'],
  [
    'an address from a log',
    { ...nothing, requirement: '@ https://index.example.org/x' },
    {},
    'pip found no such package',
  ],
])('what an index has is not claimed: %s', (_, finding, settings, headline) => {
  const text = print(finding, factsWith({ index: indexFacts(settings) }), 'pip install demo-lib==9');
  expect(text.split('\n')[0]).toBe(`advice[no-matching-distribution]: ${headline}`);
});
