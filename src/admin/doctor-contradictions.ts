import { listContradictions } from '../interpreter/contradictions.ts';
import { findOtherPip } from '../interpreter/other-pip.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { findPolicyLayers } from '../policy/find-layers.ts';
import { decide } from '../shim/decide.ts';
import { findEnvironmentNames } from '../shim/resolve-settings.ts';
import { describeContradiction, describeOtherPip } from '../terminal/describe-place.ts';
import type { Finding } from './doctor-finding.ts';

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
