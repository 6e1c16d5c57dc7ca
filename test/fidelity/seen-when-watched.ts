import type { Outcome } from './case.ts';
import type { Difference } from './compare.ts';

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Whether the shim read along what this pip wrote: the fake pip says who its parent is. */
export function isWatchedRecord({ record }: Outcome): boolean {
  return / \S*\/dist\/shim\.cjs watch /.test(` ${String(record?.['parent'])}`);
}

const CHARACTER_DEVICE = 0o020000;
const FIFO = 0o010000;
/** Of termios: the second number are the output modes, and this is OPOST. */
const OUTPUT_PROCESSING = 1;

/** Where sh cannot make a pipe, Node makes one with a name, which it removes at once. */
const [PIPE, PIPE_WITH_NAME] = ['pipe:[N]', 'FOLDER/pipe (deleted)'];

/** Numbers in paths were replaced by N: the six characters of the name may be fewer. */
const hideFolder = (entry: unknown) =>
  Array.isArray(entry)
    ? [String(entry[0]).replace(/^\/.*\/pipward-\w{1,6}(?=\/pipe )/, 'FOLDER'), ...entry.slice(1)]
    : entry;

/** What the fake pip sees of a pipe in place of its standard output or error output. */
export function isPipeInstead({ key, bare, shim }: Difference): boolean {
  if (/^record fds [12]$/.test(key)) {
    return (
      bare !== undefined && [PIPE, PIPE_WITH_NAME].some((name) => isSame(hideFolder(shim), [name, '0100001', FIFO]))
    );
  }
  // O_WRONLY and O_LARGEFILE: opened through /proc.
  return /^record streams [12] flags$/.test(key) && typeof bare === 'number' && shim === 0o100001;
}

/** The caller's terminal by its own name, or opened again. */
const OWN_TERMINALS = [
  ['terminal', '02', CHARACTER_DEVICE],
  ['/dev/tty', '0100002', CHARACTER_DEVICE],
];

/** What the fake pip sees of a terminal of ours in place of the caller's. */
export function isTerminalInstead({ key, bare, shim }: Difference): boolean {
  if (/^record fds [12]$/.test(key)) {
    return OWN_TERMINALS.some((own) => isSame(bare, own)) && isSame(shim, ['/dev/pts/N', '0100002', CHARACTER_DEVICE]);
  }
  if (!/^record streams [12] /.test(key)) return false;
  if (key.endsWith(' flags')) return bare === 0o2 && shim === 0o100002;
  if (key.endsWith(' foreground')) return typeof bare === 'boolean' && shim === '!OSError 25';
  if (key.endsWith(' ttyname'))
    return (bare === 'terminal' || bare === '/dev/tty') && /^\/dev\/pts\/\d+$/.test(String(shim));
  if (!key.endsWith(' modes') || !Array.isArray(bare)) return false;
  return isSame(shim, bare.with(1, Number(bare[1]) & ~OUTPUT_PROCESSING));
}

/** Started where pip was, with pip as its child. */
export function isOneGenerationOn({ key, bare, shim }: Difference): boolean {
  if (key === 'record process is its child') return bare !== shim;
  // The kernel takes it from a child; Node keeps it, and passes the signal on.
  if (key === 'record kernel parent death signal') return shim === 0;
  return (
    ['is the process that was started', 'leads its group', 'leads its session'].some(
      (relation) => key === `record process ${relation}`,
    ) &&
    bare === true &&
    shim === false
  );
}
