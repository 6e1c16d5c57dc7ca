import type { Block, FactRow, Step } from '../../model/diagnostic.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { CallFacts, CallerFacts } from '../../model/facts.ts';
import type { Need, PipNeed } from '../../model/trial.ts';
import { startModule, type PrintedPython } from '../../pip/module-command.ts';
import { environmentPython, fromDirectory } from '../../terminal/activation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { pathsOf } from '../../util/paths.ts';
import { formatRelease } from '../../util/python-version.ts';

/** Commands that create an environment, and what they need. */
export type Making = { readonly commands: readonly string[]; readonly needs: readonly Need[] };

/** What venv lacks on Debian is installed first; virtualenv needs no ensurepip. */
export function createCommands(prefix: string, facts: CallFacts): Making {
  const { tools, caller, interpreter } = facts;
  const folder = fromDirectory(prefix, facts.platform, caller.cwd);
  const venv = joinCommand([...startResolved('venv', facts), folder], caller.shell);
  const place: Need = { kind: 'folder', path: prefix };
  if (interpreter === null) return { commands: [venv], needs: [] };
  if (tools.ensurepip && interpreter.version?.major !== 2) return { commands: [venv], needs: [place] };
  if (tools.apt && isDistributionPython(facts)) {
    const apt = aptStep(facts, venvPackage(facts));
    return { commands: [apt.text, venv], needs: [...apt.needs, place] };
  }
  // pipx itself starts `python -m venv` in the current directory, and gets virtualenv from an index.
  const hasPipx = tools.pipx !== null && !facts.isShadowed && tools.hasIndex;
  const virtualenv = hasPipx ? ['pipx', 'run', 'virtualenv'] : ['virtualenv'];
  const program: readonly Need[] = !hasPipx ? [{ kind: 'program', name: 'virtualenv' }] : [{ kind: 'home' }];
  // By its path: for virtualenv, `python` is any Python, first of all its own.
  return {
    commands: [joinCommand([...virtualenv, '--python', interpreter.executable, folder], caller.shell)],
    needs: [...program, place],
  };
}

/** Returns the word that starts the resolved interpreter: its name where PATH means it, else its absolute path. */
function pythonWord({ commandName, interpreter, platform }: CallFacts): string {
  return commandName ?? interpreter?.executable ?? (platform === 'win32' ? 'python' : 'python3');
}

/** Returns the words that start a module of the resolved interpreter. */
export function startResolved(
  module: Parameters<typeof startModule>[1],
  facts: CallFacts,
  word = pythonWord(facts),
): readonly string[] {
  return startModule(describePython(word, facts.interpreter), module, facts.isShadowed);
}

/** Returns the words that start the pip of an environment that is not active: one made with the resolved interpreter. */
export function startPipIn(prefix: string, facts: CallFacts): readonly string[] {
  return startModuleIn(prefix, facts.interpreter?.version ?? null, 'pip', facts);
}

/** Returns the words that start a module of an environment that is not active. */
export function startModuleIn(
  prefix: string,
  version: PrintedPython['version'],
  module: Parameters<typeof startModule>[1],
  { caller, platform, isShadowed }: CallFacts,
): readonly string[] {
  const word = environmentPython(prefix, caller.shell, platform, caller.cwd);
  return startModule({ word, version, isEnvironment: true }, module, isShadowed);
}

/** Returns what a printed command has to know of a Python. */
export function describePython(word: string, interpreter: Interpreter | null): PrintedPython {
  const environment = interpreter?.environment;
  const isEnvironment = environment?.kind === 'virtual' && !environment.seesSystemSite;
  return { word, version: interpreter?.version ?? null, isEnvironment };
}

/** Where images have their environment, for every user of the image. */
export const IMAGE_PREFIX = '/opt/venv';

/** Each RUN of an image's recipe has a shell of its own: what one activates the next does not see. */
export function isImageBuild({ caller, platform }: CallFacts): boolean {
  return caller.isRoot && caller.container !== null && platform !== 'win32';
}

/** Returns the folders that a new environment may be made in, where nothing is yet; the project's first. */
export function listNewPrefixes(facts: CallFacts): readonly [string, ...string[]] {
  const { platform, project, caller } = facts;
  const paths = pathsOf(platform);
  const folder = project.directory ?? caller.cwd ?? caller.home ?? '';
  const nearest = paths.join(folder, project.freeName);
  const atHome = project.homePlace ?? nearest;
  if (folder !== '/') return atHome === nearest ? [nearest] : [nearest, atHome];
  // The root folder holds a system, no project.
  return isImageBuild(facts) ? [IMAGE_PREFIX, atHome] : [atHome, nearest];
}

/** Returns the first of them that can be made; the nearest without one. */
export function newEnvironmentPrefix(facts: CallFacts): string {
  const prefixes = listNewPrefixes(facts);
  return prefixes.find((prefix) => facts.findObstacle({ kind: 'folder', path: prefix }) === null) ?? prefixes[0];
}

/** The row about the script that called pip: what is to be changed is in there. */
export function scriptRow({ caller }: CallFacts): readonly FactRow[] {
  return caller.script === null ? [] : [{ label: 'called by', text: shortenHome(caller.script, caller.home) }];
}

/** Whether apt's Python is meant, or an environment that was made with it. */
export function isDistributionPython({ interpreter }: Pick<CallFacts, 'interpreter'>): boolean {
  if (interpreter === null) return false;
  const { environment, stdlib, executable } = interpreter;
  if (environment.kind === 'virtual') return environment.home === '/usr/bin';
  return environment.kind === 'base' && (stdlib?.startsWith('/usr/lib/') ?? executable.startsWith('/usr/bin/'));
}

/** Returns the apt command for a package; root needs no sudo, and images often have none. */
export function aptInstall({ caller }: { readonly caller: Pick<CallerFacts, 'isRoot'> }, name: string): string {
  return `${caller.isRoot ? '' : 'sudo '}apt install ${name}`;
}

/** Debian keeps ensurepip in a package of its own. */
export function venvPackage({ interpreter }: Pick<CallFacts, 'interpreter'>): string {
  const version = interpreter?.version ?? null;
  return version === null ? 'python3-venv' : `python${formatRelease(version)}-venv`;
}

/** What a pip needs that works where this call did. */
export function pipNeed(words: readonly string[], after: NonNullable<PipNeed['after']> = {}): Need {
  return { kind: 'pip', arguments: words, place: { kind: 'same' }, after };
}

/** The same in an environment that a command before makes. */
export function newEnvironmentNeed(
  prefix: string,
  words: readonly string[],
  { interpreter }: CallFacts,
): readonly Need[] {
  if (interpreter === null) return [];
  return [{ kind: 'pip', arguments: words, place: { kind: 'new-environment', prefix, base: interpreter } }];
}

/** A command of apt as a step before others. */
export function aptStep(facts: CallFacts, name: string): Step {
  return { text: aptInstall(facts, name), pip: null, needs: [{ kind: 'root', command: `apt install ${name}` }] };
}

/** A block with one command of apt. */
export function aptBlock(title: string, facts: CallFacts, name: string): Block {
  const { text, needs } = aptStep(facts, name);
  return { ...readyBlock('fix', title, text), needs };
}

/** A block of text alone. */
export function noteBlock(text: string): Block {
  return { kind: 'note', title: text, commands: [], applicability: 'ready', needs: [] };
}

/** A block with commands that work as printed, and need nothing that is not there. */
export function readyBlock(kind: Block['kind'], title: string, ...commands: readonly string[]): Block {
  return { kind, title, commands, applicability: 'ready', needs: [] };
}
