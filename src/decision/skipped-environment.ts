import path from 'node:path';
import type { Decision } from '../model/decision.ts';

/** Whether pip is about to change another place than the project's environment, which was found and is not trusted. */
export function passesOverProject(decision: Decision): boolean {
  const { resolution } = decision;
  if (!isAboutToChange(decision)) return false;
  const folders = resolution.trace.flatMap(({ evidence }) =>
    evidence.kind === 'found-upward' ? [path.dirname(evidence.prefix)] : [],
  );
  if (folders.length === 0) return false;
  // Another environment beside it, which is trusted, is the project's as well.
  const used =
    resolution.kind === 'not-found' || resolution.evidence.kind !== 'found-upward' ? null : resolution.evidence;
  return used === null || path.dirname(used.prefix) !== folders[0];
}

/** Whether pip is started to change an environment, by somebody who wants advice. */
export function isAboutToChange({ kind, command, adviceForm }: Decision): boolean {
  return kind !== 'refuse' && adviceForm !== 'off' && command.effect === 'environment' && !command.informational;
}
