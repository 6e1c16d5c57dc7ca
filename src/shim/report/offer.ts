import path from 'node:path';
import { askTerminal } from '../../host/streams/prompt.ts';
import { findCi } from '../../util/detect-ci.ts';
import { listIgnoredSignals } from '../../host/process/ignored-signals.ts';
import type { InheritedState } from '../../host/process/inherited-state.ts';
import { runCollected } from '../../host/process/run-inherited.ts';
import { isForeground } from '../../host/process/signals.ts';
import { isTerminalDescriptor } from '../../host/streams/terminal-size.ts';
import { prospectEnvironment } from '../../interpreter/project/planned-environment.ts';
import { findMissingMaker } from '../../interpreter/inspect/venv-module.ts';
import type { Decision, Refusal } from '../../model/decision.ts';
import type { Resolution } from '../../model/environment.ts';
import type { Outcome } from '../../model/observation.ts';
import type { PolicyVerdict } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import { parseBoolean, readPipConfiguration, readPipSetting } from '../../pip/configuration.ts';
import { readInstallSettings } from '../../pip/install-settings.ts';
import { readOnRefusal } from '../../policy/on-refusal.ts';
import { formQuestion, type Way } from '../../messages/offer-prompt.ts';
import { findOnPath } from './facts/location-facts.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';

/** A call, and the look at the disk that it was judged by. */
export type Call = { readonly context: CallContext; readonly decision: Decision };

/** What a question needs of the call that it is about. */
export type Offering = {
  readonly refusal: Refusal;
  readonly context: CallContext;
  readonly state: InheritedState;
  /** The same call with another look at the disk, as it is once the person has agreed. */
  readonly again: () => Call;
  /** What the policy says of the call if pip worked for that interpreter. */
  readonly evaluateCall: (resolution: Resolution) => PolicyVerdict;
  /** The rule that is not kept, and where it stands. */
  readonly describe: () => Promise<string>;
  readonly print: (text: string) => Promise<void>;
};

/**
 * What goes on: the call in the environment that was agreed to; or a refusal, where nobody could be asked, nothing was
 * there to offer, or the answer was no. Each with the look at the disk that it was judged by, and is told by.
 */
export type Offered = ({ readonly kind: 'settled' } & Call) | Extract<Outcome, { kind: 'signalled' }>;

type Found = Exclude<Resolution, { kind: 'not-found' }>;

/** docs/policy.md says it: change both. */
const LIMIT_SECONDS = 30;

/**
 * Asks whether the project's environment would do: to use the one that is there, or to make one. Any other answer than
 * the key that was offered means no, and so does none in time.
 */
export async function offerEnvironment(offering: Offering): Promise<Offered> {
  const { context, state, refusal, describe, print } = offering;
  const decline = ({ decision, context: seen }: Call): Offered => ({
    kind: 'settled',
    decision: decision.kind === 'refuse' ? decision : refusal,
    context: seen,
  });
  if (!canAsk(offering)) return decline({ decision: refusal, context });
  const call = offering.again();
  const way = findWay(offering, call);
  if (way === null) return decline(call);
  const typed = await askTerminal(
    state.stdio[0],
    async () => print(formQuestion(await describe(), way, LIMIT_SECONDS, context)),
    LIMIT_SECONDS * 1000,
  );
  if (typed !== null && typed.kind !== 'line') await print('\n');
  if (typed?.kind !== 'line' || typed.text.trim().toLowerCase() !== way.key) return decline(call);
  if (way.base !== null) {
    const ending = await makeEnvironment(way.prefix, way.base, context, print);
    if (ending.kind === 'signalled') return ending;
    // Something came in its place meanwhile, say.
    if (ending.kind === 'not-started' || ending.status !== 0) return decline(offering.again());
  }
  return { kind: 'settled', ...offering.again() };
}

/** Only where a person sits in front of it, and was not told that nobody would be asked. */
function canAsk({ refusal, context, state }: Offering): boolean {
  const { env, platform } = context;
  const { command, adviceForm, resolution } = refusal;
  const own = resolution.kind === 'not-found' ? null : resolution.interpreter.environment;
  const prefix = own === null || own.kind === 'unknown' ? null : own.prefix;
  const isSilent = adviceForm === 'off' || readInstallSettings(command, context, prefix).quiet > 0;
  const configuration = readPipConfiguration(context, prefix, command.isolated);
  const noInput =
    command.options.some(({ name }) => name === '--no-input') ||
    parseBoolean(readPipSetting(configuration, command.subcommand ?? 'global', '--no-input')?.value ?? 'no') !== false;
  return (
    platform !== 'win32' &&
    state.depth === 0 &&
    state.closed.size === 0 &&
    state.stdio.every((fd) => isTerminalDescriptor(fd)) &&
    findCi(env) === null &&
    !isSilent &&
    !noInput &&
    // In the background a look at the terminal would stop us.
    !listIgnoredSignals(state).includes('SIGINT') &&
    isForeground()
  );
}

function findWay({ refusal, context, evaluateCall }: Offering, { decision }: Call): Way | null {
  if (decision.kind !== 'refuse') {
    const { evidence } = decision.resolution.kind === 'resolved' ? decision.resolution : { evidence: null };
    return evidence?.kind === 'found-upward' ? { key: 'u', prefix: evidence.prefix, base: null } : null;
  }
  // One that is there and may not be used is for the person to look at: the refusal says how.
  const isFound = decision.resolution.trace.some(({ evidence }) => evidence.kind === 'found-upward');
  const { layer } = readOnRefusal(refusal.verdict);
  const { resolution, layers, command } = refusal;
  // In a new one there is nothing to uninstall.
  if (isFound || command.subcommand !== 'install') return null;
  if (layer === null || resolution.kind === 'not-found' || resolution.source === 'pipward-python') return null;
  const search = { names: findEnvironmentNames(layers), file: layer.file, line: layer.rules.onRefusal.line };
  const prospect = prospectEnvironment(resolution, search, context);
  if (prospect === null || prospect.evidence.kind !== 'found-upward' || !canMake(resolution, context)) return null;
  const { kind } = evaluateCall(prospect);
  if (kind !== 'allowed' && kind !== 'advised') return null;
  return { key: 'm', prefix: prospect.evidence.prefix, base: resolution.interpreter.executable };
}

/** What `pipward venv` makes it with; where that is missing the refusal says what to install. */
function canMake({ interpreter }: Found, context: CallContext): boolean {
  return findMissingMaker(interpreter, context) === null || findOnPath('virtualenv', context) !== null;
}

/** By `pipward venv`, which trusts it, and takes back what it has begun when it is ended early. */
async function makeEnvironment(
  prefix: string,
  base: string,
  { env, shimsDirectory }: CallContext,
  print: Offering['print'],
): Promise<Outcome> {
  const pipward = path.join(shimsDirectory ?? '', '..', 'bin', 'pipward');
  await print('making it, which takes some seconds ...\n');
  const { outcome, output } = await runCollected([pipward, 'venv', prefix], { ...env, PIPWARD_PYTHON: base });
  await print(output);
  return outcome;
}
