import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { cleanText } from '../../terminal/clean.ts';
import type { AdminContext } from '../command.ts';
import { findProgramRoot, PACKAGE_PREFIX } from '../setup/locations.ts';
import { MANIFEST } from '../setup/plan/manifest.ts';

/** How a pipward came to be where it is. */
type Origin = 'setup' | 'npm' | 'debian' | 'checkout' | 'folder';

const ORIGINS: Readonly<Record<Origin, readonly [came: string, upgrade: string]>> = {
  setup: [
    'installed by pipward setup',
    './install.sh of a newer clone or archive; or npm install -g FILE, then pipward setup',
  ],
  npm: ['a package of npm', 'npm install -g FILE, then pipward setup'],
  debian: ['the Debian package pipward', 'sudo apt install ./FILE.deb'],
  checkout: ['a clone of its repository', 'git pull, then ./install.sh'],
  folder: ['an unpacked archive', './install.sh of a newer archive'],
};

type Installation = {
  /** Its folder, links resolved. */
  readonly root: string;
  /** null if its files do not tell. */
  readonly version: string | null;
  readonly origin: Origin;
};

/** Returns what `pipward --version --verbose` prints: where this pipward came from, and the others on PATH. */
export function describeVersions(context: AdminContext): string {
  const root = realPath(findProgramRoot(context));
  const [came, upgrade] = ORIGINS[inspectVersion(root).origin];
  const others = listOtherVersions(context);
  return [
    `pipward ${context.version}`,
    `  folder    ${root} (${came})`,
    `  Node      ${process.versions.node}, ${context.node}`,
    `  upgrade   ${upgrade}`,
    ...others.map(
      (each) => `  also on PATH: ${each.file}, version ${each.version ?? 'not known'} (${ORIGINS[each.origin][0]})`,
    ),
    ...(others.length === 0 ? ['  no other pipward is on PATH'] : []),
  ]
    .map((line) => cleanText(line))
    .join('\n');
}

/** Returns the other pipwards on PATH, each once, with the first name of it there. */
export function listOtherVersions(context: AdminContext): readonly (Installation & { readonly file: string })[] {
  const own = realPath(findProgramRoot(context));
  const search = context.env['PATH'] ?? '';
  const found = new Map<string, Installation & { readonly file: string }>();
  for (const folder of search.split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    for (const name of ['pipward', 'pip']) {
      const file = path.join(folder, name);
      const root = path.dirname(path.dirname(realPath(file)));
      if (!existsSync(file) || root === own || found.has(root) || !existsSync(path.join(root, 'dist/shim.cjs')))
        continue;
      found.set(root, { ...inspectVersion(root), file });
    }
  }
  return [...found.values()];
}

/** Returns which pipward a folder holds. */
export function inspectVersion(root: string): Installation {
  const manifest = readVersion(path.join(root, MANIFEST));
  if (manifest !== null) return { root, version: manifest, origin: 'setup' };
  // Before 0.2 there was only npm's own.
  const version = readVersion(path.join(root, 'dist/package.json')) ?? readVersion(path.join(root, 'package.json'));
  const origin =
    root === PACKAGE_PREFIX
      ? 'debian'
      : root.split(path.sep).includes('node_modules')
        ? 'npm'
        : existsSync(path.join(root, '.git'))
          ? 'checkout'
          : 'folder';
  return { root, version, origin };
}

function readVersion(file: string): string | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : null;
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

function realPath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}
