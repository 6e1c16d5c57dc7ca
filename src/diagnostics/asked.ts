import type { FactRow } from '../model/diagnostic.ts';
import type { SettingFacts } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import { describeOrigin } from './accepted.ts';
import { normalizeName, splitRequirement } from './requirement.ts';

/** Returns the word that was typed for a project; null where a file or a dependency asked for it. */
export function findTyped({ words }: PipCommand, name: string): string | null {
  const wanted = normalizeName(name);
  return words.find((word) => normalizeName(splitRequirement(word).name) === wanted) ?? null;
}

/** The row about who asked for a package, where it was not the command line. */
export function originRow(origin: string | null): readonly FactRow[] {
  return origin === null ? [] : [{ label: 'asked by', text: origin.replace(/^-r /, '') }];
}

/** Returns an address without what may be a secret, for a fact. */
export function hideCredentials(address: string): string {
  return address
    .replace(/\/\/[^/@\s]*@/g, '//****@')
    .replace(/^[^/@\s]*:[^/@\s]*@/, '****@')
    .replace(/[?#].*$/s, '');
}

/** The row about a setting: its value and who made it. */
export function settingRow(
  label: string,
  { value, origin }: SettingFacts,
  home: string | null,
  option: string,
): FactRow {
  return { label, text: `${hideCredentials(value)}, from ${describeOrigin(origin, home, option)}` };
}
