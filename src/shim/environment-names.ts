import type { PolicyLayer } from '../model/policy.ts';

const DEFAULT_ENVIRONMENT_NAMES = ['.venv', 'venv'];

/** Returns the names that environments of projects have: `[resolve] environment-names` of the user, else of the system. */
export function chooseEnvironmentNames(layers: readonly PolicyLayer[]): readonly string[] {
  const layer = layers.findLast(({ settings }) => settings.environmentNames !== null);
  return layer?.settings.environmentNames ?? DEFAULT_ENVIRONMENT_NAMES;
}
