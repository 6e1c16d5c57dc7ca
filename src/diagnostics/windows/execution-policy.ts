import type { Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import { noteBlock } from '../shared/fixes.ts';

/**
 * Returns the diagnostic; where PowerShell is to run a script, says what allows that. Windows for clients comes with the execution
 * policy Restricted, which runs none (about_Execution_Policies); RemoteSigned runs those that were not downloaded. It is set for this
 * window alone.
 */
export function addExecutionPolicy(diagnostic: Diagnostic, { caller, platform }: CallFacts): Diagnostic {
  const isScript = (command: string) => /\.ps1'?$/.test(command);
  const runsScript = diagnostic.blocks.some(({ commands }) => commands.some(isScript));
  if (platform !== 'win32' || caller.shell !== 'powershell' || !runsScript) return diagnostic;
  const allow = noteBlock('if scripts are disabled: Set-ExecutionPolicy -Scope Process RemoteSigned');
  return { ...diagnostic, blocks: [...diagnostic.blocks, { ...allow, optional: true }] };
}
