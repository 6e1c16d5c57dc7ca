import type { PolicyProblem } from '../model/policy.ts';
import { findNearest } from '../util/did-you-mean.ts';
import { redactValue } from '../util/redact.ts';
import { isTable } from './file/validators.ts';

/** A problem as it is shown. */
export type DescribedProblem = Pick<PolicyProblem, 'file' | 'line' | 'column' | 'key'> & {
  /** One sentence without a full stop. */
  readonly message: string;
  /** The nearest known key or value; null if nothing is near. */
  readonly nearest: string | null;
};

/** Returns the problem with its whole sentence. The program of every call only collects what it is made of. */
export function describeProblem({ message, found, mistyped, ...place }: PolicyProblem): DescribedProblem {
  let nearest: string | null = null;
  for (const { prefix, names } of mistyped?.known ?? []) {
    const name = findNearest(mistyped?.word ?? '', names);
    if (name !== null) nearest ??= `${prefix}${name}`;
  }
  return { ...place, message: found === null ? message : `${message}, not ${showValue(found.value)}`, nearest };
}

function showValue(value: unknown): string {
  if (typeof value === 'string') {
    // Before it is cut: half of an address does not look like one.
    const shown = redactValue(value);
    return JSON.stringify(shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}...` : shown);
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return `${value}`;
  if (Array.isArray(value)) return 'a list';
  return isTable(value) ? 'a table' : 'a date';
}

const MAX_SHOWN = 40;
