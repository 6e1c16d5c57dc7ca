import type { PolicyFinding } from '../../diagnostics/policy/facts.ts';
import { POLICY_CODES } from '../../model/diagnostic.ts';
import { RULE_NAMES, type PolicyVerdict } from '../../model/policy.ts';

/** The finding for a verdict: its code is that of the first rule, in their order, that was not kept. */
export function describeVerdict(refused: boolean, verdict: PolicyVerdict): PolicyFinding {
  const rule = RULE_NAMES.find((name) =>
    verdict.layers.some((each) => each.kind !== 'unreadable' && each.rule === name),
  );
  return { code: POLICY_CODES[rule ?? 'require-virtual-environment'], refused, verdict };
}
