import type { Environment, Interpreter, PipPresence, PythonVersion } from '../../model/environment.ts';
import type { FileView } from '../../model/call-context.ts';
import { findLayout, readLibraryName, type Layout } from './layout.ts';
import { readAppAlias, readStorePython } from '../discovery/windows/app-alias.ts';
import { pathsOf } from '../../util/paths.ts';
import { findPip, type InspectionView } from './pip-presence.ts';
import { CONFIG_LIMIT, parsePyvenvCfg, type PyvenvCfg } from './pyvenv-cfg.ts';
import { listBelow, listSiteDirectories, listUserSites } from './site-directories.ts';

/** Scripts are smaller; of a larger file nothing is read. */
const SCRIPT_LIMIT = 64 * 1024;

type Place = {
  readonly environment: Environment;
  readonly layout: Layout;
  readonly version: PythonVersion | null;
  readonly siteDirectories: readonly string[];
};

const NOWHERE: Layout = { prefix: '', version: null, library: null, stdlib: null };
const UNKNOWN: Place = { environment: { kind: 'unknown' }, layout: NOWHERE, version: null, siteDirectories: [] };

/** Returns what the files around an executable say of it. Nothing is started; the executable need not exist. */
export function inspectInterpreter(executable: string, view: InspectionView): Interpreter {
  const realPath =
    view.files.realPath(executable) ?? (PIPWARD_FOR_WINDOWS ? readAppAlias(executable, view) : null) ?? executable;
  const place = findVirtual(executable, realPath, view) ?? findInstalled(realPath, view);
  const { environment, layout, siteDirectories } = place;
  const version = place.version ?? readNamedVersion(executable);
  return {
    executable,
    realPath,
    version,
    environment,
    stdlib: layout.stdlib,
    siteDirectories,
    pip: hideUnseen(findPip(siteDirectories, listUserSites(version, layout, view), environment, view), layout, view),
  };
}

/** In an app package, which users may not list, nothing shows that pip is missing. */
function hideUnseen(pip: PipPresence, { prefix, stdlib }: Layout, { files }: InspectionView): PipPresence {
  const isHidden =
    PIPWARD_FOR_WINDOWS && stdlib !== null && readStorePython(prefix) !== null && files.status(stdlib) === null;
  return isHidden && pip.state === 'absent' ? { state: 'unknown' } : pip;
}

/** Returns the text of a script; null for a binary and what cannot be read. */
export function readScript(file: string, files: FileView): string | null {
  const read = files.readText(file, SCRIPT_LIMIT);
  return read.kind === 'text' && read.text.startsWith('#!') ? read.text : null;
}

/** Returns the version in a file's name, as far as it has one: `python3.12`; null for `python3`. */
function readNamedVersion(executable: string): PythonVersion | null {
  const match = /[/\\](?:python|pypy)(\d)\.(\d+)t?(?:\.exe)?$/i.exec(executable);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]), patch: null };
}

/**
 * PEP 405: a regular file pyvenv.cfg beside the executable or one folder up, by the path as it is called, links not resolved.
 * The environment is the folder above the executable's in both cases (CPython Lib/site.py, venv()).
 */
function findVirtual(executable: string, realPath: string, view: InspectionView): Place | null {
  const paths = pathsOf(view.platform);
  const folder = paths.dirname(executable);
  const prefix = paths.dirname(folder);
  for (const place of [folder, prefix]) {
    const file = paths.join(place, 'pyvenv.cfg');
    if (view.files.status(file)?.kind !== 'file') continue;
    const read = view.files.readText(file, CONFIG_LIMIT);
    // readText drops a byte order mark, which to Python is a part of the first key.
    const mark = view.files.readBytes(file, CONFIG_LIMIT)?.[0] === 0xef ? '\uFEFF' : '';
    return describeVirtual(prefix, parsePyvenvCfg(read.kind === 'text' ? mark + read.text : ''), realPath, view);
  }
  return null;
}

function describeVirtual(prefix: string, cfg: PyvenvCfg, realPath: string, view: InspectionView): Place {
  const { files, platform } = view;
  const base = findBase(cfg.home, realPath, view);
  // After an upgrade of the system pyvenv.cfg may name an older version than the one that its link leads to.
  const isSame = base?.version?.major === cfg.version?.major && base?.version?.minor === cfg.version?.minor;
  const version = base?.version && !isSame ? base.version : (cfg.version ?? base?.version ?? null);
  const upgraded = base?.version && cfg.version !== null && !isSame ? { upgradedFrom: cfg.version } : {};
  const layout = base ?? { ...NOWHERE, ...findLibrary(prefix, version, view) };
  const own = listBelow(prefix, layout, files, platform);
  return {
    environment: { kind: 'virtual', prefix, home: cfg.home, seesSystemSite: cfg.includesSystemSite, ...upgraded },
    layout,
    version: version ?? layout.version,
    siteDirectories: cfg.includesSystemSite ? [...own, ...listSiteDirectories(layout, files, platform)] : own,
  };
}

/** The interpreter that a virtual environment was made from: where its python leads, or (a copy) what `home =` says. */
function findBase(home: string | null, realPath: string, view: InspectionView): Layout | null {
  const linked = findLayout(realPath, view.files, view.platform);
  return linked !== null && linked.stdlib !== null ? linked : findBaseAt(home, realPath, view);
}

function findBaseAt(home: string | null, realPath: string, { files, platform }: InspectionView): Layout | null {
  const paths = pathsOf(platform);
  if (home === null || !paths.isAbsolute(home)) return null;
  for (const name of new Set([paths.basename(realPath), 'python3', 'python', 'python.exe'])) {
    const real = files.realPath(paths.join(home, name));
    const layout = real === null ? null : findLayout(real, files, platform);
    if (layout !== null && layout.stdlib !== null) return layout;
  }
  return null;
}

/** The base is gone or unknown: the environment's own lib shows the name (python3.12, python3.13t, pypy3.10). */
function findLibrary(prefix: string, version: PythonVersion | null, { files, platform }: InspectionView) {
  const matching = files.list(pathsOf(platform).join(prefix, 'lib')).filter((name) => {
    const named = readLibraryName(name);
    return named !== null && (version === null || (named.major === version.major && named.minor === version.minor));
  });
  const [library = null] = matching;
  return matching.length === 1 && library !== null
    ? { library, version: readLibraryName(library) }
    : { library: null, version: null };
}

function findInstalled(realPath: string, view: InspectionView): Place {
  const { files, platform } = view;
  const paths = pathsOf(platform);
  const layout = findLayout(realPath, files, platform);
  if (layout === null) return UNKNOWN;
  // A script may start any Python (pyenv, asdf), whatever stands around it.
  if (readScript(realPath, files) !== null) return UNKNOWN;
  const { prefix, stdlib, version } = layout;
  // A copied python without its library beside it works with another's, and one under PYTHONHOME with what is there.
  if (stdlib === null) return UNKNOWN;
  const home = view.env['PYTHONHOME'] || prefix;
  if (home !== prefix && files.realPath(home) !== prefix) return UNKNOWN;
  const siteDirectories = listSiteDirectories(layout, files, platform);
  // The file that conda itself knows an environment by (PREFIX_MAGIC_FILE).
  if (files.status(paths.join(prefix, 'conda-meta', 'history'))?.kind === 'file') {
    const environment: Environment = { kind: 'conda', prefix, isBase: isCondaBase(prefix, view) };
    return { environment, layout, version, siteDirectories };
  }
  const old = findOldVirtualenv(realPath, layout, stdlib, view);
  if (old !== null) return old;
  const marker = paths.join(stdlib, 'EXTERNALLY-MANAGED');
  const managedMarker = files.status(marker) === null ? null : marker;
  return { environment: { kind: 'base', prefix, managedMarker }, layout, version, siteDirectories };
}

/** Named environments are <base>/envs/NAME. conda itself, and with it condabin, may be installed in one of them. */
function isCondaBase(prefix: string, { files, platform }: InspectionView): boolean {
  const paths = pathsOf(platform);
  if (paths.basename(paths.dirname(prefix)) === 'envs') return false;
  return ['condabin', 'envs'].some((name) => files.status(paths.join(prefix, name)) !== null);
}

/** virtualenv before 20 wrote no pyvenv.cfg; it copied python and linked the library's modules. */
function findOldVirtualenv(realPath: string, layout: Layout, stdlib: string, view: InspectionView): Place | null {
  const { files, platform } = view;
  const paths = pathsOf(platform);
  const record = paths.join(stdlib, 'orig-prefix.txt');
  const hasRecord = files.status(record) !== null;
  if (!hasRecord && files.status(paths.join(paths.dirname(realPath), 'activate_this.py')) === null) return null;
  const read = hasRecord ? files.readText(record, CONFIG_LIMIT) : null;
  const original = read?.kind === 'text' ? read.text.trim() : '';
  const home = paths.isAbsolute(original) ? paths.join(original, 'bin') : null;
  const base = findBaseAt(home, realPath, view);
  const seesSystemSite = files.status(paths.join(stdlib, 'no-global-site-packages.txt')) === null;
  const own = listBelow(layout.prefix, layout, files, platform);
  return {
    environment: { kind: 'virtual', prefix: layout.prefix, home, seesSystemSite },
    layout: base ?? layout,
    version: layout.version,
    siteDirectories: seesSystemSite && base !== null ? [...own, ...listSiteDirectories(base, files, platform)] : own,
  };
}
