import { describe, expect, test } from 'vitest';
import {
  renderEnvPowerShell,
  renderProfileBlock,
  renderSourceCommand,
} from '../../../../src/admin/setup/startup-files/env-scripts.ts';

describe('an awkward folder is one word in every language', () => {
  test.each([
    ['sh', `if [ -r '/a b'\\''s/env.sh' ]; then . '/a b'\\''s/env.sh'; fi`],
    ['fish', `if test -r '/a b\\'s/env.fish'; source '/a b\\'s/env.fish'; end`],
    ['csh', `if ( -r '/a b'\\''s/env.csh' ) source '/a b'\\''s/env.csh'`],
    ['powershell', `if (Test-Path -LiteralPath '/a b''s/env.ps1') { . '/a b''s/env.ps1' }`],
  ] as const)('%s', (language, line) => {
    expect(renderProfileBlock("/a b's", language).split('\n')[2]).toBe(line);
  });

  test('PowerShell', () => {
    expect(renderEnvPowerShell("/a b's")).toContain(
      `    $env:PATH = (@('/a b''s/shims') + @($env:PATH -split ':' | Where-Object { $_ -cne '/a b''s/shims' })) -join ':'\n`,
    );
  });
});

test.each([
  ['bash', 'if [ -r /p/env.sh ]; then . /p/env.sh; fi'],
  ['fish', 'if test -r /p/env.fish; source /p/env.fish; end'],
  ['tcsh', 'if ( -r /p/env.csh ) source /p/env.csh'],
  ['pwsh', 'if (Test-Path -LiteralPath /p/env.ps1) { . /p/env.ps1 }'],
])('what is printed for %s does nothing once pipward is removed: %s', (shell, command) => {
  expect(renderSourceCommand('/p', shell).replaceAll("'", '')).toBe(command);
});
