import type { Decision } from '../../model/decision.ts';
import type { OnRefusal } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import { describeInstead } from '../../messages/substitution.ts';

/** What `on-refusal` made of a refusal, in words; nothing where it made nothing of it. */
export function describeOnRefusal(decision: Decision, { platform, cwd, home }: CallContext): readonly string[] {
  if (decision.kind === 'refuse') {
    return decision.mayOffer ? ["on a terminal, outside CI, the project's own environment is offered"] : [];
  }
  const words = describeInstead(decision, platform, cwd, home);
  return words === null ? [] : [`pip works ${words}`];
}

/** The same for programs; null where it made nothing of a refusal, or none was. */
export function nameOnRefusal(decision: Decision): OnRefusal | null {
  if (decision.kind === 'refuse') return decision.mayOffer ? 'offer' : null;
  return decision.insteadOf === null ? null : 'use-project-environment';
}
