import { expect, test } from 'vitest';
import type { NoMatch } from '../../../src/diagnostics/cause/index-failure.ts';
import { readIndexLine } from '../../../src/pip/output/index-messages.ts';
import { factsWith, indexFacts, print } from '../build.ts';

const nothing: NoMatch = {
  code: 'no-matching-distribution',
  requirement: 'rocket',
  origin: null,
  versions: [],
  addresses: ['https://index.example.org/simple'],
  untrusted: null,
  answers: [],
};

const WINDOWS = 'rocket-1.0-cp311-cp311-win_amd64.whl';
const MAC = 'rocket-2.0-cp311-cp311-macosx_11_0_arm64.whl';
const OLD = 'rocket-1.0-cp38-cp38-manylinux1_x86_64.whl';

test.each<[what: string, wheels: readonly string[], changes: Partial<NoMatch>, headline: string]>([
  ['for Windows', [WINDOWS], {}, 'pip found rocket for other systems only'],
  ['for Windows and macOS', [WINDOWS, MAC], {}, 'pip found rocket for other systems only'],
  ['for another Python', [OLD], {}, 'no file of rocket fits this Python or system'],
  ['for another Python, or another system', [OLD, MAC], {}, 'no file of rocket fits this Python or system'],
  ['of that version', [MAC], { requirement: 'rocket==2.0', versions: ['1.0'] }, 'pip found rocket==2.0 for other systems only'],
  ['of another name', ['rocketry-1.0-py3-none-win32.whl'], {}, 'pip found no rocket in the index in use'],
  ['of another version', [MAC], { requirement: 'rocket==3.0' }, 'pip found no rocket in the index in use'],
  ['no wheel', ['rocket-1.0.tar.gz', 'rocket.whl'], {}, 'pip found no rocket in the index in use'],
])('%s: said by pip -vv, and found in a folder of --find-links', (_, wheels, changes, headline) => {
  const told = print({ ...nothing, ...changes, skipped: wheels }, factsWith({ index: indexFacts() }), 'pip install rocket');
  const listed = print({ ...nothing, ...changes }, factsWith({ index: indexFacts({ wheels }) }), 'pip install rocket');
  expect(told.split('\n')[0]).toBe(`advice[no-matching-distribution]: ${headline}`);
  expect(listed).toBe(told);
}); // prettier-ignore

test('with --platform the wheels are for that', () => {
  const line = 'pip install --platform win_amd64 --only-binary :all: --target t rocket';
  expect(print({ ...nothing, skipped: [OLD] }, factsWith({ index: indexFacts() }), line)).not.toContain('this Python');
});

const FROM = 'http://index.example.org/simple/rocket/';
const LINK = `http://index.example.org/f/${WINDOWS}`;

test.each([
  `Skipping link: none of the wheel's tags (cp311-cp311-win_amd64) are compatible (run pip debug --verbose to show compatible tags): ${LINK} (from ${FROM})`,
  `  Skipping link: none of the wheel's tags (cp311-cp311-win_amd64) are compatible (run pip debug --verbose to show compatible tags): ${LINK}#sha256=0123 (from ${FROM}) (requires-python:>=3.8)`,
  `    Skipping link: none of the wheel's tags match: cp311-cp311-win_amd64: ${LINK} (from ${FROM})`,
  `    Skipping link ${LINK} (from ${FROM}); it is not compatible with this Python`,
])('pip -vv: %s', (line) => {
  expect(readIndexLine('stdout', line)).toMatchObject({ kind: 'wheel-skipped', file: WINDOWS });
});

test.each([
  `Skipping link: not a file: ${FROM}`,
  `    Skipping link ${FROM} (from -f); not a file`,
  `  Skipping link: wrong project name (not rocket): http://h/rocketry-1.0-py3-none-any.whl (from ${FROM})`,
  `    Skipping link ${LINK} (from ${FROM}); wrong project name (not x)`,
])('pip -vv says something else: %s', (line) => {
  expect(readIndexLine('stdout', line)?.kind).not.toBe('wheel-skipped');
});
