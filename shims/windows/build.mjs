// Builds pip.exe, pipward.exe and pipward-setup.exe with mingw-w64: `npm run build:windows`; with `--out=FILE` pip.exe alone to
// another place, with `--outdir=DIR` all of them. For tests `--rights=FILE` takes that source in place of access.c, and links
// pipward-setup-rights.exe as well. The same sources and the same
// compiler give the same bytes: no timestamp, no build id, no path. So a release can be built a second time and compared.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const source = import.meta.dirname;
const root = path.join(source, '..', '..');
const readOption = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const onlyPip = readOption('out');
const rights = readOption('rights');
const outdir = path.resolve(readOption('outdir') ?? path.join(root, 'dist', 'windows'));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
// 0.2.0-rc.1 is 0,2,0,0.
const numbers = [...version.split(/[.+-]/).slice(0, 3), '0'].join(',');
const tool = (name) => `x86_64-w64-mingw32-${name}`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'pipward-windows-'));

try {
  const listSources = (below) =>
    readdirSync(path.join(source, below))
      .filter((name) => name.endsWith('.c'))
      .map((name) => (below === '' ? name : `${below}/${name}`))
      .toSorted();
  const parts = listSources('').filter((name) => name !== 'main.c');
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
  // Antivirus programs compare the name in the version with that of the file; pip.exe is copied under other names, too.
  const describe = (name) => {
    const resource = path.join(folder, `${name}.o`);
    const texts = { VERSION_TEXT: version, FILE_NAME: `${name}.exe` };
    const values = Object.entries(texts).map(([key, text]) => `-D${key}=\\"${text}\\"`);
    const words = [`-DVERSION_NUMBERS=${numbers}`, ...values, 'version.rc', '-O', 'coff', '-o', resource];
    execFileSync(tool('windres'), words, { cwd: source, stdio: 'inherit' });
    return resource;
  };
  // Each source is compiled once, whatever uses it.
  const objects = new Map();
  const compile = (file) => {
    const object = path.join(folder, `${path.relative(source, path.resolve(source, file)).replaceAll(/[./]/g, '-')}.o`);
    const words = [...warnings, ...code, `-I${source}`, '-c', '-o', object, file];
    if (!objects.has(file)) execFileSync(tool('gcc'), words, { cwd: source, stdio: 'inherit' });
    objects.set(file, object);
    return object;
  };
  const build = (name, out, files) => {
    mkdirSync(path.dirname(out), { recursive: true });
    const words = ['-municode', ...link, '-o', out, ...files.map(compile), describe(name), '-ladvapi32'];
    execFileSync(tool('gcc'), words, { cwd: source, stdio: 'inherit' });
  };
  build('pip', path.resolve(onlyPip ?? path.join(outdir, 'pip.exe')), listSources(''));
  // The other programs are a folder each, and use parts of the launcher.
  for (const name of onlyPip === undefined ? ['pipward', 'pipward-setup'] : []) {
    build(name, path.join(outdir, `${name}.exe`), [...listSources(name), ...parts]);
  }
  if (rights !== undefined) {
    const others = [...listSources('pipward-setup'), ...parts.filter((file) => file !== 'access.c')];
    build('pipward-setup', path.join(outdir, 'pipward-setup-rights.exe'), [...others, path.resolve(rights)]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
