import path from 'node:path';
import type { AdminContext } from '../command.ts';
import type { Finding } from './finding.ts';
import { renderSourceCommand } from '../setup/startup-files/env-scripts.ts';
import { askPlaces, CRON_PATH, type Place } from '../setup/verify/places.ts';
import { findOtherOwner, SYSTEM_PREFIX } from '../setup/locations.ts';
import type { Manifest } from '../setup/plan/manifest.ts';
import { findShells, type Shell } from '../setup/startup-files/targets.ts';
import { verifyShells } from '../setup/verify/verify.ts';
import { verifyHooks, renderHookOutcome } from '../setup/verify/verify-hook.ts';
import { renderOutcome } from '../setup/verify/render-verification.ts';

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
    const text = `HOME is ${home}, which belongs to user ${owner}: the startup files in it are not run as root`;
    const fix = `run doctor as ${owner}, or with HOME=/root`;
    return { shells: [{ subject: 'shells', state: 'note', text, fix }], programs: [] };
  }
  const own = findShells(env).filter(({ name }) => name === path.basename(env['SHELL'] ?? ''));
  const results = await verifyShells(own, prefix, env, home);
  const shells = results.flatMap(({ shell, mode, outcome }): readonly Finding[] => {
    const subject = `${shell} ${mode}`;
    if (outcome.kind === 'inherits') return [];
    if (outcome.kind === 'ours') return [{ subject, state: 'ok', text: 'pip is pipward', fix: null }];
    if (outcome.kind === 'other-pipward') {
      return [{ subject, state: 'ok', text: `pip is pipward; ${renderOutcome(outcome, shell)}`, fix: null }];
    }
    // An installation for all users reaches logins, and has no other startup file, so other shells without it are not a fault.
    if (prefix === SYSTEM_PREFIX && mode !== 'login') {
      const line = `as the last line of ${shell}'s startup file: ${renderSourceCommand(prefix, shell)}`;
      return [{ subject, state: 'note', text: renderOutcome(outcome, shell), fix: line }];
    }
    const fix = `pipward setup; if that is not enough, as the last line of ${shell}'s startup file: ${renderSourceCommand(prefix, shell)}`;
    return [{ subject, state: 'wrong', text: renderOutcome(outcome, shell), fix }];
  });
  const hooks = inEnvironments === true ? await checkHooks(own, prefix, env, home) : [];
  const shims = path.join(prefix, 'shims');
  const fixes = {
    IDE: 'start the IDE from a shell, or add the block to ~/.profile',
    cron: `in the crontab: PATH=${shims}:${CRON_PATH}`,
    sudo: 'for all users, as root: ./install.sh --system, or pipward setup --system of the Debian package',
  };
  const programs = (await askPlaces(env, prefix, home)).map((place) => describePlace(place, fixes[place.name]));
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
  const results = await verifyHooks(shells, prefix, env, home, prefix === SYSTEM_PREFIX ? ['login'] : undefined);
  return results.map((result): Finding => {
    const { shell, mode, outcome } = result;
    const subject = `${shell} ${mode}, in environments`;
    if (outcome.kind === 'ours') return { subject, state: 'ok', text: 'pip is pipward', fix: null };
    const line = renderSourceCommand(prefix, shell);
    const fix = outcome.kind === 'lost' ? `as the last line of ${shell}'s startup file: ${line}` : null;
    return { subject, state: 'wrong', text: `with --in-environments: ${renderHookOutcome(result)}`, fix };
  });
}

/** In these cases another pip is not a fault. It is reported, because policies are not enforced there. */
function describePlace({ name, found, isOurs }: Place, fix: string | null): Finding {
  if (isOurs) return { subject: name, state: 'ok', text: 'pip is pipward', fix: null };
  const text = found === '' ? 'no pip is found there' : `pip is ${found}, without pipward`;
  return { subject: name, state: 'note', text, fix };
}
