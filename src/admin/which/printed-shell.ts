import { findShell } from '../../host/process/detect-caller.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { ShellKind } from '../../model/diagnostic.ts';

/** Returns the shell that printed commands are quoted for: the caller's on Windows, whose shells have no quotes in common. */
export function choosePrintedShell(context: Pick<CallContext, 'env' | 'platform' | 'windows'>): ShellKind {
  return context.platform === 'win32' ? findShell(context) : 'posix';
}
