import type { Action } from '../../model/decision.ts';
import type { OnRefusal } from '../../model/policy.ts';
import type { Surroundings } from '../../model/call-context.ts';
import { describeInstead } from '../../messages/substitution.ts';

/** What `on-refusal` made of a refusal, in words; nothing where it made nothing of it. */
export function describeOnRefusal(action: Action, { platform, cwd, home }: Surroundings): readonly string[] {
  if (action.kind === 'refuse') {
    return action.mayOffer ? ["on a terminal, outside CI, the project's own environment is offered"] : [];
  }
  const words = describeInstead(action, platform, cwd, home);
  return words === null ? [] : [`pip works ${words}`];
}

/** The same for programs; null where it made nothing of a refusal, or none was. */
export function nameOnRefusal(action: Action): OnRefusal | null {
  if (action.kind === 'refuse') return action.mayOffer ? 'offer' : null;
  return action.insteadOf === null ? null : 'use-project-environment';
}
