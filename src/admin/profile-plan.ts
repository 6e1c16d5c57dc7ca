import { existsSync } from 'node:fs';
import path from 'node:path';
import { readProfile, type Profile, type ProfileObstacle } from '../host/profiles.ts';
import type { AdminContext } from './command.ts';
import { renderFishBlock, renderShBlock } from './env-files.ts';
import type { ProfileRecord } from './manifest.ts';
import { insertBlock } from './profile-block.ts';
import { findProgram, xdgFolder } from './places.ts';

export type ShellName = 'bash' | 'zsh' | 'fish';
export type Shell = { readonly name: ShellName; readonly program: string };

/** A start file that has, or shall get, our block. */
export type ProfilePlan = {
  readonly path: string;
  readonly before: Profile;
  /** What a person adds by hand where we may not. */
  readonly lineToAdd: string;
  readonly outcome:
    | { readonly kind: 'edit'; readonly bytes: Buffer; readonly record: ProfileRecord }
    | { readonly kind: 'keep'; readonly record: ProfileRecord }
    | { readonly kind: 'leave'; readonly obstacle: ProfileObstacle }
    | { readonly kind: 'damaged'; readonly line: number };
};

type Target = { readonly path: string; readonly fish: boolean };

/** What is to be done to the start files, so that each shell of this user has the shims first on PATH. */
export function planProfiles(
  env: AdminContext['env'],
  home: string,
  prefix: string,
  records: readonly ProfileRecord[],
): readonly ProfilePlan[] {
  return chooseTargets(env, home).map((target) => {
    const block = target.fish ? renderFishBlock(prefix) : renderShBlock(prefix);
    const lineToAdd = block.split('\n')[2] ?? '';
    const before = readProfile(target.path);
    const plan = { path: target.path, before, lineToAdd };
    if (before.kind === 'unusable') return { ...plan, outcome: { kind: 'leave', obstacle: before.obstacle } };
    const bytes = before.kind === 'file' ? before.bytes : Buffer.alloc(0);
    const record = records.find((known) => known.path === target.path);
    const inserted = insertBlock(bytes, block, record?.block);
    if (inserted.kind === 'damaged') return { ...plan, outcome: inserted };
    // A file that lost our block since is the person's, whoever created it.
    const stillOurs = inserted.kind === 'unchanged' || inserted.replaces;
    const existed = before.kind === 'file' && !(stillOurs && record?.existed === false);
    const next: ProfileRecord = { path: target.path, existed, block: inserted.block };
    return inserted.kind === 'unchanged'
      ? { ...plan, outcome: { kind: 'keep', record: next } }
      : { ...plan, outcome: { kind: 'edit', bytes: inserted.bytes, record: next } };
  });
}

/** The shells of this machine that the start files are for, with their programs. */
export function findShells(env: AdminContext['env']): readonly Shell[] {
  return (['bash', 'zsh', 'fish'] as const).flatMap((name) => {
    const program = findProgram(env, name);
    return program === null ? [] : [{ name, program }];
  });
}

/** Interactive and login shells read different files; each shell that is there gets both. */
function chooseTargets(env: AdminContext['env'], home: string): readonly Target[] {
  const installed = new Set(findShells(env).map(({ name }) => name));
  const inHome = (name: string) => path.join(home, name);
  const zdotdir = env['ZDOTDIR'];
  const zshFolder = zdotdir !== undefined && path.isAbsolute(zdotdir) ? path.resolve(zdotdir) : home;
  const fishFolder = path.join(xdgFolder(env, 'XDG_CONFIG_HOME', home, '.config'), 'fish');
  const bashLogin = installed.has('bash') ? ['.bash_profile', '.bash_login'] : [];
  return [
    ...[inHome('.bashrc')].filter((file) => installed.has('bash') || existsSync(file)),
    // bash reads the first of the three that exists; a new ~/.bash_profile would hide a later ~/.profile.
    [...bashLogin, '.profile'].map((name) => inHome(name)).find((file) => existsSync(file)) ?? inHome('.profile'),
    ...['.zshrc', '.zprofile']
      .map((name) => path.join(zshFolder, name))
      .filter((file) => installed.has('zsh') || existsSync(file)),
  ]
    .map((file): Target => ({ path: file, fish: false }))
    .concat(
      installed.has('fish') || existsSync(fishFolder)
        ? [{ path: path.join(fishFolder, 'conf.d/pipward.fish'), fish: true }]
        : [],
    );
}
