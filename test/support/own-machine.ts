import { spawn, type SpawnOptions } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import path from 'node:path';
import { canMount } from './namespaces.ts';
import { fillOwnFolder, OWN_FOLDER, USER_HOME } from './own-folder.ts';
import { chooseTemporaryFolder, listMarks, listUpward } from './temporary-folder.ts';

/**
 * Starts the tests again where nothing of this machine reaches them, and ends as that run ends. As root on Linux that is
 * a mount namespace in which policies, settings of pip and other tools are hidden (own-machine.sh). For every user it is
 * a session without a terminal, which an interactive shell in a test would take over, and a folder for temporary files
 * that is in no project. Returns in the run that was started so, and in an editor, which only loads the configuration.
 */
export async function moveToOwnMachine(): Promise<void> {
  if (process.env[OWN_FOLDER] !== undefined || !/^vitest(\.mjs)?$/.test(path.basename(process.argv[1] ?? ''))) return;
  const temporary = chooseTemporaryFolder();
  const marked = listUpward(temporary).filter((folder) => listMarks(folder).length > 0);
  if (!canMount) warnOf(marked);
  const mustCover = marked.length > 0 && canMount;
  const own = mkdtempSync(path.join(mustCover ? '/var/tmp' : temporary, 'pipward-tests-'));
  chmodSync(own, 0o755);
  // Vitest has handlers of signals, which end us before the run has ended.
  process.on('exit', () => rmSync(own, { recursive: true, force: true, maxRetries: 20 }));
  fillOwnFolder(own, process.env['PATH'] ?? '');
  const env = { ...process.env, [OWN_FOLDER]: own, [USER_HOME]: homedir(), TMPDIR: temporary };
  const hiding = canMount ? ['unshare', '-m', path.join(import.meta.dirname, 'own-machine.sh')] : [];
  const command = [...hiding, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.exit(await runToEnd(command, mustCover ? { ...env, ...coverFolders(own, marked) } : env));
}

/** Settings for all users, which only root can hide. */
const FOR_ALL_USERS = ['/etc/pipward/policy.toml', '/etc/pip.conf', '/etc/xdg/pip/pip.conf'];

/** Says what may make tests fail here, where nothing can be hidden. */
function warnOf(marked: readonly string[]): void {
  for (const file of FOR_ALL_USERS.filter((each) => existsSync(each))) {
    process.stderr.write(`tests: ${file} of this machine counts in the tests; as root they hide it\n`);
  }
  for (const folder of marked) {
    const names = listMarks(folder).join(', ');
    process.stderr.write(
      `tests: ${names} in ${folder} counts for every test below; set TMPDIR to a folder elsewhere\n`,
    );
  }
}

/** Makes an empty folder for each that own-machine.sh covers, and returns the variables that name them. */
function coverFolders(own: string, marked: readonly string[]): NodeJS.ProcessEnv {
  const make = (name: string, mode: number) => {
    const folder = path.join(own, name);
    mkdirSync(folder);
    chmodSync(folder, mode);
    return folder;
  };
  return {
    TMPDIR: '/tmp',
    TESTS_EMPTY_TMP: make('tmp', 0o1777),
    ...(marked.includes('/') ? { TESTS_EMPTY_ROOT: make('root', 0o755) } : {}),
  };
}

/** Runs a command with our own descriptors, passes signals on to it, and resolves to its status. */
async function runToEnd([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // Where keys are pressed in watch mode the terminal must stay.
  const isOnce = process.argv.includes('run') || !process.stdin.isTTY;
  const options: SpawnOptions = { env, stdio: 'inherit', detached: isOnce };
  const child = spawn(program, args, options);
  // Its session is its process group as well, with what the tests have started.
  const pass = (signal: NodeJS.Signals) => process.kill(isOnce ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.exitCode === null && child.pid !== undefined && pass(signal));
  }
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
