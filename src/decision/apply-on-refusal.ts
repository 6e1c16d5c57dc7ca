import type { ProjectSearch } from '../interpreter/resolve.ts';
import type { Decision, Refusal } from '../model/decision.ts';
import type { Resolution } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { isUnreadable } from '../policy/evaluate.ts';
import { readOnRefusal } from '../policy/on-refusal.ts';
import { findEnvironmentNames, readProjectEnvironmentUse } from './settings.ts';

/**
 * What a policy's `on-refusal` makes of its refusal: the same call in the project's environment, if that is trusted and
 * no layer refuses it there; else the refusal. `agreed`: the person was asked and said yes. `resolve` and `conclude`
 * are those of the call itself, so that nothing is judged by less than before.
 */
export function applyOnRefusal(
  refusal: Refusal,
  agreed: boolean,
  context: CallContext,
  resolve: (context: CallContext, search: ProjectSearch) => Resolution,
  toDecision: (resolution: Resolution) => Decision,
): Decision {
  const { layers, verdict, resolution } = refusal;
  const { value, layer } = readOnRefusal(verdict);
  // Not even offered: what a file that cannot be read asks for, no environment can be known to keep.
  if (layers.some(isUnreadable)) return refusal;
  // "ignore" is the person's own word on environments that are merely found.
  if (layer === null || value === 'refuse' || readProjectEnvironmentUse(layers) === 'ignore') return refusal;
  if (value === 'offer' && !agreed) return { ...refusal, mayOffer: true };

  const search = { names: findEnvironmentNames(layers), file: layer.file, line: layer.rules.onRefusal.line };
  const other = resolve(agreed ? withoutActive(context) : context, search);
  if (other.kind === 'resolved' && other.source === 'project-environment') {
    const decision = toDecision(other);
    if (decision.kind !== 'refuse') return { ...decision, insteadOf: { verdict, resolution } };
  }
  // What was found and why it was not used belongs to the refusal.
  const isFound = ({ evidence }: Resolution['trace'][number]) => evidence.kind === 'found-upward';
  const found = resolution.trace.some(isFound) ? [] : other.trace.filter(isFound);
  const passed = found.filter(({ outcome }) => outcome.kind !== 'chosen');
  return { ...refusal, resolution: { ...resolution, trace: [...resolution.trace, ...passed] } };
}

/** Who agreed to the project's environment was told so: it goes before the active one. */
function withoutActive(context: CallContext): CallContext {
  const { VIRTUAL_ENV: _, CONDA_PREFIX: __, ...env } = context.env;
  return { ...context, env };
}
