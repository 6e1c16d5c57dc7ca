import { listContradictions } from '../../interpreter/environment-mismatch.ts';
import { findOtherPip } from '../../interpreter/shadowed-pip.ts';
import type { Surroundings } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { decide } from '../../decision/decide.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { describeContradiction, describeOtherPip } from '../../messages/describe-interpreter.ts';
import type { Finding } from './finding.ts';

/** What does not fit together, and whether the pip behind ours is for another Python. */
export function checkContradictions(surroundings: Surroundings): readonly Finding[] {
  const layers = findPolicyLayers(surroundings);
  const { resolution } = decide(surroundings, layers, 0);
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const other = findOtherPip(surroundings, interpreter);
  const found = listContradictions(surroundings, resolution, findEnvironmentNames(layers));
  return [
    ...found.map((each): Finding => ({ subject: 'environment', state: 'note', ...describeContradiction(each) })),
    ...(other?.isElsewhere === true
      ? [{ subject: 'other pip', state: 'note', text: describeOtherPip(other, surroundings.home), fix: null } as const]
      : []),
  ];
}
