import path from 'node:path';
import { describeVersions, renderProfileDiff, renderProfileTrouble, renderRows } from '../plan/render-plan.ts';
import type { PathScope } from './helper.ts';
import { listFolders, readText } from './path-value.ts';
import type { WindowsPlan } from './plan.ts';
import type { ShellAnswer } from './verify.ts';

/** What setup is about to do, for the user to confirm. */
export function renderWindowsSummary(plan: WindowsPlan): string {
  const { prefix, scope, shims, pending, obsolete, profiles, change, manifest } = plan;
  const names = manifest.files
    .filter((file) => file.startsWith('shims/'))
    .map((file) => path.posix.basename(file))
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const rows: (readonly [string, string])[] = [
    ['folder', `${prefix} (${pending.length} files to write, ${obsolete.length} to delete)`],
    ['shims', names.join(' ')],
    ...(change?.kind === 'changed'
      ? [['PATH', `${shims} first in the ${scope}'s part (registry, ${KEYS[scope]})`] as const]
      : []),
    ...profiles
      .filter(({ outcome }) => outcome.kind === 'edit')
      .map(({ path: file, before }): readonly [string, string] =>
        before.kind === 'missing'
          ? ['create', `${file}: a marked block of 4 lines`]
          : ['edit', `${file}: a marked block of 4 lines at its end`],
      ),
  ];
  const who = scope === 'user' ? 'this user' : 'all users of this machine';
  return [`pipward ${describeVersions(plan)} ${who}:`, '', ...renderRows(rows), ...renderMachinePip(plan)].join('\n');
}

/** Where PATH is in the registry. */
const KEYS: Readonly<Record<PathScope, string>> = {
  user: 'HKCU\\Environment',
  machine: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment',
};

export function describeKey(scope: PathScope): string {
  return KEYS[scope];
}

/** Why pipward is not first everywhere, and where it is. */
export function renderMachinePip({ machinePip, isPipward, profiles, blocked }: WindowsPlan): readonly string[] {
  if (machinePip === null) return [];
  if (isPipward) return ['', `${machinePip}, which is pipward's for all users, comes before this one.`];
  return [
    '',
    `The machine's PATH has ${machinePip}, and it comes before a user's PATH.`,
    'In cmd, and in programs that run pip, that pip stays the first one. Only an administrator can change it: take that',
    'folder out of PATH, or run `pipward setup --system`.',
    profiles.length > 0
      ? 'The startup files above put pipward first in their shells.'
      : 'No startup file can put pipward first here.',
    ...blocked.map(({ shell, reason }) => `${shell} is left out, since ${reason}.`),
  ];
}

export function renderWindowsDryRun(plan: WindowsPlan): string {
  const { prefix, scope, shims, pending, obsolete, profiles, change } = plan;
  return [
    ...pending.map((file) => `write   ${path.join(prefix, file.path)}`),
    ...obsolete.map((file) => `delete  ${path.join(prefix, file)}`),
    ...(change?.kind === 'changed'
      ? [
          `PATH    ${shims} comes first in ${KEYS[scope]}\\Path, before ${listFolders(readText(plan[scope])).length} folders; the rest, and the value's type, stay as they are`,
        ]
      : []),
    ...profiles.flatMap((profile) => [...renderProfileDiff(profile), ...renderProfileTrouble(profile, '')]),
    ...renderMachinePip(plan),
    '',
    'dry run: nothing was changed',
  ].join('\n');
}

/** One line for each shell, as a user would see pip there. */
export function renderAnswers(answers: readonly ShellAnswer[]): string {
  return answers
    .map(({ shell, found, isOurs, version, problem }) => {
      const text = [
        ...(found === null ? [] : [`pip is ${found}`]),
        ...(version === null ? [] : [version]),
        ...(problem === null ? [] : [problem]),
      ];
      const mark = found === null ? '?  ' : isOurs && version !== null ? 'yes' : 'NO ';
      return `  ${mark}  ${shell.padEnd(10)}  ${text.join('; ')}`;
    })
    .join('\n');
}
