import type { StartCommand } from '../model/decision.ts';
import type { Interpreter } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';

/**
 * Starts of `-c` texts. `python -m pip` puts the current directory first on sys.path, where a ./pip.py of a cloned
 * repository would run in pip's place: '' is dropped, and nothing else, since under PYTHONSAFEPATH the first entry is
 * PYTHONPATH's. PYTHONINSPECT is set again (see `startEnvironment`).
 */
const PREPARE = `import sys
if sys.path[:1] == [""]: del sys.path[0]
import os
inspect = os.environ.pop("_PIPWARD_INSPECT", "")
if inspect: os.environ["PYTHONINSPECT"] = inspect`;

/**
 * Runs pip as `python -m pip` does. pip/__main__.py removes the first entry of sys.path if that is the current directory,
 * which here would be an entry of PYTHONPATH: doubled, one of it stays. In a deleted directory pip/__main__.py ends with a
 * traceback, because os.getcwd() fails. pip's own script works there (in an environment), or says in one line what is
 * wrong; so that call returns an empty string. The same text is in shims/pip.
 */
export const BOOTSTRAP = `${PREPARE}
try:
    if sys.path[:1] == [os.getcwd()]: sys.path.insert(0, sys.path[0])
except OSError:
    def getcwd(real=os.getcwd):
        os.getcwd = real
        return "" if sys._getframe(1).f_globals["__name__"] == "__main__" else real()
    os.getcwd = getcwd
import runpy
try: runpy.run_module("pip", run_name="__main__", alter_sys=True)
except SystemExit:
    if not inspect: raise
    import traceback
    traceback.print_exc()
    if not os.isatty(0): sys.exit(1)`;

type Variables = Readonly<Record<string, string | undefined>>;

/** `pip completion` must register the name that was typed: under -m pip would register "python -m pip". */
const CONSOLE_SCRIPT = `${PREPARE}
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
 * Interpreter and flags that start pip as safely as its own console script; the user's arguments are not part of it.
 * `pipRunner`: another interpreter whose pip works on `interpreter` (pip 22.3, --python).
 */
export function startPip(
  interpreter: Interpreter,
  pipRunner: Interpreter | null,
  command: PipCommand,
  requireVirtualenv: boolean,
  { cwd, env }: { readonly cwd: string | null; readonly env: Variables },
): StartCommand {
  const runner = pipRunner ?? interpreter;
  // Both are options of pip itself: they stand before the subcommand.
  const options = [
    ...(pipRunner === null ? [] : ['--python', interpreter.executable]),
    ...(requireVirtualenv ? ['--require-virtualenv'] : []),
  ];
  if (command.subcommand === 'completion') {
    // (In a deleted directory Python 3.13.0 without -P cannot import socket.)
    const flags = hasSafePath(runner) ? ['-P', '-c'] : ['-c'];
    return [runner.executable, ...flags, CONSOLE_SCRIPT, command.name, ...options];
  }
  if (!hasSafePath(runner)) return [runner.executable, '-c', BOOTSTRAP, ...options];
  // Without PYTHONPATH the first entry of sys.path is the standard library's: pip removes none.
  return (env['PYTHONPATH'] ?? '') === '' && cwd !== null
    ? [runner.executable, '-P', '-m', 'pip', ...options]
    : [runner.executable, '-P', '-c', BOOTSTRAP, ...options];
}

/**
 * Returns the variables to start such a command with. On a terminal Python imports readline under PYTHONINSPECT before
 * the text of -c runs, from the current directory where there is no -P (pymain_import_readline of Modules/main.c); so
 * the text itself sets that variable, which Python reads again at its end.
 */
export function startEnvironment([, flag]: StartCommand, env: Variables): Variables {
  const { PYTHONINSPECT: inspect, ...others } = env;
  return flag === '-c' && inspect ? { ...others, _PIPWARD_INSPECT: inspect } : env;
}

/** -P exists from 3.11 on (python(1)); an unknown version gets the bootstrap, which works on all. */
export function hasSafePath({ version }: Pick<Interpreter, 'version'>): boolean {
  return version !== null && (version.major > 3 || (version.major === 3 && version.minor >= 11));
}
