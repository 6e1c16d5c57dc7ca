import type { Platform } from '../../../model/call-context.ts';
import { cleanText } from '../../../terminal/clean.ts';
import { complain, say } from '../../output.ts';
import { renderLine, type ConfLine } from './text/conf-line.ts';
import type { Gathered } from './gather.ts';
import { nameOfConf, type ConfScope } from './locate.ts';
import type { PolicyNote } from './translate.ts';

/** What pip.conf is worth, in one sentence each. */
const WORTH: Readonly<Record<ConfScope, string>> = {
  system:
    'it deters, it does not prevent: PIP_REQUIRE_VIRTUALENV=0, PIP_CONFIG_FILE=/dev/null, or the same key in [install] of ' +
    "a user's own pip.conf lifts it",
  user: 'it deters, it does not prevent: PIP_REQUIRE_VIRTUALENV=0, PIP_CONFIG_FILE=/dev/null or --isolated lifts it',
};

/** Returns a text as it is for Windows, if that is where it is printed: pip.conf is called pip.ini there, and /dev/null nul. */
export function inWordsOf(platform: Platform, text: string): string {
  return platform === 'win32' ? text.replaceAll('pip.conf', nameOfConf(platform)).replaceAll('/dev/null', 'nul') : text;
}

export function describeWorth({ scope, context }: Gathered): string {
  return inWordsOf(context.platform, WORTH[scope]);
}

/** A side effect of the setting in pip itself. */
export const BUILD_LIMIT =
  'outside of an environment `pip wheel` and `pip download` still work, except for what has to be built: pip installs ' +
  'the build tools with `pip install`, which is refused; PIP_REQUIRE_VIRTUALENV=0 allows it';

/** How a command is run with the rights that a file for all users needs. */
export function describeAdministrator(platform: Platform): string {
  return platform === 'win32' ? 'in a terminal opened with "Run as administrator"' : 'as root';
}

export function describeScope(scope: ConfScope): string {
  return scope === 'system' ? 'for all users' : 'for this user';
}

export function describeLine(line: ConfLine): string {
  return `[${line.section}] ${renderLine(line)}`;
}

export function describeNote({ file, line, key, message }: PolicyNote): string {
  return `${file}${line === null ? '' : `:${line}`}: ${key}: ${message}`;
}

/** Prints lines for a user; any part of them may come from a file. */
export function sayLines(lines: readonly string[]): void {
  for (const line of lines) say(cleanText(line));
}

/** Prints why nothing is written, and what to do about each reason. */
export function complainRefusals({ translation: { refusals }, context }: Gathered): void {
  const conf = nameOfConf(context.platform);
  complain(`pipward: nothing was written, since ${conf} cannot say what the policy says:`);
  for (const refusal of refusals) complain(`${describeNote(refusal)}\n    fix: ${refusal.fix}`);
}

/** What an earlier apply wrote stays where a later one refuses. */
export function complainLeftover({ record, file, scope }: Gathered): void {
  if (record === null || record.edits.length === 0) return;
  complain(`${file} still has what an earlier apply wrote; to take it out: pipward policy revert --${scope}`);
}
