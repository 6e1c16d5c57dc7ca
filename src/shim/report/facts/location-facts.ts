import path from 'node:path';
import { findUserName } from '../../../host/process/detect-caller.ts';
import { createFileView } from '../../../host/files/file-view.ts';
import { inspectInterpreter } from '../../../interpreter/inspect/inspect.ts';
import type { Interpreter } from '../../../model/environment.ts';
import type { AdviceFacts, DeniedFacts, UserSiteFacts } from '../../../model/facts.ts';
import type { InstalledPackage } from '../../../model/observation.ts';
import type { CallContext } from '../../../model/call-context.ts';

/** Absolute path of a program on PATH; relative entries do not count. Null if it is not there. */
export function findOnPath(name: string, { env, files }: Pick<CallContext, 'env' | 'files'>): string | null {
  const entries = (env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  const isProgram = (file: string) => {
    const status = files.status(file);
    return status?.kind === 'file' && status.executable;
  };
  return entries.map((entry) => path.join(entry, name)).find(isProgram) ?? null;
}

/** Who has what pip could not write, and how far up that goes; null where nothing is known of it. */
export function findDenied(
  target: string | null,
  { home, userId, cwd }: CallContext,
  interpreter: Interpreter | null,
): DeniedFacts | null {
  if (target === null || (!path.isAbsolute(target) && cwd === null)) return null;
  // Not the view of the decision: that remembers how things were before pip ran.
  const files = createFileView();
  let place = path.resolve(cwd ?? '/', target);
  while (files.status(place) === null && place !== path.dirname(place)) place = path.dirname(place);
  // To remove or replace a file takes the right to write its folder.
  const folder = path.dirname(place);
  if (files.status(place)?.kind !== 'directory' && !files.writable(folder)) place = folder;
  const owner = files.status(place)?.owner;
  if (owner === undefined) return null;
  const isOwn = (file: string) => files.status(file)?.owner === userId;
  let top = place;
  while (!isOwn(path.dirname(top)) && path.dirname(top) !== top) top = path.dirname(top);
  const environment = interpreter?.environment;
  const prefix = environment?.kind === 'virtual' || environment?.kind === 'conda' ? environment.prefix : null;
  const isInOwnPlace = isOwn(path.dirname(top)) && (home === null || !isBelow(home, top));
  return {
    place,
    owner: { name: findUserName(owner) ?? 'another user', isCaller: isOwn(place) },
    // In an environment more than this one folder will be in other hands.
    top: prefix !== null && isInOwnPlace && isBelow(top, prefix) ? prefix : top,
    isInOwnPlace,
  };
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** What a user install means for this shell. */
export function readUserSite(
  installed: readonly InstalledPackage[],
  context: CallContext,
  interpreter: Interpreter,
): UserSiteFacts {
  const { env, files } = context;
  const active = env['VIRTUAL_ENV'] ?? '';
  const isActive = active !== '' && path.isAbsolute(active) && files.status(path.join(active, 'pyvenv.cfg')) !== null;
  const own = interpreter.environment.kind === 'virtual' ? interpreter.environment.prefix : null;
  return {
    python: findShellPython(context, interpreter),
    shadowed: findShadowed(installed, interpreter, context),
    activeElsewhere: isActive && active !== own ? active : null,
  };
}

/** The user site belongs to a version, not to an interpreter: another Python 3.12 looks there as well. */
function findShellPython(context: CallContext, interpreter: Interpreter): UserSiteFacts['python'] {
  const word = ['python', 'python3'].find((name) => findOnPath(name, context) !== null);
  if (word === undefined) return null;
  const executable = findOnPath(word, context) ?? '';
  const { environment, version, realPath } = inspectInterpreter(executable, context);
  const isSame = realPath === interpreter.realPath && environment.kind !== 'virtual';
  if (environment.kind === 'unknown' || version === null || interpreter.version === null) return null;
  const { major, minor } = interpreter.version;
  const looks = environment.kind !== 'virtual' || environment.seesSystemSite;
  return { word, executable, version, sees: isSame || (looks && version.major === major && version.minor === minor) };
}

/** The user site comes before the other folders on sys.path (site.py). */
function findShadowed(
  installed: readonly InstalledPackage[],
  { siteDirectories }: Interpreter,
  { files }: CallContext,
): NonNullable<AdviceFacts['userSite']>['shadowed'] {
  const normalize = (name: string) => name.replace(/[-_.]+/g, '-').toLowerCase();
  const names = new Map(installed.map(({ name }) => [normalize(name), name]));
  return siteDirectories.flatMap((directory) =>
    listDistributions(directory, files).flatMap(({ module, version }) => {
      const name = names.get(normalize(module));
      return name === undefined ? [] : [{ name, version, directory }];
    }),
  );
}

/** What is installed in a folder, as the names of its dist-info and egg-info tell. */
export function listDistributions(
  directory: string,
  files: CallContext['files'],
): readonly { readonly module: string; readonly version: string }[] {
  return files.list(directory).flatMap((entry) => {
    const [, module = '', version = ''] = /^(.+?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(entry) ?? [];
    return module === '' ? [] : [{ module, version }];
  });
}
