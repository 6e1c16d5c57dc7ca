import { observe } from '../host/observe.ts';
import { findPolicyLayers } from '../policy/find-layers.ts';
import { formatAnswer } from './answer.ts';
import { decide } from './decide.ts';

/** Does once what every call does, so that V8's compiled code of it can be stored (guard.cjs). Starts and prints nothing. */
export function warmUp(): void {
  for (const args of [['list'], ['install', '-q', 'x']]) {
    const surroundings = observe('pip', args, process.env, null);
    const action = decide(surroundings, findPolicyLayers(surroundings), 0);
    formatAnswer(
      action.kind === 'refuse' ? { kind: 'stop', status: action.status } : { kind: 'run', start: action.start },
    );
  }
}
