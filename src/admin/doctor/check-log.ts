import { findAuditLog } from '../../decision/settings.ts';
import { findLogFault } from '../../host/audit/find-log-fault.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import type { Finding } from './finding.ts';

const subject = 'audit log';

/** Whether the log that a policy file asks for can be written; nothing where none is asked for. */
export function checkLog(context: CallContext): readonly Finding[] {
  const setting = findAuditLog(findPolicyLayers(context));
  if (setting === null) return [];
  const fault = findLogFault(setting.log, context);
  const by = `"${setting.log}", by ${setting.file}`;
  if (fault === null) return [{ subject, state: 'ok', text: `calls are recorded: ${by}`, fix: null }];
  return [{ subject, state: 'wrong', text: `nothing is recorded (${by}): ${fault}`, fix: 'pipward audit' }];
}
