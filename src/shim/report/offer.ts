import path from 'node:path';
import { askTerminal, type Prompt } from '../../host/streams/prompt.ts';
import { findCi } from '../../util/surroundings.ts';
import { readCaller } from '../../host/process/detect-caller.ts';
import { listIgnoredSignals } from '../../host/process/ignored-signals.ts';
import type { InheritedState } from '../../host/process/inherited-state.ts';
import { runCollected } from '../../host/process/run-inherited.ts';
import { isForeground } from '../../host/process/signals.ts';
import { isTerminalDescriptor } from '../../host/streams/terminal-size.ts';
import { findUnusualNames } from '../../interpreter/project/unusual-names.ts';
import { prospectEnvironment } from '../../interpreter/project/planned-environment.ts';
import { findMissingMaker } from '../../interpreter/inspect/venv-module.ts';
import type { Decision, Refusal, StartCommand } from '../../model/decision.ts';
import type { Resolution } from '../../model/environment.ts';
import type { Outcome } from '../../model/observation.ts';
import type { CallContext } from '../../model/call-context.ts';
import { readPipSettings } from '../../decision/pip-setting.ts';
import { createPipCall } from '../../decision/pip-call.ts';
import { evaluateCall } from '../../decision/evaluate-call.ts';
import { parseBoolean } from '../../pip/configuration.ts';
import { readOnRefusal } from '../../policy/on-refusal.ts';
import { formQuestion, type Alternative } from '../../messages/offer-prompt.ts';
import { activationCommand, isActivationSafe } from '../../terminal/activation.ts';
import { findOnPath } from '../../interpreter/discovery/find-on-path.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';

/** What came of the question: `failed` to make the environment; `signalled`: the making of it was, as pip would be. */
export type Answer = { readonly kind: 'accepted' | 'declined' | 'failed' } | Extract<Outcome, { kind: 'signalled' }>;

/** How the question is asked: `describe` returns the rule that is not kept, and its file and line. */
export type Dialogue = {
  readonly describe: () => Promise<string>;
  readonly print: (text: string) => Promise<void>;
};

const UNASKED = 'pipward: no question was asked (on-refusal = "offer"): this terminal cannot be read now\n';
/** docs/reference/policy.md says it: change both. */
const LIMIT_SECONDS = 30;

/**
 * Asks whether the project's environment will do: to use the one that is there, or to make one. Any other answer than
 * the key that was offered means no, and so does none in time. `agreed`: what the call comes to if the user agrees.
 */
export async function offerEnvironment(
  refusal: Refusal,
  agreed: Decision,
  context: CallContext,
  prompt: Prompt,
  { describe, print }: Dialogue,
): Promise<Answer> {
  const alternative = findAlternative(refusal, agreed, context);
  if (alternative === null) return { kind: 'declined' };
  const { key, prefix, base } = alternative;
  const typed = await prompt.askLine(
    async () => print(formQuestion(await describe(), alternative, LIMIT_SECONDS, context)),
    LIMIT_SECONDS * 1000,
  );
  // The file says that the user is asked: its author and the user must learn why that did not happen.
  if (typed === null) await print(UNASKED);
  else if (typed.kind !== 'line') await print('\n');
  if (typed?.kind !== 'line' || typed.text.trim().toLowerCase() !== key) return { kind: 'declined' };
  if (base === null) return { kind: 'accepted' };
  const ending = await makeEnvironment(prefix, base, context, print);
  if (ending.kind === 'signalled') return ending;
  // Another process may have made something in its place meanwhile.
  return { kind: ending.kind === 'exited' && ending.status === 0 ? 'accepted' : 'failed' };
}

/** Whether the user can be asked: there is a terminal to answer at, and no setting asks for silence. */
export function canAsk(
  { adviceForm, command, pip }: Refusal,
  context: CallContext,
  { depth }: InheritedState,
  prompt: Prompt,
): boolean {
  const isSilent = adviceForm === 'off' || pip.settings().quiet > 0;
  const noInput =
    command.options.some(({ name }) => name === '--no-input') ||
    parseBoolean(readPipSettings(context, pip)('--no-input')?.value ?? 'no') !== false;
  return (
    depth === 0 &&
    findCi(context.env) === null &&
    // A cell's commands have terminals, but the user cannot type into them.
    readCaller(context).notebook === null &&
    !isSilent &&
    !noInput &&
    prompt.isOpen()
  );
}

/** The caller's own terminal: all three streams are one, in the foreground. */
export function openTerminalPrompt(state: InheritedState): Prompt {
  return {
    isOpen: () =>
      state.closed.size === 0 &&
      state.stdio.every((fd) => isTerminalDescriptor(fd)) &&
      // In the background, reading from the terminal would stop this process.
      !listIgnoredSignals(state).includes('SIGINT') &&
      isForeground(),
    askLine: (ask, limit) => askTerminal(state.stdio[0], ask, limit),
  };
}

/** Returns what there is to offer in place of a refusal; null if nothing is. */
export function findAlternative(refusal: Refusal, agreed: Decision, context: CallContext): Alternative | null {
  if (agreed.kind !== 'refuse') {
    const { evidence } = agreed.resolution.kind === 'resolved' ? agreed.resolution : { evidence: null };
    return evidence?.kind === 'found-upward' ? { key: 'u', prefix: evidence.prefix, base: null } : null;
  }
  // An environment that exists and may not be used is for the user to look at: the refusal says how.
  const isFound = agreed.resolution.trace.some(({ evidence }) => evidence.kind === 'found-upward');
  const { layer } = readOnRefusal(refusal.verdict);
  const { resolution, layers, command } = refusal;
  // A new one has nothing to uninstall.
  if (isFound || command.subcommand !== 'install') return null;
  if (layer === null || resolution.kind === 'not-found' || resolution.source === 'pipward-python') return null;
  const names = findEnvironmentNames(layers);
  // There is one by another name: the refusal shows it.
  if (findUnusualNames(context, names).length > 0) return null;
  const search = { names, file: layer.file, line: layer.rules.onRefusal.line };
  const planned = prospectEnvironment(resolution, search, context);
  if (planned === null || planned.evidence.kind !== 'found-upward' || !canMake(resolution, context)) return null;
  const { kind } = evaluateCall(context, layers, createPipCall(context, command, planned));
  if (kind !== 'allowed' && kind !== 'advised') return null;
  return { key: 'm', prefix: planned.evidence.prefix, base: resolution.interpreter.executable };
}

/** What `pipward venv` makes it with; where that is missing the refusal says what to install. */
function canMake({ interpreter }: Exclude<Resolution, { kind: 'not-found' }>, context: CallContext): boolean {
  return findMissingMaker(interpreter, context) === null || findOnPath('virtualenv', context) !== null;
}

/** By `pipward venv`, which trusts it, and takes back what it has begun when it is ended early. */
async function makeEnvironment(
  prefix: string,
  base: string,
  context: CallContext,
  print: Dialogue['print'],
): Promise<Outcome> {
  const { env, platform, cwd } = context;
  const home = path.join(context.shimsDirectory ?? '', '..');
  // bin/pipward is a script of sh.
  const pipward: StartCommand =
    platform === 'win32'
      ? [process.execPath, path.join(home, 'dist', 'admin.cjs')]
      : [path.join(home, 'bin', 'pipward')];
  await print('making it, which takes some seconds ...\n');
  const { outcome, output } = await runCollected([...pipward, 'venv', prefix], { ...env, PIPWARD_PYTHON: base });
  // It takes this process for the caller, in which no activation would last.
  const { shell, keepsState } = readCaller(context);
  const activation = `activate it:\n    ${activationCommand(prefix, shell, platform, cwd)}\n`;
  const activates = keepsState && isActivationSafe(prefix, platform);
  await print(activates ? output.replace(/^use it with\n.*\n/m, () => activation) : output);
  return outcome;
}
