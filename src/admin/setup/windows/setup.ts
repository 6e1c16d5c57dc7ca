import { askYes, isInteractive } from '../../confirm.ts';
import type { AdminContext, CommandArguments } from '../../command.ts';
import { complain, say } from '../../output.ts';
import { UsageError } from '../../usage-error.ts';
import { findProgramRoot } from '../locations.ts';
import { describeObstacle, renderProfileTrouble } from '../plan/render-plan.ts';
import { applyWindowsPlan, type Applied } from './apply.ts';
import { openHelper, type PathScope, type WindowsHelper } from './helper.ts';
import { hasWindowsChanges, makeWindowsPlan, recognize, type WindowsPlan } from './plan.ts';
import { requireElevated, requireSafeSources } from './all-users.ts';
import { chooseWindowsPlace, refuseUnsafePlace } from './places.ts';
import { takeOut } from './path-value.ts';
import { renderAnswers, renderMachinePip, renderWindowsDryRun, renderWindowsSummary } from './render.ts';
import { renderSessionPath } from './search.ts';
import { verifyWindows } from './verify.ts';

/** Options of the command that Windows has no use for, and why. */
const REFUSED: readonly (readonly [option: string, reason: string])[] = [
  ['ci', 'it is not available on Windows yet: put the shims folder of an installation on PATH yourself'],
  ['in-environments', "on Windows an active environment's own pip comes first"],
  ['no-in-environments', "on Windows an active environment's own pip comes first"],
  ['no-links', 'there are no links on Windows'],
];

/** `pipward setup` on Windows; returns the exit status. */
export async function setupWindows(context: AdminContext, given: CommandArguments): Promise<number> {
  refuseOptions(given);
  const helper = openHelper(context.programDirectory);
  const place = chooseWindowsPlace(context, helper, given);
  const { prefix, scope } = place;
  if (scope === 'machine' && !given.flag('dry-run')) requireElevated(helper);
  refuseUnsafePlace(place, helper);
  const isRefresh = given.flag('refresh');
  const modifyPath = !given.flag('no-modify-path') && !isRefresh;
  const plan = makeWindowsPlan(context, helper, place, modifyPath);
  if (scope === 'machine') requireSafeSources(plan.pending, findProgramRoot(context), helper);
  if (isRefresh && plan.previous === null) {
    throw new Error(`pipward is not installed in ${prefix}: run \`pipward setup\` first`);
  }
  if (given.flag('dry-run')) {
    say(renderWindowsDryRun(plan));
    return 0;
  }
  if (isRefresh) return refresh(plan, context, helper);
  if (hasWindowsChanges(plan)) {
    say(renderWindowsSummary(plan));
    if (!given.flag('yes') && isInteractive() && !(await askYes('\nGo on?'))) {
      say('nothing was changed');
      return 1;
    }
    reportApplied(applyWindowsPlan(plan, context, helper));
  } else {
    say(`pipward ${context.version} is set up in ${prefix} already: nothing to change`);
    for (const line of renderMachinePip(plan)) say(line);
  }
  for (const line of plan.profiles.flatMap((profile) => renderProfileTrouble(profile, ''))) complain(line);
  return verify(plan, context, helper, modifyPath);
}

export function refuseOptions(given: CommandArguments): void {
  for (const [option, reason] of REFUSED) {
    if (given.flag(option)) throw new UsageError(`--${option}: ${reason}`);
  }
}

/** Updates the names of pip3.X and Node; PATH does not change. */
function refresh(plan: WindowsPlan, context: AdminContext, helper: WindowsHelper): number {
  const { prefix, pending, obsolete } = plan;
  if (pending.length + obsolete.length === 0) {
    say(`${prefix}: nothing to refresh`);
    return 0;
  }
  reportApplied(applyWindowsPlan(plan, context, helper));
  say(
    [
      `${prefix}:`,
      ...pending.map((file) => `  wrote    ${file.path}`),
      ...obsolete.map((file) => `  deleted  ${file}`),
    ].join('\n'),
  );
  return 0;
}

function reportApplied({ failures, announced, running }: Applied): void {
  for (const { path: file, obstacle } of failures) complain(`${file} was not changed: ${describeObstacle(obstacle)}`);
  if (announced === false) say('\nSome programs may still have the old PATH: if so, sign out and sign in again');
  if (running.length > 0) {
    say('\nThese programs were running. Their old files are deleted by the next `pipward setup`:');
    for (const file of running) say(`  ${file}`);
  }
}

async function verify(plan: WindowsPlan, context: AdminContext, helper: WindowsHelper, modifyPath: boolean) {
  const { prefix, scope, shims, machinePip, profiles } = plan;
  const session = modifyPath
    ? renderSessionPath(helper.readPath('machine'), helper.readPath('user'), context.env)
    : `${shims};${renderSessionPath(plan.machine, plan.user, context.env)}`;
  const answers = await verifyWindows(context, shims, session, profiles.length > 0);
  say(`\npip in a new session${modifyPath ? '' : ' that has the shims first on PATH'}:\n${renderAnswers(answers)}\n`);
  const heard = answers.filter(({ found }) => found !== null);
  const isRight = heard.length > 0 && heard.every(({ isOurs, version }) => isOurs && version !== null);
  if (isRight) {
    say(renderNextStep(shims, scope, modifyPath));
    return 0;
  }
  const isBroken = answers.some(({ isOurs, version }) => isOurs && version === null);
  if (machinePip === null && heard.length === 0 && modifyPath) {
    // No shell found pip.exe at all: an antivirus program may have removed it.
    takeBack(plan, context, helper);
    complain(
      `no shell finds pip.exe in ${shims}, so PATH was put back as it was. Look whether the file is still there: an ` +
        'antivirus program may have taken it away',
    );
    return 1;
  }
  say(renderNextStep(shims, scope, modifyPath));
  complain(
    isBroken
      ? '\npipward is installed, but `pip --version` does not work: see the line with NO. Without a Python, install one first'
      : `\npipward is installed in ${prefix}, but another pip comes first where the lines say NO`,
  );
  return 1;
}

function takeBack(plan: WindowsPlan, { env }: AdminContext, helper: WindowsHelper): void {
  const { scope, shims } = plan;
  const now = helper.readPath(scope);
  const made = takeOut(now, shims, recognize(shims, env), plan[scope]);
  if (helper.writePath(scope, now, made)) helper.announce();
}

function renderNextStep(shims: string, scope: PathScope, modifyPath: boolean): string {
  if (!modifyPath) return `Done. PATH was not changed: put this folder first on it yourself:\n    ${shims}`;
  if (scope === 'user') {
    return (
      'Done. Programs and terminals that start from now on have it. A terminal that is open keeps its PATH, and so do the ' +
      'tabs that it opens: close it and start it again'
    );
  }
  return [
    'Done. Every user has it in programs and terminals that start from now on. It does not reach:',
    '  terminals that are open, and new tabs in them: close them and start them again',
    '  services, and what they start (ssh, scheduled tasks, agents of CI): they have it after a restart of Windows',
    "  active environments: an environment's own pip comes first there",
    '  `python -m pip` and `py -m pip`, and programs that set PATH themselves',
  ].join('\n');
}
