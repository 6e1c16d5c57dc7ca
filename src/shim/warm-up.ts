import type { InheritedState } from '../host/inherited-state.ts';
import { observe } from '../host/observe.ts';
import { findPolicyLayers } from '../policy/find-layers.ts';
import { parsePolicyFile } from '../policy/parse-layer.ts';
import { formatAnswer } from './answer.ts';
import { decide } from './decide.ts';
import { observeTrusting } from './warm-up-view.ts';

/** A file with all rules and with what only some people configure: the code for it is wanted, not its answer. */
const EVERYTHING = `[policy]
require-virtual-environment = { level = "enforce", from = 2026-01-01 }
project-environment-only = "advise"
forbid-user-install = "enforce"
forbid-break-system-packages = "enforce"
forbid-root = "advise"
minimum-pip = { value = "99", level = "advise" }
requires-python = ">=3.8, !=3.9.1, <5"
accept = ["venv"]
exempt = ["ci", "container", "target"]
exempt-packages = ["pipx"]
[resolve]
project-environment = "use"
`;

/** Descriptors of setup's own process: 0 and 2 are /dev/null there, and what is started here has nothing to say. */
const QUIET: InheritedState = {
  stdio: [0, 2, 2],
  pipeDescriptors: [],
  closed: new Set(),
  open: [],
  ignored: '',
  openFiles: null,
  depth: 0,
};

/**
 * Does once what every call does, so that V8's compiled code of it can be stored (guard.cjs): decides, and watches a sh
 * that ends at once. Prints nothing.
 */
export async function warmUp(): Promise<void> {
  for (const args of [['list'], ['install', '-q', 'x']]) {
    const surroundings = observe('pip', args, process.env, null);
    const ruled = parsePolicyFile({ scope: 'user', file: '/policy.toml', text: EVERYTHING, kind: 'pipward-toml' });
    for (const layers of [findPolicyLayers(surroundings), ruled === null ? [] : [ruled]]) {
      const action = decide(surroundings, layers, 0);
      formatAnswer(
        action.kind === 'refuse' ? { kind: 'stop', status: action.status } : { kind: 'run', start: action.start },
      );
    }
  }
  const trusting = observeTrusting();
  decide(trusting.surroundings, trusting.layers, 0);
  await warmUpWatching();
}

async function warmUpWatching(): Promise<void> {
  const surroundings = observe('pip', [], process.env, null);
  const action = decide(surroundings, [], 0);
  const { createSpeaker } = await import('./speak.ts');
  const { watch } = await import('./watch.ts');
  if (action.kind === 'refuse' || surroundings.platform === 'win32') return;
  const nothing = { ...action, kind: 'watch', start: ['/bin/sh', '-c', ':'] } as const;
  const speaker = () => Promise.resolve(createSpeaker(surroundings, null));
  await watch(nothing, surroundings, QUIET, '/', speaker, () => {});
}
