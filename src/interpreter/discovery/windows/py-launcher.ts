import type { Evidence } from '../../../model/environment.ts';
import type { CallContext } from '../../../model/call-context.ts';
import { pathsOf } from '../../../util/paths.ts';
import { readVariable } from '../../../util/variables.ts';
import { classifyApp, readAppAlias } from './app-alias.ts';
import { listManaged } from './install-manager.ts';
import { findLocalData, readFolder } from './usual-folders.ts';

const INI_LIMIT = 64 * 1024;

/** What `py` is told to start: `3.12`, `3.12-32`, `Company/Tag`; and where. */
export type PyDefault = { readonly tag: string; readonly evidence: Evidence };

/**
 * Returns the default of the launcher `py` (PC/launcher2.c of CPython): PY_PYTHON, then py.ini of the user, then the one beside
 * the launcher. With a major version, or if the default is only that, PY_PYTHON3 and the key `python3` count. Null if none is set, or
 * if `py` is that of the Python install manager, which reads neither.
 */
export function findPyDefault(context: CallContext, major: number | null): PyDefault | null {
  if (isOfManager(context)) return null;
  const found = findDefault(context, major === null ? 'python' : `python${major}`);
  if (found === null || !/^\d$/.test(found.tag) || major !== null) return found;
  return findDefault(context, `python${found.tag}`) ?? found;
}

/** Whether `py` is the install manager's: it is installed, and the launcher, which comes before it on PATH, is in neither of its places. */
function isOfManager(context: CallContext): boolean {
  const paths = pathsOf('win32');
  const [system, local] = [readFolder(context, 'SYSTEMROOT'), findLocalData(context)];
  const launchers = [
    ...(system === null ? [] : [paths.join(system, 'py.exe')]),
    ...(local === null ? [] : [paths.join(local, 'Programs', 'Python', 'Launcher', 'py.exe')]),
  ];
  if (launchers.some((file) => context.files.status(file) !== null)) return false;
  const alias = local === null ? null : readAppAlias(paths.join(local, 'Microsoft', 'WindowsApps', 'py.exe'), context);
  return (alias !== null && classifyApp(alias) === 'install-manager') || listManaged(context).length > 0;
}

function findDefault(context: CallContext, key: string): PyDefault | null {
  const name = `PY_${key.toUpperCase()}`;
  const value = readVariable(context, name);
  if (value !== null) return { tag: value.trim(), evidence: { kind: 'variable', name, value } };
  const paths = pathsOf('win32');
  for (const folder of [findLocalData(context), readFolder(context, 'SYSTEMROOT')]) {
    const found = folder === null ? null : readIni(paths.join(folder, 'py.ini'), key, context);
    if (found !== null) return found;
  }
  return null;
}

/** As GetPrivateProfileString reads it: the first key of that name in the section, in any case; quotes round a value go. */
function readIni(path: string, key: string, { files }: CallContext): PyDefault | null {
  const read = files.status(path)?.kind === 'file' ? files.readText(path, INI_LIMIT) : null;
  let section = '';
  for (const [index, text] of (read?.kind === 'text' ? read.text : '').split(/\r?\n/).entries()) {
    const line = text.trim();
    section = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const [, name = '', value = ''] = /^([^=;]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    const tag = value.replace(/^(["'])(.*)\1$/, '$2').trim();
    if (section !== 'defaults' || name.toLowerCase() !== key || tag === '') continue;
    return { tag, evidence: { kind: 'file', path, line: index + 1, text: `${key}=${tag}` } };
  }
  return null;
}
