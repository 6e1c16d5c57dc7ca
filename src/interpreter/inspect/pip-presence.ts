import type { Environment, Interpreter, PipPresence } from '../../model/environment.ts';
import type { FileView, CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import { pathsOf } from '../../util/paths.ts';

/** The parts of CallContext that tell what an interpreter is. */
export type InspectionView = Pick<CallContext, 'files' | 'platform' | 'env' | 'home'>;

/** A .pth file is a few lines; a larger one is not read. */
const PTH_LIMIT = 64 * 1024;
/** Of all .pth files of an interpreter: those that are read, and the lines that are followed. An environment may come with more. */
const MAX_PTH_FILES = 100;
const MAX_PTH_LINES = 1000;

/**
 * Returns whether `python -m pip` would find pip, looking where sys.path leads, in its order: PYTHONPATH, user site,
 * site directories, and what .pth files add. `absent` is said only when nothing is left that could hold it.
 */
export function findPip(
  siteDirectories: readonly string[],
  userSites: readonly string[],
  environment: Environment,
  view: InspectionView,
): PipPresence {
  const paths = pathsOf(view.platform);
  // Relative entries are the current directory's, where nothing is trusted.
  const added = (readVariable(view, 'PYTHONPATH') ?? '')
    .split(paths.delimiter)
    .filter((entry) => paths.isAbsolute(entry));
  const sites = [...(seesUserSite(environment, view) ? userSites : []), ...siteDirectories];
  const directory = [...added, ...sites].find((folder) => holdsPip(folder, view));
  if (directory !== undefined) return { state: 'present', directory };

  const isKnown = siteDirectories.length > 0 && readVariable(view, 'PYTHONHOME') === null;
  // pip runs from a zip file or a wheel on PYTHONPATH, too.
  const hasArchive = added.some((entry) => view.files.status(entry)?.kind === 'file');
  return !isKnown || hasArchive ? { state: 'unknown' } : findPipByPth(sites, view);
}

/**
 * Returns the version of an interpreter's pip: that of the first of its folders with one (`pip-24.0.dist-info`); null if
 * none has.
 */
export function readPipVersion(
  { pip, siteDirectories }: Pick<Interpreter, 'pip' | 'siteDirectories'>,
  files: FileView,
): string | null {
  for (const directory of pip.state === 'present' ? [pip.directory] : siteDirectories) {
    const names = files.list(directory).filter((name) => name.startsWith('pip-'));
    const versions = names.flatMap((name) => /^pip-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(name)?.[1] ?? []);
    const [only] = versions;
    if (only !== undefined && versions.length === 1) return only;
    if (only === undefined) continue;
    // An upgrade that was broken off leaves two: then pip's own word counts.
    const separator = directory.includes('\\') ? '\\' : '/';
    const init = files.readText([directory, 'pip', '__init__.py'].join(separator), PTH_LIMIT);
    const own = init.kind === 'text' ? /^__version__ = ["']([^"']+)["']/m.exec(init.text)?.[1] : undefined;
    return own ?? null;
  }
  return null;
}

function holdsPip(folder: string, { files, platform }: InspectionView): boolean {
  return files.status(pathsOf(platform).join(folder, 'pip', '__main__.py')) !== null;
}

/** site.ENABLE_USER_SITE, as far as variables and pyvenv.cfg tell it. */
function seesUserSite(environment: Environment, view: InspectionView): boolean {
  return (
    readVariable(view, 'PYTHONNOUSERSITE') === null && (environment.kind !== 'virtual' || environment.seesSystemSite)
  );
}

/** Editable installs and eggs are on sys.path by a line in a .pth file (CPython Lib/site.py, addpackage). */
function findPipByPth(sites: readonly string[], view: InspectionView): PipPresence {
  const paths = pathsOf(view.platform);
  let [filesLeft, linesLeft] = [MAX_PTH_FILES, MAX_PTH_LINES];
  for (const site of sites) {
    for (const name of view.files.list(site).filter((entry) => entry.endsWith('.pth'))) {
      if (filesLeft === 0) return { state: 'unknown' };
      filesLeft -= 1;
      const read = view.files.readText(paths.join(site, name), PTH_LIMIT);
      for (const line of read.kind === 'text' ? read.text.split(/\r?\n/) : []) {
        if (/^\s*(#|$)/.test(line)) continue;
        if (linesLeft === 0) return { state: 'unknown' };
        linesLeft -= 1;
        // Code may add anything; in practice it names what it adds (`import __editable___pip_24_0_finder`).
        if (/^import[ \t]/.test(line)) {
          if (/(?<![a-z])pip(?![a-z])/i.test(line)) return { state: 'unknown' };
          continue;
        }
        const added = paths.resolve(site, line.trimEnd());
        if (holdsPip(added, view)) return { state: 'present', directory: added };
        if (view.files.status(added)?.kind === 'file') return { state: 'unknown' };
      }
    }
  }
  return { state: 'absent' };
}
