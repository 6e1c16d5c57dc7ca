import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FOLDER } from '../../../fidelity/folders.ts';
import { findSystemPython, listInterpreters, makeInterpreter, SYSTEM_PYTHON } from '../../../fidelity/interpreters.ts';
import { installProduct, NOBODY } from '../../../fidelity/workshop.ts';

/** What all calls share: both installations, and interpreters that nothing changes. */
export type Stage = ReturnType<typeof setStage>;

/** The names are of one length, so that no line of a message breaks elsewhere. */
const INSTALLED = { old: 'product-1', new: 'product-2' } as const;
export type SideName = keyof typeof INSTALLED;

const VERSIONS = ['3.12', '3.11', '3.13', '3.10'];
const PIP = '24.0';

/** Installs both builds and makes the interpreters below one folder. */
export function setStage(checkouts: Readonly<Record<SideName, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-differential-'));
  chmodSync(folder, 0o755);
  const inside = (...names: readonly string[]) => path.join(folder, ...names);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (const side of ['old', 'new'] as const) {
      const home = inside('home', side);
      mkdirSync(home, { recursive: true });
      installProduct(checkouts[side], inside(INSTALLED[side]), home);
    }
    linkPrograms(inside('programs'));
    const pythons = listInterpreters();
    const version = VERSIONS.find((each) => pythons.has(each) && pythons.get(each)?.executable !== SYSTEM_PYTHON);
    const python = version === undefined ? undefined : pythons.get(version);
    if (version === undefined || python === undefined) throw new Error('a Python of pyenv is needed: 3.10 or later');
    for (const name of ['base', 'managed', 'none']) {
      makeInterpreter(python, inside(name));
      const site = inside(name, version, 'lib', `python${version}`, 'site-packages');
      // A file of its own: the copy is a hard link.
      rmSync(site, { recursive: true, force: true });
      mkdirSync(site);
      if (name !== 'none') writeFakePip(site);
      if (name === 'managed') {
        writeFileSync(path.join(path.dirname(site), 'EXTERNALLY-MANAGED'), '[externally-managed]\nError=use apt\n');
      }
    }
    return {
      folder,
      version,
      base: inside('base', version),
      managed: inside('managed', version),
      none: inside('none', version),
      programs: inside('programs'),
      launcher: findSystemPython()?.executable ?? python.executable,
      install: (side: SideName) => inside(INSTALLED[side]),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The system's programs without its Pythons and their pips: no call may reach a pip that installs. */
function linkPrograms(folder: string): void {
  mkdirSync(folder);
  const found = new Map(
    ['/bin', '/usr/bin'].flatMap((system) =>
      readdirSync(system).map((name) => [name, path.join(system, name)] as const),
    ),
  );
  for (const [name, program] of found) {
    if (!/^(?:python|pip|pypy)[\d.]*/.test(name)) symlinkSync(program, path.join(folder, name));
  }
}

/** The pip that does as it is told, with a version. */
function writeFakePip(site: string): void {
  cpSync(path.join(FOLDER, 'fake', 'pip'), path.join(site, 'pip'), { recursive: true });
  mkdirSync(path.join(site, `pip-${PIP}.dist-info`));
  writeFileSync(path.join(site, `pip-${PIP}.dist-info`, 'METADATA'), `Name: pip\nVersion: ${PIP}\n`);
}

/** Writes an environment as venv makes it, at once. */
export function writeEnvironment({ base, version }: Stage, prefix: string, hasPip: boolean): void {
  const site = path.join(prefix, 'lib', `python${version}`, 'site-packages');
  mkdirSync(site, { recursive: true });
  mkdirSync(path.join(prefix, 'bin'), { recursive: true });
  const config = [`home = ${base}/bin`, 'include-system-site-packages = false', `version = ${version}.0`, ''];
  writeFileSync(path.join(prefix, 'pyvenv.cfg'), config.join('\n'));
  symlinkSync(path.join(base, 'bin', `python${version}`), path.join(prefix, 'bin', 'python'));
  for (const name of ['python3', `python${version}`]) symlinkSync('python', path.join(prefix, 'bin', name));
  if (hasPip) writeFakePip(site);
}

/** Gives a folder to the user of unprivileged calls. */
export function giveToNobody(folder: string): void {
  spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, folder]);
}
