import type { InheritedState } from '../../host/process/inherited-state.ts';
import { captureContext } from '../../host/capture-context.ts';
import { parsePolicyFile, type PolicySource } from '../../policy/file/parse-policy-file.ts';
import { formatAnswer } from '../sh-protocol.ts';
import type { PolicyLayer } from '../../model/policy.ts';
import { decide } from '../../decision/decide.ts';
import { runShim, type Ends } from '../main.ts';
import { observeActive, observeTrusting } from './sample-calls.ts';

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
reason = "why"
`;
const POLICIES: readonly PolicySource[] = [
  {
    scope: 'user',
    file: '/policy.toml',
    text: `${EVERYTHING}[resolve]\nproject-environment = "use"\n`,
    kind: 'pipward-toml',
  },
  {
    scope: 'project',
    file: '/pyproject.toml',
    text: EVERYTHING.replace('policy', 'tool.pipward.policy'),
    kind: 'pyproject',
  },
];

/** Descriptors of setup's own process: 0 and 2 are /dev/null there, and what is started here has nothing to say. */
const QUIET: InheritedState = {
  stdio: [0, 2, 2],
  pipeDescriptors: [],
  closed: new Set(),
  open: [],
  ignored: '',
  isDash: false,
  openFiles: null,
  coreSize: null,
  depth: 0,
};

/**
 * Does once what every call does, so that V8's compiled code of it can be stored (entry.cjs): decides, and watches a sh
 * that ends soon. Prints nothing.
 */
export async function warmUp(): Promise<void> {
  for (const args of [
    ['decide', 'pip', 'list'],
    ['watch', 'pip', 'install', '-q', 'x'],
  ]) {
    await goNearly(args);
  }
  const policies = POLICIES.map(parsePolicyFile).filter((layer) => layer !== null);
  decide(captureContext('pip', ['install', 'x'], process.env, null), policies, 0);
  for (const { context, layers } of [observeTrusting(), observeActive()]) {
    decide(context, [...layers, ...policies], 0);
    decide(context, layers, 0);
  }
  await warmUpRecording(policies);
  await warmUpWatching();
}

/** A record of a call that a policy has a say in; without a home directory there is no file to write it to. */
async function warmUpRecording(policies: readonly PolicyLayer[]): Promise<void> {
  const { recordDecision } = await import('../audit/recorder.ts');
  const context = { ...captureContext('pip', ['install', 'x'], {}, null), home: null, accountHome: null };
  try {
    recordDecision(decide(context, policies, 0), context);
  } catch {
    // As meant.
  }
}

/** A call up to where it would answer sh or start pip. Without stderr nothing is said, and below /dev/null nothing is remembered. */
async function goNearly(args: readonly string[]): Promise<void> {
  // With a variable that is not UTF-8 all would be read from /proc, and nothing of this would count.
  const plain = Object.entries(process.env).filter((entry) => !entry.join('').includes('\uFFFD'));
  const env = { ...Object.fromEntries(plain), HOME: '/dev/null', _PIPWARD_FDS: '0 1 2', _PIPWARD_CLOSED: '2' };
  const exit = () => {
    throw new Error('unreachable');
  };
  const ends: Ends = {
    answer: formatAnswer,
    // Not the real ones: what they import would become part of the program of every call.
    loadWatch: () => Promise.resolve({ watch: () => Promise.resolve({ kind: 'exited', status: 0 }), mirrorExit: exit }),
  };
  await runShim({ argv: ['node', '/nowhere/dist/shim.cjs', ...args], env, exit }, { pip: false }, ends);
}

async function warmUpWatching(): Promise<void> {
  const context = captureContext('pip', [], process.env, null);
  const decision = decide(context, [], 0);
  const { createReporter } = await import('../report/reporter.ts');
  const { watch } = await import('../watch.ts');
  if (decision.kind === 'refuse' || context.platform === 'win32') return;
  // Long enough for the signal probe to tell that it runs; where it is later than that, its answer is compiled in each call.
  const line = 'PATH=/usr/bin:/bin; sleep 0.1';
  const nothing = { ...decision, kind: 'watch', start: ['/bin/sh', '-c', line] } as const;
  const reporter = () => Promise.resolve(createReporter(context, null));
  await watch(nothing, context, QUIET, '/', reporter, () => {});
}
