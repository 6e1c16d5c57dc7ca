import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import type { WindowsFacts } from '../../../model/call-context.ts';
import { readVariable } from '../../../util/variables.ts';
import { quotePosix } from '../../../util/quote-posix.ts';
import { renderBlock } from '../startup-files/marked-block.ts';
import { expandVariables } from './path-value.ts';

/** A startup file that can put the shims before the machine's PATH in one shell. */
export type WindowsProfile = { readonly shell: string; readonly path: string; readonly block: string };

/** What is there. */
type Disk = Readonly<Record<'isProgram' | 'isFolder', (file: string) => boolean>>;

/** A shell that could, but does not read its startup file. */
export type BlockedShell = { readonly shell: string; readonly reason: string };

const join = (...parts: readonly string[]) => path.win32.join(...parts);
const SHELL_FOLDERS = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders';
/** Keys of group policy, the machine's first, then those of Set-ExecutionPolicy; PowerShell 7 keeps the latter in files. */
const WINDOWS_POWERSHELL_KEYS = [
  'HKLM\\Software\\Policies\\Microsoft\\Windows\\PowerShell',
  'HKCU\\Software\\Policies\\Microsoft\\Windows\\PowerShell',
  'HKCU\\Software\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell',
  'HKLM\\Software\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell',
];
const POWERSHELL_7_KEYS = ['HKLM', 'HKCU'].map((root) => `${root}\\Software\\Policies\\Microsoft\\PowerShellCore`);
const RUNS_PROFILES = ['RemoteSigned', 'Unrestricted', 'Bypass'];

/** Chooses the startup files of the shells that this machine has. cmd has none that would not affect every program. */
export function chooseWindowsProfiles(
  context: AdminContext,
  facts: WindowsFacts,
  prefix: string,
  { isProgram, isFolder }: Disk,
): { readonly profiles: readonly WindowsProfile[]; readonly blocked: readonly BlockedShell[] } {
  const read = (name: string) => readVariable(context, name);
  const home = facts.knownFolder('Profile') ?? read('USERPROFILE') ?? '';
  const documents =
    expandVariables(facts.registryValue(SHELL_FOLDERS, 'Personal') ?? '', context.env) || join(home, 'Documents');
  const system = read('SYSTEMROOT') ?? 'C:\\Windows';
  const hasWindowsPowerShell = isProgram(join(system, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe'));
  const folders = (read('PATH') ?? '').split(';').filter(Boolean);
  const programs = read('PROGRAMFILES') ?? 'C:\\Program Files';
  const hasPowerShell = [...folders, join(programs, 'PowerShell', '7')].some((folder) =>
    isProgram(join(folder, 'pwsh.exe')),
  );
  const block = renderPowerShellBlock(prefix);
  // Windows clients come with Restricted; PowerShell 7 with RemoteSigned.
  const shells = [
    ...(hasWindowsPowerShell
      ? [
          [
            'Windows PowerShell',
            'WindowsPowerShell',
            readPolicy(facts, WINDOWS_POWERSHELL_KEYS) ?? 'Restricted',
          ] as const,
        ]
      : []),
    ...(hasPowerShell
      ? [['PowerShell 7', 'PowerShell', readPolicy(facts, POWERSHELL_7_KEYS) ?? 'RemoteSigned'] as const]
      : []),
  ];
  const runsProfiles = (policy: string) => RUNS_PROFILES.some((name) => name.toLowerCase() === policy.toLowerCase());
  const git = ['HKCU', 'HKLM', 'HKLM32'].some(
    (root) => facts.registryValue(`${root}\\Software\\GitForWindows`, 'InstallPath') !== null,
  );
  return {
    profiles: [
      ...shells
        .filter(([, , policy]) => runsProfiles(policy))
        .map(([shell, folder]) => ({ shell, path: join(documents, folder, 'profile.ps1'), block })),
      ...(git
        ? [
            {
              shell: 'Git Bash',
              path: chooseBashFile(findBashHome(read, home, isFolder), isProgram),
              block: renderBashBlock(prefix),
            },
          ]
        : []),
    ],
    // A profile that may not run shows an error at each start of PowerShell: worse than none.
    blocked: shells
      .filter(([, , policy]) => !runsProfiles(policy))
      .map(([shell, , policy]) => ({ shell, reason: `its execution policy, ${policy}, runs no profile` })),
  };
}

/** Returns the execution policy that is set; null if none is. A group policy that switches scripts off (EnableScripts) names none. */
function readPolicy(facts: WindowsFacts, keys: readonly string[]): string | null {
  for (const key of keys) {
    if (facts.registryValue(key, 'EnableScripts') === '0') return 'Restricted';
    const value = facts.registryValue(key, 'ExecutionPolicy') ?? '';
    if (value !== '') return value;
  }
  return null;
}

/** Returns the home of Git Bash: HOME, else HOMEDRIVE and HOMEPATH if there is such a folder (a share of a company), else the profile. */
function findBashHome(
  read: (name: string) => string | null,
  profile: string,
  isFolder: (folder: string) => boolean,
): string {
  const home = read('HOME') ?? '';
  if (/^[a-z]:[\\/]/i.test(home)) return home;
  const other = (read('HOMEDRIVE') ?? '') + (read('HOMEPATH') ?? '');
  return /^[a-z]:[\\/]/i.test(other) && isFolder(other) ? other : profile;
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
