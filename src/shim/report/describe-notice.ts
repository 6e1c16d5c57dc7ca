import { readCaller } from '../../host/process/detect-caller.ts';
import { renderTrace } from '../../messages/render-trace.ts';
import { describeInstead } from '../../messages/substitution.ts';
import { describeUntrusted, trustCommandFor } from '../../messages/untrusted-environment.ts';
import { describeRecording } from '../../diagnostics/policy/find-bypass.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import type { FactSource } from '../../model/facts.ts';
import type { Notice } from '../../model/notice.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { cleanText } from '../../terminal/clean.ts';
import { describeMismatchNotice } from './mismatch-notice.ts';

type NoticeOf<Kind extends Notice['kind']> = Extract<Notice, { kind: Kind }>;

/** Returns a notice as it is printed, with its line ends; empty if a closer look shows that there is nothing to say. */
export function describeNotice(
  notice: Notice,
  decision: Decision,
  context: CallContext,
  findLogFault: FactSource['findLogFault'],
): string {
  const { platform, cwd, home } = context;
  switch (notice.kind) {
    case 'trace':
      return renderTrace(decision.resolution);
    case 'policy-warning':
      return toLine(describeWarning(notice));
    case 'environment-mismatch':
      return describeMismatchNotice(decision, context);
    case 'skipped-environment': {
      const command = trustCommandFor(notice, readCaller(context).shell, platform, cwd);
      const fix = command === null ? '' : `; to let pip use it: ${command}`;
      return toLine(`${describeUntrusted(notice, platform, cwd)}${fix}`);
    }
    case 'substitution': {
      const text = decision.kind === 'refuse' ? null : describeInstead(decision, platform, cwd, home);
      return text === null ? '' : toLine(`pip works ${text}`);
    }
    case 'bypass':
      return toLine(describeBypass(notice, describeRecording(decision.layers, findLogFault)));
  }
}

function toLine(text: string): string {
  return `pipward: ${cleanText(text)}\n`;
}

function describeWarning({ problem }: NoticeOf<'policy-warning'>): string {
  const { file, line, message, nearest } = describeProblem(problem);
  const location = line === null ? file : `${file}:${line}`;
  return `${location}: ${message}${nearest === null ? '' : `; did you mean ${nearest}?`}`;
}

/** The rules that the bypass overrides, the reason that was given, and where it is recorded. */
function describeBypass({ lifted }: NoticeOf<'bypass'>, recorded: string): string {
  const rules = lifted.map(({ rule, layer, line }) => `${rule} (${layer.file}${line === null ? '' : `:${line}`})`);
  return `PIPWARD_BYPASS overrides ${rules.join(', ')}: ${lifted[0]?.lifted.evidence ?? ''} (${recorded})`;
}
