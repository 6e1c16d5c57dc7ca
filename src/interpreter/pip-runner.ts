import type { Interpreter } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { pathsOf } from '../util/paths.ts';
import { readPipVersion } from './inspect/pip-presence.ts';
import { parseVersion } from './inspect/pyvenv-cfg.ts';

/**
 * Returns the first interpreter whose pip can work on `target` by --python: pip 22.3 or later (its release notes), and
 * one that supports the target's Python, since that is what runs its code (pip/__pip-runner__.py). null if none can.
 */
export function findPipRunner(
  target: Interpreter,
  candidates: Iterable<Interpreter>,
  context: CallContext,
): Interpreter | null {
  for (const candidate of candidates) {
    if (candidate.executable !== target.executable && canDrive(candidate, target, context)) return candidate;
  }
  return null;
}

function canDrive(
  { pip, siteDirectories }: Interpreter,
  target: Interpreter,
  { files, platform }: CallContext,
): boolean {
  if (pip.state !== 'present') return false;
  const text = readPipVersion({ pip, siteDirectories }, files);
  const version = parseVersion(text ?? '');
  if (text === null || version === null || isBefore(version, findMinimum(target))) return false;
  const paths = pathsOf(platform);
  const metadata = files.readText(paths.join(pip.directory, `pip-${text}.dist-info`, 'METADATA'));
  const minimum = metadata.kind === 'text' ? /^Requires-Python: *>=(\d+\.\d+)/m.exec(metadata.text)?.[1] : undefined;
  const required = parseVersion(minimum ?? '');
  return required === null || target.version === null || !isBefore(target.version, required);
}

/**
 * pip up to 23.1 dies on 3.12 (pkgutil.ImpImporter); 23.2.1 was seen to list, install and uninstall on 3.12 and 3.13.
 * For 3.14 and later: what CPython brought with 3.14 (python/cpython#132995).
 */
function findMinimum({ version }: Interpreter): Release {
  if (version === null || isBefore(version, { major: 3, minor: 12 })) return { major: 22, minor: 3 };
  return isBefore(version, { major: 3, minor: 14 }) ? { major: 23, minor: 2 } : { major: 25, minor: 1 };
}

type Release = { readonly major: number; readonly minor: number };

function isBefore(a: Release, b: Release): boolean {
  return a.major < b.major || (a.major === b.major && a.minor < b.minor);
}
