import { expect, test } from 'vitest';
import type { ShellKind } from '../../src/model/diagnostic.ts';
import { extendPathCommands } from '../../src/terminal/extend-path.ts';

const DIALOG = 'rundll32 sysdm.cpl,EditEnvironmentVariables';
const scripts = 'C:\\Users\\ada\\AppData\\Roaming\\Python\\Python312\\Scripts';
const onWindows = (directory: string, shell: ShellKind) =>
  extendPathCommands(directory, { shell, home: 'C:\\Users\\ada', startFiles: [] }, 'win32');

test.each<[shell: ShellKind, directory: string, commands: readonly string[] | null]>([
  ['cmd', scripts, [`set "PATH=%PATH%;${scripts}"`, DIALOG]],
  ['cmd', 'C:\\a & b (x86)', ['set "PATH=%PATH%;C:\\a & b (x86)"', DIALOG]],
  ['cmd', 'C:\\100%\\Scripts', null],
  ['cmd', 'C:\\a;b', null],
  ['powershell', scripts, [`$env:Path += ';${scripts}'`, "rundll32 'sysdm.cpl,EditEnvironmentVariables'"]],
  ['powershell', "C:\\it's", ["$env:Path += ';C:\\it''s'", "rundll32 'sysdm.cpl,EditEnvironmentVariables'"]],
  ['posix', scripts, [`export PATH="$PATH:$(cygpath '${scripts}')"`, DIALOG]],
  ['bash', 'C:\\a b', [`export PATH="$PATH:$(cygpath 'C:\\a b')"`, DIALOG]],
  ['fish', scripts, null],
])('on Windows, %s: %s', (shell, directory, commands) => {
  expect(onWindows(directory, shell)).toEqual(commands);
});

test('nothing is written that cuts PATH or expands its entries', () => {
  const shells = ['cmd', 'powershell', 'posix', 'bash', 'zsh', 'fish', 'tcsh'] as const;
  const commands = shells.flatMap((shell) => onWindows(scripts, shell) ?? []);
  expect(commands.filter((text) => /setx|SetEnvironmentVariable|reg(?:\.exe)? add/i.test(text))).toEqual([]);
});
