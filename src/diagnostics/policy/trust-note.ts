import type { Diagnostic } from '../../model/diagnostic.ts';
import type { PolicyFacts } from './facts.ts';
import { isClean } from '../../terminal/clean.ts';
import { describeUntrusted, trustCommandFor } from '../../messages/untrusted-environment.ts';
import { noteBlock } from '../shared/fixes.ts';

/** Where the environment would have made the difference. */
const CODES: readonly string[] = ['venv-required', 'project-environment-required'];

function isAboutPlace(code: string, { askedBy }: PolicyFacts): boolean {
  // With --user, an active environment would not have helped: there pip installs into the user site as well, or fails.
  return CODES.includes(code) || (code === 'user-install-forbidden' && askedBy === null);
}

/** Returns the diagnostic; a refusal says what environment would have been used, had it been trusted. (Else a line before pip says so.) */
export function addTrustNote(diagnostic: Diagnostic, facts: PolicyFacts): Diagnostic {
  const { platform, caller } = facts;
  const { untrusted } = facts.project;
  if (untrusted === null || diagnostic.severity !== 'error' || !isAboutPlace(diagnostic.code, facts)) return diagnostic;
  if (untrusted.outcome.reason === 'other-version') {
    const text = `${describeUntrusted(untrusted, platform, caller.cwd)}, and the name asks for a version`;
    return { ...diagnostic, blocks: [...diagnostic.blocks, noteBlock(text)] };
  }
  const command = trustCommandFor(untrusted, caller.shell, platform, caller.cwd);
  // What speaks against an environment stands in the row about it, and the fix is a new one.
  if (command === null || !isClean(command)) return diagnostic;
  const note = noteBlock(`${describeUntrusted(untrusted, platform, caller.cwd)}; look at it, and let pip use it:`);
  return { ...diagnostic, blocks: [...diagnostic.blocks, { ...note, commands: [command] }] };
}
