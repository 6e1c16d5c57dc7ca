// Builds pip.exe with mingw-w64: `npm run build:windows`, or with `--out=FILE` to another place. The same sources and the same
// compiler give the same bytes: no timestamp, no build id, no path. So a release can be built a second time and compared.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const source = import.meta.dirname;
const root = path.join(source, '..', '..');
const option = process.argv.find((word) => word.startsWith('--out='))?.slice('--out='.length);
const out = path.resolve(option ?? path.join(root, 'dist', 'windows', 'pip.exe'));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
// 0.2.0-rc.1 is 0,2,0,0.
const numbers = [...version.split(/[.+-]/).slice(0, 3), '0'].join(',');
const tool = (name) => `x86_64-w64-mingw32-${name}`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'pipward-windows-'));

try {
  const resource = path.join(folder, 'version.o');
  const values = [`-DVERSION_NUMBERS=${numbers}`, `-DVERSION_TEXT=\\"${version}\\"`];
  execFileSync(tool('windres'), [...values, 'version.rc', '-O', 'coff', '-o', resource], {
    cwd: source,
    stdio: 'inherit',
  });
  mkdirSync(path.dirname(out), { recursive: true });
  const files = readdirSync(source).filter((name) => name.endsWith('.c'));
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  const code = ['-std=c11', '-Os', '-ffunction-sections', '-fno-asynchronous-unwind-tables', '-municode'];
  // An entry point of our own, without the one of the C runtime.
  const link = [
    '-s',
    '-nostartfiles',
    '-Wl,--entry=start',
    '-Wl,--gc-sections',
    '-Wl,--no-insert-timestamp',
    '-Wl,--build-id=none',
  ];
  const words = [...warnings, ...code, ...link, '-o', out, ...files.toSorted(), resource, '-ladvapi32'];
  execFileSync(tool('gcc'), words, { cwd: source, stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
