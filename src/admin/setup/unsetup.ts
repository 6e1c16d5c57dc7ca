import { existsSync } from 'node:fs';
import { findShell } from '../../host/process/detect-caller.ts';
import { clearState } from '../../host/files/state-folder.ts';
import { applyRemovalPlan } from './plan/apply-plan.ts';
import { askYes, isInteractive } from '../confirm.ts';
import type { ShellKind } from '../../model/diagnostic.ts';
import { cleanText } from '../../terminal/clean.ts';
import { describeStateObstacle } from '../../messages/trust-messages.ts';
import type { AdminCommand } from '../command.ts';
import { complain, say } from '../output.ts';
import { isPolicyApplied } from '../policy/pip-conf/record.ts';
import { abbreviate, SYSTEM_PREFIX } from './locations.ts';
import { makeRemovalPlan } from './plan/removal-plan.ts';
import { readScope, requireOwnInstallation, requireRoot } from './scope.ts';
import {
  describeObstacle,
  renderLeftovers,
  renderReplacedLinks,
  renderRemovalDryRun,
  renderRemovalSummary,
  renderRemovalTrouble,
} from './plan/render-plan.ts';
import { unsetupWindows } from './windows/unsetup.ts';
import { removeEmptyFolders } from './files/installation.ts';
import { findStateFolder } from '../../util/state-location.ts';

export const unsetupCommand: AdminCommand = {
  usage: 'unsetup',
  summary: 'Remove what setup installed and what pipward remembers',
  examples: [['pipward unsetup --dry-run', 'list the files to delete, and show changes of startup files as a diff']],
  options: {
    prefix: { describe: 'folder that it was installed into', type: 'string' },
    system: {
      describe: 'remove the installation for all users; needs root, on Windows an administrator',
      type: 'boolean',
    },
    yes: { describe: 'do not ask; without a terminal nothing is asked', type: 'boolean' },
    'dry-run': { describe: 'show what would be done, do nothing', type: 'boolean' },
  },
  run: async (context, given) => {
    if (context.platform === 'win32') return unsetupWindows(context, given);
    const plan = makeRemovalPlan(context, readScope(given));
    const { prefix, home, profiles } = plan;
    const state = findStateFolder({ env: context.env, home, platform: context.platform });
    const kept = state !== null && existsSync(state) ? state : null;
    if (given.flag('dry-run')) {
      say(renderRemovalDryRun(plan, kept));
      return 0;
    }
    requireRoot(prefix);
    requireOwnInstallation(prefix, plan.manifest.files);
    say(renderRemovalSummary(plan, kept));
    const scope = prefix === SYSTEM_PREFIX ? 'system' : 'user';
    if (isPolicyApplied(scope, { env: context.env, home, platform: context.platform })) {
      say(
        `\npip.conf keeps what \`policy apply\` wrote; to take it out, run this first: pipward policy revert --${scope}`,
      );
    }
    if (!given.flag('yes') && isInteractive() && !(await askYes('\nGo on?'))) {
      say('nothing was changed');
      return 1;
    }
    const failures = applyRemovalPlan(plan);
    // A later installation must not inherit trust that its user no longer knows of.
    const remembered = state === null ? null : clearState(state, home);
    // Some of them held nothing but the state: ~/.local, if setup made it.
    removeEmptyFolders(plan.manifest.createdFolders);
    const trouble = [
      ...failures.map(
        ({ path: file, obstacle }) => `${abbreviate(file, home)} was not changed: ${describeObstacle(obstacle)}`,
      ),
      ...profiles.flatMap((removal) => renderRemovalTrouble(removal, home)),
    ];
    for (const line of trouble) complain(line);
    if (remembered !== null) {
      const file = abbreviate(state ?? '', home);
      say(cleanText(`${file}, where messages and trust are remembered, stays: ${describeStateObstacle(remembered)}`));
    }
    if (existsSync(prefix) && plan.manifest.createdFolders.includes(prefix)) {
      say(`${abbreviate(prefix, home)} stays, since other files are in it`);
    }
    for (const line of [...renderReplacedLinks(plan), ...renderLeftovers(plan)]) say(line);
    say(`\n${renderNextStep(findShell(context))}`);
    return trouble.length === 0 ? 0 : 1;
  },
};

/** What makes each shell forget where it found pip; null for shells that look each time. */
const FORGET: Readonly<Record<ShellKind, string | null>> = {
  posix: 'hash -r',
  bash: 'hash -r',
  zsh: 'hash -r',
  fish: null,
  tcsh: 'rehash',
  powershell: null,
  cmd: null,
};

function renderNextStep(shell: ShellKind): string {
  const forget = FORGET[shell];
  return forget === null ? 'Done.' : `Done. In terminals that are open, run \`${forget}\` or start a new shell.`;
}
