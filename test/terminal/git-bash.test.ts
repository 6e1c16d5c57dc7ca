import { expect, test } from 'vitest';
import type { ShellKind } from '../../src/model/diagnostic.ts';
import { joinCommand } from '../../src/terminal/quote.ts';

/** Bash looks a word without a slash up on PATH: `C:\Python312\python.exe` would not be found. */
test.each<[shell: ShellKind, words: readonly string[], line: string]>([
  ['bash', ['C:\\Python312\\python.exe', '-m', 'pip'], 'C:/Python312/python.exe -m pip'],
  ['posix', ['C:\\Program Files\\Python312\\python.exe', '-V'], "'C:/Program Files/Python312/python.exe' -V"],
  ['posix', ['\\\\server\\share\\python.exe', '-V'], '//server/share/python.exe -V'],
  // What a program gets stays as it is.
  ['bash', ['pip', 'install', '-t', 'D:\\x'], "pip install -t 'D:\\x'"],
  ['bash', ['/x\\y/python', '-V'], "'/x\\y/python' -V"],
  ['cmd', ['C:\\Python312\\python.exe', '-V'], 'C:\\Python312\\python.exe -V'],
  ['powershell', ['C:\\Python312\\python.exe', '-V'], 'C:\\Python312\\python.exe -V'],
])('%s joins %j', (shell, words, line) => {
  expect(joinCommand(words, shell)).toBe(line);
});
