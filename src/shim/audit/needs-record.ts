import type { Decision } from '../../model/decision.ts';

/** Whether a log is on and a policy has a say in the call. Asked in every call, so the rest is a program of its own. */
export function needsRecord(decision: Decision): boolean {
  const { layers, verdict } = decision;
  const isRedirected = decision.kind !== 'refuse' && decision.insteadOf !== null;
  return (
    (verdict.kind !== 'allowed' || verdict.lifted.length > 0 || isRedirected) &&
    layers.some(({ settings }) => (settings.auditLog?.value ?? 'off') !== 'off')
  );
}
