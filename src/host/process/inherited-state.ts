/** What the sh shim recorded of the state that it was called in, before Node changed it (variables _PIPWARD_*). */
export type InheritedState = {
  /** Descriptors of the caller's stdin, stdout and stderr as they are numbered in this process. */
  readonly stdio: readonly [number, number, number];
  /** Read ends of two pipes that sh made, if it makes pipes of here-documents; else of files. */
  readonly pipeDescriptors: readonly number[];
  /** Which of 0, 1, 2 were closed. */
  readonly closed: ReadonlySet<number>;
  /** Other descriptors that were open, under the numbers that pip must see them by. */
  readonly open: readonly number[];
  /** Signals that were ignored, as sh recorded them; `listIgnoredSignals` reads it. */
  readonly ignored: string;
  /** Whether dash ran the shim, which changes nothing of QUIT. */
  readonly isDash: boolean;
  /** Soft limit of open files as `ulimit -n` prints it; null if not known. */
  readonly openFiles: string | null;
  /** Soft limit of core files as `ulimit -c` prints it, where the shim has set it to 0 for us; null if not known. */
  readonly coreSize: string | null;
  /** How many calls of ours are around this one. */
  readonly depth: number;
};

/** Before the name of each variable that sh keeps from Node (the names in shims/pip and bin/pipward). */
const ASIDE = '_PIPWARD_ASIDE_';

/** Reads the variables of the sh shim; what is missing or malformed has its harmless value. */
export function readInheritedState(env: Readonly<Record<string, string | undefined>>): InheritedState {
  // Uses no regular expression: in mode decide all of these are empty, and the first use of a pattern compiles it.
  const numbers = (name: string) => (env[name]?.split(' ') ?? []).filter(Boolean).map(Number).filter(isDescriptor);
  const [stdin = 0, stdout = 1, stderr = 2, ...pipeDescriptors] = numbers('_PIPWARD_FDS');
  return {
    stdio: [stdin, stdout, stderr],
    pipeDescriptors,
    closed: new Set([0, 1, 2].filter((fd) => env['_PIPWARD_CLOSED']?.includes(String(fd)))),
    open: numbers('_PIPWARD_OPEN').filter((fd) => fd > 2),
    ignored: env['_PIPWARD_IGNORED'] ?? '',
    isDash: env['_PIPWARD_SHELL'] === 'dash',
    openFiles: readLimit(env['_PIPWARD_OPEN_FILES']),
    coreSize: readLimit(env['_PIPWARD_CORE_SIZE']),
    depth: numbers('_PIPWARD_DEPTH')[0] ?? 0,
  };
}

/** Returns the variables with those that sh put aside under their own names again. */
export function putBack(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name.startsWith(ASIDE) ? name.slice(ASIDE.length) : name, value]),
  );
}

/**
 * The caller's environment as pip must get it: what sh put aside is back, what is ours is gone but for the depth. (Made of
 * entries: an assignment to the name `__proto__` would be lost.)
 */
export function restoreEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  depth: number,
): Record<string, string | undefined> {
  return Object.fromEntries([
    ...Object.entries(putBack(env)).filter(([name]) => !name.startsWith('_PIPWARD_')),
    ['_PIPWARD_DEPTH', `${depth}`],
  ]);
}

function isDescriptor(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function readLimit(text: string | undefined): string | null {
  return text !== undefined && /^(\d+|unlimited)$/.test(text) ? text : null;
}
