import path from 'node:path';
import { makeScratchFolder } from '../../../host/files/scratch-folder.ts';
import type { AdminContext } from '../../command.ts';
import { say } from '../../output.ts';
import { abbreviate, findProgram, SYSTEM_PREFIX } from '../locations.ts';
import { findShells, type Shell } from '../startup-files/targets.ts';
import { proveRefusal, proveShells, proveVersion, type ShellMode, type ShellProof } from './verify.ts';
import { proveHooks, renderHookProofs, type HookProof } from './verify-hook.ts';
import { renderRefusalProof, renderShellProofs, renderVersionProof } from './render-verification.ts';

/** What came of the proofs. `broken` names what does not start or does not run: such a setup is taken back. */
export type SetupProof = {
  readonly proved: boolean;
  /** Whether pip itself runs through the shim, whatever shells find. */
  readonly works: boolean;
  readonly broken: readonly string[];
  /** Shells that did not get as far as to be asked. */
  readonly brokenShells: readonly { readonly shell: Shell; readonly mode: ShellMode }[];
};

/** Shows that it works, on this machine and in this user's shells. */
export async function proveSetup(
  { env }: AdminContext,
  prefix: string,
  home: string,
  modifyPath: boolean,
  hooked: boolean,
): Promise<SetupProof> {
  const shells = modifyPath ? (prefix === SYSTEM_PREFIX ? findSystemShells(env) : findShells(env)) : [];
  const proofs = await proveAll(shells, prefix, env, home);
  if (proofs.length > 0) say(['', 'Do new shells find it?', ...renderShellProofs(proofs, prefix)].join('\n'));
  const hooks = hooked ? await proveAllHooks(shells, prefix, env, home) : [];
  if (hooks.length > 0) say(['', 'Inside an active environment?', ...renderHookProofs(hooks, prefix)].join('\n'));
  const finds = (name: string) =>
    proofs.some(({ shell, mode, outcome }) => shell === name && mode === 'interactive' && outcome.kind === 'ours');
  const own = shells.find(({ name }) => name === path.basename(env['SHELL'] ?? '') && finds(name)) ?? null;

  const version = await proveVersion(own, prefix, env, home);
  const how = own === null ? abbreviate(path.join(prefix, 'shims/pip'), home) : `pip --version in ${own.name}`;
  say(['', 'Does it run?', ...renderVersionProof(version, how)].join('\n'));
  // Without a Python there is nothing that could be refused.
  const refusal = version.kind === 'answered' ? await proveRefusal(prefix, env) : null;
  if (refusal !== null) say(renderRefusalProof(refusal).join('\n'));

  const brokenShells = proofs.flatMap(({ shell: name, mode, outcome }) => {
    const shell = shells.find((known) => known.name === name);
    return shell !== undefined && (outcome.kind === 'failed' || outcome.kind === 'timed-out') ? [{ shell, mode }] : [];
  });
  const broken = [
    ...brokenShells.map(({ shell, mode }) => `${shell.name} does not start (${mode})`),
    ...(version.kind === 'failed' ? ['pip --version fails'] : []),
    ...(refusal?.kind === 'failed' ? ['a policy is not enforced'] : []),
  ];
  const found = proofs.every(({ outcome }) => outcome.kind === 'ours' || outcome.kind === 'inherits');
  const kept = hooks.every(({ outcome }) => outcome.kind === 'ours');
  const works = version.kind !== 'failed' && refusal?.kind !== 'failed';
  return { proved: broken.length === 0 && found && kept, works, broken, brokenShells };
}

/** Whether each of these shells fails in its mode without pipward as well. */
export async function failWithoutUs(
  { brokenShells, broken }: SetupProof,
  { env }: AdminContext,
  prefix: string,
  home: string,
): Promise<boolean> {
  if (broken.length > brokenShells.length) return false;
  for (const { shell, mode } of brokenShells) {
    const [proof] = await proveShells([shell], prefix, env, home, [mode]);
    if (proof?.outcome.kind !== 'failed' && proof?.outcome.kind !== 'timed-out') return false;
  }
  return true;
}

function proveAll(
  shells: readonly Shell[],
  prefix: string,
  env: AdminContext['env'],
  home: string,
): Promise<readonly ShellProof[]> {
  if (prefix !== SYSTEM_PREFIX) return proveShells(shells, prefix, env, home);
  return withoutOwnFiles(env, (plain, empty) => proveShells(shells, prefix, plain, empty, ['login']));
}

function proveAllHooks(
  shells: readonly Shell[],
  prefix: string,
  env: AdminContext['env'],
  home: string,
): Promise<readonly HookProof[]> {
  if (prefix !== SYSTEM_PREFIX) return proveHooks(shells, prefix, env, home);
  return withoutOwnFiles(env, (plain, empty) => proveHooks(shells, prefix, plain, empty, ['login']));
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

/** Those that read /etc/profile.d or fish's folder for vendors at a login. */
function findSystemShells(env: AdminContext['env']): readonly Shell[] {
  return (['bash', 'dash', 'fish'] as const).flatMap((name) => {
    const program = findProgram(env, name);
    return program === null ? [] : [{ name, program }];
  });
}
