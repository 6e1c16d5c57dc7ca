import path from 'node:path';
import type { Block, FactRow } from '../model/diagnostic.ts';
import type { FoundEnvironment } from '../model/environment.ts';
import type { AdviceFacts, CallerFacts } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import {
  activationCommand,
  environmentPython,
  fromDirectory,
  isActivationSafe,
  unsetCommand,
} from '../terminal/activation.ts';
import { shortenHome } from '../terminal/clean.ts';
import { joinCommand } from '../terminal/quote.ts';
import { repeatInEnvironment } from './repeat.ts';

/** The way into an environment: the recommended one, or a new one. */
export function environmentFix(recommended: FoundEnvironment | null, facts: AdviceFacts, command: PipCommand): Block {
  const { shell, cwd } = facts.caller;
  const typed = repeatInEnvironment(command, shell);
  if (recommended === null && command.subcommand === 'uninstall') {
    return {
      kind: 'fix',
      title: 'activate the environment that the package is in, then uninstall',
      commands: [activationCommand('ENVIRONMENT', shell, facts.platform, null), typed.text],
      applicability: 'has-placeholder',
    };
  }
  const fresh = recommended === null ? newEnvironmentPrefix(facts) : null;
  const prefix = fresh ?? recommended?.prefix ?? '';
  const use = command.subcommand === 'uninstall' ? 'uninstall from the' : 'install into the';
  const python = environmentPython(prefix, shell, facts.platform, cwd);
  // A script does not activate: what it sets would be gone at its end, or stay where it is sourced.
  const [activation, repeated] =
    isActivationSafe(prefix, facts.platform) && facts.caller.script === null
      ? [[activationCommand(prefix, shell, facts.platform, cwd)], typed]
      : [[], repeatInEnvironment(command, shell, [python, '-m', 'pip'])];
  // An active environment does not help where this names the Python.
  const isNamed = facts.source === 'pipward-python' && activation.length > 0;
  const unset = isNamed ? [unsetCommand('PIPWARD_PYTHON', shell)] : [];
  const owner = facts.project.directory === null ? 'a virtual environment' : 'an environment for this project';
  return {
    kind: 'fix',
    title: fresh === null ? `${use} project's virtual environment` : `create ${owner} once, then install there`,
    commands: [...(fresh === null ? [] : createCommands(fresh, facts)), ...activation, ...unset, repeated.text],
    applicability: repeated.applicability,
  };
}

/** Commands that create an environment: what venv lacks on Debian is installed first; virtualenv needs no ensurepip. */
export function createCommands(prefix: string, facts: AdviceFacts): readonly string[] {
  const { tools, caller, interpreter } = facts;
  const python = pythonWord(facts);
  const folder = fromDirectory(prefix, facts.platform, caller.cwd);
  const venv = joinCommand([python, '-m', 'venv', folder], caller.shell);
  const hasVenv = tools.ensurepip && interpreter?.version?.major !== 2;
  if (hasVenv || interpreter === null) return [venv];
  if (tools.apt && isDistributionPython(facts)) return [aptInstall(facts, venvPackage(facts)), venv];
  const virtualenv = tools.pipx === null ? ['virtualenv'] : ['pipx', 'run', 'virtualenv'];
  return [joinCommand([...virtualenv, '--python', python, folder], caller.shell)];
}

/** Returns the word that starts the resolved interpreter: its name where PATH means it, else its absolute path. */
export function pythonWord({ commandName, interpreter, platform }: AdviceFacts): string {
  return commandName ?? interpreter?.executable ?? (platform === 'win32' ? 'python' : 'python3');
}

/** Returns the folder for a new environment, where nothing is yet. */
export function newEnvironmentPrefix({ platform, project, caller }: AdviceFacts): string {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  return paths.join(project.directory ?? caller.cwd ?? caller.home ?? '', project.freeName);
}

/** The row about the script that called pip: what is to be changed is in there. */
export function scriptRow({ caller }: AdviceFacts): readonly FactRow[] {
  return caller.script === null ? [] : [{ label: 'called by', text: shortenHome(caller.script, caller.home) }];
}

/** Whether apt's Python is meant, or an environment that was made with it. */
export function isDistributionPython({ interpreter }: Pick<AdviceFacts, 'interpreter'>): boolean {
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
export function venvPackage({ interpreter }: Pick<AdviceFacts, 'interpreter'>): string {
  const version = interpreter?.version ?? null;
  return version === null ? 'python3-venv' : `python${version.major}.${version.minor}-venv`;
}

/** A block of text alone. */
export function noteBlock(text: string): Block {
  return { kind: 'note', title: text, commands: [], applicability: 'ready' };
}

/** A block with commands that work as printed. */
export function readyBlock(kind: Block['kind'], title: string, ...commands: readonly string[]): Block {
  return { kind, title, commands, applicability: 'ready' };
}
