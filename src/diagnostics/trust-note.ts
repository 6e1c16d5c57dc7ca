import type { Diagnostic, DiagnosticCode } from '../model/diagnostic.ts';
import type { AdviceFacts } from '../model/facts.ts';
import { isClean } from '../terminal/clean.ts';
import { describeDistrusted, trustCommandFor } from '../terminal/project-words.ts';
import { noteBlock } from './fixes.ts';

/** Where the environment would have made the difference. */
const CODES: readonly DiagnosticCode[] = ['venv-required', 'project-environment-required'];

/** Returns the diagnostic; a refusal says what environment would have been used, had it been trusted. (Else a line before pip says so.) */
export function addTrustNote(diagnostic: Diagnostic, { project, platform, caller }: AdviceFacts): Diagnostic {
  const { distrusted } = project;
  if (distrusted === null || !CODES.includes(diagnostic.code) || diagnostic.severity !== 'error') return diagnostic;
  const command = trustCommandFor(distrusted, caller.shell, platform, caller.cwd);
  // What speaks against an environment stands in the row about it, and the fix is a new one.
  if (command === null || !isClean(command)) return diagnostic;
  const note = noteBlock(`${describeDistrusted(distrusted, platform, caller.cwd)}; look at it, and let pip use it:`);
  return { ...diagnostic, blocks: [...diagnostic.blocks, { ...note, commands: [command] }] };
}
