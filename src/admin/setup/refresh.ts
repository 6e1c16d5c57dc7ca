import { applyInstallPlan } from './plan/apply-plan.ts';
import type { AdminContext } from '../command.ts';
import { makeInstallPlan } from './plan/install-plan.ts';
import { say } from '../output.ts';
import { abbreviate } from './locations.ts';
import { requireShared } from './scope.ts';
import { renderInstallDryRun } from './plan/render-plan.ts';

/** Updates the links of pip3.X and of Node after a Python or a Node was added or removed. Startup files do not change. */
export function refreshSetup(context: AdminContext, prefix: string, dryRun: boolean): number {
  const plan = makeInstallPlan(context, prefix, [], 'refresh');
  const where = abbreviate(prefix, plan.home);
  if (plan.previous === null) throw new Error(`pipward is not installed in ${where}: run \`pipward setup\` first`);
  if (dryRun) {
    say(renderInstallDryRun(plan));
    return 0;
  }
  requireShared(context, prefix, [], plan.links.pending.length > 0);
  applyInstallPlan(plan);
  const lines = [
    ...plan.pending.map((entry) => `  wrote    ${entry.path}${entry.kind === 'link' ? ` -> ${entry.target}` : ''}`),
    ...plan.obsolete.map((file) => `  deleted  ${file}`),
    ...plan.links.pending.map((link) => `  wrote    ${link.path} -> ${link.target}`),
    ...plan.links.obsolete.map((link) => `  deleted  ${link.path}`),
    ...plan.links.foreign.map((file) => `  kept     ${file}, which is another program's`),
  ];
  say(lines.length === 0 ? `${where}: nothing to refresh` : [`${where}:`, ...lines].join('\n'));
  return 0;
}
