import type { FactRow } from '../../../model/diagnostic.ts';
import type { CallFacts } from '../../../model/facts.ts';
import type { PipSetting } from '../../../model/pip-call.ts';
import type { WithIndex } from '../../index/facts.ts';
import type { PipCommand } from '../../../model/invocation.ts';
import { redactValue } from '../../../util/redact.ts';
import { describeOrigin } from '../../policy/setting-origin.ts';
import { normalizeName } from '../../../util/project-name.ts';
import { splitRequirement } from './requirement.ts';
import { isTypedSource, listTypedSources } from './typed-sources.ts';

/** Returns the word that was typed for a project; null where a file or a dependency asked for it. */
export function findTyped({ words }: PipCommand, name: string): string | null {
  const wanted = normalizeName(name);
  return words.find((word) => normalizeName(splitRequirement(word).name) === wanted) ?? null;
}

/** The row about who asked for a package, where it was not the command line. */
function originRow(origin: string | null): readonly FactRow[] {
  return origin === null ? [] : [{ label: 'needed by', text: origin.replace(/^-r /, '') }];
}

/**
 * Returns who asked for a project, in pip's form; null for the command line. Pips from 20.3 on seldom say it: then the line of
 * a requirements file that names it.
 */
export function findOrigin(
  origin: string | null,
  name: string,
  { index }: WithIndex,
  command: PipCommand,
): string | null {
  if (origin !== null || findTyped(command, name) !== null) return origin;
  const wanted = normalizeName(name);
  const found = index?.requested.find(
    ({ requirement }) => normalizeName(splitRequirement(requirement).name) === wanted,
  );
  return found === undefined || wanted === '' ? null : `-r ${found.file} (line ${found.line})`;
}

/** The row about who asked for a project that was not typed: what is known of it, else all that may have. */
export function askedRow(
  origin: string | null,
  name: string,
  facts: CallFacts & WithIndex,
  command: PipCommand,
): readonly FactRow[] {
  const known = findOrigin(origin, name, facts, command);
  if (known !== null) return originRow(known);
  const typed = listTypedSources(command);
  const groups = command.options.flatMap(({ name: option, value }) =>
    option === '--group' && value !== null ? [`the group ${value}`] : [],
  );
  const sources = [...command.requirementFiles, ...typed, ...groups].map(hideCredentials);
  if (sources.length === 0 || findTyped(command, name) !== null || isTypedSource(name, facts, command)) return [];
  return [{ label: 'needed by', text: `${sources.join(' or ')}, directly or through a dependency` }];
}

/** Returns ` in a.txt, line 3` for a requirement that a file names; empty for any other. */
export function describeLine(origin: string | null): string {
  const file = origin === null ? null : /^-r (.+) \(line (\d+)\)$/.exec(origin);
  return file === null ? '' : ` in ${file[1]}, line ${file[2]}`;
}

/** Returns an address without what may be a secret, for a fact. */
export function hideCredentials(address: string): string {
  return redactValue(address).replace(/[?#].*$/s, '');
}

/** The row about a setting: its value and who made it. */
export function settingRow(label: string, { value, origin }: PipSetting, home: string | null, option: string): FactRow {
  return { label, text: `${hideCredentials(value)}, from ${describeOrigin(origin, home, option)}` };
}
