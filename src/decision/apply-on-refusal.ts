import type { ProjectSearch } from '../interpreter/resolve.ts';
import type { CallContext } from '../model/call-context.ts';
import type { Decision, Refusal } from '../model/decision.ts';
import type { Resolution } from '../model/environment.ts';
import { isUnreadable } from '../policy/evaluate.ts';
import { readOnRefusal } from '../policy/on-refusal.ts';
import { findEnvironmentNames, readProjectEnvironmentUse } from './settings.ts';

/** What a policy's `on-refusal` says to do about its refusal. */
export type Remedy =
  | { readonly kind: 'none' }
  /** Ask the user whether the project's environment will do. */
  | { readonly kind: 'offer' }
  /** Decide again: start from `start(context)`, and search for the project's environment. */
  | {
      readonly kind: 'search';
      readonly search: ProjectSearch;
      readonly start: (context: CallContext) => CallContext;
    };

/** Returns what `on-refusal` says. `agreed`: the user accepted the project's environment. */
export function readRemedy({ layers, verdict }: Refusal, agreed: boolean): Remedy {
  const { value, layer } = readOnRefusal(verdict);
  // Not even offered: no environment can be known to keep the rules of a file that cannot be read.
  if (layers.some(isUnreadable)) return { kind: 'none' };
  // "ignore" is the user's own decision about environments that are merely found.
  if (layer === null || value === 'refuse' || readProjectEnvironmentUse(layers) === 'ignore') return { kind: 'none' };
  if (value === 'offer' && !agreed) return { kind: 'offer' };
  const search = { names: findEnvironmentNames(layers), file: layer.file, line: layer.rules.onRefusal.line };
  return { kind: 'search', search, start: agreed ? withoutActive : (context) => context };
}

/**
 * Returns the decision for the project's environment if it is trusted and no layer refuses it; else the refusal, with what
 * was found and why it was not used.
 */
export function replaceRefusal(refusal: Refusal, other: Decision): Decision {
  const { verdict, resolution } = refusal;
  const isProject = other.resolution.kind === 'resolved' && other.resolution.source === 'project-environment';
  if (isProject && other.kind !== 'refuse') return { ...other, insteadOf: { verdict, resolution } };
  const isFound = ({ evidence }: Resolution['trace'][number]) => evidence.kind === 'found-upward';
  const found = resolution.trace.some(isFound) ? [] : other.resolution.trace.filter(isFound);
  const skipped = found.filter(({ outcome }) => outcome.kind !== 'chosen');
  return { ...refusal, resolution: { ...resolution, trace: [...resolution.trace, ...skipped] } };
}

/** If the user accepted the offer, the project's environment takes precedence over the active one. */
function withoutActive(context: CallContext): CallContext {
  const { VIRTUAL_ENV: _, CONDA_PREFIX: __, ...env } = context.env;
  return { ...context, env };
}
