import path from 'node:path';
import type { PythonVersion } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { readVariable } from '../util/variables.ts';
import { expandUser } from './expand-user.ts';
import { isPipBefore } from './releases.ts';

/** Who reads the configuration: older releases find other files, and older Pythons read them in another way. */
export type PipReader = {
  readonly python: PythonVersion | null;
  /** Version of pip; null when unknown. Called only where releases differ. */
  readonly pip: () => string | null;
};

/** A reader of which nothing is known, which counts as a recent one. */
export const ANY_READER: PipReader = { python: null, pip: () => null };

type Folders = { readonly global: readonly string[]; readonly user: readonly string[] };

/** Folders of the global and of the user's own files, weakest first (pip/_internal/utils/appdirs.py). */
function listFolders(context: CallContext, prefix: string, reader: PipReader): Folders {
  const { platform, files } = context;
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') return listWindowsFolders(context);
  const inHome = (name: string) => expandUser(`~/${name}`, context) ?? name;
  if (platform === 'darwin') {
    const support = 'Library/Application Support/pip';
    const hasSupport = files.status(inHome(support))?.kind === 'directory';
    return {
      global: [...(prefix.startsWith('/opt/homebrew') ? ['/opt/homebrew/share/pip'] : []), `/${support}`],
      user: [inHome('.pip'), inHome(hasSupport ? support : '.config/pip')],
    };
  }
  return {
    global: [...listSharedFolders(context, reader).map((folder) => joinPath(folder, 'pip')), '/etc'],
    user: [inHome('.pip'), joinPath(findConfigHome(context, reader, inHome('.config')), 'pip')],
  };
}

/** XDG_CONFIG_DIRS: three libraries in turn have read it for pip. */
function listSharedFolders({ env, ...context }: CallContext, { pip }: PipReader): readonly string[] {
  const given = env['XDG_CONFIG_DIRS'];
  if (given === undefined) return ['/etc/xdg'];
  const expand = (folder: string) => expandUser(folder, { env, ...context }) ?? folder;
  if (isPipBefore(pip(), 20, 0)) return given === '' ? [] : given.split(':').map(expand);
  if (isPipBefore(pip(), 21, 3)) return (given || '/etc/xdg').split(':').filter(Boolean).map(expand);
  const folders = (given.trim() === '' ? '/etc/xdg' : given).split(':');
  return isPipBefore(pip(), 24, 1) ? folders.map(expand) : folders;
}

/** XDG_CONFIG_HOME; before 21.3 an empty one is the current directory. */
function findConfigHome({ env }: CallContext, { pip }: PipReader, otherwise: string): string {
  const given = env['XDG_CONFIG_HOME'];
  return given === undefined || (given.trim() === '' && !isPipBefore(pip(), 21, 3)) ? otherwise : given;
}

/** pip asks Windows (SHGetFolderPathW in its platformdirs and appdirs); variables, which the user sets, count only if we cannot. */
function listWindowsFolders(context: CallContext): Folders {
  const { home, windows } = context;
  const orElse = (name: string, otherwise: string) => {
    const value = readVariable(context, name) ?? '';
    return value.trim() === '' ? otherwise : value;
  };
  const inHome = (name: string) => (home === null ? [] : [`${home}/${name}`]);
  const data =
    windows?.knownFolder('ProgramData') ?? orElse('PROGRAMDATA', orElse('ALLUSERSPROFILE', 'C:/ProgramData'));
  const known = windows?.knownFolder('RoamingAppData') ?? null;
  const roaming = known === null ? inHome('AppData/Roaming').map((folder) => orElse('APPDATA', folder)) : [known];
  return { global: [`${data}/pip`], user: [...inHome('pip'), ...roaming.map((folder) => `${folder}/pip`)] };
}

/**
 * Returns the absolute paths of the files that pip tries, weakest first (pip/_internal/configuration.py):
 * global, user, site, PIP_CONFIG_FILE. `prefix` is sys.prefix; null leaves its file out.
 * The user's files are left out when isolated or when PIP_CONFIG_FILE exists; all are when that is os.devnull.
 */
export function listConfigurationFiles(
  context: CallContext,
  prefix: string | null,
  isolated: boolean,
  reader: PipReader = ANY_READER,
): readonly string[] {
  const { platform, cwd, files } = context;
  const isWindows = PIPWARD_FOR_WINDOWS && platform === 'win32';
  const [basename, devnull] = isWindows ? ['pip.ini', 'nul'] : ['pip.conf', '/dev/null'];
  const absolute = (file: string) => {
    if (isWindows) return path.win32.isAbsolute(file) || cwd !== null ? [path.win32.resolve(cwd ?? 'C:\\', file)] : [];
    // Not normalized: behind a link `..` leads to another folder than the one that is written before it.
    return file.startsWith('/') ? [file] : cwd === null ? [] : [joinPath(cwd, file)];
  };

  const chosen = readVariable(context, 'PIP_CONFIG_FILE');
  if (chosen === devnull) return [];
  const own = chosen === null ? [] : absolute(chosen);
  const skipsUser = isolated || own.some((file) => files.status(file) !== null);
  const { global, user } = listFolders(context, prefix ?? '', reader);
  const folders = [...global, ...(skipsUser ? [] : user), ...(prefix === null ? [] : [prefix])];
  return [...folders.flatMap((folder) => absolute(joinPath(folder, basename))), ...own];
}

/** os.path.join of POSIX, for names that are not absolute. */
function joinPath(folder: string, name: string): string {
  return folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
