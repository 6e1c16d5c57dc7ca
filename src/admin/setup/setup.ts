import { findShell } from '../../host/process/detect-caller.ts';
import { applyInstallPlan } from './plan/apply-plan.ts';
import { askYes, isInteractive } from '../confirm.ts';
import type { AdminCommand, AdminContext, CommandArguments } from '../command.ts';
import { renderSourceCommand } from './startup-files/env-scripts.ts';
import { hasChanges, makeInstallPlan, type InstallPlan } from './plan/install-plan.ts';
import { complain, say } from '../output.ts';
import { abbreviate, choosePrefix, findHome, SYSTEM_PREFIX } from './locations.ts';
import { chooseSystemTargets, chooseTargets, type ProfileTarget } from './startup-files/targets.ts';
import { setupCi } from './ci/setup-ci.ts';
import { refreshSetup } from './refresh.ts';
import { refuseForeign } from './links/plan-links.ts';
import { rememberTree, rollBack } from './plan/rollback.ts';
import { leaveOtherHome, readScope, requireShared } from './scope.ts';
import { failWithoutUs, verifySetup } from './verify/verify-setup.ts';
import {
  describeObstacle,
  renderInstallDryRun,
  renderInstallSummary,
  renderProfileTrouble,
} from './plan/render-plan.ts';
import { leaveToNewer } from './newer.ts';
import { judgeAge } from '../doctor/node-releases.ts';
import { setupWindows } from './windows/setup.ts';
import { findZshFolder } from './zsh-folder.ts';
import { UsageError } from '../usage-error.ts';

export const setupCommand: AdminCommand = {
  usage: 'setup',
  summary: "Put pipward's pip first on PATH, and verify that new shells find it",
  examples: [
    ['pipward setup --dry-run', 'list the files to write, and show changes of startup files as a diff'],
    ['pipward setup --ci', "in a CI job: put pipward's pip first on PATH for later steps"],
    ['pipward setup --refresh', 'after a new Python or another Node: update the links'],
    ['pipward setup --in-environments', "keep pipward's pip first in active environments, too"],
  ],
  options: {
    prefix: { describe: 'folder to install into', type: 'string' },
    system: {
      describe: `for all users of this machine, into ${SYSTEM_PREFIX} (Windows: Program Files); needs root, on Windows an administrator`,
      type: 'boolean',
    },
    ci: {
      describe: "for the steps of a CI job: no startup file; see recipes.md of pipward's documentation",
      type: 'boolean',
    },
    refresh: { describe: 'update the links of pip3.X and Node, ask nothing', type: 'boolean' },
    yes: { describe: 'do not ask; without a terminal nothing is asked', type: 'boolean' },
    'in-environments': {
      describe: 'pip is pipward in active environments, too (bash, zsh, fish); later setups keep this',
      type: 'boolean',
    },
    'no-in-environments': { describe: "take that back: an environment's own pip comes first", type: 'boolean' },
    'no-modify-path': {
      describe: "leave the shells' startup files alone; with --system, also make no links",
      type: 'boolean',
    },
    'no-links': { describe: 'with --system: make no links in /usr/local/bin', type: 'boolean' },
    'dry-run': { describe: 'show what would be done, do nothing', type: 'boolean' },
  },
  run: async (caller, given) => {
    if (caller.platform === 'win32') return setupWindows(caller, given);
    const status = given.flag('refresh') ? null : leaveToNewer(caller, repeatOptions(given));
    if (status !== null) return status;
    const prefix = choosePrefix(caller, readScope(given), findHome(caller.env));
    const modifyPath = !given.flag('no-modify-path');
    if (given.flag('ci')) return setupCi(leaveOtherHome(caller, prefix, false), prefix, given);
    const context = leaveOtherHome(caller, prefix, modifyPath);
    const home = findHome(context.env);
    const inEnvironments = readHookChoice(given);
    if (given.flag('refresh')) return refreshSetup(context, prefix, given.flag('dry-run'));
    const targets = modifyPath ? await chooseFor(context, prefix, home) : [];
    const choice = modifyPath && !given.flag('no-links') ? 'make' : 'leave';
    const planAgain = () => makeInstallPlan(context, prefix, targets, choice, inEnvironments);
    const plan = planAgain();
    if (process.geteuid?.() === 0) requireShared(context, prefix, listStartFiles(plan), hasLinks(plan));
    if (process.geteuid?.() === 0 || given.flag('dry-run')) refuseForeign(plan.links, prefix);
    if (given.flag('dry-run')) {
      say(renderInstallDryRun(plan));
      return 0;
    }
    return carryOut(context, plan, given, planAgain);
  },
};

/** The options of this call, for another pipward. */
function repeatOptions(given: CommandArguments): readonly string[] {
  return Object.entries(setupCommand.options ?? {}).flatMap(([name, { type }]) => {
    const text = given.text(name);
    return type === 'boolean' ? (given.flag(name) ? [`--${name}`] : []) : text === null ? [] : [`--${name}=${text}`];
  });
}

/** Returns null if neither option is given: the previous choice stays. */
function readHookChoice(given: CommandArguments): boolean | null {
  const [on, off] = [given.flag('in-environments'), given.flag('no-in-environments')];
  if (on && off) throw new UsageError('--in-environments and --no-in-environments exclude each other');
  if ((on || off) && given.flag('refresh')) {
    throw new UsageError('--refresh changes links only: leave --refresh out to change what prompts do');
  }
  return on ? true : off ? false : null;
}

async function chooseFor({ env }: AdminContext, prefix: string, home: string): Promise<readonly ProfileTarget[]> {
  return prefix === SYSTEM_PREFIX
    ? chooseSystemTargets(env)
    : chooseTargets(env, home, await findZshFolder(env, home, prefix));
}

async function carryOut(
  context: AdminContext,
  plan: InstallPlan,
  given: CommandArguments,
  planAgain: () => InstallPlan,
): Promise<number> {
  const { prefix, home } = plan;
  const modifyPath = !given.flag('no-modify-path');
  const tree = rememberTree(plan);
  const changes = hasChanges(plan);
  if (changes) {
    requireShared(context, prefix, listStartFiles(plan), hasLinks(plan));
    say(renderInstallSummary(plan));
    if (!given.flag('yes') && isInteractive() && !(await askYes('\nGo on?'))) {
      say('nothing was changed');
      return 1;
    }
    reportFailures(applyInstallPlan(plan), home);
  } else {
    say(`pipward ${context.version} is set up in ${abbreviate(prefix, home)} already: nothing to change`);
  }
  for (const line of plan.profiles.flatMap((profile) => renderProfileTrouble(profile, home))) complain(line);

  const hooked = plan.manifest.inEnvironments === true;
  const result = await verifySetup(context, prefix, home, modifyPath, hooked);
  say('');
  if (result.verified) {
    say(renderNextStep(prefix, findShell(context), modifyPath));
    if (changes) warnOfOldNode(prefix);
    say(renderInEnvironments(plan));
    return 0;
  }
  if (!changes || result.broken.length === 0) {
    // What is wrong with one shell does not keep the others, or this terminal, from it.
    if (result.works) say(`${renderNextStep(prefix, findShell(context), modifyPath, true)}\n`);
    complain('pipward is installed, but not everything above works as it should: see the lines with NO');
    return 1;
  }
  reportFailures(rollBack(plan, tree), home);
  if (await failWithoutUs(result, context, prefix, home)) {
    // It was so before: no reason to keep pipward from the other shells.
    reportFailures(applyInstallPlan(planAgain()), home);
    if (result.works) say(`${renderNextStep(prefix, findShell(context), modifyPath, true)}\n`);
    complain(
      `pipward is installed; but ${result.broken.join(', ')}, with pipward or without it: look at its startup files`,
    );
  } else {
    complain(
      `setup was taken back, everything is as it was before: ${result.broken.join(', ')}.\n` +
        'The lines with NO say more. To install without a change to startup files: --no-modify-path',
    );
  }
  return 1;
}

/** Once, when it is installed: doctor says it each time. */
function warnOfOldNode(prefix: string): void {
  const age = judgeAge(process.versions.node, new Date());
  if (age?.kind !== 'end-of-life') return;
  say(
    `\npipward's Node.js, ${process.versions.node}, has had no security fixes since ${age.since}.\n` +
      `With a newer one on PATH, run: pipward setup${prefix === SYSTEM_PREFIX ? ' --system' : ''} --refresh`,
  );
}

function listStartFiles({ profiles }: InstallPlan): readonly string[] {
  return profiles.map((profile) => profile.path);
}

function hasLinks({ links }: InstallPlan): boolean {
  return links.pending.length + links.obsolete.length > 0;
}

function reportFailures(failures: ReturnType<typeof applyInstallPlan>, home: string): void {
  for (const { path: file, obstacle } of failures) {
    complain(`${abbreviate(file, home)} was not changed: ${describeObstacle(obstacle)}`);
  }
}

function renderNextStep(prefix: string, shell: string, modifyPath: boolean, isPartial = false): string {
  const command = renderSourceCommand(prefix, shell);
  return modifyPath
    ? `Done. New terminals have it${isPartial ? ', except for the shells with NO above' : ''}; in this one, run\n    ${command}`
    : `Done. No startup file was changed; to put it first on PATH, run or add to your shell's startup file\n    ${command}`;
}

/** What is so inside environments, and from when. */
function renderInEnvironments({ prefix, previous, manifest }: InstallPlan): string {
  const pipward = prefix === SYSTEM_PREFIX ? 'as root: pipward setup --system' : 'pipward setup';
  if (manifest.inEnvironments !== true) {
    const change = previous?.inEnvironments === true ? ' again, in shells that start from now on' : '';
    return `Inside an active environment, its own pip comes first${change}. To change that:\n    ${pipward} --in-environments`;
  }
  const where =
    prefix === SYSTEM_PREFIX
      ? 'login shells of bash and all of fish; other bash and zsh: add the line above to ~/.bashrc or ~/.zshrc'
      : 'bash, zsh and fish, at their prompt';
  return `Inside an active environment, pip is pipward as well, in shells that start from now on:\n    ${where}`;
}
