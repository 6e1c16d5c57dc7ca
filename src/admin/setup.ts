import path from 'node:path';
import { applyInstallPlan } from './apply-plan.ts';
import { askYes, isInteractive } from './ask.ts';
import type { AdminCommand, AdminContext } from './command.ts';
import { quoteForFish, quoteForSh } from './env-files.ts';
import { hasChanges, makeInstallPlan, type InstallPlan } from './install-plan.ts';
import { complain, say } from './output.ts';
import { abbreviate } from './places.ts';
import { findShells } from './profile-plan.ts';
import { proveRefusal, proveShells, proveVersion } from './prove.ts';
import { describeObstacle, renderInstallDryRun, renderInstallSummary, renderProfileTrouble } from './show-plan.ts';
import { renderRefusalProof, renderShellProofs, renderVersionProof } from './show-proof.ts';

export const setupCommand: AdminCommand = {
  usage: 'setup',
  summary: 'Install the shims for this user, and prove that new shells find them',
  examples: [['pipward setup --dry-run', 'show what would be written, as a diff']],
  options: {
    prefix: { describe: 'folder to install into', type: 'string' },
    yes: { describe: 'do not ask', type: 'boolean' },
    'no-modify-path': { describe: "leave the shells' start files alone", type: 'boolean' },
    'dry-run': { describe: 'show what would be done, do nothing', type: 'boolean' },
  },
  run: async (context, given) => {
    const modifyPath = !given.flag('no-modify-path');
    const plan = makeInstallPlan(context, { prefix: given.text('prefix'), modifyPath });
    if (given.flag('dry-run')) {
      say(renderInstallDryRun(plan));
      return 0;
    }
    if (hasChanges(plan)) {
      say(renderInstallSummary(plan));
      if (!given.flag('yes') && isInteractive() && !(await askYes('\nGo on?'))) {
        say('nothing was changed');
        return 1;
      }
      const failures = applyInstallPlan(plan);
      for (const failure of failures) {
        complain(`${abbreviate(failure.path, plan.home)} was not changed: ${describeObstacle(failure.obstacle)}`);
      }
    } else {
      say(`pipward ${context.version} is set up in ${abbreviate(plan.prefix, plan.home)} already: nothing to change`);
    }
    for (const line of plan.profiles.flatMap((profile) => renderProfileTrouble(profile, plan.home))) complain(line);
    return prove(context, plan, modifyPath);
  },
};

/** Shows that it works, on this machine and in this user's shells; returns the exit status. */
async function prove({ env }: AdminContext, { prefix, home }: InstallPlan, modifyPath: boolean): Promise<number> {
  const shells = modifyPath ? findShells(env) : [];
  const proofs = await proveShells(shells, prefix, env, home);
  if (proofs.length > 0) say(['', 'Do new shells find it?', ...renderShellProofs(proofs, prefix)].join('\n'));
  const finds = (name: string) =>
    proofs.some(({ shell, mode, outcome }) => shell === name && mode === 'interactive' && outcome.kind === 'ours');
  const own = shells.find(({ name }) => name === path.basename(env['SHELL'] ?? '') && finds(name)) ?? null;

  const version = await proveVersion(own, prefix, env, home);
  const how = own === null ? abbreviate(path.join(prefix, 'shims/pip'), home) : `pip --version in ${own.name}`;
  say(['', 'Does it run?', ...renderVersionProof(version, how)].join('\n'));
  // Without a Python there is nothing that could be refused.
  const refusal = version.kind === 'answered' ? await proveRefusal(prefix, env) : null;
  if (refusal !== null) say(renderRefusalProof(refusal).join('\n'));

  const proved =
    proofs.every(({ outcome }) => outcome.kind === 'ours') && version.kind !== 'failed' && refusal?.kind !== 'failed';
  say('');
  if (proved) say(renderNextStep(prefix, path.basename(env['SHELL'] ?? ''), modifyPath));
  else complain('pipward is installed, but not everything above works as it should: see the lines with NO');
  return proved ? 0 : 1;
}

function renderNextStep(prefix: string, shell: string, modifyPath: boolean): string {
  const command =
    shell === 'fish' ? `source ${quoteForFish(`${prefix}/env.fish`)}` : `. ${quoteForSh(`${prefix}/env.sh`)}`;
  return modifyPath
    ? `Done. New terminals have it; in this one, run\n    ${command}`
    : `Done. No start file was changed; to put it first on PATH, run or add to your shell's start file\n    ${command}`;
}
