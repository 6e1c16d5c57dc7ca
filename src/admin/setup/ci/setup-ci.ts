import { findCi } from '../../../util/surroundings.ts';
import { quotePosix } from '../../../util/quote-posix.ts';
import type { AdminContext, CommandArguments } from '../../command.ts';
import { complain, say } from '../../output.ts';
import { UsageError } from '../../usage-error.ts';
import { abbreviate, findHome } from '../locations.ts';
import { applyInstallPlan } from '../plan/apply-plan.ts';
import { hasChanges, makeInstallPlan } from '../plan/install-plan.ts';
import { describeObstacle, renderInstallDryRun } from '../plan/render-plan.ts';
import { requireShared } from '../scope.ts';
import { verifyRefusal, verifyVersion } from '../verify/verify.ts';
import { planCiLines, writeCiLine } from './ci-files.ts';

/**
 * Installs for the steps of a CI job; startup files, which these shells do not read, stay as they are. In GitHub Actions the
 * files of the runner are written. Elsewhere stdout is the one line for the shell, and nothing else.
 */
export async function setupCi(context: AdminContext, prefix: string, given: CommandArguments): Promise<number> {
  const { env, version } = context;
  requireCi(env, given);
  const lines = planCiLines(env, prefix);
  const home = findHome(env);
  const plan = makeInstallPlan(context, prefix, [], 'leave');
  if (given.flag('dry-run')) {
    say([...lines.map(({ file, line }) => `append  ${file}: ${line}`), renderInstallDryRun(plan)].join('\n'));
    return 0;
  }
  requireShared(context, prefix, [], false);
  for (const { path: file, obstacle } of hasChanges(plan) ? applyInstallPlan(plan) : []) {
    complain(`${file} was not changed: ${describeObstacle(obstacle)}`);
  }
  const result = await verifyVersion(null, prefix, env, home);
  const refusal = result.kind === 'answered' ? await verifyRefusal(prefix, env) : null;
  if (result.kind === 'failed' || refusal?.kind === 'failed') {
    const detail = result.kind === 'failed' ? result.detail : refusal?.kind === 'failed' ? refusal.detail : '';
    complain(`pipward: installed in ${prefix}, but it does not work here (${detail}): PATH was left alone`);
    return 1;
  }
  if (lines.length === 0) {
    complain(`pipward ${version} is set up in ${abbreviate(prefix, home)}; this line puts its pip first on PATH:`);
    say(`export PATH=${quotePosix(`${prefix}/shims`)}:"$PATH"`);
    return 0;
  }
  say(`pipward ${version} is set up in ${abbreviate(prefix, home)}, for the steps that follow:`);
  for (const line of lines) say(`  ${line.variable.padEnd(12)}${line.line}${noteFor(writeCiLine(line))}`);
  if (!lines.some(({ variable }) => variable === 'GITHUB_PATH')) {
    complain('pipward: GITHUB_PATH is not set, so pip is not pipward yet: put the shims first on PATH yourself');
  }
  return 0;
}

function requireCi(env: AdminContext['env'], given: CommandArguments): void {
  const other = ['refresh', 'no-modify-path', 'no-links'].find((name) => given.flag(name));
  if (other !== undefined)
    throw new UsageError(`--ci changes no startup file and makes no links: leave --${other} out`);
  if (findCi(env) !== null || (env['GITHUB_PATH'] ?? '') !== '') return;
  throw new UsageError(
    '--ci is for jobs of a CI system, and no variable shows one here (CI, GITHUB_ACTIONS, GITLAB_CI, ...). ' +
      'Nothing was changed; for this user, run `pipward setup`',
  );
}

function noteFor(outcome: 'written' | 'present'): string {
  return outcome === 'present' ? '  (was there already)' : '';
}
