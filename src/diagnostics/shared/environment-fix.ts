import type { Block } from '../../model/diagnostic.ts';
import type { FoundEnvironment } from '../../model/environment.ts';
import type { CallFacts, SparePython } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { RuleName } from '../../model/policy.ts';
import type { Need, PipNeed, TrialPlace } from '../../model/trial.ts';
import { activationCommand, isActivationSafe, unsetCommand } from '../../terminal/activation.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { liesWithin } from '../../util/paths.ts';
import { formatRelease } from '../../util/python-version.ts';
import type { WithIndex } from '../index/facts.ts';
import { chooseWorking, isWorking, listObstacles, listVariablesAgainst } from '../obstacles/working-environment.ts';
import { displayPath, findWithoutPip, listBeside } from './fact-rows.ts';
import { createCommands, listNewPrefixes, startModuleIn, startPipIn, type Making } from './fixes.ts';
import { repeatInEnvironment, repeatWithOption } from './rewrite-command.ts';

/** What else a way into an environment has to do. */
export type Detour = {
  /** Arguments of a pip that runs there before the call itself. */
  readonly first?: readonly (readonly string[])[];
  /** Variables that have to go. */
  readonly unset?: readonly string[];
  /** Rules that are kept because of what comes first. */
  readonly rules?: readonly RuleName[];
};

/** The way into an environment: the recommended one, or a new one where it can be made. */
export function environmentFix(
  recommended: FoundEnvironment | null,
  facts: CallFacts,
  command: PipCommand,
  detour: Detour = {},
): Block {
  const kernel = findKernelEnvironment(facts, command);
  if (kernel !== null) return intoEnvironment(kernel, null, facts, command, detour);
  if (recommended !== null) return intoEnvironment(recommended.prefix, null, facts, command, detour);
  if (command.subcommand === 'uninstall') {
    // Which environment that is, is not known: a command with a placeholder would not work as printed.
    return {
      kind: 'fix',
      title: 'activate the environment that the package is in, then uninstall it there',
      commands: [],
      applicability: 'has-placeholder',
      needs: [],
    };
  }
  const own = intoNewEnvironment(facts, command, detour);
  const bare = findWithoutPip(facts);
  if (bare !== null) {
    return chooseWorking([intoEnvironment(bare.prefix, addPipFirst(bare, facts), facts, command, detour), own], facts);
  }
  return isWorking(own, facts) ? own : (makeWithSpare(own, facts, command, detour) ?? own);
}

function intoNewEnvironment(facts: CallFacts, command: PipCommand, detour: Detour): Block {
  const [nearest, ...others] = listNewPrefixes(facts);
  const make = (prefix: string) => intoEnvironment(prefix, createFirst(prefix, facts), facts, command, detour);
  return chooseWorking([make(nearest), ...others.map(make)], facts);
}

/** An environment of another Python, if all that is missing is what makes environments; null if that does not help. */
function makeWithSpare(own: Block, facts: CallFacts, command: PipCommand, detour: Detour): Block | null {
  const isMaker = listObstacles(own, facts).some(({ kind }) => kind === 'no-program' || kind === 'no-root');
  if (!isMaker) return null;
  const spares = facts.listSpares().filter(({ ensurepip }) => ensurepip);
  return (
    spares.map((spare) => sparePythonFix(spare, facts, command, detour)).find((fix) => isWorking(fix, facts)) ?? null
  );
}

/** Returns the newest Python of this machine that will do, one that can make an environment by itself before others; null if none. */
export function findSpare({ index }: WithIndex, fits: (spare: SparePython) => boolean): SparePython | null {
  const fitting = index?.pythons.filter(fits) ?? [];
  return fitting.find(({ ensurepip }) => ensurepip) ?? fitting[0] ?? null;
}

/** An environment made with another Python than the one that was used. */
export function sparePythonFix(spare: SparePython, facts: CallFacts, command: PipCommand, detour: Detour = {}): Block {
  const { interpreter, commandName, ensurepip } = spare;
  const other = { ...facts, interpreter, commandName, tools: { ...facts.tools, ensurepip } };
  const version = interpreter.version === null ? '' : ` ${formatRelease(interpreter.version)}`;
  const fix = intoNewEnvironment(other, command, detour);
  return { ...fix, title: `create an environment with Python${version}, then install there` };
}

/** Returns the environment that the notebook's kernel runs in; null if there is none, or if pip cannot do its work there. */
function findKernelEnvironment({ caller, findObstacle }: CallFacts, command: PipCommand): string | null {
  const prefix = caller.notebook?.prefix ?? null;
  if (prefix === null) return null;
  const place: TrialPlace = { kind: 'environment', prefix };
  const words = repeatInEnvironment(command, caller.shell).arguments;
  return findObstacle({ kind: 'pip', arguments: words, place }) === null ? prefix : null;
}

/** What comes before the call itself, and what is there then; null for a place that nothing is known of. */
type Preparation = Making & {
  readonly title: string;
  readonly place: TrialPlace | null;
  readonly after?: PipNeed['after'];
};

/** A new environment. */
function createFirst(prefix: string, facts: CallFacts): Preparation {
  const { interpreter, project, platform } = facts;
  // Otherwise it is in the home directory.
  const isInProject = project.directory !== null && liesWithin(prefix, project.directory, platform);
  const owner = isInProject ? 'an environment for this project' : 'a virtual environment';
  return {
    ...createCommands(prefix, facts),
    title: `create ${owner} once, then install there`,
    place: interpreter && { kind: 'new-environment', prefix, base: interpreter },
  };
}

/** pip in an environment that was made without it, as uv and `venv --without-pip` do. */
function addPipFirst({ prefix, version }: FoundEnvironment, facts: CallFacts): Preparation {
  return {
    title: "install pip into the project's virtual environment, then use it",
    commands: [joinCommand(startModuleIn(prefix, version, 'ensurepip', facts), facts.caller.shell)],
    needs: [{ kind: 'ensurepip', prefix }],
    place: { kind: 'environment', prefix },
    after: { pip: true },
  };
}

/** Into an environment that is there, or is made ready before. Variables that lead pip elsewhere go first. */
function intoEnvironment(...[prefix, before, facts, command, detour]: Parameters<typeof writeIntoEnvironment>): Block {
  const block = writeIntoEnvironment(prefix, before, facts, command, detour);
  const against = listVariablesAgainst(block, facts);
  const unset = [...(detour.unset ?? []), ...against];
  return against.length === 0 ? block : writeIntoEnvironment(prefix, before, facts, command, { ...detour, unset });
}

function writeIntoEnvironment(
  prefix: string,
  before: Preparation | null,
  facts: CallFacts,
  command: PipCommand,
  detour: Detour,
): Block {
  const { caller, platform } = facts;
  const { shell, cwd } = caller;
  const { first = [], unset = [], rules = [] } = detour;
  const python = startPipIn(prefix, facts);
  const place: TrialPlace | null = before === null ? { kind: 'environment', prefix } : before.place;
  const need = (words: readonly string[]): readonly Need[] =>
    place === null ? [] : [{ kind: 'pip', arguments: words, place, unset, after: { ...before?.after, rules } }];
  // Activation lasts in an interactive shell only. A script's would be gone at its end, or stay where it is sourced.
  const isMoved = facts.project.environments.some((each) => each.prefix === prefix && each.isMoved === true);
  const activates = isActivationSafe(prefix, platform) && caller.keepsState && !isMoved;
  const activation = activates ? [activationCommand(prefix, shell, platform, cwd)] : [];
  const start = activates ? ['pip'] : python;
  const plain = repeatInEnvironment(command, shell, start);
  const isForUser = need(plain.arguments).some((each) => facts.findObstacle(each)?.kind === 'user-in-environment');
  // A setting that leads to the user site goes behind what is said on the command line.
  const repeated = isForUser ? repeatWithOption('--no-user', command, shell, start) : plain;
  // An active environment does not help where this names the Python.
  const isNamed = facts.source === 'pipward-python' && activates;
  const use = command.subcommand === 'uninstall' ? 'uninstall from the' : 'install into the';
  return {
    kind: 'fix',
    title: before?.title ?? `${use} ${describeExisting(prefix, facts)}`,
    commands: [
      ...unset.map((name) => unsetCommand(name, shell)),
      ...(before?.commands ?? []),
      ...activation,
      ...(isNamed ? [unsetCommand('PIPWARD_PYTHON', shell)] : []),
      ...first.map((words) => joinCommand([...start, ...words], shell)),
      repeated.text,
    ],
    applicability: repeated.applicability,
    needs: [...(before?.needs ?? []), ...need(repeated.arguments)],
  };
}

function describeExisting(prefix: string, facts: CallFacts): string {
  if (prefix === facts.caller.notebook?.prefix) return "environment of this notebook's kernel";
  const found = facts.project.environments.find((each) => each.prefix === prefix);
  const isOneOfSeveral = found !== undefined && listBeside(found, facts).length > 0;
  return isOneOfSeveral ? `virtual environment ${displayPath(prefix, facts)}` : "project's virtual environment";
}
