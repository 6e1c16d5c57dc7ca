import { readPipSettings } from '../../decision/pip-setting.ts';
import { parseBoolean } from '../../pip/configuration.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import type { FactSource } from '../../model/facts.ts';
import type { AuditLog, PolicyLayer } from '../../model/policy.ts';
import { evaluateCall } from '../../decision/evaluate-call.ts';
import { findAuditLog } from '../../decision/settings.ts';

/** PIPWARD_BYPASS would let pip run. `log`: where the reason would be recorded; null: nowhere. */
export type Bypass = { readonly log: Exclude<AuditLog, 'off'> | null };

/**
 * Returns what a bypass would do; null if the call is not refused by a rule, has a bypass already, or would still be
 * refused: by pip itself, or because a layer says `allow-bypass = "never"`, cannot be read, or was written for a newer
 * pipward. The call is judged again, so that no combination of layers is forgotten.
 */
export function findBypass(
  decision: Decision,
  context: CallContext,
  findLogFault: FactSource['findLogFault'],
): Bypass | null {
  if (decision.kind !== 'refuse' || decision.because !== 'policy' || hasBypass(context)) return null;
  const { layers, pip } = decision;
  const { kind } = evaluateCall({ ...context, env: { ...context.env, PIPWARD_BYPASS: 'why' } }, layers, pip);
  // Where pip.conf refuses as well (`pipward policy apply`), this variable alone does not help.
  const own = readPipSettings(context, pip)('--require-virtualenv');
  if (own !== null && parseBoolean(own.value) === true && !isVirtual(pip.interpreter)) return null;
  return kind === 'allowed' || kind === 'advised' ? { log: findWorkingLog(layers, findLogFault) } : null;
}

function isVirtual(interpreter: Interpreter | null): boolean {
  return interpreter?.environment.kind === 'virtual';
}

function findWorkingLog(layers: readonly PolicyLayer[], findLogFault: FactSource['findLogFault']): Bypass['log'] {
  const log = findAuditLog(layers)?.log ?? null;
  return log !== null && findLogFault(log) === null ? log : null;
}

/** Says where a bypass is recorded, or why nowhere. */
export function describeRecording(layers: readonly PolicyLayer[], findLogFault: FactSource['findLogFault']): string {
  const log = findAuditLog(layers)?.log ?? null;
  if (log === null) return 'not recorded: no [audit] log is set';
  const fault = findLogFault(log);
  return fault === null ? `recorded in the ${log === 'file' ? 'log' : log}` : `not recorded: ${fault}`;
}

/** Whether PIPWARD_BYPASS is set. */
export function hasBypass({ env }: Pick<CallContext, 'env'>): boolean {
  return (env['PIPWARD_BYPASS'] ?? '').trim() !== '';
}
