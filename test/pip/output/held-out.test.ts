import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import { diagnoseLog } from '../../../src/admin/diagnose/log-facts.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { createLogReader } from '../../../src/admin/diagnose/log-reader.ts';
import { DIAGNOSTICS } from '../../../src/diagnostics/registry.ts';
import { command } from '../../diagnostics/build.ts';

/**
 * Output of real pips (18.1 to 26.2.1) with the code that a person would give it, collected before the patterns were
 * written. `status` is null where another program stands around it: such a text is a saved log only.
 */
const folder = path.join(import.meta.dirname, '..', '..', 'fixtures', 'held-out');
type Case = { readonly status: number | null; readonly code: string | null };
const cases: Readonly<Record<string, Case>> = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));

function judgeRun(bytes: Buffer, status: number): string | null {
  const watcher = createOutputWatcher();
  watcher.push('stdout', bytes);
  const outcome = { kind: 'exited', status } as const;
  return diagnose(watcher.finish(), command('pip install x'), outcome, { interpreter: null })?.code ?? null;
}

function judgeLog(bytes: Buffer): string | null {
  const reader = createLogReader();
  reader.push(new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8').decode(bytes));
  return diagnoseLog(reader.finish())?.code ?? null;
}

test('each code is one of the registry', () => {
  const codes = Object.values(cases).flatMap(({ code }) => (code === null ? [] : [code]));
  expect(codes.filter((code) => !DIAGNOSTICS.some((each) => each.code === code))).toEqual([]);
});

describe.each<
  [way: string, judge: (bytes: Buffer, { status }: Case) => string | null, part: readonly [string, Case][]]
>([
  [
    'as it runs',
    (bytes, { status }) => judgeRun(bytes, status ?? 0),
    Object.entries(cases).filter(([, { status }]) => status !== null),
  ],
  ['as a saved log', judgeLog, Object.entries(cases)],
])('%s', (way, judge, part) => {
  const answers = part.map(([file, expected]) => ({
    file,
    expected: expected.code,
    said: judge(readFileSync(path.join(folder, file)), expected),
  }));

  test('recall and precision', () => {
    const positive = answers.filter(({ expected }) => expected !== null);
    const spoken = answers.filter(({ said }) => said !== null);
    const right = positive.filter(({ expected, said }) => expected === said);
    const [recall, precision] = [right.length / positive.length, right.length / spoken.length];
    console.log(`${way}: ${answers.length} cases, recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`);
    expect(answers.filter(({ expected, said }) => expected !== said)).toEqual([]);
  });
});
