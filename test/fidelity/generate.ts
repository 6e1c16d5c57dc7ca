import { chooseActions } from './actions.ts';
import { KINDS, type Case, type Extra, type Kind, type Standard, type Step } from './case.ts';
import { INSTALL_OPTIONS, OTHER_COMMANDS, REQUIREMENTS } from './choices-real.ts';
import {
  FIRST_ARGUMENTS,
  ODD_ARGUMENTS,
  ON_TERMINAL,
  PLAIN_ARGUMENTS,
  PRECONDITIONS,
  SHELLS,
  SIZES,
  VARIABLES,
  VERSIONS,
  WITHOUT_TERMINAL,
  WRAPPERS,
} from './choices.ts';
import { createRandom, type Random } from './random.ts';

const EXTRA: readonly Extra[] = ['pipe-reader', 'pipe-writer', 'file', 'socket', 'null', 'folder'];
const SENT = [1, 2, 3, 10, 12, 15, 18, 28];

/** The case with this number; the same for the same seed, whatever the machine has. */
export function generateCase(seed: number, number: number, kind: Kind | null): Case {
  const chosen = kind ?? createRandom(`kind ${seed} ${number}`).pick<Kind>([...KINDS, 'fake', 'fake', 'fake', 'real']);
  const random = createRandom(`${chosen} ${seed} ${number}`);
  const base = generateFake(random);
  if (chosen === 'real') return changeToReal(random, base);
  return chosen === 'signal' ? changeToSignal(random, base) : base;
}

/** A value so many times: it is chosen more often than the others. */
const repeat = (value: string, count: number) => Array.from({ length: count }, () => value);

function generateFake(random: Random): Case {
  const stopsReading = random.chance(0.06);
  const actions = chooseActions(random);
  const io = chooseStandard(random);
  return {
    kind: 'fake',
    version: random.pick(VERSIONS),
    mode: random.pick(['path', 'venv']),
    args: chooseArguments(random),
    actions: stopsReading ? [['print', 1, 'before\n', true], ['hold'], ...actions] : actions,
    io,
    extra: chooseExtra(random),
    env: random.sample(VARIABLES, random.pick([0, 0, 1, 2, 4])),
    bareEnvironment: random.chance(0.05),
    before: random.sample(PRECONDITIONS, random.pick([0, 0, 0, 1, 1, 2])),
    size: random.pick(SIZES),
    // What a process writes that outlives pip, and what the wrapper says of pip's end, come in any order.
    wrapper: actions.some(([kind]) => kind === 'leave')
      ? 'none'
      : random.pick([...repeat('none', 5), ...Object.keys(WRAPPERS)]),
    shell: random.pick([...repeat('direct', 6), ...Object.keys(SHELLS)]),
    deleteCwd: random.chance(0.03),
    steps: stopsReading ? [chooseLeavingReader(random, io)] : [],
    unprivileged: false,
  };
}

/** A reader that goes away; of a terminal this is its end. */
function chooseLeavingReader(random: Random, io: Case['io']): Step {
  const choices: readonly (readonly (number | 'terminal')[])[] = [[1], [2], [1, 2]];
  return ['stop-reading', ...random.pick(io.includes('pty') ? [...choices, ['terminal'] as const] : choices)];
}

function chooseStandard(random: Random): Case['io'] {
  const onTerminal = random.chance(0.25);
  const [stdin, stdout, stderr] = onTerminal ? ON_TERMINAL : WITHOUT_TERMINAL;
  const io: [Standard, Standard, Standard] = [random.pick(stdin), random.pick(stdout), random.pick(stderr)];
  return onTerminal && !io.includes('pty') ? ['pty', io[1], io[2]] : io;
}

function chooseArguments(random: Random): readonly string[] {
  if (random.chance(0.05)) return [];
  const rest = Array.from({ length: random.pick([0, 1, 2, 5]) }, () =>
    random.pick(random.chance(0.6) ? ODD_ARGUMENTS : PLAIN_ARGUMENTS),
  );
  const many = random.chance(0.02) ? Array.from({ length: 3000 }, (_, index) => `word${index}`) : [];
  return [random.pick(FIRST_ARGUMENTS), ...rest, ...many];
}

function chooseExtra(random: Random): Readonly<Record<number, Extra>> {
  const numbers = random.sample(
    Array.from({ length: 18 }, (_, index) => index + 3),
    random.pick([0, 0, 0, 1, 2, 4, 10, 18]),
  );
  if (random.chance(0.03)) numbers.push(random.pick([63, 101, 150, 189]));
  return Object.fromEntries(numbers.map((number) => [number, random.pick(EXTRA)]));
}

/** Signals and keys, one after the other, while pip waits. Nothing else is unusual. */
function changeToSignal(random: Random, base: Case): Case {
  const signals = random.sample(SENT, random.between(1, 3));
  const onTerminal = random.chance(0.4);
  const how = random.pick(onTerminal ? (['process', 'group', 'key'] as const) : (['process', 'group'] as const));
  const steps = signals.map((signal): Step => {
    if (how !== 'key') return [how, signal];
    return random.chance(0.2) ? ['resize'] : ['key', random.pick(['\u0003', '\u001c'])];
  });
  const handle = random.chance(0.7) ? [['handle', ...(how === 'key' ? [2, 3, 28] : signals)] as const] : [];
  return {
    ...base,
    kind: 'signal',
    args: [random.pick(['install', 'install', 'list']), 'x'],
    actions: [...handle, ['print', 1, 'up\n', true], ['hold'], ['print', 1, 'end\n', true], ['end', 'sys', 5]],
    io: onTerminal ? ['pty', 'pty', 'pty'] : ['null', 'pipe', 'pipe'],
    extra: {},
    env: [],
    bareEnvironment: false,
    before: [],
    // (`timeout` sends on what its whole group gets as well: whether pip gets one or two of a kind is chance.)
    wrapper: random.pick([...repeat('none', 4), 'sh', 'setsid', how === 'process' ? 'timeout-foreground' : 'none']),
    shell: random.pick([...repeat('direct', 4), ...Object.keys(SHELLS)]),
    deleteCwd: false,
    steps,
  };
}

function changeToReal(random: Random, base: Case): Case {
  const mode = random.pick(['venv', 'venv', 'venv', 'copy', 'system'] as const);
  const chooseInstall = () => [
    'install',
    ...random.sample(INSTALL_OPTIONS, random.pick([0, 0, 1, 2])),
    ...random.sample(REQUIREMENTS, random.pick([1, 1, 1, 2])),
  ];
  return {
    ...base,
    kind: 'real',
    mode,
    args: random.chance(0.6) ? chooseInstall() : random.pick(OTHER_COMMANDS),
    actions: [],
    extra: random.chance(0.3) ? base.extra : {},
    env: base.env.filter(([name]) => !['HOME', 'PYTHONVERBOSE', 'PYTHONDEVMODE'].includes(name)),
    bareEnvironment: random.chance(0.03),
    before: random.chance(0.3) ? base.before.filter(([kind]) => kind !== 'no-new-privileges').slice(0, 1) : [],
    deleteCwd: random.chance(0.02),
    steps: [],
    unprivileged: mode === 'copy' || random.chance(0.5),
  };
}
