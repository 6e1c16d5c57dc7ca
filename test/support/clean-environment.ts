import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fillOwnFolder, OWN_FOLDER, readOwnPath, USER_HOME } from './own-folder.ts';

/** What vitest and this folder need; nothing else of the caller's environment reaches a test. */
const KEPT =
  /^(VITEST.*|TINYPOOL.*|NODE_ENV|TEST|DEV|PROD|SSR|MODE|BASE_URL|UPDATE_DOCS|TMPDIR|TESTS_OWN_FOLDER|TESTS_USER_HOME|TESTS_RUN)$/;

// In an editor the configuration has not started us on a machine of our own (own-machine.ts): then this much is made here.
if (process.env[OWN_FOLDER] === undefined) {
  const own = mkdtempSync(path.join(realpathSync(tmpdir()), 'pipward-tests-'));
  fillOwnFolder(own, process.env['PATH'] ?? '');
  process.on('exit', () => rmSync(own, { recursive: true, force: true }));
  Object.assign(process.env, { [OWN_FOLDER]: own, [USER_HOME]: homedir(), TMPDIR: path.dirname(own) });
}
const own = process.env[OWN_FOLDER] ?? '';
for (const name of Object.keys(process.env)) if (!KEPT.test(name)) delete process.env[name];
Object.assign(process.env, {
  PATH: readOwnPath(own),
  HOME: path.join(own, 'home'),
  SHELL: '/bin/sh',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
});
process.umask(0o022);
