import { copyFileSync, existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { isReachable } from './temporary-folder.ts';

/** Tells the test processes their folder. */
export const OWN_FOLDER = 'TESTS_OWN_FOLDER';
/** Tells them the home directory of the user who runs them, where pyenv is. */
export const USER_HOME = 'TESTS_USER_HOME';

/** Programs that tests start, in case they are neither in /usr/bin nor in /bin. */
const PROGRAMS =
  `apt-get bash busybox cc dash direnv fish gcc git ksh mise mksh openssl pipx ps python3 script setpriv setsid shellcheck
  strace stty sudo tcsh tmux unshare zsh`.split(/\s+/);

/** Makes `home`, an empty home directory, and what the PATH of the tests consists of (see readOwnPath). */
export function fillOwnFolder(own: string, searchPath: string): void {
  for (const name of ['home', 'node', 'more']) mkdirSync(path.join(own, name));
  const folders = searchPath.split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  const find = (name: string, places: readonly string[]) =>
    places.map((place) => path.join(place, name)).find((file) => existsSync(file));
  const link = (name: string, file: string | undefined, folder: string) => {
    if (file !== undefined) symlinkSync(file, path.join(own, folder, name));
  };
  // In root's home (nvm) another user could not start it.
  if (isReachable(path.dirname(process.execPath))) symlinkSync(process.execPath, path.join(own, 'node/node'));
  else copyFileSync(process.execPath, path.join(own, 'node/node'));
  const beside = path.dirname(process.execPath);
  for (const name of ['npm', 'npx']) {
    const file = find(name, [beside, ...folders]);
    link(name, file === undefined ? file : realpathSync(file), 'node');
  }
  for (const name of PROGRAMS) {
    if (find(name, ['/usr/bin', '/bin']) === undefined) link(name, find(name, folders), 'more');
  }
  // own-machine.sh hides it there; one that npm has installed is a link.
  const hidden = find('mise', ['/usr/bin', '/bin']);
  if (hidden !== undefined) link('mise', realpathSync(hidden), 'more');
}

/** Returns the Node of the tests, alone in its folder, where every user can start it. */
export function findOwnNode(own = process.env[OWN_FOLDER] ?? ''): string {
  return path.join(own, 'node/node');
}

/** Returns a PATH with the Node that runs the tests, the system's programs, and then what else the tests need. */
export function readOwnPath(own: string): string {
  return [path.join(own, 'node'), '/usr/bin', '/bin', path.join(own, 'more')].join(path.delimiter);
}
