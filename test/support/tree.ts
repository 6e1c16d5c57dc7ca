import path from 'node:path';
import type { FileStatus, FileView, NextBlock, TextRead } from '../../src/model/call-context.ts';

/** A file's text; or a link; or a file with what is special about it. Parent folders come by themselves. */
export type TreeEntry =
  | string
  /** `alias`: an app execution alias of Windows, which can be read as a link and not followed. */
  | { readonly link: string; readonly owner?: number; readonly alias?: true }
  | {
      readonly text?: string;
      readonly directory?: true;
      readonly executable?: boolean;
      readonly owner?: number;
      readonly mode?: number;
      readonly changed?: number;
      readonly readOnly?: boolean;
      readonly unreadable?: 'permission' | 'not-a-file' | 'too-large' | 'not-utf-8' | 'failed';
    };

export type Tree = Readonly<Record<string, TreeEntry>>;

/** Short for an executable file. */
export const program: TreeEntry = { executable: true };

/** Gives these bytes for any file, in blocks of an odd length. null: there is no such file. */
export function blocksOf(bytes: Uint8Array | null, watch = (block: Uint8Array) => block): FileView['readBlocks'] {
  return (_name, _limit, use) => {
    if (bytes === null) return null;
    let at = 0;
    const next: NextBlock = (keep) => {
      const block = bytes.slice(at - keep, at + 997);
      at = Math.min(at + 997, bytes.length);
      return watch(block);
    };
    return use(next, bytes.length);
  };
}

/** A FileView over literal files, so that layouts of any platform can be written down in a table. Paths are absolute; a trailing slash makes an empty folder. */
export function viewOf(tree: Tree, style: 'posix' | 'win32' = 'posix'): FileView {
  const paths = path[style];
  const entries = new Map<string, TreeEntry>();
  for (const [name, entry] of Object.entries(tree)) {
    const clean = paths.resolve(name);
    entries.set(clean, /[/\\]$/.test(name) ? { directory: true } : entry);
    for (let folder = paths.dirname(clean); !entries.has(folder); folder = paths.dirname(folder)) {
      entries.set(folder, { directory: true });
    }
  }
  const inodes = new Map([...entries.keys()].map((name, index) => [name, index + 1]));

  const children = new Map<string, string[]>();
  for (const name of entries.keys()) {
    const folder = paths.dirname(name);
    if (folder === name) continue;
    const names = children.get(folder);
    if (names === undefined) children.set(folder, [paths.basename(name)]);
    else names.push(paths.basename(name));
  }

  /** Resolves links in every component, 40 at most as the kernel does. */
  function follow(name: string, budget = 40): string | null {
    return followClean(paths.resolve(name), budget);
  }

  const followed = new Map<string, string | null>();

  /** Most folders are asked for again and again. */
  function followClean(name: string, budget: number): string | null {
    const known = followed.get(name);
    if (known !== undefined) return known;
    const real = followOnce(name, budget);
    if (real !== null || budget === 40) followed.set(name, real);
    return real;
  }

  function followOnce(name: string, budget: number): string | null {
    const parent = paths.dirname(name);
    if (parent === name) return name;
    const folder = followClean(parent, budget);
    if (folder === null) return null;
    const real = folder.endsWith(paths.sep) ? folder + paths.basename(name) : folder + paths.sep + paths.basename(name);
    const entry = entries.get(real);
    if (entry === undefined) return null;
    if (typeof entry === 'string' || !('link' in entry)) return real;
    if (entry.alias === true) return null;
    return budget === 0 ? null : follow(paths.resolve(folder, entry.link), budget - 1);
  }

  function find(name: string) {
    const real = follow(name);
    const entry = real === null ? undefined : entries.get(real);
    return real === null || entry === undefined || (typeof entry === 'object' && 'link' in entry)
      ? null
      : { real, entry };
  }

  function findLink(name: string) {
    const folder = follow(paths.dirname(paths.resolve(name)));
    const entry = folder === null ? undefined : entries.get(paths.join(folder, paths.basename(name)));
    return typeof entry === 'object' && 'link' in entry ? entry : null;
  }

  return {
    status: (name): FileStatus | null => {
      const found = find(name);
      if (found === null) return null;
      const special = typeof found.entry === 'string' ? {} : found.entry;
      const isDirectory = special.directory === true;
      const executable = special.executable ?? isDirectory;
      return {
        kind: isDirectory ? 'directory' : special.unreadable === 'not-a-file' ? 'other' : 'file',
        executable,
        owner: special.owner ?? 1000,
        mode: special.mode ?? (executable ? 0o755 : 0o644),
        device: 1,
        inode: inodes.get(found.real) ?? 0,
        modified: 0,
        changed: special.changed ?? 0,
      };
    },
    isLink: (name) => findLink(name) !== null,
    readLink: (name) => findLink(name)?.link ?? null,
    linkOwner: (name) => {
      const link = findLink(name);
      return link === null ? null : (link.owner ?? 1000);
    },
    list: (name) => {
      const folder = follow(name);
      return folder === null ? [] : (children.get(folder) ?? []);
    },
    realPath: (name) => follow(name),
    readText: (name, limit = 1024 * 1024): TextRead => {
      const found = find(name);
      if (found === null) return { kind: 'missing' };
      if (typeof found.entry === 'string') {
        return found.entry.length > limit
          ? { kind: 'unreadable', reason: 'too-large' }
          : { kind: 'text', text: found.entry };
      }
      if (found.entry.directory === true) return { kind: 'unreadable', reason: 'not-a-file' };
      if (found.entry.unreadable !== undefined) return { kind: 'unreadable', reason: found.entry.unreadable };
      return { kind: 'text', text: found.entry.text ?? '' };
    },
    readBytes: (name, limit) => {
      const found = find(name);
      if (found === null) return null;
      const text = typeof found.entry === 'string' ? found.entry : ('text' in found.entry && found.entry.text) || null;
      return text === null || text.length > limit ? null : Buffer.from(text, 'latin1');
    },
    readBlocks(name, limit, use) {
      return blocksOf(this.readBytes(name, limit))(name, limit, use);
    },
    writable: (name) => {
      let current = paths.resolve(name);
      while (find(current) === null && current !== paths.dirname(current)) current = paths.dirname(current);
      const found = find(current);
      return found !== null && (typeof found.entry === 'string' || found.entry.readOnly !== true);
    },
  };
}
