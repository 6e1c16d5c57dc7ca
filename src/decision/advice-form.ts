import { findCi } from '../util/surroundings.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { AdviceForm, PolicyLayer } from '../model/policy.ts';

/** Returns how much is said after pip: what the user asked for, else less if pip was asked to be quiet, and in CI. */
export function chooseAdviceForm(
  command: PipCommand,
  env: Readonly<Record<string, string | undefined>>,
  layers: readonly PolicyLayer[],
  depth: number,
): AdviceForm {
  // Advice inside another call of ours (tox, a build backend) would stand in the middle of that one's output.
  if (depth > 0 || command.quiet > 1 || env['PIP_AUTO_COMPLETE'] !== undefined) return 'off';
  const asked = readAsked(env, layers);
  if (asked !== null) return asked;
  return command.quiet === 1 || findCi(env) !== null ? 'short' : 'full';
}

/** Whether the user or the system's file asks for the full form: then it is never shortened. */
export function asksForFull(
  env: Readonly<Record<string, string | undefined>>,
  layers: readonly PolicyLayer[],
): boolean {
  return readAsked(env, layers) === 'full';
}

function readAsked(
  env: Readonly<Record<string, string | undefined>>,
  layers: readonly PolicyLayer[],
): AdviceForm | null {
  return readForm(env['PIPWARD_ADVICE']) ?? readSetting(layers);
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
