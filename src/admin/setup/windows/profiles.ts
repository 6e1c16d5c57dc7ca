import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import type { WindowsFacts } from '../../../model/call-context.ts';
import { readVariable } from '../../../util/variables.ts';
import { quotePosix } from '../../../util/quote-posix.ts';
import { renderBlock } from '../startup-files/marked-block.ts';
import { expandVariables } from './path-value.ts';

/** A startup file that can put the shims before the machine's PATH in one shell. */
export type WindowsProfile = { readonly shell: string; readonly path: string; readonly block: string };

/** A shell that could, but does not read its startup file. */
export type BlockedShell = { readonly shell: string; readonly reason: string };

const join = (...parts: readonly string[]) => path.win32.join(...parts);
const SHELL_FOLDERS = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';
const POLICY_KEYS = [
  'HKLM\\Software\\Policies\\Microsoft\\Windows\\PowerShell',
  'HKCU\\Software\\Policies\\Microsoft\\Windows\\PowerShell',
  'HKCU\\Software\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell',
  'HKLM\\Software\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell',
];
const RUNS_PROFILES = ['RemoteSigned', 'Unrestricted', 'Bypass'];

/** Chooses the startup files of the shells that this machine has. cmd has none that would not affect every program. */
export function chooseWindowsProfiles(
  context: AdminContext,
  facts: WindowsFacts,
  prefix: string,
  isFile: (file: string) => boolean,
): { readonly profiles: readonly WindowsProfile[]; readonly blocked: readonly BlockedShell[] } {
  const read = (name: string) => readVariable(context, name);
  const home = facts.knownFolder('Profile') ?? read('USERPROFILE') ?? '';
  const documents =
    expandVariables(facts.registryValue(SHELL_FOLDERS, 'Personal') ?? '', context.env) || join(home, 'Documents');
  const system = read('SYSTEMROOT') ?? 'C:\\Windows';
  const hasWindowsPowerShell = isFile(join(system, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe'));
  const folders = (read('PATH') ?? '').split(';').filter(Boolean);
  const programs = read('PROGRAMFILES') ?? 'C:\\Program Files';
  const hasPowerShell = [...folders, join(programs, 'PowerShell', '7')].some((folder) =>
    isFile(join(folder, 'pwsh.exe')),
  );
  const policy = readExecutionPolicy(facts);
  const runsProfiles = RUNS_PROFILES.some((name) => name.toLowerCase() === policy.toLowerCase());
  const block = renderPowerShellBlock(prefix);
  const git = ['HKCU', 'HKLM', 'HKLM32'].some(
    (root) => facts.registryValue(`${root}\\Software\\GitForWindows`, 'InstallPath') !== null,
  );
  return {
    profiles: [
      ...(hasWindowsPowerShell && runsProfiles
        ? [{ shell: 'Windows PowerShell', path: join(documents, 'WindowsPowerShell', 'profile.ps1'), block }]
        : []),
      ...(hasPowerShell ? [{ shell: 'PowerShell 7', path: join(documents, 'PowerShell', 'profile.ps1'), block }] : []),
      ...(git ? [{ shell: 'Git Bash', path: chooseBashFile(home, isFile), block: renderBashBlock(prefix) }] : []),
    ],
    // A profile that may not run shows an error at each start of PowerShell: worse than none.
    blocked:
      hasWindowsPowerShell && !runsProfiles
        ? [{ shell: 'Windows PowerShell', reason: `its execution policy, ${policy}, runs no profile` }]
        : [],
  };
}

/** Returns the policy that Windows PowerShell has for scripts; Restricted if nothing is set, as on Windows clients. */
function readExecutionPolicy(facts: WindowsFacts): string {
  const set = POLICY_KEYS.map((key) => facts.registryValue(key, 'ExecutionPolicy')).find(
    (value) => value !== null && value !== '',
  );
  return set ?? 'Restricted';
}

/**
 * Bash reads the first of these at a login. Without any, Git for Windows makes a ~/.bash_profile that reads ~/.bashrc: a new
 * file of ours would keep ~/.bashrc from being read.
 */
function chooseBashFile(home: string, isFile: (file: string) => boolean): string {
  const names = ['.bash_profile', '.bash_login', '.profile', '.bashrc'];
  return join(home, names.find((name) => isFile(join(home, name))) ?? '.bash_profile');
}

/** ASCII alone: Windows PowerShell reads a file without a byte order mark in the system's code page. */
export function renderPowerShellBlock(prefix: string): string {
  const shims = quoteInAscii(join(prefix, 'shims'));
  const pip = quoteInAscii(join(prefix, 'shims', 'pip.exe'));
  return renderBlock([
    "# pipward's pip comes before the machine's PATH. To undo: pipward unsetup",
    `if (Test-Path -LiteralPath ${pip}) { $env:PATH = (@(${shims}) + @($env:PATH -split ';' | Where-Object { $_ -ne ${shims} })) -join ';' }`,
  ]);
}

export function renderBashBlock(prefix: string): string {
  const shims = toBashPath(join(prefix, 'shims'));
  return renderBlock([
    "# pipward's pip comes before the machine's PATH. To undo: pipward unsetup",
    `if [ -f ${quotePosix(`${shims}/pip.exe`)} ]; then PATH=${quotePosix(shims)}:"$PATH"; fi`,
  ]);
}

/** Returns a path as Git Bash writes it. */
export function toBashPath(file: string): string {
  return file.replaceAll('\\', '/').replace(/^([a-z]):/i, (_, drive: string) => `/${drive.toLowerCase()}`);
}

function quoteInAscii(text: string): string {
  const inside = text.replace(/["$`]/g, '`$&').replace(/[^ -~]/g, (character) => `$([char]${character.charCodeAt(0)})`);
  return `"${inside}"`;
}
