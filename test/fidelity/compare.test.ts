import { describe, expect, test } from 'vitest';
import type { Case, Outcome } from './case.ts';
import { compareOutcomes, isDiagnostic } from './compare.ts';
import { generateCase } from './generate.ts';
import { normalize } from './normalize.ts';

const CODES = ['venv-required', 'user-install-fallback'];
const chosen: Case = { ...generateCase(1, 0, 'fake'), io: ['null', 'pipe', 'pipe'] };
const quiet: Outcome = {
  status: 0,
  timedOut: false,
  counts: [],
  notes: [],
  terminal: null,
  signals: '',
  notStarted: '',
  survivors: [],
  record: { cwd: "b'/box'", env: { "'A'": "'1'" }, fds: { 0: ['fd0', '0', 4096] } },
  output: { 1: 'out\n', 2: 'err\n', terminal: '' },
  files: { 'home/a': '100644 0 hash' },
};
const SAID = 'note[user-install-fallback]: pip installed somewhere else\n  more\n';

function keys(shim: Partial<Outcome>, io: Case['io'] = chosen.io): readonly string[] {
  return compareOutcomes({ ...chosen, io }, quiet, { ...quiet, ...shim }, CODES).differences.map(({ key }) => key);
}

const withOutput = (two: string, one = 'out\n') => ({ output: { 1: one, 2: two, terminal: '' } });

describe('two outcomes', () => {
  test('that are the same differ in nothing', () => {
    expect(compareOutcomes(chosen, quiet, quiet, CODES)).toEqual({ differences: [], diagnostic: '' });
  });

  test.each<[string, Partial<Outcome>]>([
    ['status', { status: 256 }],
    ['timed out', { timedOut: true }],
    ['not started', { notStarted: 'OSError' }],
    ['signals', { signals: '2 ' }],
    ['survivors', { survivors: ['sleep 9'] }],
    ['terminal modes at the end', { terminal: 'raw' }],
    ['file home/b', { files: { ...quiet.files, 'home/b': '100644 0 hash' } }],
    ['file home/a', { files: { 'home/a': '100600 0 hash' } }],
    ['pip started', { record: null }],
    ["record env 'A'", { record: { ...quiet.record, env: {} } }],
    ['record fds 0', { record: { ...quiet.record, fds: { 0: ['fd0', '02', 4096] } } }],
    ['record cwd', { record: { ...quiet.record, cwd: "b'/'" } }],
    ['output 1', withOutput('err\n', 'uot\n')],
    ['output 2', withOutput('')],
  ])('that differ in one point differ in that point alone: %s', (key, shim) => {
    expect(keys(shim)).toEqual([key]);
  });

  test('that waited for signals are compared step by step', () => {
    const differ = (kind: Case['kind']) =>
      compareOutcomes({ ...chosen, kind }, quiet, { ...quiet, counts: [1] }, CODES).differences.map(({ key }) => key);
    expect(differ('signal')).toEqual(['signals after each step']);
    expect(differ('fake')).toEqual([]);
  });

  test('may have another parent, which the kind of start tells', () => {
    expect(keys({ record: { ...quiet.record, parent: 'node shim.cjs watch' } })).toEqual([]);
  });

  test('keep both values of a difference', () => {
    const [found] = compareOutcomes(chosen, quiet, { ...quiet, status: 9 }, CODES).differences;
    expect(found).toEqual({ key: 'status', bare: 0, shim: 9 });
  });
});

describe('one diagnostic after pip', () => {
  test('is not a difference on the error output, and is kept', () => {
    const shim = { ...quiet, ...withOutput(`err\n\n${SAID}`) };
    expect(compareOutcomes(chosen, quiet, shim, CODES)).toEqual({ differences: [], diagnostic: `\n${SAID}` });
  });

  test.each(['pty', 'tty'] as const)('is where nohup leads an error output that is a terminal (%s)', (kind) => {
    const behind: Case = { ...chosen, wrapper: 'nohup', io: ['null', 'pipe', kind] };
    const shim = { ...quiet, output: { ...quiet.output, 1: `${quiet.output[1]}\n${SAID}` } };
    expect(compareOutcomes(behind, quiet, shim, CODES).diagnostic).toBe(`\n${SAID}`);
    expect(compareOutcomes({ ...behind, wrapper: 'none' }, quiet, shim, CODES).differences).toHaveLength(1);
  });

  test.each([
    ['before the end of what pip wrote', withOutput(`${SAID}err\n`)],
    ['in the place of what pip wrote', withOutput(SAID)],
    ['of an unknown code', withOutput('err\nnote[something-else]: x\n')],
    ['that is indented, as a build would print it', withOutput(`err\n  ${SAID}`)],
    ['after other words', withOutput(`err\nmore\n${SAID}`)],
  ])('is a difference %s', (_, shim) => {
    expect(keys(shim)).toEqual(['output 2']);
  });

  test('behind something that differs is kept, and left out of the difference', () => {
    const { differences, diagnostic } = compareOutcomes(
      chosen,
      quiet,
      { ...quiet, ...withOutput(`other\n\n${SAID}`) },
      CODES,
    );
    expect(differences).toEqual([{ key: 'output 2', bare: 'err\n', shim: 'other\n' }]);
    expect(diagnostic).toBe(`\n${SAID}`);
  });

  test('is kept without what a wrapper says behind it, which is compared', () => {
    const said = `\n${SAID}more: pipward explain pip-venv-required\n`;
    const saying = (text: string) => ({ ...quiet, ...withOutput(`err\n${text}wait: x\n`) });
    const [bare, shim] = [saying(''), saying(said)] as const;
    expect(compareOutcomes(chosen, bare, shim, CODES)).toEqual({ differences: [], diagnostic: said });
    expect(compareOutcomes(chosen, quiet, shim, CODES).differences).toEqual([
      { key: 'output 2', bare: 'err\n', shim: 'err\nwait: x\n' },
    ]);
  });

  test('is a difference on the standard output, unless both are one', () => {
    expect(keys(withOutput('err\n', `out\n${SAID}`))).toEqual(['output 1']);
    expect(keys(withOutput('err\n', `out\n${SAID}`), ['null', 'pipe', 'same'])).toEqual([]);
  });

  test('is recognised in colour and behind a carriage return', () => {
    expect(isDiagnostic('\r\n\u001b[1m\u001b[31merror[venv-required]: x', CODES)).toBe(true);
    expect(isDiagnostic('', CODES)).toBe(false);
  });
});

test('temporary names are replaced in UTF-16, too', () => {
  const wide = (text: string) => text.replaceAll(/[^]/g, '$&\0');
  expect(normalize(wide('/tmp/pip-req-build-abcd_123 x'))).toBe('/tmp/pip-req-build-TEMPORARY x');
  expect(normalize(`dash: x\n${wide('/tmp/pip-req-build-abcd_123 x')}`)).toBe(
    'dash: x\n/tmp/pip-req-build-TEMPORARY x',
  );
});

test.each([
  ['/tmp/pip-install-x3y_z9ab/y', '/tmp/pip-install-TEMPORARY/y'],
  ['advice[pip-venv-required]: x', 'advice[pip-venv-required]: x'],
  ['more: pipward explain pip-venv-required', 'more: pipward explain pip-venv-required'],
  ['/home/.local/state/pipward/shown/pip-venv-required-1', '/home/.local/state/pipward/shown/pip-venv-required-1'],
  ['/tmp/tmpab12_x9q/y', '/tmp/TEMPORARY/y'],
  ['<object at 0x7f00aa11>', '<object at 0xADDRESS>'],
  ['2026-01-31T10:00:00,123 x', 'DATE x'],
  ['bash: line 1: 4711 Aborted', 'bash: line 1: PID Aborted'],
  ['bash: line 12 of 4711', 'bash: line 12 of 4711'],
  ['1.5 MB/s', 'RATE'],
  ['xargs: /x/shims/pip: terminated by signal 9', 'xargs: PROGRAM: terminated by signal 9'],
  ["/usr/bin/find: '/x/bin/python' terminated by signal 9", '/usr/bin/find: PROGRAM terminated by signal 9'],
  ['ERROR: find: no', 'ERROR: find: no'],
])('%j is taken as %j', (text, expected) => {
  expect(normalize(text)).toBe(expected);
});
