import type { StartCommand } from '../model/action.ts';
import type { Interpreter } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';

/**
 * `python -m pip` puts the current directory first on sys.path, where a ./pip.py of a cloned repository would run in
 * pip's place. Only '' is dropped: under PYTHONSAFEPATH the first entry is PYTHONPATH's. The same text is in shims/pip.
 */
export const BOOTSTRAP = `import sys
if sys.path[:1] == [""]: del sys.path[0]
import runpy
runpy.run_module("pip", run_name="__main__", alter_sys=True)`;

/** `pip completion` must register the name that was typed: under -m pip would register "python -m pip". */
const CONSOLE_SCRIPT = `import sys
if sys.path[:1] == [""]: del sys.path[0]
sys.argv[0] = sys.argv.pop(1)
try:
    from pip._internal.cli.main import main
except ImportError:
    try:
        from pip._internal import main
    except ImportError:
        from pip import main
sys.exit(main())`;

/**
 * Interpreter and flags that start pip as safely as its own console script; the person's arguments are not part of it.
 * `driver`: another interpreter whose pip works on `interpreter` (pip 22.3, --python).
 */
export function startPip(
  interpreter: Interpreter,
  driver: Interpreter | null,
  command: PipCommand,
  requireVirtualenv: boolean,
): StartCommand {
  const runner = driver ?? interpreter;
  // Both are options of pip itself: they stand before the subcommand.
  const options = [
    ...(driver === null ? [] : ['--python', interpreter.executable]),
    ...(requireVirtualenv ? ['--require-virtualenv'] : []),
  ];
  if (command.subcommand === 'completion') {
    return [runner.executable, '-c', CONSOLE_SCRIPT, command.name, ...options];
  }
  return hasSafePath(runner)
    ? [runner.executable, '-P', '-m', 'pip', ...options]
    : [runner.executable, '-c', BOOTSTRAP, ...options];
}

/** -P exists from 3.11 on (python(1)); an unknown version gets the bootstrap, which works on all. */
function hasSafePath({ version }: Interpreter): boolean {
  return version !== null && (version.major > 3 || (version.major === 3 && version.minor >= 11));
}
