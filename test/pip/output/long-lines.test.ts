import { expect, test } from 'vitest';
import { readLine } from '../../../src/pip/output/messages.ts';
import { growsLinearly } from '../../support/growth.ts';

const FAILED = 'ERROR: Could not install packages due to an OSError: ';

/** A line may have 64 KiB: a pattern that starts again at each place would take minutes for some megabytes of these. */
test.each<[start: string, unit: string]>([
  ['Python ', 'Microsoft Store '],
  [`${FAILED}[WinError 2] `, ": 'x.deleteme"],
  [`${FAILED}[WinError 32] `, ": 'x"],
  [`${FAILED}[Errno 2] `, ": 'C:\\\\x"],
  [`${FAILED}[WinError 206] `, ": '"],
  ["Fatal error in launcher: Unable to create process using '", '" "'],
  ['WARNING: Ignoring invalid distribution ', '-ip (C:\\x) '],
  ["WARNING: Failed to remove contents in a temporary directory 'C:", '\\~x'],
  ['      fatal error C1083: ', 'a.h'],
  ['      ', "error: command 'cl.exe"],
  ['      ', 'error: Microsoft Visual C++ 1'],
])('%s%s ... is read in linear time', (start, unit) => {
  const grows = growsLinearly(64 * 1024, (size) => {
    for (let count = 0; count < 8; count += 1) readLine('stdout', start + unit.repeat(Math.ceil(size / unit.length)));
  });
  expect(grows).toBe(true);
});
