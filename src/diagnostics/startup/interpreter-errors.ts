import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import type { FoundEnvironment, Interpreter, ResolutionStep } from '../../model/environment.ts';
import type { CallFacts, SparePython } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Need } from '../../model/trial.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { isClean, shortenHome } from '../../terminal/clean.ts';
import { startModule } from '../../pip/module-command.ts';
import { aptBlock, describePython, noteBlock, readyBlock } from '../shared/fixes.ts';
import { sparePythonFix } from '../shared/environment-fix.ts';
import { repeatWith, startOf } from '../shared/rewrite-command.ts';
import { chooseHeadline, describeVersion } from '../shared/fact-rows.ts';
import { chooseWorking } from '../obstacles/working-environment.ts';
import { describeSkip } from '../../messages/render-trace.ts';
import { liesWithin, pathsOf } from '../../util/paths.ts';
import { EMPTY_MANAGER, OPENS_STORE } from '../../interpreter/discovery/windows/app-alias.ts';
import { STORE_ALIAS } from '../windows/windows-words.ts';

/** More would push the way out off the screen. */
const MAX_KNOWN = 4;

/** A name that apt's python3 does not go by: `python2`, `python3.12`, `python3.13t`. */
const VERSIONED = /^python(?!3?$)\d[\w.]*$/;

type InterpreterNotFound = {
  readonly code: 'interpreter-not-found';
  readonly wanted: string;
  readonly known: readonly Interpreter[];
  readonly trace: readonly ResolutionStep[];
};

export const interpreterNotFound = defineDiagnostic<InterpreterNotFound, object>({
  code: 'interpreter-not-found',
  title: 'no Python found',
  isRefusal: () => true,
  ...NO_OWN_FACTS,
  describe: describeInterpreterNotFound,
});

type InterpreterNotRunnable = {
  readonly code: 'interpreter-not-runnable';
  readonly executable: string;
  readonly reason: 'missing' | 'not-permitted' | 'too-long' | 'failed';
  /** Why, as far as the file tells. */
  readonly fault?: string;
};

export const interpreterNotRunnable = defineDiagnostic<InterpreterNotRunnable, object>({
  code: 'interpreter-not-runnable',
  title: 'a Python could not be started',
  isRefusal: () => true,
  ...NO_OWN_FACTS,
  describe: describeInterpreterNotRunnable,
});

/** No interpreter: what was wanted, and what there is instead. */
function describeInterpreterNotFound(finding: InterpreterNotFound, facts: CallFacts, command: PipCommand): Diagnostic {
  const { wanted, known } = finding;
  const { caller } = facts;
  const shown = known.slice(0, MAX_KNOWN);
  const hidden = known.length - shown.length;
  const name = wanted.length > 40 ? 'the requested Python' : wanted;
  const named = findNamed(finding);
  return {
    severity: 'error',
    code: 'interpreter-not-found',
    headline:
      named === null
        ? chooseHeadline(
            'error',
            'interpreter-not-found',
            `${name} was not found`,
            'the requested Python was not found',
          )
        : 'PIPWARD_PYTHON names no Python that can be used',
    facts: [
      { label: 'requested', text: `${named === null ? '' : 'PIPWARD_PYTHON='}${shortenHome(wanted, caller.home)}` },
      ...(named === null ? [] : [{ label: 'because', text: describeNamed(named, finding, facts) }]),
      ...shown.map(({ executable, version }, index) => ({
        label: index === 0 ? 'available' : '',
        text: `${shortenHome(executable, caller.home)}${describeVersion(version)}${
          index === shown.length - 1 && hidden > 0 ? ` and ${hidden} more` : ''
        }`,
      })),
      { label: 'result', text: 'pip was not run, nothing changed' },
    ],
    blocks: chooseInterpreterFix(finding, facts, command),
  };
}

/** What became of the path in PIPWARD_PYTHON; null if a name was called, such as pip3.12. */
function findNamed({ trace }: InterpreterNotFound): ResolutionStep | null {
  return trace.findLast(({ source }) => source === 'pipward-python') ?? null;
}

function describeNamed({ path, outcome }: ResolutionStep, { wanted }: InterpreterNotFound, facts: CallFacts): string {
  if (outcome.kind === 'chosen') return '';
  const isName = path === null && outcome.reason === 'missing';
  const reason = isName ? 'is not on PATH' : describeSkip(outcome.reason, outcome.detail);
  const isRelative = findNear(wanted, facts) !== null;
  return `${shortenHome(path ?? wanted, facts.caller.home)} ${reason}${isName && isRelative ? ', and not an absolute path' : ''}`;
}

/** The environment that a relative path means to a reader; null if there is none. A shell's next directory may have another. */
function findNear(wanted: string, { caller, project, platform }: CallFacts): FoundEnvironment | null {
  const paths = pathsOf(platform);
  if (caller.cwd === null || paths.isAbsolute(wanted)) return null;
  const place = paths.resolve(caller.cwd, wanted);
  return project.environments.find(({ prefix }) => liesWithin(place, prefix, platform)) ?? null;
}

/** The same call with that environment by its full path. */
function nameFully({ wanted }: InterpreterNotFound, facts: CallFacts, command: PipCommand): readonly Block[] {
  const near = findNear(wanted, facts);
  const { shell } = facts.caller;
  // One that a repository brought, say, is not recommended here, either.
  if (near === null || near.issues.length > 0 || facts.platform === 'win32') return [];
  const { prefix } = near;
  const start = ['env', `PIPWARD_PYTHON=${prefix}`, ...startOf(command)];
  const { text, applicability, arguments: words } = repeatWith(start, command, shell);
  const needs: readonly Need[] = [{ kind: 'pip', arguments: words, place: { kind: 'environment', prefix } }];
  return [{ kind: 'fix', title: 'name the environment by its absolute path', commands: [text], applicability, needs }];
}

/** The name was found, and is Windows' own offer to install a Python, or the Python install manager before it has installed one. */
function aliasNotes(trace: readonly ResolutionStep[]): readonly Block[] {
  const details = trace.map(({ outcome }) => (outcome.kind === 'passed-over' ? outcome.detail : null));
  return [
    ...(details.includes(OPENS_STORE) ? [noteBlock(STORE_ALIAS)] : []),
    ...(details.includes(EMPTY_MANAGER)
      ? [noteBlock('the Python install manager has no Python yet: py install default')]
      : []),
  ];
}

function chooseInterpreterFix(finding: InterpreterNotFound, facts: CallFacts, command: PipCommand): readonly Block[] {
  const { wanted, known, trace } = finding;
  const usable = known.filter(({ executable }) => isClean(executable));
  const [first, ...others] = [
    ...nameFully(finding, facts, command),
    ...usable.filter(({ pip }) => pip.state !== 'absent').map((each) => useBlock(each, facts, command)),
    // The Python itself may not be changed: what it makes may.
    ...(command.subcommand === 'install' ? usable : [])
      .filter(({ environment }) => environment.kind === 'base')
      .map((each) => sparePythonFix(describeSpare(each, facts), facts, command)),
  ];
  if (first !== undefined) return [chooseWorking([first, ...others], facts)];
  const exact = VERSIONED.test(wanted) ? wanted : null;
  if (facts.tools.apt && exact === null) return [aptBlock('install Python and pip', facts, 'python3-pip')];
  return [
    readyBlock(
      'check',
      'see where pipward looked',
      `pipward which${exact === null ? '' : exact.replace(/^python/, ' pip')}`,
    ),
    noteBlock(
      facts.platform === 'win32'
        ? `install ${exact ?? 'Python'} from www.python.org`
        : `install ${exact ?? 'Python'} with this system's packages, or from www.python.org`,
    ),
    ...aliasNotes(trace),
  ];
}

/** The same call with a Python that is here. */
function useBlock(interpreter: Interpreter, facts: CallFacts, command: PipCommand): Block {
  const { caller, isShadowed } = facts;
  const { executable } = interpreter;
  const spare = facts.listSpares().find((each) => each.interpreter.executable === executable);
  const start = startModule(describePython(spare?.commandName ?? executable, interpreter), 'pip', isShadowed);
  const { text, applicability, arguments: words } = repeatWith(start, command, caller.shell);
  const needs: readonly Need[] = [{ kind: 'pip', arguments: words, place: { kind: 'interpreter', interpreter } }];
  return { kind: 'fix', title: 'use a Python that is installed', commands: [text], applicability, needs };
}

function describeSpare(interpreter: Interpreter, { findObstacle }: CallFacts): SparePython {
  const ensurepip = findObstacle({ kind: 'venv', base: interpreter }) === null;
  return { interpreter, commandName: null, ensurepip, ssl: true };
}

const ON_WINDOWS: Readonly<Partial<Record<InterpreterNotRunnable['reason'], string>>> = {
  'not-permitted': 'check its permissions, and whether an antivirus program or a rule of your organization blocks it',
};

const FAILURES = {
  missing: [
    'that file does not exist',
    'if this Python belongs to an environment, the Python that the environment was created with may be gone',
  ],
  'not-permitted': ['this user may not run it', 'check its permissions, and whether its file system is mounted noexec'],
  'too-long': ['the arguments and variables are longer than the system allows', 'name the packages in a file: -r FILE'],
  failed: ['the system could not start it', 'it may be built for another machine, or damaged'],
} as const;

/** The interpreter was found, but would not start. */
function describeInterpreterNotRunnable(
  { executable, reason, fault }: InterpreterNotRunnable,
  facts: CallFacts,
): Diagnostic {
  const [what, hint] = FAILURES[reason];
  return {
    severity: 'error',
    code: 'interpreter-not-runnable',
    headline: 'Python could not be started',
    facts: [
      { label: 'interpreter', text: shortenHome(executable, facts.caller.home) },
      { label: 'because', text: fault ?? what },
      { label: 'result', text: 'pip was not run, nothing changed' },
    ],
    blocks: [
      readyBlock('check', 'see why this Python was chosen', 'pipward which'),
      ...(fault === undefined
        ? [noteBlock((facts.platform === 'win32' ? ON_WINDOWS[reason] : undefined) ?? hint)]
        : []),
    ],
  };
}
