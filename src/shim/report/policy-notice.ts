import { describeRule } from '../../diagnostics/policy/policy-rows.ts';
import type { Decision } from '../../model/decision.ts';
import { escapeHostile } from '../../terminal/clean.ts';

/** Whether rules advise against a call that goes on, and the caller wants to be told. */
export function hasAdvisedRules({ kind, verdict, adviceForm }: Decision): boolean {
  return kind !== 'refuse' && adviceForm !== 'off' && verdict.advised.length > 0;
}

/**
 * Returns the rules that advise against a call, a line each, for when no diagnostic can be made. Needs neither the disk nor
 * the program that makes diagnostics, so that a failure of ours does not take the policy's word away.
 */
export function formPolicyNotice(decision: Decision, home: string | null): string {
  if (!hasAdvisedRules(decision)) return '';
  const texts = decision.verdict.advised.map((each) => describeRule(each, home).replaceAll('  ', ' '));
  // (No secret to look for: a path, and values of rules that were checked.)
  return texts.map((text) => `pipward: policy advises against this: ${escapeHostile(text, () => '?')}\n`).join('');
}
