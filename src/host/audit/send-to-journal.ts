import { closeSync, lstatSync, openSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';

const LOGGER = '/usr/bin/logger';
/** The identifier that `journalctl -t` and rsyslog's `$programname` know the records by. */
const JOURNAL_TAG = 'pipward';
const OTHERS_WRITE = 0o022;
/** More open files than that are not passed by. */
const MAX_DESCRIPTORS = 1024;

/** Returns the arguments of logger, without the text; null if it is missing or others than root can change it. */
export function findLogger(): readonly [string, ...string[]] | null {
  try {
    const real = realpathSync(LOGGER);
    for (const file of [...listAbove(LOGGER), ...listAbove(real)]) {
      const { uid, mode } = lstatSync(file);
      if (uid !== 0 || (!lstatSync(file).isSymbolicLink() && (mode & OTHERS_WRITE) !== 0)) return null;
    }
    // util-linux cuts at 1 kB by itself. Those of busybox and the BSDs have no such option.
    const isUtilLinux = process.platform === 'linux' && path.basename(real) === 'logger';
    return [LOGGER, '-t', JOURNAL_TAG, '-p', 'user.notice', ...(isUtilLinux ? ['-S', '8192'] : []), '--'];
  } catch {
    return null;
  }
}

/**
 * Starts logger with one line and goes on. It is in a session of its own, so that no Ctrl-C reaches it, and has none of the
 * caller's open files: a reader of a pipe does not wait for it. Node reaps it while it waits for pip; a process that ends
 * before leaves it to init.
 */
export function sendToJournal(line: string): void {
  const logger = findLogger();
  if (logger === null) throw new Error(`${LOGGER} cannot be used`);
  const [file, ...args] = logger;
  // (Loading it takes 2 ms, which a log in a file need not wait for.)
  const { spawn } = process.getBuiltinModule('node:child_process');
  // `ignore` would leave those above 2 as they are.
  const nothing = openSync('/dev/null', 'r+');
  try {
    const child = spawn(file, [...args, line.trimEnd()], {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/bin:/bin' },
      stdio: Array.from({ length: countDescriptors() }, () => nothing),
    });
    child.on('error', () => {});
    child.unref();
  } finally {
    closeSync(nothing);
  }
}

/** Of this process; Node keeps those of the caller that have a high number open on exec. */
function countDescriptors(): number {
  try {
    const highest = Math.max(2, ...readdirSync('/proc/self/fd').map(Number));
    return Math.min(MAX_DESCRIPTORS, highest + 1);
  } catch {
    return 16;
  }
}

function listAbove(file: string): readonly string[] {
  const parent = path.dirname(file);
  return parent === file ? [file] : [...listAbove(parent), file];
}
