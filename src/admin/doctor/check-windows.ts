import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { readAppAlias } from '../../interpreter/discovery/windows/app-alias.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { ShellKind } from '../../model/diagnostic.ts';
import { quoteForShell } from '../../terminal/quote.ts';
import { quotePosix } from '../../util/quote-posix.ts';
import { readVariable } from '../../util/variables.ts';
import type { AdminContext } from '../command.ts';
import type { Manifest } from '../setup/plan/manifest.ts';
import { describeExposure, findExposure } from '../setup/windows/all-users.ts';
import { isStale } from '../setup/windows/files.ts';
import { openHelper, type PathScope } from '../setup/windows/helper.ts';
import {
  expandVariables,
  isSameWindowsFolder,
  listFolders,
  readText,
  type RawValue,
} from '../setup/windows/path-value.ts';
import { findScope } from '../setup/windows/places.ts';
import { isProgram, recognize } from '../setup/windows/plan.ts';
import { toBashPath } from '../setup/windows/profiles.ts';
import { listPipNames } from '../setup/windows/python-names.ts';
import { findMachinePip, listPrograms, renderSessionPath } from '../setup/windows/search.ts';
import { verifyWindows } from '../setup/windows/verify.ts';
import type { WindowsExposure } from '../../util/windows/exposed-path.ts';
import { choosePrintedShell } from '../which/printed-shell.ts';
import { judgeNode } from './check-node.ts';
import type { Finding } from './finding.ts';

const subject = 'PATH';
const reinstall = 'run install.ps1 of an archive of this version, or `pipward setup` in a checkout';

/** Returns the programs that a name leads to on this session's PATH, in order. */
export function listOnWindowsPath(
  context: Pick<CallContext, 'env' | 'files' | 'platform'>,
  name: string,
): readonly string[] {
  const text = readVariable(context, 'PATH') ?? '';
  const isThere = (file: string) => context.files.status(file)?.kind === 'file' || readAppAlias(file, context) !== null;
  return [...new Set(listPrograms(text, name, isThere))];
}

/** Who answers to `pip` in this session. */
export function checkSessionPath(context: CallContext, shims: string): readonly Finding[] {
  const programs = listOnWindowsPath(context, 'pip');
  const isOurs = (file: string) => isSameWindowsFolder(path.win32.dirname(file), shims);
  const [first] = programs;
  const others = programs.filter((file) => !isOurs(file));
  const behind = others.length === 0 ? 'no other pip is on PATH' : `later on PATH: ${others.join(', ')}`;
  if (first !== undefined && isOurs(first)) {
    return [
      { subject, state: 'ok', text: `pip is ${first}`, fix: null },
      { subject, state: 'note', text: behind, fix: null },
    ];
  }
  const active = [readVariable(context, 'VIRTUAL_ENV'), readVariable(context, 'CONDA_PREFIX')].find(
    (prefix) =>
      prefix !== null &&
      first !== undefined &&
      isSameWindowsFolder(path.win32.dirname(first), path.win32.join(prefix, 'Scripts')),
  );
  if (active !== undefined) {
    const text = `pip is the active environment's own: ${first}, without pipward's advice and rules`;
    return [{ subject, state: 'note', text, fix: null }];
  }
  const fix = `open a new terminal; in this one: ${renderPathCommand(shims, choosePrintedShell(context))}`;
  if (!programs.some((file) => isOurs(file))) {
    const text = first === undefined ? 'no pip is on PATH' : `pip is ${first}: pipward is not on PATH`;
    return [{ subject, state: 'wrong', text, fix }];
  }
  return [{ subject, state: 'wrong', text: `${first} comes before pipward`, fix }];
}

/** The command that puts the shims first in this session. */
export function renderPathCommand(shims: string, shell: ShellKind): string {
  if (shell === 'cmd') return `set "PATH=${shims};%PATH%"`;
  if (shell === 'powershell') return `$env:PATH = ${quoteForShell(`${shims};`, 'powershell')} + $env:PATH`;
  return `PATH=${quotePosix(toBashPath(shims))}:"$PATH"`;
}

/** What puts pipward first in a part of PATH. */
const FIXES: Readonly<Record<PathScope, string>> = {
  user: 'pipward setup',
  machine: 'in a terminal opened with "Run as administrator": pipward setup --system',
};

/** What new sessions get: the machine's part of PATH, then the user's. */
export function judgeRegistryPath(
  machine: RawValue,
  user: RawValue,
  shims: string,
  env: AdminContext['env'],
  isThere: (file: string) => boolean,
  scope: PathScope = 'user',
): readonly Finding[] {
  const name = 'PATH in the registry';
  const isOurs = recognize(shims, env);
  const before = listFolders(expandVariables(readText(user), env));
  const at = before.findIndex((folder) => isOurs(folder));
  const machinePip = findMachinePip(machine, shims, env, isThere);
  if (at === -1) {
    const isMachines = listFolders(expandVariables(readText(machine), env)).some((folder) => isOurs(folder));
    if (!isMachines) {
      const text = `${shims} is not in the ${scope}'s part`;
      return [{ subject: name, state: 'wrong', text, fix: FIXES[scope] }];
    }
    return [
      machinePip === null
        ? { subject: name, state: 'ok', text: `${shims} is in the machine's part`, fix: null }
        : {
            subject: name,
            state: 'wrong',
            text: `${machinePip} comes before pipward in the machine's part`,
            fix: FIXES.machine,
          },
    ];
  }
  const inFront = listPrograms(before.slice(0, at).join(';'), 'pip', isThere);
  return [
    inFront.length === 0
      ? { subject: name, state: 'ok', text: `${shims} is in the user's part`, fix: null }
      : { subject: name, state: 'wrong', text: `${inFront.join(', ')} comes before pipward`, fix: 'pipward setup' },
    ...(machinePip === null
      ? []
      : [
          {
            subject: name,
            state: 'note' as const,
            text: `${machinePip} is in the machine's part, which comes before every user's: cmd and other programs start that pip`,
            fix: 'an administrator can take that folder out of PATH, or run `pipward setup --system`; PowerShell and Git Bash: pipward setup',
          },
        ]),
  ];
}

/** The registry, the copies of pip.exe, and Node: what setup installed. */
export async function checkWindowsInstallation(context: AdminContext, manifest: Manifest) {
  const { prefix } = manifest;
  const shims = path.join(prefix, 'shims');
  const helper = openHelper(context.programDirectory);
  const scope = findScope(prefix, helper);
  const exposure = scope === 'machine' ? findExposure(prefix, helper) : null;
  const [machine, user] = [helper.readPath('machine'), helper.readPath('user')];
  const session = renderSessionPath(machine, user, context.env);
  const answers = await verifyWindows(context, shims, session, manifest.profiles.length > 0);
  const shells = answers.map(({ shell, found, isOurs, version, problem }): Finding => {
    const said = [found === null ? null : `pip is ${found}`, version, problem]
      .filter((text) => text !== null)
      .join('; ');
    if (found === null) return { subject: shell, state: 'note', text: said, fix: null };
    return isOurs && version !== null
      ? { subject: shell, state: 'ok', text: 'pip is pipward', fix: null }
      : {
          subject: shell,
          state: 'wrong',
          text: said,
          fix: isOurs ? 'see what `pip --version` says' : `${FIXES[scope]} (it says why)`,
        };
  });
  return {
    path: judgeRegistryPath(machine, user, shims, context.env, isProgram, scope),
    names: [
      ...(exposure === null ? [] : [describeOpen(exposure, prefix)]),
      ...checkCopies(prefix, scope),
      ...checkMissingNames(shims, ['pip3', ...listPipNames(context, helper)], scope),
    ],
    shells,
  };
}

/** An installation for all users that others than administrators can change. */
function describeOpen(exposure: WindowsExposure, prefix: string): Finding {
  const text = `${describeExposure(exposure)}, and all users run what is in ${prefix}`;
  return { subject: 'shims', state: 'wrong', text, fix: FIXES.machine };
}

/** An upgrade that could not replace a program leaves an older copy. */
function checkCopies(prefix: string, scope: PathScope): readonly Finding[] {
  const pip = path.join(prefix, 'dist', 'windows', 'pip.exe');
  if (!existsSync(pip)) return [{ subject: 'shims', state: 'wrong', text: `${pip} is missing`, fix: reinstall }];
  const stale = listStale(path.join(prefix, 'shims'), pip);
  if (stale.length === 0)
    return [{ subject: 'shims', state: 'ok', text: 'all copies of pip.exe are current', fix: null }];
  return [
    {
      subject: 'shims',
      state: 'wrong',
      text: `older copies of pip.exe: ${stale.join(', ')}`,
      fix: `${FIXES[scope]} --refresh`,
    },
  ];
}

function listStale(shims: string, pip: string): readonly string[] {
  const names = ['pip.exe', 'pip3.exe', ...Array.from({ length: 40 }, (_, minor) => `pip3.${minor}.exe`)];
  return names.filter((name) => isStale(path.join(shims, name), pip));
}

function checkMissingNames(shims: string, names: readonly string[], scope: PathScope): readonly Finding[] {
  const missing = names.filter((name) => !existsSync(path.join(shims, `${name}.exe`)));
  if (missing.length === 0) return [];
  const text = `${missing.join(', ')}: this machine has the Python, but pipward has no such name in ${shims}`;
  return [{ subject: 'names', state: 'wrong', text, fix: `${FIXES[scope]} --refresh` }];
}

/** The Node beside the installation, which pip.exe starts. */
export async function checkWindowsNode({ programDirectory }: AdminContext, today: Date): Promise<readonly Finding[]> {
  const node = path.join(path.dirname(programDirectory), 'node.exe');
  if (!existsSync(node)) {
    const text = `${node} is missing: pip runs without pipward`;
    return [{ subject: 'Node', state: 'wrong', text, fix: reinstall }];
  }
  const { stdout, failed } = await execa(node, ['-p', 'process.versions.node'], {
    reject: false,
    stdin: 'ignore',
    timeout: 20_000,
    windowsHide: true,
  });
  if (failed)
    return [
      { subject: 'Node', state: 'wrong', text: `${node} does not run: pip runs without pipward`, fix: reinstall },
    ];
  const finding = judgeNode(node, stdout.trim(), today);
  return [
    finding.fix === null
      ? finding
      : { ...finding, fix: 'install a newer pipward, which brings a newer Node (docs/packages.md)' },
  ];
}
