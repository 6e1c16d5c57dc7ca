import { closeSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import path from 'node:path';
import { SYSTEM_PREFIX } from '../locations.ts';

/** Where sudo, scripts, ssh commands, IDEs and every shell look for programs, early in the default PATH of most systems. */
export const LINK_FOLDER = '/usr/local/bin';
/** In the first lines of bin/pipward; a test compares the two. */
const PROGRAM_MARKER = "pipward's admin command";

/** A link outside the installation that leads into it. */
export type LinkRecord = { readonly path: string; readonly target: string };

/** `make`: setup. `refresh`: adds and deletes names, only if there are links already. `leave`: changes nothing. */
export type LinkChoice = 'make' | 'refresh' | 'leave';

export type LinkPlan = {
  readonly pending: readonly LinkRecord[];
  /** Links of ours whose names are not needed any more. */
  readonly obsolete: readonly LinkRecord[];
  /** Paths that something else has. */
  readonly foreign: readonly string[];
  /** What the manifest lists afterwards. */
  readonly records: readonly LinkRecord[];
};

/** Looks at what has the names in LINK_FOLDER; `names` are those in the shims folder, `known` what the last setup made. */
export function planLinks(
  prefix: string,
  names: readonly string[],
  known: readonly LinkRecord[],
  choice: LinkChoice,
): LinkPlan {
  const leave = prefix !== SYSTEM_PREFIX || choice === 'leave' || (choice === 'refresh' && known.length === 0);
  if (leave) return { pending: [], obsolete: [], foreign: [], records: known };
  const wanted = names
    .map((name) => ({ path: path.join(LINK_FOLDER, name), target: path.join(prefix, 'shims', name) }))
    .filter(({ path: file }) => !isOtherPipward(file, prefix));
  const old = known.filter((record) => !wanted.some(({ path: file }) => file === record.path));
  const isFree = (link: LinkRecord) => {
    const state = readLinkState(link);
    return state !== 'foreign' || known.some((record) => record.path === link.path && isOurs(record));
  };
  const usable = wanted.filter(isFree);
  return {
    pending: usable.filter((link) => !isOurs(link)),
    obsolete: old.filter((record) => isOurs(record)),
    foreign: wanted.filter((link) => !isFree(link)).map((link) => link.path),
    records: usable,
  };
}

/** `ours`: exactly the link that setup makes. */
export function readLinkState({ path: file, target }: LinkRecord): 'missing' | 'ours' | 'foreign' {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  return stats.isSymbolicLink() && readlinkSync(file) === target ? 'ours' : 'foreign';
}

export function isOurs(link: LinkRecord): boolean {
  return readLinkState(link) === 'ours';
}

/** Throws if other files have the names, before anything is changed; names each and says how to install beside them. */
export function refuseForeign({ foreign }: LinkPlan, prefix: string): void {
  if (foreign.length === 0) return;
  throw new Error(
    [
      `setup --system links these names in ${LINK_FOLDER}, but other files have them:`,
      ...foreign.map((file) => `    ${file}${describeTarget(file)}`),
      'Nothing was changed. To leave these files there, run the same with --no-links,',
      'and put the shims first on PATH where you want pipward. In a Dockerfile:',
      `    ENV PATH=${prefix}/shims:$PATH`,
    ].join('\n'),
  );
}

/** Whether this is the `pipward` of another installation (npm's link, for example), which may stay. */
function isOtherPipward(file: string, prefix: string): boolean {
  if (path.basename(file) !== 'pipward') return false;
  return (
    !isOurs({ path: file, target: path.join(prefix, 'shims/pipward') }) && readStart(file).includes(PROGRAM_MARKER)
  );
}

/** Tells whose file it is, as far as its first line or its target tells. */
function describeTarget(file: string): string {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true) return ` -> ${readlinkSync(file)}`;
  const interpreter = /^#!\s*(\S+)/.exec(readStart(file))?.[1];
  return interpreter === undefined ? '' : ` (a script for ${interpreter})`;
}

function readStart(file: string): string {
  try {
    const fd = openSync(file, 'r');
    try {
      const start = Buffer.alloc(256);
      return start.toString('latin1', 0, readSync(fd, start, 0, start.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
