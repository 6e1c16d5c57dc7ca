import { existsSync } from 'node:fs';
import type { CallContext } from '../../model/call-context.ts';
import type { AuditLog } from '../../model/policy.ts';
import { findLogFolder } from './log-folder.ts';
import { findLogger } from './send-to-journal.ts';

/** Where journald, rsyslog and others listen. */
const SOCKET = '/dev/log';

/** Returns why a call could not be recorded now; null if it could. Writes nothing. */
export function findLogFault(log: Exclude<AuditLog, 'off'>, context: CallContext): string | null {
  if (log === 'file') {
    const found = findLogFolder(context);
    return 'why' in found ? found.why : null;
  }
  if (findLogger() === null) return '/usr/bin/logger is missing, or others than root can change it';
  const isDeaf = context.platform === 'linux' && !existsSync(SOCKET);
  return isDeaf ? `${SOCKET} is missing: neither journald nor a syslog daemon runs here` : null;
}
