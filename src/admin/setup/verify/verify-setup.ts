import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import { say } from '../../output.ts';
import { abbreviate, SYSTEM_PREFIX } from '../locations.ts';
import { findShells, type Shell } from '../startup-files/targets.ts';
import { makeScratchFolder } from '../../../host/files/scratch-folder.ts';
import { findSystemShells, isExpected, isPlaceExpected, verifySystem, READERS } from './verify-system.ts';
import { renderSystemResult } from './render-system.ts';
import { readManifest } from '../plan/manifest.ts';
import { verifyRefusal, verifyShells, verifyVersion, type ShellMode, type ShellResult } from './verify.ts';
import { verifyHooks, renderHookResults, type HookResult } from './verify-hook.ts';
import { renderRefusalResult, renderShellResults, renderVersionResult } from './render-verification.ts';

/** What came of the verification. `broken` names what does not start or does not run: such a setup is taken back. */
export type SetupResult = {
  readonly verified: boolean;
  /** Whether pip itself runs through the shim, whatever shells find. */
  readonly works: boolean;
  readonly broken: readonly string[];
  /** Shells that did not get as far as to be asked. */
  readonly brokenShells: readonly { readonly shell: Shell; readonly mode: ShellMode }[];
};

/** Shows that it works, on this machine and in this user's shells. */
export async function verifySetup(
  { env }: AdminContext,
  prefix: string,
  home: string,
  modifyPath: boolean,
  hooked: boolean,
): Promise<SetupResult> {
  const shells = modifyPath && prefix !== SYSTEM_PREFIX ? findShells(env) : [];
  const results = await verifyShells(shells, prefix, env, home);
  if (results.length > 0) say(['', 'Do new shells find it?', ...renderShellResults(results, prefix)].join('\n'));
  const hooks = hooked ? await verifyAllHooks(shells, prefix, env, home) : [];
  if (hooks.length > 0) say(['', 'Inside an active environment?', ...renderHookResults(hooks, prefix)].join('\n'));
  const finds = (name: string) =>
    results.some(({ shell, mode, outcome }) => shell === name && mode === 'interactive' && outcome.kind === 'ours');
  const own = shells.find(({ name }) => name === path.basename(env['SHELL'] ?? '') && finds(name)) ?? null;

  const version = await verifyVersion(own, prefix, env, home);
  const how = own === null ? abbreviate(path.join(prefix, 'shims/pip'), home) : `pip --version in ${own.name}`;
  say(['', 'Does it run?', ...renderVersionResult(version, how)].join('\n'));
  // Without a Python there is nothing that could be refused.
  const refusal = version.kind === 'answered' ? await verifyRefusal(prefix, env) : null;
  if (refusal !== null) say(renderRefusalResult(refusal).join('\n'));

  const system = modifyPath && prefix === SYSTEM_PREFIX ? await showSystem(env, prefix) : null;

  const brokenShells = [...results, ...(system?.logins ?? [])].flatMap(({ shell: name, mode, outcome }) => {
    const shell = [...shells, ...(system === null ? [] : findSystemShells(env))].find((known) => known.name === name);
    return shell !== undefined && (outcome.kind === 'failed' || outcome.kind === 'timed-out') ? [{ shell, mode }] : [];
  });
  const broken = [
    ...brokenShells.map(({ shell, mode }) => `${shell.name} does not start (${mode})`),
    ...(version.kind === 'failed' ? ['pip --version fails'] : []),
    ...(refusal?.kind === 'failed' ? ['a policy is not enforced'] : []),
  ];
  const found =
    (system?.found ?? true) && results.every(({ outcome }) => outcome.kind === 'ours' || outcome.kind === 'inherits');
  const kept = hooks.every(({ outcome }) => outcome.kind === 'ours');
  const works = version.kind !== 'failed' && refusal?.kind !== 'failed';
  return { verified: broken.length === 0 && found && kept, works, broken, brokenShells };
}

/** Whether each of these shells fails in its mode without pipward as well. */
export async function failWithoutUs(
  { brokenShells, broken }: SetupResult,
  { env }: AdminContext,
  prefix: string,
  home: string,
): Promise<boolean> {
  if (broken.length > brokenShells.length) return false;
  for (const { shell, mode } of brokenShells) {
    const [result] = await verifyShells([shell], prefix, env, home, [mode]);
    if (result?.outcome.kind !== 'failed' && result?.outcome.kind !== 'timed-out') return false;
  }
  return true;
}

/** For all users. `logins`: the shells that read a startup file of ours; if one of them does not start, setup is to blame. */
async function showSystem(
  env: AdminContext['env'],
  prefix: string,
): Promise<{ readonly found: boolean; readonly logins: readonly ShellResult[] }> {
  const result = await verifySystem(env, prefix);
  const hasLinks = (readManifest(prefix)?.links ?? []).length > 0;
  say(['', 'Where is it found?', ...renderSystemResult(result, prefix, hasLinks)].join('\n'));
  const found =
    result.shells.every((each) => each.outcome.kind === 'ours' || !isExpected(each, hasLinks)) &&
    result.places.every((each) => each.isOurs || !isPlaceExpected(each, hasLinks));
  return { found, logins: result.shells.filter((each) => isExpected(each, false)) };
}

function verifyAllHooks(
  shells: readonly Shell[],
  prefix: string,
  env: AdminContext['env'],
  home: string,
): Promise<readonly HookResult[]> {
  if (prefix !== SYSTEM_PREFIX) return verifyHooks(shells, prefix, env, home);
  const readers = findSystemShells(env).filter(({ name }) => READERS.includes(name));
  return withoutOwnFiles(env, (plain, empty) => verifyHooks(readers, prefix, plain, empty, ['login']));
}

/** For all users: login shells of a user without startup files. */
async function withoutOwnFiles<T>(
  { PATH, TERM, LANG }: AdminContext['env'],
  work: (env: AdminContext['env'], home: string) => Promise<T>,
): Promise<T> {
  const empty = makeScratchFolder();
  try {
    return await work({ PATH, TERM, LANG }, empty.path);
  } finally {
    empty.remove();
  }
}
