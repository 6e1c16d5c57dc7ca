import { expect, test } from 'vitest';
import type { ShellKind } from '../../src/model/diagnostic.ts';
import type { Platform } from '../../src/model/call-context.ts';
import { activationCommand, environmentPython, isActivationSafe, unsetCommand } from '../../src/terminal/activation.ts';

test.each<[shell: ShellKind, platform: Platform, prefix: string, cwd: string | null, text: string]>([
  ['bash', 'linux', '/p/.venv', '/p', 'source .venv/bin/activate'],
  ['zsh', 'darwin', '/p/.venv', '/p', 'source .venv/bin/activate'],
  ['posix', 'linux', '/p/.venv', '/p', '. .venv/bin/activate'],
  ['fish', 'linux', '/p/.venv', '/p', 'source .venv/bin/activate.fish'],
  ['tcsh', 'linux', '/p/.venv', '/p', 'source .venv/bin/activate.csh'],
  ['powershell', 'linux', '/p/.venv', '/p', './.venv/bin/Activate.ps1'],
  ['powershell', 'win32', 'C:\\p\\.venv', 'C:\\p', '.\\.venv\\Scripts\\Activate.ps1'],
  ['powershell', 'win32', 'C:\\a b\\.venv', 'D:\\', "& 'C:\\a b\\.venv\\Scripts\\Activate.ps1'"],
  ['cmd', 'win32', 'C:\\p\\.venv', 'C:\\p', '.venv\\Scripts\\activate.bat'],
  ['cmd', 'win32', 'C:\\a b\\.venv', 'C:\\', '"a b\\.venv\\Scripts\\activate.bat"'],
  ['bash', 'win32', 'C:\\p\\.venv', 'C:\\p', 'source .venv/Scripts/activate'],
  ['posix', 'win32', 'C:\\p\\.venv', 'C:\\p', 'source .venv/Scripts/activate'],
  ['posix', 'win32', 'C:\\a b\\.venv', 'D:\\', "source 'C:/a b/.venv/Scripts/activate'"],
  ['bash', 'linux', '/p/.venv', '/p/src', 'source /p/.venv/bin/activate'],
  ['bash', 'linux', '/p', '/p', 'source bin/activate'],
  ['bash', 'linux', '/p/.venv', null, 'source /p/.venv/bin/activate'],
  ['bash', 'linux', '/opt/venv', '/', 'source /opt/venv/bin/activate'],
  ['bash', 'linux', '/p/-env', '/p', 'source ./-env/bin/activate'],
  ['bash', 'linux', '/p/..env', '/p', 'source ..env/bin/activate'],
  ['bash', 'linux', "/p/it's", '/p', "source 'it'\\''s/bin/activate'"],
])('%s on %s: %s from %s', (shell, platform, prefix, cwd, text) => {
  expect(activationCommand(prefix, shell, platform, cwd)).toBe(text);
});

test.each<[platform: Platform, prefix: string, safe: boolean]>([
  ['linux', '/p/.venv', true],
  ['linux', "/a b/it's (1)!&;/.venv", true],
  ['linux', '/p$(id)/.venv', false],
  ['linux', '/p`id`/.venv', false],
  ['linux', '/p"/.venv', false],
  ['linux', '/p\\/.venv', false],
  ['linux', '/p\nx/.venv', false],
  ['win32', 'C:\\p\\.venv', true],
  ['win32', 'C:\\$p\\.venv', false],
  ['win32', 'C:\\Program Files (x86)\\.venv', true],
  ['win32', 'C:\\p&calc\\.venv', false],
  ['win32', 'C:\\100%\\.venv', false],
  ['win32', 'C:\\a^b!\\.venv', false],
])('on %s the scripts of %j are safe to run: %s', (platform, prefix, safe) => {
  expect(isActivationSafe(prefix, platform)).toBe(safe);
});

test.each<[shell: ShellKind, platform: Platform, prefix: string, cwd: string | null, word: string]>([
  ['bash', 'linux', '/p/.venv', '/p', '.venv/bin/python'],
  ['bash', 'linux', '/p/-x', '/p', './-x/bin/python'],
  ['bash', 'linux', '/p/.venv', null, '/p/.venv/bin/python'],
  ['cmd', 'win32', 'C:\\p\\.venv', 'C:\\p', '.venv\\Scripts\\python.exe'],
  ['bash', 'win32', 'C:\\p\\.venv', 'C:\\p', '.venv/Scripts/python.exe'],
])('the Python of an environment in %s on %s: %s from %s', (shell, platform, prefix, cwd, word) => {
  expect(environmentPython(prefix, shell, platform, cwd)).toBe(word);
});

test.each<[shell: ShellKind, text: string]>([
  ['posix', 'unset PIP_PYTHON'],
  ['bash', 'unset PIP_PYTHON'],
  ['zsh', 'unset PIP_PYTHON'],
  ['fish', 'set -e PIP_PYTHON'],
  ['tcsh', 'unsetenv PIP_PYTHON'],
  ['powershell', 'Remove-Item Env:PIP_PYTHON'],
  ['cmd', 'set "PIP_PYTHON="'],
])('%s forgets a variable: %s', (shell, text) => {
  expect(unsetCommand('PIP_PYTHON', shell)).toBe(text);
});
