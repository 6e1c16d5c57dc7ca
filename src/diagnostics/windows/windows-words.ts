import type { CallFacts } from '../../model/facts.ts';

/** Whether a path has a form that Windows alone has: `C:\x`, `\\server\x`. */
export function isWindowsPath(path: string): boolean {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** Returns the facts for what only Windows prints: a log of it gets commands of PowerShell, wherever it is read. */
export function forWindows<Facts extends CallFacts>(facts: Facts): Facts {
  if (!facts.isLog || facts.platform === 'win32') return facts;
  return { ...facts, platform: 'win32', caller: { ...facts.caller, shell: 'powershell' } };
}

/** Width of a fact in 80 columns. */
const MAX_SHOWN = 64;

/** Returns the path as a fact shows it: the end of a long one, which tells the file; a path without spaces is not wrapped. */
export function showEnd(file: string): string {
  if (file.length <= MAX_SHOWN) return file;
  const end = file.slice(3 - MAX_SHOWN);
  const folder = end.indexOf('\\');
  return `...${folder === -1 ? end : end.slice(folder)}`;
}

/** Whether a file is part of the Microsoft Store's Python, which no user can change. */
export function isOfStore(file: string): boolean {
  return /[\\/]WindowsApps[\\/]/i.test(file);
}

/** What speaks against a window that was started with "Run as administrator". */
export const NO_ADMINISTRATOR = 'do not run pip as administrator: it would change that Python for all users';

/** `python` that only offers to install one; Settings names the switch so in Windows 10 and 11. */
export const STORE_ALIAS =
  'the python in WindowsApps only opens the Microsoft Store: switch it off in Settings, "App execution aliases"';
