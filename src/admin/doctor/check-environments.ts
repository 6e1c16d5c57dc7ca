import { listMismatches } from '../../interpreter/environment-mismatch.ts';
import { findOtherPip } from '../../interpreter/shadowed-pip.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { describeMismatch, describeOtherPip } from '../../messages/describe-interpreter.ts';
import type { Finding } from './finding.ts';

/** What does not fit together, and whether the pip behind ours is for another Python. */
export function checkMismatches({ layers, resolution }: Decision, context: CallContext): readonly Finding[] {
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const other = findOtherPip(context, interpreter);
  const found = listMismatches(context, resolution, findEnvironmentNames(layers));
  return [
    ...found.map((each): Finding => ({ subject: 'environment', state: 'note', ...describeMismatch(each) })),
    ...(other?.isElsewhere === true
      ? [{ subject: 'other pip', state: 'note', text: describeOtherPip(other, context.home), fix: null } as const]
      : []),
  ];
}
