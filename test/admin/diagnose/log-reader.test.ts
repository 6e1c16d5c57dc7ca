import { describe, expect, test } from 'vitest';
import { diagnoseLog } from '../../../src/admin/diagnose/log-facts.ts';
import { createLogReader, unwrap } from '../../../src/admin/diagnose/log-reader.ts';
import { growsLinearly } from '../../support/growth.ts';

const LINE = 'ERROR: No matching distribution found for ghost==1.0';

describe('prefixes of a log line', () => {
  test.each<[case_: string, line: string]>([
    ['nothing', LINE],
    ['BuildKit', `#12 3.456 ${LINE}`],
    ['BuildKit, without seconds', `#7 ${LINE}`],
    ['BuildKit, at the end', `12.34 ${LINE}`.replace('12.34', '12.345')],
    ['GitHub Actions', `2024-05-07T09:12:31.1234567Z ${LINE}`],
    ['gh run view', `build\tInstall\t2024-05-07T09:12:31.1234567Z ${LINE}`],
    ['GitHub Actions, an error', `2024-05-07T09:12:31.1234567Z ##[error]${LINE}`],
    ['GitLab', `2024-05-07T09:12:31.123456Z 01O ${LINE}`],
    ['GitLab, a line that goes on', `2024-05-07T09:12:31.123456Z 00E+${LINE}`],
    ['Jenkins', `[2024-05-07T09:12:31.123Z] ${LINE}`],
    ['Jenkins, the time alone', `09:12:31  ${LINE}`],
    ["pip's own log", `2024-05-07T09:12:31,123 ${LINE}`],
    ['a diff', `+ ${LINE}`],
    ['a quotation', `> ${LINE}`],
    ['a box', `│ ${LINE}`],
    ['a closed box', `│ ${LINE}      │`],
    ['docker compose', `web-1  | ${LINE}`],
    ['docker compose, once', `web_1 | ${LINE}`],
    ['two of them', `web-1  | #12 3.456 ${LINE}`],
    ['a time stamp and a quotation', `2024-05-07T09:12:31.1234567Z > ${LINE}`],
  ])('%s', (_, line) => {
    expect(unwrap(line)).toBe(LINE);
  });

  test.each([
    ["a build's output", `      ${LINE}`],
    ["a build's output in BuildKit", `#12 3.456       ${LINE}`],
    ["a build's output in a time stamp", `2024-05-07T09:12:31.1234567Z       ${LINE}`],
    ["a build's output in a box of pip's", `  │ ${LINE}`],
  ])('%s stays where it is', (_, line) => {
    expect(unwrap(line)).toMatch(/^ {2}/);
  });
});

const read = (text: string, size = 64 * 1024) => {
  const reader = createLogReader();
  for (let start = 0; start < text.length; start += size) reader.push(text.slice(start, start + size));
  return reader.finish();
};

const found = `ERROR: Could not find a version that satisfies the requirement a-project-with-a-long-name==9.9 (from versions: 1.0, 2.0)
ERROR: No matching distribution found for a-project-with-a-long-name==9.9
`;
const hard = (text: string) => text.replaceAll(/.{80}(?=.)/g, '$&\n');
const soft = (text: string) => text.replaceAll(/(.{1,79}) (?=.{0,200})/g, '$1\n');

describe('lines', () => {
  test.each<[case_: string, text: string]>([
    ['as they are', found],
    ['CR LF', found.replaceAll('\n', '\r\n')],
    ['CR CR LF', found.replaceAll('\n', '\r\r\n')],
    ['colours', found.replaceAll(/^(.*)$/gm, '\x1b[31m$1\x1b[0m')],
    ['broken at 80 columns', hard(found)],
    ['broken at spaces', soft(found)],
    ['broken at 80 columns, then quoted', hard(found).replaceAll(/^(?=.)/gm, '> ')],
    ['no line end at the end', found.trimEnd()],
  ])('%s', (_, text) => {
    for (const size of [1, 7, 64 * 1024]) {
      expect(diagnoseLog(read(text, size)), `in parts of ${size}`).toMatchObject({
        code: 'no-matching-distribution',
        requirement: 'a-project-with-a-long-name==9.9',
        versions: ['1.0', '2.0'],
      });
    }
  });

  test('a line of just 80 columns is not glued to what follows', () => {
    const line = 'ERROR: No matching distribution found for '.padEnd(80, 'x');
    for (const next of [
      'make: *** [Makefile:3: install] Error 1',
      '',
      'ERROR: Process exited',
      '[notice] A new',
    ] as const) {
      expect(diagnoseLog(read(`${line}\n${next}\n`))).toMatchObject({ requirement: line.slice(42) });
    }
  });
});

describe('hostile text', () => {
  test.each<[case_: string, unit: string]>([
    ['one long line', 'x'],
    ['spaces', ' '],
    ['a box that is never closed', '│ '],
    ['prefixes', '> '],
    ['beginnings', 'ERROR: \n'],
    ['beginnings of 80 columns', `${'ERROR: '.padEnd(80, 'x')}\n`],
    ['a beginning and short lines', `ERROR: x\n${'y\n'.repeat(30)}`],
    ['requirements', 'ERROR: No matching distribution found for a (from '],
    ['conflicts', 'a 1 requires b, but you have b '],
    ['exceptions', 'pip._vendor.requests.Timeout'],
    ['names alone', 'aB.-_'],
    ['escape sequences', '\x1b]0;'],
  ])('time is linear: %s', (_, unit) => {
    const step = (size: number) => void read(unit.repeat(Math.ceil(size / unit.length)));
    expect(growsLinearly(4 * 1024 * 1024, step)).toBe(true);
  });

  test('a line without end is not kept', () => {
    const reader = createLogReader();
    const part = 'x'.repeat(1024 * 1024);
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 64; count += 1) reader.push(part);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024);
  });
});
