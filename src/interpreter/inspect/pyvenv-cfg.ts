import type { PythonVersion } from '../../model/environment.ts';

/** venv writes 200 bytes, uv and virtualenv 400; of a larger file nothing is read. */
export const CONFIG_LIMIT = 8 * 1024;

/** What a pyvenv.cfg says (PEP 405). */
export type PyvenvCfg = {
  /** Folder of the base interpreter; null if the key is not there. */
  readonly home: string | null;
  readonly version: PythonVersion | null;
  readonly includesSystemSite: boolean;
};

/**
 * Returns what a pyvenv.cfg says. Keys in any case, spaces around `=` do not matter (CPython Lib/site.py, venv()).
 * The first `home` counts (Modules/getpath.py), and without include-system-site-packages the system's are seen.
 */
export function parsePyvenvCfg(text: string): PyvenvCfg {
  let home: string | null = null;
  let version: PythonVersion | null = null;
  let includesSystemSite = true;
  // Python's strip() takes away other characters than trim() does, and a byte order mark is a part of the first key.
  const plain = text.replace(/[\x1c-\x1f\x85]/g, ' ').replaceAll('\uFEFF', '\0');
  for (const line of plain.split(/\r\n|[\r\n]/)) {
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    const value = line.slice(equals + 1).trim();
    if (key === 'home') home ??= value || null;
    // `version` is venv's, `version_info` uv's and virtualenv's.
    else if (key === 'version' || key === 'version_info') version ??= parseVersion(value);
    else if (key === 'include-system-site-packages') includesSystemSite = value.toLowerCase() === 'true';
  }
  return { home, version, includesSystemSite };
}

/** Returns the version at the start of `3.12`, `3.12.1`, `3.12.1.final.0`, `3.13.0rc1`; null if there is none. */
export function parseVersion(text: string): PythonVersion | null {
  const match = /^(\d{1,3})\.(\d{1,4})(?:\.(\d{1,6}))?/.exec(text);
  if (match === null) return null;
  const [, major, minor, patch] = match;
  return { major: Number(major), minor: Number(minor), patch: patch === undefined ? null : Number(patch) };
}
