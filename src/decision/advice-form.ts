import { findCi } from '../util/detect-ci.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { AdviceForm, PolicyLayer } from '../model/policy.ts';

/** How much is said after pip: what the person asked for, less where pip itself was asked to be quiet. */
export function chooseAdviceForm(
  command: PipCommand,
  env: Readonly<Record<string, string | undefined>>,
  layers: readonly PolicyLayer[],
  depth: number,
): AdviceForm {
  // Advice inside another call of ours (tox, a build backend) would stand in the middle of that one's output.
  if (depth > 0 || command.quiet > 1 || env['PIP_AUTO_COMPLETE'] !== undefined) return 'off';
  const asked = readForm(env['PIPWARD_ADVICE']) ?? readSetting(layers) ?? 'full';
  if (asked !== 'full') return asked;
  return command.quiet === 1 || findCi(env) !== null ? 'short' : 'full';
}

/** The user's file speaks before the system's: this is taste, not policy. */
function readSetting(layers: readonly PolicyLayer[]): AdviceForm | null {
  const find = (scope: PolicyLayer['scope']) =>
    layers.findLast((layer) => layer.scope === scope && layer.settings.adviceForm !== null)?.settings.adviceForm ??
    null;
  return find('user') ?? find('system');
}

function readForm(text: string | undefined): AdviceForm | null {
  return text === 'full' || text === 'short' || text === 'off' ? text : null;
}
