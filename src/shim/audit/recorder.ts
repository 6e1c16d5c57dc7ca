import { appendLine } from '../../host/audit/append-line.ts';
import { readCallerChain } from '../../host/audit/caller-chain.ts';
import { makeLogFolder } from '../../host/audit/log-folder.ts';
import { sendToJournal } from '../../host/audit/send-to-journal.ts';
import { findUserName } from '../../host/files/user-name.ts';
import { findAuditLog } from '../../decision/settings.ts';
import { AUDIT_SCHEMA, type AuditRecord } from '../../model/audit-record.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import type { Observation } from '../../pip/output/messages.ts';
import type { Outcome } from '../../model/observation.ts';
import { formatTime } from '../../util/date.ts';
import { buildRecord } from './build-record.ts';
import { formatLine } from './format-line.ts';

/** Names the call in both of its records: this program is loaded once in a process. */
const CALL = `${Date.now().toString(36)}-${process.pid.toString(36)}`;

/** Records a decision, before pip starts. Throws if that is not possible. */
export function recordDecision(decision: Decision, context: CallContext): void {
  const { userId, name } = context;
  const record = buildRecord(decision, context, {
    call: CALL,
    time: formatTime(new Date()),
    user: { id: userId, name: findUserName(userId) },
    ...readCallerChain(name, process.argv[2]),
  });
  write(record, decision, context);
}

/** Records how pip ended; `observations`: what its output told, null if it was not read. */
export function recordEnd(
  decision: Decision,
  context: CallContext,
  outcome: Outcome,
  observations: readonly Observation[] | null,
): void {
  const record: AuditRecord = {
    schema: AUDIT_SCHEMA,
    event: 'end',
    call: CALL,
    time: formatTime(new Date()),
    exitStatus: outcome.kind === 'exited' ? outcome.status : null,
    signal: outcome.kind === 'signalled' ? outcome.signal : null,
    fallback: observations === null ? null : observations.some(({ kind }) => kind === 'user-install-fallback'),
  };
  write(record, decision, context);
}

function write(record: AuditRecord, { layers }: Decision, context: CallContext): void {
  const line = formatLine(record);
  if (findAuditLog(layers)?.log === 'journal') return sendToJournal(line);
  const folder = makeLogFolder(context);
  if (folder === null) throw new Error('there is no folder for the log');
  appendLine(folder, line);
}
