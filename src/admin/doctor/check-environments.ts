import { listContradictions } from '../../interpreter/environment-mismatch.ts';
import { findOtherPip } from '../../interpreter/shadowed-pip.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { decide } from '../../decision/decide.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { describeContradiction, describeOtherPip } from '../../messages/describe-interpreter.ts';
import type { Finding } from './finding.ts';

/** What does not fit together, and whether the pip behind ours is for another Python. */
export function checkContradictions(context: CallContext): readonly Finding[] {
  const layers = findPolicyLayers(context);
  const { resolution } = decide(context, layers, 0);
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const other = findOtherPip(context, interpreter);
  const found = listContradictions(context, resolution, findEnvironmentNames(layers));
  return [
    ...found.map((each): Finding => ({ subject: 'environment', state: 'note', ...describeContradiction(each) })),
    ...(other?.isElsewhere === true
      ? [{ subject: 'other pip', state: 'note', text: describeOtherPip(other, context.home), fix: null } as const]
      : []),
  ];
}
