import { READ_ONLY_WORDS } from '../../src/invocation/pip-commands.ts';
import { BOOTSTRAP } from '../../src/pip/command-line.ts';
import type { Case, Outcome } from './case.ts';
import type { Difference } from './compare.ts';
import {
  fromUtf16,
  takeOutCallers,
  withoutColours,
  withoutComplaints,
  withoutLate,
  withoutSpeed,
  withoutUndelivered,
  withoutWarnings,
} from './outputs-without.ts';
import { VARIABLES } from './known-variables.ts';
import { bit, isClosedByBash, readMask, TAKEN_BY_SHELL } from './shell-effects.ts';
import { isOneGenerationOn, isPipeInstead, isTerminalInstead, isWatchedRecord } from './seen-when-watched.ts';

/** A difference together with the runs that it was found in. */
export type Finding = {
  readonly difference: Difference;
  readonly chosen: Case;
  readonly bare: Outcome;
  readonly shim: Outcome;
};

export type KnownDifference = {
  readonly name: string;
  /** Why it is so; docs/internals/known-differences.md explains it. */
  readonly reason: string;
  /** As narrow as it can be: anything else about the same key is a fault. */
  readonly matches: (finding: Finding) => boolean;
};

/** Everything in which the shim differs from `python -m pip` for a known reason. All else fails the run. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: 'command line of python',
    reason: 'the current directory must not be searched for pip: -P, or the bootstrap where Python has no -P',
    matches: ({ difference: { key, bare, shim } }) =>
      key === 'record cmdline' &&
      ['-P\0-m\0pip', `-c\0${BOOTSTRAP}`, `-P\0-c\0${BOOTSTRAP}`].some(
        (start) => shim === String(bare).replace('-m\0pip', start),
      ),
  },
  {
    name: 'sys.flags.safe_path',
    reason: 'the same: -P sets it',
    matches: ({ difference: { key, bare, shim } }) =>
      key === 'record flags' && shim === String(bare).replace('safe_path=False', 'safe_path=True'),
  },
  {
    name: 'sys.path without the current directory',
    reason: 'the same: the entry that `python -m pip` puts first, which pip itself takes out',
    matches: ({ difference: { key, bare, shim }, bare: { record } }) => {
      if (key !== 'record sys.path' || !Array.isArray(bare)) return false;
      const [first, ...rest] = bare as unknown[];
      const isCurrent = first === "''" || String(record?.['cwd']) === `b${String(first)}`;
      return isCurrent && isSame(rest, shim);
    },
  },
  {
    name: 'frames of the bootstrap in a traceback',
    reason: 'the same: Python before 3.11 shows what called pip. (pip catches its own errors; only a crash shows it.)',
    matches: ({ difference: { key, bare, shim }, chosen }) =>
      key.startsWith('output ') &&
      isBootstrapShown(fromUtf16(shim)) &&
      withoutShells(bare, chosen) === withoutShells(shim, chosen),
  },
  {
    name: 'depth variable',
    reason:
      'pip may call itself while it builds; calls that go round in a loop end by it; the traceback of --debug shows all variables',
    matches: ({ difference: { key, bare, shim } }) =>
      (key === "record env '_PIPWARD_DEPTH'" && bare === undefined && shim === "'1'") ||
      (key.startsWith('output ') &&
        String(shim).includes("'_PIPWARD_DEPTH'") &&
        takeOutCallers(String(bare)) === takeOutCallers(String(shim))),
  },
  {
    name: "pipward's own variables",
    reason: 'names that begin with _PIPWARD_ are between the shim and its program',
    matches: ({ difference: { key, shim } }) => key.startsWith("record env '_PIPWARD_") && shim === undefined,
  },
  {
    name: 'output is read along through a pipe',
    reason: 'a watched pip writes to a pipe; what it writes arrives where the caller wanted it',
    matches: (finding) => isWatched(finding) && isPipeInstead(finding.difference),
  },
  {
    name: 'output is read along through a terminal',
    reason: 'a watched pip writes to a pseudo-terminal without output processing, which controls no session',
    matches: (finding) => isWatched(finding) && isTerminalInstead(finding.difference),
  },
  {
    name: 'Node is the parent',
    reason: 'a watched pip is a child of the shim, which keeps the process id that the caller knows',
    matches: (finding) => isWatched(finding) && isOneGenerationOn(finding.difference),
  },
  {
    name: 'CONT and WINCH for the whole group',
    reason: 'these are passed on to a watched pip, also if pip has got them itself; often the two arrive as one',
    matches: (finding) => {
      const { key } = finding.difference;
      const sent = finding.chosen.steps.filter(
        ([how, signal]) => how === 'resize' || (how === 'group' && (signal === CONT || signal === RESIZE)),
      ).length;
      if (!isWatched(finding) || sent === 0) return false;
      return /^signals(?: after each step)?$/.test(key) && withoutRepeated(finding.shim) === finding.bare.signals;
    },
  },
  {
    name: 'a process that outlives pip',
    reason: 'what it writes after the end of a watched pip finds the pipe or terminal closed',
    matches: ({ difference: { key, bare, shim }, chosen, shim: outcome }) =>
      key.startsWith('output ') &&
      chosen.actions.some(([kind]) => kind === 'leave') &&
      isWatchedRecord(outcome) &&
      withoutLate(bare) === withoutLate(shim),
  },
  {
    name: 'output that cannot be delivered',
    reason:
      'a watched pip writes to a pipe and learns of it late or never, and so do programs that pip starts; the shim says so and ends with 120',
    matches: (finding) =>
      hasUndeliverable(finding.chosen) &&
      mayBeWatched(finding) &&
      (isLateFailure(finding) || isLateChange(finding) || isFailureOfChild(finding) || isSwallowed(finding)),
  },
  {
    name: "nohup's file",
    reason: 'on a terminal nohup writes all output to a file, in which known differences cannot be told from others',
    matches: ({ difference: { key, bare, shim }, chosen: { wrapper, io } }) =>
      /^file (?:cwd|home)\/nohup\.out$/.test(key) &&
      wrapper === 'nohup' &&
      io.some((kind) => kind === 'pty' || kind === 'tty') &&
      bare !== undefined &&
      shim !== undefined,
  },
  {
    name: 'death by a real-time signal',
    reason: 'Node reports it as status 0; where no pipe of pip is read along the number is lost',
    matches: ({ difference: { key, bare, shim }, chosen: { actions, args } }) =>
      actions.some(([kind, how, number]) => kind === 'end' && how === 'signal' && Number(number) >= REAL_TIME) &&
      !READ_ONLY_WORDS.includes(args[0] ?? '') &&
      (key === 'status'
        ? shim === 0
        : key.startsWith('output ') && /by signal \d+|Real-time signal/.test(String(bare))),
  },
  {
    name: 'a file that a child opens again',
    reason:
      'to open /dev/stdout or /dev/stderr truncates a file, and fails for a socket; a watched pip has a pipe there, which keeps all',
    matches: (finding) => {
      const { difference, chosen } = finding;
      const lines = (text: unknown) => withoutShells(text, chosen).split('\n');
      return (
        mayBeWatched(finding) &&
        /^output [12]$/.test(difference.key) &&
        chosen.actions.some(([kind, line]) => kind === 'shell' && />\/dev\/std(?:err|out)$/.test(String(line))) &&
        chosen.io.some((kind) => kind === 'file' || kind === 'append' || kind === 'socket') &&
        lines(difference.bare).every((line) => NO_SOCKET.test(line) || lines(difference.shim).includes(line))
      );
    },
  },
  {
    name: 'time in an archive',
    reason: 'a wheel or sdist that pip builds holds the time of its files: two runs in two seconds differ',
    matches: ({ difference: { key, bare, shim }, chosen: { kind } }) =>
      kind === 'real' &&
      /^file \S+\.(?:whl|tar\.gz|zip)$/.test(key) &&
      [bare, shim].every((found) => /^\S+ \S+ [\da-f]{32}$/.test(String(found))) &&
      withoutDigest(bare) === withoutDigest(shim),
  },
  ...VARIABLES,
  {
    name: 'byte order mark',
    reason:
      'Python writes the one of PYTHONIOENCODING=utf-16 first into a file, also behind what is there, not into a pipe',
    matches: (finding) => {
      const { key, bare, shim } = finding.difference;
      const [before = '', ...parts] = String(bare).split('\u00ff\u00fe');
      // One of each stream in the file that both write.
      const count = finding.chosen.io.includes('same') ? 2 : 1;
      return (
        mayBeWatched(finding) &&
        key.startsWith('output ') &&
        parts.length > 0 &&
        before +
          parts.slice(0, count).join('') +
          parts
            .slice(count)
            .map((part) => `\u00ff\u00fe${part}`)
            .join('') ===
          shim
      );
    },
  },
  {
    name: 'a shell warns of a locale',
    reason: 'as /bin/sh bash and mksh say at their start that the locale of LC_ALL is not installed',
    matches: ({ difference: { key, bare, shim }, chosen }) =>
      isWarningShell(chosen) &&
      key.startsWith('output ') &&
      withoutWarnings(shim) !== shim &&
      withoutShells(bare, chosen) === withoutShells(shim, chosen),
  },
  {
    name: 'the terminal hangs up',
    reason:
      'a signal for the group that ends the leader of the session ends its terminal, too: what pip still sees is a race',
    matches: ({ difference: { key, bare, shim }, chosen: { wrapper, io, steps }, bare: { status } }) =>
      key === 'signals' &&
      wrapper !== 'none' &&
      io.includes('pty') &&
      steps.some(([how]) => how === 'group') &&
      (status & 0x7f) !== 0 &&
      (String(bare).startsWith(String(shim)) || String(shim).startsWith(String(bare))),
  },
  {
    name: 'stty fits its lines to COLUMNS',
    reason: 'zsh as /bin/sh gives an exported COLUMNS the size of the terminal, and stty leaves out what does not fit',
    matches: ({ difference: { key, bare, shim }, chosen: { shell, env } }) =>
      key === 'output terminal' &&
      shell.startsWith('zsh') &&
      env.some(([name]) => name === 'COLUMNS') &&
      String(bare) !== String(shim) &&
      withoutSpeed(bare) === withoutSpeed(shim),
  },
  {
    name: 'signals that other shells take for themselves',
    reason: 'what they start no longer ignores these, or has them blocked, whatever the caller did',
    matches: ({ difference: { key, bare, shim }, chosen }) => {
      const taken = takenByShell(chosen, key.replace('record status ', ''));
      if (taken === 0n) return false;
      // QUIT may differ for another reason, below.
      const quit = key === 'record status SigIgn' && isQuitWithInt(chosen, shim) ? bit(QUIT) : 0n;
      const lost = (readMask(bare) ^ readMask(shim)) & ~quit;
      return lost !== 0n && (lost & ~taken) === 0n && (lost & readMask(shim)) === 0n;
    },
  },
  {
    name: 'death by a signal that another shell takes for itself',
    reason:
      'the same: pip dies by a signal that its caller blocked or ignored, what started pip says so, and what Python kept back is lost',
    matches: ({ difference: { key, bare, shim }, chosen, ...runs }) =>
      chosen.before.some(([how, ...signals]) =>
        signals.map(Number).some((signal) => {
          const status = how === 'block' ? 'SigBlk' : 'SigIgn';
          const isEnd = chosen.actions.some((action) => isSame(action, ['end', 'signal', signal]));
          const isDead = [signal, signal | CORE, (CORE + signal) << 8].includes(runs.shim.status);
          return isEnd && isDead && runs.bare.status === 0 && (takenByShell(chosen, status) & bit(signal)) !== 0n;
        }),
      ) &&
      (key === 'status' || (key.startsWith('output ') && isStartOfOther(bare, shim))),
  },
  {
    name: 'how children end where CHLD is ignored',
    reason:
      'the same: a bare pip whose caller ignores CHLD is not told how its children ended, and takes a failed build for a good one',
    matches: ({ difference: { key }, chosen, ...runs }) => {
      const isIgnored = chosen.before.some(([how, ...signals]) => how === 'ignore' && signals.includes(CHLD));
      const isFailure = ({ output }: Outcome) =>
        Object.values(output).some((text) => FAILED_CHILD.test(withoutColours(text)));
      return (
        isIgnored &&
        (takenByShell(chosen, 'SigIgn') & bit(CHLD)) !== 0n &&
        (key === 'status' || key.startsWith('output ') || key.startsWith('file ')) &&
        isFailure(runs.shim) &&
        !isFailure(runs.bare)
      );
    },
  },
  {
    name: 'QUIT together with INT',
    reason:
      'shells that ignore QUIT themselves do not show whether the caller did: but for dash it goes with INT, as for a job',
    matches: ({ difference: { key, bare, shim }, chosen }) =>
      key === 'record status SigIgn' && (readMask(bare) ^ readMask(shim)) === bit(QUIT) && isQuitWithInt(chosen, shim),
  },
  {
    name: 'end of a child of sh',
    reason: 'where the caller blocks CHLD, that of a process that the shim started is still pending',
    matches: ({ difference: { key, bare, shim }, chosen: { before } }) =>
      key === 'record status ShdPnd' &&
      before.some(([how, ...signals]) => how === 'block' && signals.includes(CHLD)) &&
      (readMask(bare) ^ readMask(shim)) === bit(CHLD),
  },
  {
    name: 'what was shown today',
    reason: 'the shim remembers which message it printed in full (README.md)',
    matches: ({ difference: { key, bare } }) =>
      bare === undefined && /^file home\/\.local(?:\/state(?:\/pipward(?:\/shown(?:\/[^/]+)?)?)?)?$/.test(key),
  },
  {
    name: 'crash of ksh',
    reason:
      'ksh93 (93u+m/1.0.4) writes past the end of its table of descriptors where others than 0 to 2 are open, and may die by it',
    matches: ({ difference: { key }, chosen: { shell, extra }, bare, shim }) =>
      shell === 'ksh' &&
      Object.keys(extra).length > 0 &&
      DEATHS_OF_KSH.includes(shim.status) &&
      !DEATHS_OF_KSH.includes(bare.status) &&
      (key === 'status' || key.startsWith('output ') || key.startsWith('file ')),
  },
  {
    name: 'deleted directory',
    reason: 'sh complains at its start, before the first line of the shim, and where it starts a watched pip',
    matches: ({ difference: { key, bare, shim }, chosen }) =>
      chosen.deleteCwd &&
      key.startsWith('output ') &&
      withoutComplaints(shim) !== shim &&
      withoutShells(bare, chosen) === withoutShells(shim, chosen),
  },
  {
    name: 'crash in a deleted directory',
    reason:
      'pip/__main__.py asks for the current directory, and pkgutil of old Pythons looks into it: `python -m pip` ends with a traceback, unlike the script `pip` and the shim',
    matches: ({ difference: { key }, chosen: { deleteCwd, kind, io }, bare, shim }) => {
      const seenBy = io[2] === 'same' ? io[1] : io[2];
      const isUnseen = ['null', 'full', 'closed', 'read-only'].includes(seenBy) && bare.status === 1 << 8;
      const isOutcome = key === 'status' || key.startsWith('output ');
      const crashes = Object.values(bare.output)
        .map(withoutColours)
        .map((text) => (MAIN_CRASH.test(text) ? 'of pip' : PKGUTIL_CRASH.test(text) ? 'of pkgutil' : null));
      return (
        deleteCwd &&
        kind === 'real' &&
        // (A pip that works may also write a file.)
        ((isOutcome && (isUnseen || crashes.some((crash) => crash !== null))) ||
          (key.startsWith('file ') && (isUnseen || crashes.includes('of pip')))) &&
        !Object.values(shim.output).some((text) =>
          withoutColours(text).replace(RICH_CRASH, '').replace(SAID_BY_PIP, '').includes('Traceback'),
        )
      );
    },
  },
];

/** What pips of all versions say of a program that failed. */
const FAILED_CHILD =
  /finished with status 'error'|subprocess-exited-with-error|[Cc]ommand errored out with exit status|failed with error code|exit code: [1-9]/;
/** CPython 3.6, Lib/pkgutil.py, get_importer: the path hook of '' asks for the current directory. */
const PKGUTIL_CRASH =
  /in get_importer\r?\n {4}importer = sys\.path_importer_cache\[path_item\]\r?\nKeyError: ''\r?\n[^]*in _path_isdir\r?\nFileNotFoundError: /;
/** pip/_vendor/rich/__init__.py of pip 22.0 to 23.0, when it is imported: pip's own script ends with it, too. */
const RICH_CRASH =
  /Traceback \(most recent call last\):\r*\n[^]*rich\/__init__\.py", line \d+, in <module>\r*\n[^]*os\.getcwd\(\)[^]*\n(?:FileNotFoundError|OSError): /;
/** pip/_internal/cli/base_command.py: an error that pip itself reports; its own script does it, too. */
const SAID_BY_PIP = /^(?:ERROR: )?Exception:\r*\nTraceback [^]*/m;
/** pip/__main__.py, 20.0 and later. */
const MAIN_CRASH =
  /pip\/__main__\.py", line \d+, in <module>\r*\n {4}if sys\.path\[0\] in \("", os\.getcwd\(\)\):\r*\n(?: +[~^]+\r*\n)?(?:FileNotFoundError|OSError): /;

/** ABRT and SEGV as wait(2) tells of them, with or without a core file, and of a shell above that ends with 128 and the number. */
const DEATHS_OF_KSH = [6, 11].flatMap((signal) => [signal, 0x80 | signal, (0x80 + signal) << 8]);
/** In a status of wait(2): there is a core file, and of a shell: ended by a signal. */
const CORE = 0x80;
const [INT, QUIT, CHLD, CONT, RESIZE, REAL_TIME] = [2, 3, 17, 18, 28, 34];
const withoutRepeated = ({ signals }: Outcome) => signals.replaceAll(/\b(18|28) \1 /g, '$1 ');

/** The number of the line in the bootstrap. */
export function findLine(text: string): number {
  return BOOTSTRAP.split('\n').findIndex((line) => line.includes(text)) + 1;
}

/** In the forms of Python, of faulthandler, and of pip's `--debug`. */
function isBootstrapShown(text: string): boolean {
  const line = findLine('run_module');
  const plain = withoutColours(text);
  return [`  File "<string>", line ${line}`, ` <string>:${line} in <module> `].some((frame) => plain.includes(frame));
}

/** The entry that explains a difference; null if none does. */
export function findKnown(finding: Finding): KnownDifference | null {
  return KNOWN_DIFFERENCES.find(({ matches }) => matches(finding)) ?? null;
}

/** sh cannot open a socket. */
const NO_SOCKET = /cannot create \/dev\/std(?:err|out): No such device or address$/;

const withoutDigest = (found: unknown) => String(found).replace(/ [\da-f]{32}$/, '');

/** bash and mksh say at their start that a locale is not installed. */
function isWarningShell(chosen: Case): boolean {
  return /^(?:bash|mksh)/.test(chosen.shell) || isClosedByBash(chosen);
}

/** An output without what shells say at their start, and without what called pip in a traceback. */
function withoutShells(output: unknown, chosen: Case): string {
  const text = fromUtf16(output);
  const heard = isWarningShell(chosen) ? withoutWarnings(text) : text;
  return takeOutCallers(chosen.deleteCwd ? withoutComplaints(heard) : heard);
}

/** All shells but dash ignore QUIT in pip exactly where they ignore INT. */
function isQuitWithInt({ shell }: Case, shim: unknown): boolean {
  const [int, quit] = [bit(INT), bit(QUIT)].map((signal) => (readMask(shim) & signal) !== 0n);
  return !/^(?:direct|dash)$/.test(shell) && int === quit;
}

/** Signals that the shell no longer ignores (SigIgn) or blocks (SigBlk) for what it starts. */
function takenByShell(chosen: Case, status: string): bigint {
  // Where bash closes a descriptor, it takes its own and the shell takes its own.
  return TAKEN_BY_SHELL.filter(
    ([name, pattern]) =>
      name === status && (pattern.test(chosen.shell) || (isClosedByBash(chosen) && pattern.test('bash'))),
  ).reduce((all, [, , signals]) => all | signals, 0n);
}

/** Of UTF-16 without its zero bytes and its byte order mark. */
const withoutMark = (text: unknown) => fromUtf16(text).replaceAll('\u00ff\u00fe', '');

/** The one text begins with the other. */
const isStartOfOther = (one: unknown, other: unknown) =>
  String(one).startsWith(String(other)) || String(other).startsWith(String(one));

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const isWatched = ({ shim }: Finding) => isWatchedRecord(shim);

/** Output that goes to a full disk, to what was opened for reading, or to a reader that goes away. */
function hasUndeliverable({ io, steps }: Case): boolean {
  return (
    [io[1], io[2]].some((kind) => kind === 'full' || kind === 'read-only') ||
    steps.some(([how]) => how === 'stop-reading')
  );
}

/** A real pip does not tell; then it is the first argument that decides, as in the shim. */
function mayBeWatched({ chosen: { kind, args }, shim }: Finding): boolean {
  if (kind !== 'real') return isWatchedRecord(shim);
  return args[0] !== undefined && !READ_ONLY_WORDS.includes(args[0]);
}

/** logging of the real pip could not write, said so, and pip ended with 0. */
function isSwallowed({ difference: { key, bare, shim }, chosen: { kind }, bare: { output } }: Finding): boolean {
  const isSaid = Object.values(output).some((text) => fromUtf16(text).includes('--- Logging error ---'));
  return key === 'status' && kind === 'real' && bare === 0 && shim === 120 << 8 && isSaid;
}

/** A program that pip started could not write, and pip did not look at how it ended. */
function isFailureOfChild({ difference: { key, bare, shim }, chosen: { actions, wrapper } }: Finding): boolean {
  if (key !== 'status' || bare !== 0) return false;
  // Of a pip that ended with 120 find says nothing; the watched one goes on, to its death by a signal.
  const isDead = wrapper === 'find' && actions.some(([kind, how]) => kind === 'end' && how === 'signal');
  return (
    (shim === 120 << 8 && actions.some(([kind]) => kind === 'shell' || kind === 'leave')) || (shim === 1 << 8 && isDead)
  );
}

/** Both fail; the watched pip later, and what it changed until then is there. */
function isLateChange({ difference: { key, bare }, chosen: { kind }, ...runs }: Finding): boolean {
  const isFailed = runs.bare.status !== 0 && runs.shim.status !== 0;
  return key.startsWith('file ') && bare === undefined && kind === 'real' && isFailed;
}

/**
 * Both fail, the watched pip later: what the bare one wrote up to the first complaint of Python is there, in its order, with more
 * between. (What Python keeps back it writes at its end.) Or the watched pip died with what it had not written.
 */
function isLateFailure({ difference: { key, bare, shim }, chosen, ...runs }: Finding): boolean {
  if (key === 'status') return bare !== 0 && shim !== 0;
  if (!key.startsWith('output ')) return false;
  const heard = (output: unknown) => withoutMark(chosen.deleteCwd ? withoutComplaints(output) : output);
  const [before = ''] = heard(bare).split(
    /Traceback \(most recent|^(?:\S*\/sh: |head: |--- Logging error|Exception ignored|ERROR: |error: |OSError: )/m,
  );
  const written = withoutUndelivered(heard(shim));
  const isDead = chosen.actions.some(([kind, how]) => kind === 'end' && (how === 'signal' || how === 'os'));
  return (
    hasAllLines(written, before) ||
    (isDead && (runs.bare.status !== 0 || chosen.wrapper === 'find') && before.startsWith(written))
  );
}

/** Whether a text has the lines of another one, in their order. */
function hasAllLines(text: string, lines: string): boolean {
  let from = 0;
  return lines.split(/(?<=\n)/).every((line) => {
    const at = text.startsWith(line, from) ? from : text.indexOf(`\n${line}`, from) + 1;
    if (at < from || !text.startsWith(line, at)) return false;
    from = at + line.length;
    return true;
  });
}
