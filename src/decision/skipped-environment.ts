import path from 'node:path';
import type { Decision } from '../model/decision.ts';
import type { Resolution } from '../model/environment.ts';
import type { UntrustedEnvironment } from '../model/notice.ts';

/** Returns the nearest environment that was found and skipped, since it is not trusted; null if there is none. */
export function findUntrusted(resolution: Resolution | undefined): UntrustedEnvironment | null {
  for (const { evidence, outcome } of resolution?.trace ?? []) {
    if (evidence.kind === 'found-upward' && outcome.kind === 'passed-over') return { prefix: evidence.prefix, outcome };
  }
  return null;
}

/** Returns the project's untrusted environment if pip is about to change another one; else null. */
export function findSkippedEnvironment(decision: Decision): UntrustedEnvironment | null {
  const { resolution } = decision;
  const skipped = willModifyEnvironment(decision) ? findUntrusted(resolution) : null;
  // Another environment beside it, which is trusted, is the project's as well.
  const used =
    resolution.kind === 'not-found' || resolution.evidence.kind !== 'found-upward' ? null : resolution.evidence;
  const found = resolution.trace.find(({ evidence }) => evidence.kind === 'found-upward')?.evidence;
  const folder = found?.kind === 'found-upward' ? path.dirname(found.prefix) : null;
  return used !== null && path.dirname(used.prefix) === folder ? null : skipped;
}

/** Whether pip is started to change an environment, by a user who wants advice. */
export function willModifyEnvironment({ kind, command, adviceForm }: Decision): boolean {
  return kind !== 'refuse' && adviceForm !== 'off' && command.effect === 'environment' && !command.informational;
}
