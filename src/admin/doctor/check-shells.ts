import { readFileSync } from 'node:fs';
import path from 'node:path';
import { probe } from '../run-detached.ts';
import { isOwnShim } from '../setup/files/installation.ts';
import type { AdminContext } from '../command.ts';
import type { Finding } from './finding.ts';
import { renderSourceCommand } from '../setup/startup-files/env-scripts.ts';
import { cleanEnvironment } from '../setup/verify/clean-shell.ts';
import { findOtherOwner, SYSTEM_PREFIX } from '../setup/locations.ts';
import type { Manifest } from '../setup/plan/manifest.ts';
import { findShells, type Shell } from '../setup/startup-files/targets.ts';
import { proveShells } from '../setup/verify/verify.ts';
import { proveHooks, renderHookOutcome } from '../setup/verify/verify-hook.ts';
import { renderOutcome } from '../setup/verify/render-verification.ts';

/** sudo's own default where /etc/sudoers, which only root may read, says nothing else. */
const SUDO_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const CRON_PATH = '/usr/bin:/bin';

/** What new shells find, and what other programs find that read no startup file of a shell. */
export type PlaceFindings = { readonly shells: readonly Finding[]; readonly programs: readonly Finding[] };

/** Finds out which pip is found in new shells of this user, and where no startup file of a shell is read. */
export async function checkPlaces(
  { env, programDirectory }: AdminContext,
  { inEnvironments }: Manifest,
  home: string,
): Promise<PlaceFindings> {
  const prefix = path.dirname(programDirectory);
  const owner = findOtherOwner(home);
  if (owner !== null) {
    const text = `HOME is ${home}, which belongs to user ${owner}: the start files in it are not run as root`;
    const fix = `run doctor as ${owner}, or with HOME=/root`;
    return { shells: [{ subject: 'shells', state: 'note', text, fix }], programs: [] };
  }
  const own = findShells(env).filter(({ name }) => name === path.basename(env['SHELL'] ?? ''));
  const proofs = await proveShells(own, prefix, env, home);
  const shells = proofs.flatMap(({ shell, mode, outcome }): readonly Finding[] => {
    const subject = `${shell} ${mode}`;
    if (outcome.kind === 'inherits') return [];
    if (outcome.kind === 'ours') return [{ subject, state: 'ok', text: 'pip is pipward', fix: null }];
    if (outcome.kind === 'other-pipward') {
      return [{ subject, state: 'ok', text: `pip is pipward; ${renderOutcome(outcome, shell)}`, fix: null }];
    }
    // An installation for all users reaches logins, and no other start file is its own: that is no fault.
    if (prefix === SYSTEM_PREFIX && mode !== 'login') {
      const line = `as the last line of ${shell}'s start file: ${renderSourceCommand(prefix, shell)}`;
      return [{ subject, state: 'note', text: renderOutcome(outcome, shell), fix: line }];
    }
    const fix = `pipward setup; if that is not enough, as the last line of ${shell}'s start file: ${renderSourceCommand(prefix, shell)}`;
    return [{ subject, state: 'wrong', text: renderOutcome(outcome, shell), fix }];
  });
  const hooks = inEnvironments === true ? await checkHooks(own, prefix, env, home) : [];
  const shims = path.join(prefix, 'shims');
  const login = { ...cleanEnvironment({ ...env, PATH: CRON_PATH }, home, prefix), SHELL: '/bin/sh' };
  const programs = [
    // A desktop session is a login of sh: programs that are started from its menus have that PATH.
    await checkPlace(
      'IDE',
      ['/bin/sh', '-lc'],
      login,
      home,
      'start the IDE from a shell, or add the block to ~/.profile',
    ),
    await checkPlace(
      'cron',
      ['/bin/sh', '-c'],
      { HOME: home, PATH: CRON_PATH },
      home,
      `in the crontab: PATH=${shims}:${CRON_PATH}`,
    ),
    await checkPlace('sudo', ['/bin/sh', '-c'], { HOME: home, PATH: readSudoPath() }, home, null),
  ];
  return { shells: [...shells, ...hooks], programs };
}

/** Whether the prompts of new shells keep the shims in front inside an environment. */
async function checkHooks(
  shells: readonly Shell[],
  prefix: string,
  env: AdminContext['env'],
  home: string,
): Promise<readonly Finding[]> {
  // An installation for all users reaches logins only.
  const proofs = await proveHooks(shells, prefix, env, home, prefix === SYSTEM_PREFIX ? ['login'] : undefined);
  return proofs.map((proof): Finding => {
    const { shell, mode, outcome } = proof;
    const subject = `${shell} ${mode}, in environments`;
    if (outcome.kind === 'ours') return { subject, state: 'ok', text: 'pip is pipward', fix: null };
    const line = renderSourceCommand(prefix, shell);
    const fix = outcome.kind === 'lost' ? `as the last line of ${shell}'s startup file: ${line}` : null;
    return { subject, state: 'wrong', text: `with --in-environments: ${renderHookOutcome(proof)}`, fix };
  });
}

/** In these cases another pip is not a fault. It is reported, because policies are not enforced there. */
async function checkPlace(
  subject: string,
  [shell, option]: readonly [string, string],
  env: AdminContext['env'],
  cwd: string,
  fix: string | null,
): Promise<Finding> {
  const result = await probe({
    command: [shell, option, 'printf "\\n%s\\n" "$(command -v pip)"'],
    env,
    cwd,
    timeoutMilliseconds: 20_000,
  });
  const found = result.kind === 'ended' ? (result.stdout.trimEnd().split('\n').at(-1) ?? '') : '';
  if (isOwnShim(found)) return { subject, state: 'ok', text: 'pip is pipward', fix: null };
  const text = found.startsWith('/') ? `pip is ${found}, without pipward` : 'no pip is found there';
  return { subject, state: 'note', text, fix };
}

function readSudoPath(): string {
  try {
    const text = readFileSync('/etc/sudoers', 'utf8');
    return /^\s*Defaults\s+secure_path\s*=\s*"?([^"\n]+)"?/m.exec(text)?.[1] ?? SUDO_PATH;
  } catch {
    return SUDO_PATH;
  }
}
