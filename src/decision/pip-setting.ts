import type { CallContext } from '../model/call-context.ts';
import type { PipCall, PipSetting } from '../model/pip-call.ts';
import { readPipConfiguration, readPipSetting } from '../pip/configuration.ts';

/**
 * Returns a function that finds a setting in pip's variables and files for the call's subcommand, or null; the command line
 * does not count. For advice: files that cannot be read count as empty.
 */
export function readPipSettings(
  context: CallContext,
  { command, prefix }: PipCall,
): (option: string) => PipSetting | null {
  const configuration = readPipConfiguration(context, prefix, command.isolated);
  return (option) => readPipSetting(configuration, command.subcommand ?? 'global', option);
}
