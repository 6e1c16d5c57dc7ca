import type { CallContext } from '../model/call-context.ts';
import type { Decision } from '../model/decision.ts';
import type { Notice } from '../model/notice.ts';
import { isForNewer, warningsOf } from '../policy/evaluate.ts';
import { findLog } from './bypass.ts';
import { mayTargetWrongEnvironment } from './mismatch-check.ts';
import { findSkippedEnvironment } from './skipped-environment.ts';

/** Returns what must be said before pip runs, in the order in which it is printed. Reads nothing from the disk. */
export function collectNotices(decision: Decision, context: CallContext): readonly Notice[] {
  const { command, layers, verdict } = decision;
  const notices: Notice[] = [];
  if (isDebugging(context.env)) notices.push({ kind: 'trace' });
  // A refusal names the problems of its own files. Of a file for a newer pipward its own diagnostic tells.
  if (command.effect === 'environment' && !command.informational && decision.kind !== 'refuse') {
    for (const problem of warningsOf(layers.filter((layer) => !isForNewer(layer))))
      notices.push({ kind: 'policy-warning', problem });
  }
  if (mayTargetWrongEnvironment(decision, context)) notices.push({ kind: 'environment-mismatch' });
  const skipped = findSkippedEnvironment(decision);
  if (skipped !== null) notices.push({ kind: 'skipped-environment', ...skipped });
  if (decision.kind !== 'refuse' && decision.insteadOf !== null) notices.push({ kind: 'substitution' });
  const lifted = verdict.lifted.filter((each) => each.lifted.by === 'bypass');
  if (lifted.length > 0) notices.push({ kind: 'bypass', lifted, log: findLog(layers) });
  return notices;
}

/** PIPWARD_DEBUG=1: the trace is printed before pip runs. */
function isDebugging(env: CallContext['env']): boolean {
  return !['', '0', undefined].includes(env['PIPWARD_DEBUG']);
}
