import type { PipCommand } from '../model/invocation.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readPipConfiguration, readPipSetting } from './configuration.ts';

const REQUESTS = ['--requirement', '--editable', '--group', '--requirements-from-script'];

/** Whether variables or pip's files ask for more than the command line says: `PIP_REQUIREMENT`, `[install] editable`. */
export function hasHiddenRequests(command: PipCommand, surroundings: Surroundings, prefix: string | null): boolean {
  const configuration = readPipConfiguration(surroundings, prefix, command.isolated);
  return REQUESTS.some((option) => readPipSetting(configuration, command.subcommand ?? 'global', option) !== null);
}
