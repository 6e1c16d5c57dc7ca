import { findNear, isSameWord } from '../../../util/did-you-mean.ts';
import type { PythonVersion } from '../../../model/environment.ts';
import { findProjectCalled, findProjectOf, KNOWN_PROJECTS } from './known-projects.ts';
import { normalizeName } from '../../../util/project-name.ts';
import { isStandardModule } from './standard-modules.ts';

/** What a name that no index has may mean. A guess is for a user to judge. */
export type Suggestion =
  | { readonly kind: 'standard' }
  | { readonly kind: 'known'; readonly project: string; readonly isModule: boolean }
  | { readonly kind: 'guess'; readonly projects: readonly string[] };

/** Shorter names are part of too many others. */
const MIN_PART = 4;
/** More do not help. */
const MAX_GUESSES = 2;

/** Returns what a name may mean, the surest first; null for a name that is well known itself, and where nothing is likely. */
export function suggestProject(name: string, version: PythonVersion | null, isWindows = false): Suggestion | null {
  const module = findProjectOf(name);
  if (module !== null) return { kind: 'known', project: module, isModule: true };
  const called = findProjectCalled(name);
  if (called !== null) return { kind: 'known', project: called, isModule: false };
  if (isStandardModule(name, version, isWindows)) return { kind: 'standard' };
  if (KNOWN_PROJECTS.some((project) => isSameWord(project, name))) return null;
  const typed = normalizeName(name);
  const guesses = [findContaining(typed), findNear(typed, KNOWN_PROJECTS)].find(({ length }) => length > 0) ?? [];
  return guesses.length === 0 || guesses.length > MAX_GUESSES ? null : { kind: 'guess', projects: guesses };
}

/** Projects that are called so but for `python-`, `py` or an s; else those with the name as a part between hyphens. */
function findContaining(typed: string): readonly string[] {
  if (typed.length < MIN_PART) return [];
  const forms = ['python-', 'python', 'py-', 'py'].map((start) => `${start}${typed}`);
  const whole = [...forms, `${typed}-python`, `${typed}py`, `${typed}s`];
  const close = KNOWN_PROJECTS.filter((project) => whole.includes(normalizeName(project)));
  return close.length > 0
    ? close
    : KNOWN_PROJECTS.filter((project) => normalizeName(project).split('-').includes(typed));
}
