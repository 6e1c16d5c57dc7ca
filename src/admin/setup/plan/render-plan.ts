import { statSync } from 'node:fs';
import path from 'node:path';
import type { ProfileObstacle } from '../files/startup-file.ts';
import { hasEntry, type TreeEntry } from '../files/installation.ts';
import { listLogFiles } from '../../../host/audit/append-line.ts';
import { cleanText } from '../../../terminal/clean.ts';
import { HIDDEN, redactText, SECRET } from '../../../util/redact.ts';
import { compareVersions, parseVersion } from '../../../util/pep440.ts';
import { renderDiff } from './diff.ts';
import { isOurs, readLinkState, type LinkRecord } from '../links/plan-links.ts';
import type { InstallPlan } from './install-plan.ts';
import { renderManifest } from './manifest.ts';
import { abbreviate, SYSTEM_PREFIX } from '../locations.ts';
import type { ProfilePlan } from '../startup-files/plan.ts';
import type { ProfileRemoval, RemovalPlan } from './removal-plan.ts';

/** What setup is about to do, for the user to confirm. */
export function renderInstallSummary(plan: InstallPlan): string {
  const { prefix, home, pending, obsolete, profiles, links, manifest, previous } = plan;
  const edited = profiles.filter(({ outcome }) => outcome.kind === 'edit');
  const named = (kind: 'file' | 'missing') =>
    edited.filter(({ before }) => before.kind === kind).map((profile) => abbreviate(profile.path, home));
  const listNames = (files: readonly string[]) =>
    files
      .map((file) => path.basename(file))
      .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
      .join(' ');
  const rows: (readonly [string, string])[] = [
    ['folder', `${abbreviate(prefix, home)} (${pending.length} files to write, ${obsolete.length} to delete)`],
    ['shims', listNames(manifest.files.filter((file) => file.startsWith('shims/')))],
    ...listLinkRows('link', links.pending, listNames),
    ...listLinkRows('unlink', links.obsolete, listNames),
    ...named('file').map((file) => ['edit', `${file}: a marked block of 4 lines at its end`] as const),
    ...named('missing').map((file) => ['create', `${file}: a marked block of 4 lines`] as const),
    ...renderHookChange({ previous, manifest }).map((text) => ['hook', text] as const),
  ];
  return [`pipward ${describeVersions(plan)} ${describeScope(prefix)}:`, '', ...renderRows(rows)].join('\n');
}

/** Says which version takes the place of which: a downgrade loses what only the newer one knows. */
export function describeVersions({
  previous,
  manifest: { version },
}: Pick<InstallPlan, 'previous' | 'manifest'>): string {
  if (previous === null || previous.version === version) return `${version} will be set up for`;
  const [old, next] = [parseVersion(previous.version), parseVersion(version)];
  const isDowngrade = old !== null && next !== null && compareVersions(next, old) < 0;
  return `will be ${isDowngrade ? 'downgraded' : 'upgraded'}, ${previous.version} -> ${version}, for`;
}

/** One row for the links of one folder. */
function listLinkRows(
  label: string,
  links: readonly LinkRecord[],
  listNames: (files: readonly string[]) => string,
): readonly (readonly [string, string])[] {
  const folders = new Set(links.map((link) => path.dirname(link.path)));
  return [...folders].map((folder) => {
    const files = links.map((link) => link.path).filter((file) => path.dirname(file) === folder);
    return [label, `${folder}: ${listNames(files)}`];
  });
}

/** Every file that setup would write, and the startup files' changes as a diff. */
export function renderInstallDryRun(plan: InstallPlan): string {
  const { prefix, pending, obsolete, profiles, links, manifest, home } = plan;
  const entries = [...pending, ...[renderManifest(manifest)].filter((entry) => !hasEntry(prefix, entry))];
  return [
    ...entries.map((entry) => `write   ${path.join(prefix, entry.path)}${describeEntry(entry)}`),
    ...obsolete.map((file) => `delete  ${path.join(prefix, file)}`),
    ...renderHookChange(plan).map((text) => `hook    ${text}`),
    ...links.pending.map((link) => `link    ${link.path} -> ${link.target}`),
    ...links.obsolete.map((link) => `delete  ${link.path}`),
    ...profiles.flatMap((profile) => [...renderProfileDiff(profile), ...renderProfileTrouble(profile, home)]),
    '',
    'dry run: nothing was changed',
  ].join('\n');
}

/** Returns what unsetup deletes in the state folder. The log is evidence: it stays. */
export function describeRemembered(state: string): string {
  return `records of messages and of trust${hasLog(state) ? ' (the audit log stays)' : ''}`;
}

function hasLog(state: string): boolean {
  try {
    return listLogFiles(state).length > 0;
  } catch {
    // What cannot be read is told of when it cannot be deleted.
    return false;
  }
}

/** What unsetup is about to do. `state`: the folder of what pipward remembers; null if there is none. */
export function renderRemovalSummary({ prefix, home, manifest, profiles }: RemovalPlan, state: string | null): string {
  const rows: (readonly [string, string])[] = [
    ['delete', `${abbreviate(prefix, home)} (${manifest.files.length} files)`],
    ...manifest.links.filter((link) => isOurs(link)).map((link) => ['delete', link.path] as const),
    ...(state === null ? [] : [['delete', `${abbreviate(state, home)}: ${describeRemembered(state)}`] as const]),
    ...profiles.flatMap(({ record, outcome }): (readonly [string, string])[] => {
      const file = abbreviate(record.path, home);
      if (outcome.kind === 'edit') return [['edit', `${file}: the marked block goes, the rest stays`]];
      return outcome.kind === 'delete' ? [['delete', `${file}: nothing but the marked block is in it`]] : [];
    }),
  ];
  return [`pipward ${manifest.version} will be removed for ${describeScope(prefix)}:`, '', ...renderRows(rows)].join(
    '\n',
  );
}

/** Links of setup that something else has replaced since; it stays. */
export function renderReplacedLinks({ manifest }: Pick<RemovalPlan, 'manifest'>): readonly string[] {
  return manifest.links
    .filter((link) => readLinkState(link) === 'foreign')
    .map((link) => `${link.path} stays: it is not the link that setup made`);
}

/** The lines that the user has to delete: setup did not write them, so they stay. */
export function renderLeftovers({ leftovers, home }: RemovalPlan): readonly string[] {
  if (leftovers.length === 0) return [];
  return [
    'These lines use pipward. Setup did not write them, so they stay. Delete them yourself:',
    ...leftovers.map(({ file, line, text }) => cleanText(`  ${abbreviate(file, home)}:${line}: ${text}`)),
  ];
}

export function renderRemovalDryRun(plan: RemovalPlan, state: string | null): string {
  const { prefix, home, manifest, profiles } = plan;
  return [
    ...[...manifest.files, 'manifest.json'].map((file) => `delete  ${path.join(prefix, file)}`),
    ...manifest.links.filter((link) => isOurs(link)).map((link) => `delete  ${link.path}`),
    ...(state === null ? [] : [`delete  ${state}: ${describeRemembered(state)}`]),
    ...profiles.flatMap((removal) => [...renderRemovalDiff(removal), ...renderRemovalTrouble(removal, home)]),
    ...renderLeftovers(plan),
    '',
    'dry run: nothing was changed',
  ].join('\n');
}

/** What a user has to do by hand; nothing where all is well. */
export function renderProfileTrouble({ path: file, outcome, lineToAdd }: ProfilePlan, home: string): readonly string[] {
  const name = abbreviate(file, home);
  if (outcome.kind === 'damaged') {
    return [
      `${name}: line ${outcome.line} starts or ends a pipward block that is not whole, so the file was left alone.`,
      'Delete what is left of the block, then run setup again.',
    ];
  }
  if (outcome.kind !== 'leave') return [];
  return [`${name} was left alone: ${describeObstacle(outcome.obstacle)}. Add this line to it:`, `    ${lineToAdd}`];
}

export function renderRemovalTrouble({ record, outcome }: ProfileRemoval, home: string): readonly string[] {
  const name = abbreviate(record.path, home);
  if (outcome.kind === 'leave') return [`${name} still has its pipward block: ${describeObstacle(outcome.obstacle)}`];
  if (outcome.kind === 'foreign') {
    return [`${name}: its pipward block was changed by hand or is another installation's; it was left alone`];
  }
  return outcome.kind === 'damaged'
    ? [`${name}: line ${outcome.line} starts or ends a pipward block that is not whole; it was left alone`]
    : [];
}

export function describeObstacle(obstacle: ProfileObstacle): string {
  const words = {
    'read-only': 'it is read-only',
    'not-a-file': 'it is no ordinary file',
    'dangling-link': 'it is a link that leads nowhere',
    'hard-linked': 'it has a second name (a hard link), which a new file would part from it',
    'other-owner': 'it belongs to another user',
    unreadable: 'it cannot be read',
    'changed-meanwhile': 'it was changed by another program at the same time',
    'utf-16': 'it is UTF-16, which only an editor can add to',
  } satisfies Record<ProfileObstacle, string>;
  return words[obstacle];
}

/** What changes at the prompts of new shells; nothing if the previous choice stays. */
function renderHookChange({ previous, manifest }: Pick<InstallPlan, 'previous' | 'manifest'>): readonly string[] {
  const [before, after] = [previous?.inEnvironments === true, manifest.inEnvironments === true];
  if (before === after) return [];
  return after
    ? ['before each prompt of bash, zsh and fish: pip stays pipward in an active environment']
    : ["removed from bash, zsh and fish: an active environment's own pip comes first again"];
}

function describeScope(prefix: string): string {
  return prefix === SYSTEM_PREFIX ? 'all users of this machine' : 'this user';
}

export function renderProfileDiff({ path: file, before, outcome }: ProfilePlan): readonly string[] {
  if (outcome.kind !== 'edit') return [];
  return ['', renderDiff(file, before.kind === 'file' ? hideSecrets(before.bytes) : null, hideSecrets(outcome.bytes))];
}

export function renderRemovalDiff({ record, before, outcome }: ProfileRemoval): readonly string[] {
  if (before.kind !== 'file' || (outcome.kind !== 'edit' && outcome.kind !== 'delete')) return [];
  return [
    '',
    renderDiff(record.path, hideSecrets(before.bytes), outcome.kind === 'edit' ? hideSecrets(outcome.bytes) : null),
  ];
}

/** The user's own lines of a startup file, in any shell: `export X_TOKEN=y`, `set -gx X_TOKEN y`, `setenv X_TOKEN y`. */
function hideSecrets(bytes: Buffer): string {
  return bytes
    .toString()
    .split('\n')
    .map((line) => redactText(line).replace(NAMED, `$1${HIDDEN}`))
    .join('\n');
}

const NAMED = new RegExp(`(${SECRET.source}[\\w.-]*["']?[\\s=:]+)\\S.*`, 'i');

function describeEntry(entry: TreeEntry): string {
  if (entry.kind === 'link') return ` -> ${entry.target}`;
  const size = entry.kind === 'copy' ? statSync(entry.source).size : entry.bytes.length;
  return `  (${size} bytes, mode ${entry.mode.toString(8).padStart(4, '0')})`;
}

export function renderRows(rows: readonly (readonly [label: string, text: string])[]): readonly string[] {
  return rows.map(([label, text]) => `  ${label.padEnd(8)}${text}`);
}
