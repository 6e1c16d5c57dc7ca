import { decide } from '../../decision/decide.ts';
import type { Decision, Refusal } from '../../model/decision.ts';
import type { OnRefusal } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findAlternative } from '../../shim/report/offer.ts';
import { fromDirectory } from '../../terminal/activation.ts';
import { describeInstead } from '../../messages/substitution.ts';

/** What `on-refusal` made of a refusal, in words; nothing where it made nothing of it. */
export function describeOnRefusal(decision: Decision, context: CallContext): readonly string[] {
  if (decision.kind === 'refuse') return decision.mayOffer ? [describeOffer(decision, context)] : [];
  const { platform, cwd, home } = context;
  const words = describeInstead(decision, platform, cwd, home);
  return words === null ? [] : [`pip works ${words}`];
}

/** What a call would be asked: the environment has to be there or makeable, and trusted. */
function describeOffer(refusal: Refusal, context: CallContext): string {
  const call = { ...context, arguments: refusal.command.arguments };
  const agreed = decide(call, refusal.layers, 0, { useProjectEnvironment: true });
  const alternative = findAlternative(refusal, agreed, call);
  if (alternative === null) return 'no environment can be offered here; the message of the refusal says what to do';
  const { platform, cwd } = context;
  const name = fromDirectory(alternative.prefix, platform, cwd);
  return `pipward offers to ${alternative.base === null ? 'use' : 'make'} ${name} (on a terminal, outside CI)`;
}

/** The same for programs; null where it made nothing of a refusal, or none was. */
export function nameOnRefusal(decision: Decision): OnRefusal | null {
  if (decision.kind === 'refuse') return decision.mayOffer ? 'offer' : null;
  return decision.insteadOf === null ? null : 'use-project-environment';
}
