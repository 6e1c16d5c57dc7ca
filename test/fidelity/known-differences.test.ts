import { describe, expect, test } from 'vitest';
import { BOOTSTRAP } from '../../src/pip/command-line.ts';
import type { Case, Outcome, PipRecord } from './case.ts';
import { generateCase } from './generate.ts';
import { findKnown, findLine, KNOWN_DIFFERENCES, type Finding } from './known-differences.ts';

const CWD = "'/box/cwd'";
const chosen: Case = {
  ...generateCase(1, 0, 'fake'),
  io: ['null', 'pipe', 'pipe'],
  actions: [],
  steps: [],
  shell: 'direct',
  deleteCwd: false,
};

function outcome(record: PipRecord): Outcome {
  return {
    status: 0,
    timedOut: false,
    counts: [],
    notes: [],
    terminal: null,
    signals: '',
    notStarted: '',
    survivors: [],
    record: { cwd: `b${CWD}`, ...record },
    output: { 1: '', 2: '', terminal: '' },
    files: {},
  };
}

const ABORTED = 134 << 8;

type FindOptions = {
  of?: Partial<Case>;
  watched?: boolean;
  got?: readonly [bare: string, shim: string];
  /** How the bare side and the shim ended, as wait(2) tells it. */
  status?: number;
  ended?: number;
};

/** A difference of a watched pip, unless said otherwise. */
function find(
  key: string,
  bare: unknown,
  shim: unknown,
  { of = {}, watched = true, got = ['', ''], status = 0, ended = 0 }: FindOptions = {},
): Finding {
  const parent = watched ? '/x/node /x/dist/shim.cjs watch pip install' : 'sh';
  return {
    difference: { key, bare, shim },
    chosen: { ...chosen, ...of },
    bare: { ...outcome({ parent: 'python3 launch.py' }), signals: got[0], status },
    shim: { ...outcome({ parent }), signals: got[1], status: ended },
  };
}

/** A real pip that ends with 0 though it could not write. */
function swallowed(said: string, status: number): Finding {
  const finding = find('status', 0, status, { of: { ...full, kind: 'real', args: ['install', 'x'] }, watched: false });
  return { ...finding, bare: { ...finding.bare, output: { 1: '', 2: said, terminal: '' } } };
}

/** A pip that ends with this traceback where it is started without the shim. */
function crash(
  key: string,
  {
    of = {},
    bare = PKGUTIL_TRACE,
    shim = 'ERROR: unknown command "cache"\n',
  }: { of?: Partial<Case>; bare?: string; shim?: string },
): Finding {
  const finding = find(key, bare, shim, { of: { kind: 'real', deleteCwd: true, ...of } });
  const output = (text: string) => ({ 1: '', 2: text, terminal: '' });
  return {
    ...finding,
    bare: { ...finding.bare, output: output(bare) },
    shim: { ...finding.shim, output: output(shim) },
  };
}

const failedChild = {
  bare: "  Preparing metadata (setup.py): finished with status 'done'\n",
  shim: "  Preparing metadata (setup.py): finished with status 'error'\n",
};

const findMask = (name: string, shell: string, bare: string, shim: string) =>
  find(`record status ${name}`, `\t00000000${bare}`, `\t00000000${shim}`, { of: { shell } });

const endBy = (how: 'block' | 'ignore') => (shell: string, signal: number) =>
  ({ shell, before: [[how, signal]], actions: [['end', 'signal', signal]] }) as const;
const [blockedEnd, ignoredEnd] = [endBy('block'), endBy('ignore')];

const TRACEBACK = 'Traceback (most recent call last):\n';
const NO_DIRECTORY = 'FileNotFoundError: [Errno 2] No such file or directory\n';
const PIP_FRAME = '  File "/x/site-packages/pip/__main__.py", line 9, in <module>\n    main()\nRuntimeError: boom\n';
const UNDELIVERED = "pipward: pip's output could not be written whole (EBADF)\n";
const bareTrace = `${TRACEBACK}  File "/x/runpy.py", line 196, in _run_module_as_main\n    a\n${PIP_FRAME}`;
const shimTrace = `${TRACEBACK}  File "<string>", line ${findLine('run_module')}, in <module>\n  File "/x/runpy.py", line 224, in run_module\n    b\n${PIP_FRAME}`;
const faultOf = (line: number, caller: string) =>
  `Fatal Python error\n  File "/x/pip/__main__.py", line ${line} in <module>\n  File "${caller}", line ${findLine('run_module')} in <module>\nend\n`;
const drawn = (caller: string) =>
  Buffer.from(
    `before\n╭─── Traceback (most recent call last) ──╮\n│ ${caller} in <module> │\n╰──╯\nError: x\n`,
  ).toString('latin1');
const [NO_SIGNAL, PENDING] = ['\t0000000000000000', '\t0000000000010000'] as const;
const inLogging = (text: string) => text.replace(TRACEBACK, 'Call stack:\n');
const leaving: Partial<Case> = { actions: [['leave', 1]] };
const reopening: Partial<Case> = { actions: [['shell', 'echo x >/dev/stderr']], io: ['null', 'file', 'append'] };
const WARNING = 'bash: warning: setlocale: LC_ALL: cannot change locale (de_DE.UTF-8)\n';
const COMPLAINT = 'sh: 0: getcwd() failed: No such file or directory\n';
const PKGUTIL_TRACE = `${TRACEBACK}  File "/x/pkgutil.py", line 412, in get_importer
    importer = sys.path_importer_cache[path_item]
KeyError: ''

During handling of the above exception, another exception occurred:

  File "<frozen importlib._bootstrap_external>", line 102, in _path_isdir
FileNotFoundError: [Errno 2] No such file or directory
`;
const MAIN_TRACE = `${TRACEBACK}  File "/x/site-packages/pip/__main__.py", line 8, in <module>
    if sys.path[0] in ("", os.getcwd()):
                           ^^^^^^^^^^^
FileNotFoundError: [Errno 2] No such file or directory
`;
const RICH_TRACE = `${TRACEBACK}  File "/x/pip/_vendor/rich/__init__.py", line 16, in <module>
    _IMPORT_CWD = os.path.abspath(os.getcwd())
FileNotFoundError: [Errno 2] No such file or directory
`;
const continued: Partial<Case> = {
  steps: [
    ['group', 28],
    ['group', 18],
  ],
};
/** All descriptors that sh can name are open. */
const ALL_NAMED = { 3: 'null', 4: 'null', 5: 'null', 6: 'null', 7: 'null', 8: 'null', 9: 'null' } as const;
/** find leaves a descriptor of its own open. */
const ALL_BUT_FINDS_OWN: Partial<Case> = {
  extra: { 3: 'null', 4: 'null', 5: 'null', 7: 'null', 8: 'null', 9: 'null' },
  wrapper: 'find',
  io: ['pipe', 'pipe', 'closed'],
};
const deleted: Partial<Case> = { deleteCwd: true };
const full: Partial<Case> = { io: ['null', 'full', 'pipe'] };
const CALL = '/x/bin/python\0-m\0pip\0list\0';
const startedWith = (start: string) => CALL.replace('-m\0pip', start);

/** For each entry what it is there for, and what is nearly the same and must not pass. */
const CASES: Readonly<Record<string, { readonly examples: readonly Finding[]; readonly others: readonly Finding[] }>> =
  {
    'command line of python': {
      examples: ['-P\0-m\0pip', `-c\0${BOOTSTRAP}`, `-P\0-c\0${BOOTSTRAP}`].map((start) =>
        find('record cmdline', CALL, startedWith(start)),
      ),
      others: [
        find('record cmdline', CALL, startedWith('-I\0-m\0pip')),
        find('record cmdline', CALL, `${startedWith('-P\0-m\0pip')}more\0`),
        find('record argv', CALL, startedWith('-P\0-m\0pip')),
      ],
    },
    'sys.flags.safe_path': {
      examples: [find('record flags', 'flags(a=0, safe_path=False)', 'flags(a=0, safe_path=True)')],
      others: [find('record flags', 'flags(a=0, safe_path=False)', 'flags(a=1, safe_path=True)')],
    },
    'sys.path without the current directory': {
      examples: ["''", CWD].map((first) => find('record sys.path', [first, "'/lib'"], ["'/lib'"])),
      others: [
        find('record sys.path', ["'/on/PYTHONPATH'", "'/lib'"], ["'/lib'"]),
        find('record sys.path', ["''", "'/lib'"], ["''", "'/lib'"].toReversed()),
        find('record sys.path', ["''", "'/lib'"], []),
      ],
    },
    'frames of the bootstrap in a traceback': {
      examples: [
        find('output 2', bareTrace, shimTrace),
        find('output 2', inLogging(bareTrace), inLogging(shimTrace)),
        find('output 2', bareTrace.replaceAll(/(?<=.)/g, '\0'), shimTrace.replaceAll(/(?<=.)/g, '\0')),
        find('output 2', faultOf(1, 'runpy.py'), faultOf(1, '<string>')),
        find('output 2', drawn('runpy.py:196'), drawn(`<string>:${findLine('run_module')}`)),
        find(
          'output terminal',
          drawn('runpy.py:196')
            .replaceAll('\n', '\r\n')
            .replaceAll(/^(?=[^ -~])/gm, '\x1b[31m'),
          drawn(`<string>:${findLine('run_module')}`)
            .replaceAll('\n', '\r\n')
            .replaceAll(/^(?=[^ -~])/gm, '\x1b[31m'),
        ),
        find('output terminal', bareTrace.replaceAll('\n', '\r\n'), shimTrace.replaceAll('\n', '\r\n')),
      ],
      others: [
        find('output 2', bareTrace, shimTrace.replace('boom', 'other')),
        find('output 2', bareTrace, `${shimTrace}more\n`),
        find('output 2', bareTrace, `${WARNING}${shimTrace}`, { of: { shell: 'dash' } }),
        find('output 2', faultOf(1, 'runpy.py'), faultOf(2, '<string>')),
        find('output 2', bareTrace, bareTrace.replace('196', '197')),
      ],
    },
    'depth variable': {
      examples: [
        find("record env '_PIPWARD_DEPTH'", undefined, "'1'"),
        find('output 2', drawn("'PATH'"), drawn("'_PIPWARD_DEPTH': '1'")),
      ],
      others: [
        find('output 2', drawn("'PATH'"), drawn("'PIPWARD_X': '1'")),
        find('output 2', drawn("'PATH'"), `${drawn("'_PIPWARD_DEPTH': '1'")}x`),
        find("record env '_PIPWARD_DEPTH'", undefined, "'2'"),
        find("record env '_PIPWARD_FDS'", undefined, "'1'"),
      ],
    },
    "pipward's own variables": {
      examples: [find("record env '_PIPWARD_X'", "'1'", undefined)],
      others: [find("record env 'PIPWARD_X'", "'1'", undefined), find("record env '_PIPWARD_X'", "'1'", "'2'")],
    },
    'output is read along through a pipe': {
      examples: [
        find('record fds 1', ['fd1', '01', 0o100000], ['pipe:[N]', '0100001', 0o010000]),
        find('record fds 1', ['fd1', '01', 0o100000], ['/tmp/pipward-aB3dE_/pipe (deleted)', '0100001', 0o010000]),
        find('record fds 1', ['fd1', '01', 0o100000], ['/tmp/pipward-NPNMl/pipe (deleted)', '0100001', 0o010000]),
        find('record streams 2 flags', 1, 0o100001),
      ],
      others: [
        find('record fds 1', ['fd1', '01', 0o100000], ['pipe:[N]', '0100001', 0o010000], { watched: false }),
        find('record fds 1', undefined, ['pipe:[N]', '0100001', 0o010000]),
        find('record fds 0', ['fd0', '01', 0o100000], ['pipe:[N]', '0100001', 0o010000]),
        find('record fds 1', ['fd1', '01', 0o100000], ['socket:[N]', '0100001', 0o140000]),
        find('record streams 1 flags', 1, 0o104001),
      ],
    },
    'output is read along through a terminal': {
      examples: [
        find('record fds 1', ['terminal', '02', 0o020000], ['/dev/pts/N', '0100002', 0o020000]),
        find('record fds 2', ['/dev/tty', '0100002', 0o020000], ['/dev/pts/N', '0100002', 0o020000]),
        find('record streams 1 flags', 2, 0o100002),
        find('record streams 1 foreground', true, '!OSError 25'),
        find('record streams 2 ttyname', 'terminal', '/dev/pts/9'),
        find('record streams 1 modes', [1280, 5, 191, 35387], [1280, 4, 191, 35387]),
      ],
      others: [
        find('record streams 0 flags', 2, 0o100002),
        find('record streams 1 isatty', true, false),
        find('record streams 1 modes', [1280, 5, 191, 35387], [1280, 4, 191, 0]),
        find('record streams 1 size', [24, 80, 0, 0], [24, 81, 0, 0]),
        find('record streams 1 ttyname', 'terminal', '!OSError 25'),
        find('record fds 1', ['terminal', '02', 0o020000], ['pipe:[N]', '0100001', 0o010000], { watched: false }),
      ],
    },
    'Node is the parent': {
      examples: [
        find('record process is its child', true, false),
        find('record process is its child', false, true),
        find('record process is the process that was started', true, false),
        find('record process leads its session', true, false),
      ],
      others: [
        find('record process is its child', true, false, { watched: false }),
        find('record process leads its group', false, true),
        find('record kernel parent death signal', 10, 9),
        find('record kernel parent death signal', 10, 0, { watched: false }),
        find('record process group is the one that was started', true, false),
        find('record process is in the foreground', true, false),
      ],
    },
    'CONT and WINCH for the whole group': {
      examples: [
        find('signals', '28 18 ', '28 18 18 ', { of: continued, got: ['28 18 ', '28 18 18 '] }),
        find('signals', '28 18 ', '28 28 18 ', { of: continued, got: ['28 18 ', '28 28 18 '] }),
        find('signals', '28 3 ', '28 28 3 ', { of: { steps: [['resize']] }, got: ['28 3 ', '28 28 3 '] }),
        find('signals after each step', [1, 2], [1, 3], { of: continued, got: ['28 18 ', '28 18 18 '] }),
      ],
      others: [
        find('signals', '28 18 ', '28 18 18 ', { got: ['28 18 ', '28 18 18 '] }),
        find('signals', '28 18 ', '28 18 15 15 ', { of: continued, got: ['28 18 ', '28 18 15 15 '] }),
        find('signals', '28 18 ', '18 18 ', { of: continued, got: ['28 18 ', '18 18 '] }),
        find('status', 0, 256, { of: continued, got: ['18 ', '18 18 '] }),
      ],
    },
    'a process that outlives pip': {
      examples: [find('output 1', 'a\nlate\n', 'a\n', { of: leaving })],
      others: [
        find('output 1', 'a\nlate\n', 'a\n'),
        find('output 1', 'a\nlate\n', '', { of: leaving }),
        find('output 1', 'a\nlate\n', 'a\n', { of: leaving, watched: false }),
      ],
    },
    'output that cannot be delivered': {
      examples: [
        find('status', 256, 30_720, { of: full }),
        find('output 2', `a\n${bareTrace}`, 'a\nb\npipward: not written', { of: full }),
        find('status', 0, 30_720, { of: { ...full, actions: [['shell', 'printf b >&2']] } }),
        find('status', 0, 30_720, { of: { ...full, actions: [['leave', 2]] } }),
        find('status', 0, 256, { of: { ...full, wrapper: 'find', actions: [['end', 'signal', 1]] } }),
        find('output 2', `a${bareTrace}`, 'apipward: not written', { of: full }),
        find('status', 13, 30_720, { of: { steps: [['stop-reading', 1]] } }),
        find('output 2', `a\n${bareTrace}`, `${COMPLAINT}a\npipward: not written`, { of: { ...full, ...deleted } }),
        find('status', 256, 512, { of: { ...full, kind: 'real', args: ['install', 'x'] }, watched: false }),
        find('output 1', 'a\nb', 'a\n', { of: { ...full, actions: [['end', 'signal', 6]] }, status: 30_720 }),
        find('output 1', 'a\nb\n', 'a\nc\nb\n', { of: full }),
        find('output 1', 'a\n', 'b\na\n', { of: full }),
        find('output 2', `${COMPLAINT}a\n${bareTrace}`, `${COMPLAINT}${COMPLAINT}a\nb\n`, {
          of: { ...full, ...deleted },
        }),
        find('output 2', `a\n${bareTrace}`, UNDELIVERED, {
          of: { ...full, actions: [['end', 'os', 76]] },
          status: 256,
        }),
        find('output 2', `OSError: [Errno 9] x\n${bareTrace}`, UNDELIVERED, { of: full, status: 256 }),
        find('output 2', '\u00ff\u00fe-\0-\0-\0 \0Logging error', UNDELIVERED, { of: full, status: 0 }),
        find('output 1', 'a\nb', 'a\n', { of: { ...full, wrapper: 'find', actions: [['end', 'os', 76]] } }),
        swallowed('--- Logging error ---\n', 30_720),
        find('file home/x', undefined, '100644 0', { of: { ...full, kind: 'real' }, status: 256, ended: 30_720 }),
      ],
      others: [
        find('file home/x', undefined, '100644 0', { of: { ...full, kind: 'real' }, status: 0, ended: 30_720 }),
        find('file home/x', undefined, '100644 0', { of: { ...full, kind: 'real' }, status: 256 }),
        find('file home/x', '100644 0', undefined, { of: { ...full, kind: 'real' }, status: 256, ended: 30_720 }),
        find('status', 256, 0, { of: full }),
        swallowed('', 30_720),
        swallowed('--- Logging error ---\n', 256),
        find('status', 0, 256, { of: { ...full, actions: [['end', 'signal', 1]] } }),
        find('status', 0, 256, { of: { ...full, actions: [['shell', 'printf b >&2']] } }),
        find('status', 0, 30_720, { of: full }),
        find('status', 256, 30_720),
        find('status', 256, 30_720, { of: full, watched: false }),
        find('status', 256, 512, { of: { ...full, kind: 'real', args: ['list'] }, watched: false }),
        find('output 2', `a\n${bareTrace}`, 'b\n', { of: full }),
        find('output 1', 'a\nb', 'a\n', { of: { ...full, actions: [['end', 'sys', 6]] }, status: 30_720 }),
        find('output 1', 'a\nb\n', 'b\na\n', { of: full }),
        find('output 1', 'a\nb\n', 'a\nxb\n', { of: full }),
        find('output 1', 'a\nb', 'a\n', { of: { ...full, actions: [['end', 'signal', 6]] } }),
        find('output 2', `a\n${bareTrace}`, UNDELIVERED, { of: full, status: 256 }),
      ],
    },
    PWD: {
      examples: [
        find("record env 'PWD'", undefined, CWD),
        find("record env 'PWD'", undefined, "''", { of: { deleteCwd: true } }),
      ],
      others: [
        find("record env 'PWD'", undefined, "'/'"),
        find("record env 'PWD'", undefined, "''"),
        find("record env 'PWD'", undefined, "'/'", { of: { deleteCwd: true } }),
      ],
    },
    'variables that sh overwrites': {
      examples: [
        find("record env 'PWD'", "'/elsewhere'", CWD),
        find("record env 'OPTIND'", "'4'", "'1'"),
        find("record env 'COLUMNS'", "'33'", "'80'", { of: { shell: 'zsh' } }),
        find("record env 'COLUMNS'", "'33'", "'9999'", { of: { shell: 'ksh' } }),
        find("record env 'OLDPWD'", "'/old'", CWD, { of: { shell: 'zsh-sh' } }),
        find("record env 'OLDPWD'", "'/old'", "'.'", { of: { shell: 'zsh-sh', deleteCwd: true } }),
        find("record env 'IFS'", "':'", String.raw`' \t\n'`),
        find("record env '_'", "'/mine'", "'*28493*/x/pipward/node'", { of: { shell: 'ksh' } }),
      ],
      others: [
        find("record env 'PWD'", "'/elsewhere'", undefined),
        find("record env 'OPTIND'", "'4'", "'2'"),
        find("record env 'COLUMNS'", "'33'", "'80'"),
        find("record env 'OLDPWD'", "'/old'", CWD),
        find("record env 'OLDPWD'", "'/old'", "'old'", { of: { shell: 'zsh-sh' } }),
        find("record env 'OPTIND'", undefined, "'1'"),
        find("record env 'IFS'", "':'", "''"),
        find("record env '_'", "'/mine'", "'96364                processes'"),
        find("record env '_'", "'/mine'", "'/x/pipward/node'"),
        find("record env 'FOO'", "'4'", "'1'"),
      ],
    },
    'variables that another /bin/sh adds': {
      examples: [
        find("record env 'SHLVL'", "'3'", "'4'", { of: { shell: 'bash' } }),
        find("record env '_'", undefined, "'/x/bin/python'", { of: { shell: 'zsh' } }),
        find("record env 'LOGNAME'", undefined, "'root'", { of: { shell: 'zsh-sh' } }),
        find("record env 'A__z'", undefined, `'"*SHLVL'`, { of: { shell: 'ksh' } }),
      ],
      others: [
        find("record env 'SHLVL'", "'3'", "'4'"),
        find("record env 'LOGNAME'", undefined, "'root'", { of: { shell: 'bash' } }),
        find("record env 'IFS'", undefined, "' '", { of: { shell: 'bash' } }),
      ],
    },
    'variables that bash counts or checks': {
      examples: [
        find("record env 'SHLVL'", undefined, "'0'", { of: { extra: ALL_NAMED } }),
        find("record env 'SHLVL'", undefined, "'0'", { of: ALL_BUT_FINDS_OWN }),
        find("record env 'OLDPWD'", "'/old'", undefined, { of: { extra: ALL_NAMED } }),
        find("record env 'OLDPWD'", "'/old'", undefined, { of: { shell: 'bash' } }),
        find("record env '_'", "'/mine'", undefined, { of: { shell: 'bash-posix' } }),
        find("record env '_'", "'/mine'", undefined, { of: { extra: ALL_NAMED } }),
      ],
      others: [
        find("record env 'SHLVL'", undefined, "'0'"),
        find("record env 'SHLVL'", undefined, "'0'", { of: { ...ALL_BUT_FINDS_OWN, wrapper: 'none' } }),
        find("record env 'SHLVL'", undefined, "'0'", { of: { ...ALL_BUT_FINDS_OWN, io: ['pipe', 'pipe', 'pipe'] } }),
        find("record env 'SHLVL'", "'3'", "'4'", { of: { extra: ALL_NAMED } }),
        find("record env 'OLDPWD'", "'/old'", "'/new'", { of: { extra: ALL_NAMED } }),
        find("record env 'OLDPWD'", "'/old'", undefined, { of: { extra: { 3: 'null' } } }),
      ],
    },
    'variables that mean something to another /bin/sh': {
      examples: [
        find("record env 'RANDOM'", "'5'", "'7327'", { of: { shell: 'mksh' } }),
        find("record env 'RANDOM'", "'5'", undefined, { of: { extra: ALL_NAMED } }),
        find("record env 'PS1'", "'$ '", undefined, { of: { shell: 'bash' } }),
        find("record env 'PS1'", "'$ '", "'# '", { of: { shell: 'mksh' } }),
        find("record env 'PS1'", "'$ '", undefined, { of: { extra: ALL_NAMED } }),
      ],
      others: [
        find("record env 'RANDOM'", "'5'", "'7327'"),
        find("record env 'RANDOM'", "'5'", undefined, { of: { extra: { 3: 'null' } } }),
        find("record env 'PS1'", "'$ '", undefined, { of: { shell: 'busybox' } }),
      ],
    },
    "nohup's file": {
      examples: [
        find('file cwd/nohup.out', '100600 0 a', '100600 0 b', { of: { wrapper: 'nohup', io: ['pty', 'pty', 'pty'] } }),
        find('file home/nohup.out', '100600 0 a', '100600 0 b', {
          of: { wrapper: 'nohup', io: ['pty', 'pty', 'pty'] },
        }),
      ],
      others: [
        find('file cwd/nohup.out', '100600 0 a', '100600 0 b', { of: { io: ['pty', 'pty', 'pty'] } }),
        find('file cwd/nohup.out', '100600 0 a', undefined, { of: { wrapper: 'nohup', io: ['pty', 'pty', 'pty'] } }),
        find('file cwd/x', '100600 0 a', '100600 0 b', { of: { wrapper: 'nohup', io: ['pty', 'pty', 'pty'] } }),
      ],
    },
    'death by a real-time signal': {
      examples: [
        find('status', 34, 0, { of: { args: ['-v'], actions: [['end', 'signal', 34]] } }),
        find('output 2', 'bash: line 1: PID Real-time signal 6      "$@"\n', '', {
          of: { args: [], actions: [['end', 'signal', 40]] },
        }),
        find('output 2', 'find: x terminated by signal 34\n', '', {
          of: { args: [], actions: [['end', 'signal', 34]] },
        }),
      ],
      others: [
        find('status', 34, 0, { of: { args: ['list'], actions: [['end', 'signal', 34]] } }),
        find('status', 10, 0, { of: { args: ['-v'], actions: [['end', 'signal', 10]] } }),
        find('status', 34, 256, { of: { args: ['-v'], actions: [['end', 'signal', 34]] } }),
      ],
    },
    'byte order mark': {
      examples: [
        find('output 2', '\u00ff\u00feE\0', 'E\0'),
        find('output 1', 'old\n\u00ff\u00fen\0', 'old\nn\0'),
        find('output 1', '\u00ff\u00fea\u00ff\u00feb', 'ab', { of: { io: ['null', 'file', 'same'] } }),
      ],
      others: [
        find('output 2', '\u00ff\u00feE\0', 'F\0'),
        find('output 2', 'E\0', '\u00ff\u00feE\0'),
        find('output 1', '\u00ff\u00fea\u00ff\u00feb', 'ab'),
        find('output 2', '\u00ff\u00feE\0', 'E\0', { watched: false }),
      ],
    },
    'a shell warns of a locale': {
      examples: [
        find('output 2', 'a\n', `${WARNING}a\n`, { of: { shell: 'bash-posix' } }),
        find('output 2', 'a\n', 'W: /bin/mksh: setlocale: Invalid argument\na\n', { of: { shell: 'mksh' } }),
        find('output 2', 'a\n', `${WARNING}a\n`, { of: { extra: ALL_NAMED } }),
      ],
      others: [
        find('output 2', 'a\n', `${WARNING}a\n`),
        find('output 2', 'a\n', WARNING, { of: { shell: 'bash' } }),
        find('output 2', 'a\n', 'bash: warning: other\na\n', { of: { shell: 'bash' } }),
      ],
    },
    'program that the caller started': {
      examples: [
        find("record env '_'", "'/x/bin/python'", "'/y/shims/pip'"),
        find("record env '_'", "'/x/bin/python'", "'/usr/bin/dash'", { of: { shell: 'dash' } }),
      ],
      others: [
        find("record env '_'", "'/usr/bin/x'", "'/y/shims/pip'"),
        find("record env '_'", "'/x/bin/python'", "'processes'"),
        find("record env '_'", undefined, "'/y/shims/pip'"),
      ],
    },
    "variables named like the shim's": {
      examples: [find("record env 'pipward_way'", "'fast'", "'decide'")],
      others: [find("record env 'PIPWARD_FOO'", "'1'", undefined), find("record env 'my_pipward_way'", "'1'", "'2'")],
    },
    'the terminal hangs up': {
      examples: [
        find('signals', '10 ', '', {
          of: { wrapper: 'sh', io: ['pty', 'pty', 'pty'], steps: [['group', 10]] },
          status: 10,
        }),
      ],
      others: [
        find('signals', '10 ', '', { of: { wrapper: 'sh', io: ['pty', 'pty', 'pty'], steps: [['group', 10]] } }),
        find('signals', '10 ', '', {
          of: { wrapper: 'sh', io: ['pty', 'pty', 'pty'], steps: [['process', 10]] },
          status: 10,
        }),
        find('signals', '10 ', '', {
          of: { wrapper: 'none', io: ['pty', 'pty', 'pty'], steps: [['group', 10]] },
          status: 10,
        }),
        find('signals', '10 ', '3 ', {
          of: { wrapper: 'sh', io: ['pty', 'pty', 'pty'], steps: [['group', 10]] },
          status: 10,
        }),
      ],
    },
    'stty fits its lines to COLUMNS': {
      examples: [
        find('output terminal', 'a\r\nspeed 38400 baud;\r\n', 'a\r\nspeed 38400 baud; rows 24;\r\n', {
          of: { shell: 'zsh', env: [['COLUMNS', '33']] },
        }),
      ],
      others: [
        find('output terminal', 'speed 38400 baud;\r\n', 'speed 38400 baud; rows 24;\r\n', {
          of: { env: [['COLUMNS', '33']] },
        }),
        find('output terminal', 'speed 38400 baud;\r\n', 'speed 38400 baud; rows 24;\r\n', { of: { shell: 'zsh' } }),
        find('output terminal', 'a\r\nspeed 1 baud;\r\n', 'b\r\nspeed 1 baud; rows 2;\r\n', {
          of: { shell: 'zsh', env: [['COLUMNS', '33']] },
        }),
      ],
    },
    'signals that other shells take for themselves': {
      examples: [
        findMask('SigIgn', 'zsh', '09381000', '01001000'),
        findMask('SigIgn', 'zsh', '01011004', '01001000'),
        findMask('SigIgn', 'ksh', '09381000', '01381000'),
        findMask('SigIgn', 'ksh', '01003200', '01001200'),
        findMask('SigIgn', 'mksh', '01011000', '01001000'),
        findMask('SigIgn', 'direct', '09391000', '09381000'),
        findMask('SigIgn', 'busybox', '01011000', '01001000'),
        findMask('SigBlk', 'zsh-sh', '08010200', '00000200'),
        findMask('SigBlk', 'bash-posix', '00010200', '00000200'),
        findMask('SigBlk', 'mksh', '08014202', '00000000'),
        find('record status SigBlk', '\t0000000000010000', '\t0000000000000000', { of: { extra: ALL_NAMED } }),
        find('record status SigBlk', '\t0000000000004200', '\t0000000000000000', {
          of: { extra: ALL_NAMED, shell: 'mksh' },
        }),
      ],
      others: [
        findMask('SigIgn', 'direct', '09381000', '01381000'),
        findMask('SigIgn', 'zsh', '01011006', '01001002'),
        findMask('SigIgn', 'dash', '01011004', '01001000'),
        findMask('SigIgn', 'ksh', '09381000', '01001000'),
        findMask('SigIgn', 'bash', '09381000', '01381000'),
        findMask('SigIgn', 'mksh', '01001002', '01001000'),
        findMask('SigIgn', 'zsh', '09381002', '01001000'),
        findMask('SigIgn', 'zsh', '01001000', '09381000'),
        findMask('SigBlk', 'zsh', '08000002', '00000000'),
        findMask('SigBlk', 'bash', '08000000', '00000000'),
        findMask('SigBlk', 'direct', '00010000', '00000000'),
        findMask('SigCgt', 'zsh', '08000000', '00000000'),
      ],
    },
    'death by a signal that another shell takes for itself': {
      examples: [
        find('status', 0, 40, { of: blockedEnd('ksh', 40), ended: 40 }),
        find('status', 0, 14, { of: ignoredEnd('mksh', 14), ended: 14 }),
        find('output 2', '', 'Real-time signal 6\n', { of: blockedEnd('ksh', 40), ended: 168 << 8 }),
        find('output 1', 'a\nb\n', 'a\n', { of: blockedEnd('mksh', 15), ended: 143 << 8 }),
      ],
      others: [
        find('status', 0, 40, { of: blockedEnd('dash', 40), ended: 40 }),
        find('status', 0, 40, { of: { ...blockedEnd('ksh', 40), before: [] }, ended: 40 }),
        find('status', 0, 14, { of: ignoredEnd('zsh', 14), ended: 14 }),
        find('status', 0, 256, { of: blockedEnd('ksh', 40), ended: 256 }),
        find('status', 40, 0, { of: blockedEnd('ksh', 40), status: 40 }),
        find('output 2', 'a\n', 'Real-time signal 6\n', { of: blockedEnd('ksh', 40), ended: 40 }),
      ],
    },
    'how children end where CHLD is ignored': {
      examples: [
        crash('output 1', { ...failedChild, of: { deleteCwd: false, before: [['ignore', 17]] } }),
        crash('status', { ...failedChild, of: { deleteCwd: false, before: [['ignore', 17]] } }),
      ],
      others: [
        crash('output 1', { ...failedChild, of: { deleteCwd: false } }),
        crash('output 1', { ...failedChild, of: { deleteCwd: false, before: [['block', 17]] } }),
        crash('output 1', { bare: failedChild.shim, shim: '', of: { deleteCwd: false, before: [['ignore', 17]] } }),
        crash('record cwd', { ...failedChild, of: { deleteCwd: false, before: [['ignore', 17]] } }),
      ],
    },
    'QUIT together with INT': {
      examples: [
        findMask('SigIgn', 'busybox', '01001203', '01001207'),
        findMask('SigIgn', 'bash', '00000004', '00000000'),
        findMask('SigIgn', 'ksh', '01001004', '01001000'),
      ],
      others: [
        findMask('SigIgn', 'direct', '01001203', '01001207'),
        findMask('SigIgn', 'busybox', '00000000', '00000004'),
        findMask('SigIgn', 'busybox', '00000006', '00000002'),
        findMask('SigIgn', 'busybox', '00000201', '00000207'),
      ],
    },
    'end of a child of sh': {
      examples: [find('record status ShdPnd', NO_SIGNAL, PENDING, { of: { before: [['block', 17]] } })],
      others: [
        find('record status ShdPnd', NO_SIGNAL, PENDING),
        find('record status ShdPnd', NO_SIGNAL, PENDING, { of: { before: [['ignore', 17]] } }),
        find('record status ShdPnd', NO_SIGNAL, PENDING.replace('1', '2'), { of: { before: [['block', 17]] } }),
      ],
    },
    'names that are not identifiers': {
      examples: [
        find("record env 'a-b'", "'1'", undefined),
        find("record env 'BASH_FUNC_x%%'", "'() { echo; }'", undefined, { of: { shell: 'busybox' } }),
        find("record env 'BASH_FUNC_x%%'", "'() { echo; }'", String.raw`'() {  echo\n}'`, { of: { shell: 'bash' } }),
      ],
      others: [
        find("record env 'a-b'", "'1'", undefined, { of: { shell: 'bash' } }),
        find("record env 'a-b'", "'1'", "'2'"),
        find("record env 'BASH_FUNC_x%%'", "'() { echo; }'", undefined, { of: { shell: 'bash' } }),
        find("record env 'FOO'", "'1'", undefined),
      ],
    },
    'what was shown today': {
      examples: [
        find('file home/.local', undefined, '40700 0'),
        find('file home/.local/state/pipward/shown/some-name', undefined, '100600 0 hash'),
      ],
      others: [
        find('file home/.local', '40755 0', '40700 0'),
        find('file home/.local/share', undefined, '40700 0'),
        find('file home/.local/state/pipward/other', undefined, '100600 0 hash'),
        find('file cwd/.local', undefined, '40700 0'),
      ],
    },
    'crash of ksh': {
      examples: [
        find('status', 256, ABORTED, { of: { shell: 'ksh', extra: { 63: 'file' } }, ended: ABORTED }),
        find('output 2', 'ERROR: x\n', 'double free\n', { of: { shell: 'ksh', extra: { 60: 'file' } }, ended: 6 }),
        find('file home/x', '100644 0', undefined, { of: { shell: 'ksh', extra: { 6: 'null' } }, ended: 11 }),
      ],
      others: [
        find('status', 256, ABORTED, { of: { shell: 'mksh', extra: { 63: 'file' } }, ended: ABORTED }),
        find('status', 256, ABORTED, { of: { shell: 'ksh' }, ended: ABORTED }),
        find('status', 256, 512, { of: { shell: 'ksh', extra: { 63: 'file' } }, ended: 512 }),
        find('status', ABORTED, 139, { of: { shell: 'ksh', extra: { 6: 'null' } }, status: ABORTED, ended: 139 }),
        find('record cwd', undefined, 'x', { of: { shell: 'ksh', extra: { 63: 'file' } }, ended: ABORTED }),
      ],
    },
    'deleted directory': {
      examples: [
        find('output 2', 'a\n', `${COMPLAINT}a\n`, { of: deleted }),
        find('output terminal', 'a\nb\n', `a\n${COMPLAINT}b\n`, { of: deleted }),
        find('output 1', bareTrace, `${COMPLAINT}${COMPLAINT}${shimTrace.replace('<string>', 'other')}`, {
          of: deleted,
        }),
      ],
      others: [
        find('output 2', 'a\n', `${COMPLAINT}a\n`),
        find('output 2', 'a\n', COMPLAINT, { of: deleted }),
        find('output 2', 'a\n', `b\n${COMPLAINT}`, { of: deleted }),
        find('output 2', 'a\n', 'sh: 0: cannot open x: No such file or directory\na\n', { of: deleted }),
      ],
    },
    'a file that a child opens again': {
      examples: [
        find('output 2', 'x\n', 'word 1\nx\n', { of: reopening }),
        find('output 1', '/bin/sh: 1: cannot create /dev/stderr: No such device or address\ny\n', 'x\ny\n', {
          of: { ...reopening, io: ['null', 'socket', 'same'] },
        }),
        find('output 2', '/bin/sh: 1: cannot create /dev/stdout: No such device or address\n', '', {
          of: { actions: [['shell', 'echo y >/dev/stdout']], io: ['null', 'socket', 'file'] },
        }),
        find('output 1', '\0\0\0b\nx\n', 'a\nx\nb\n', { of: { ...reopening, io: ['null', 'file', 'same'] } }),
        find('output 2', bareTrace, `x\n${shimTrace}`, { of: reopening }),
      ],
      others: [
        find('output 2', 'x\n', 'word 1\n', { of: reopening }),
        find('output 2', 'x\n', 'word 1\nx\n', { of: { ...reopening, io: ['null', 'pipe', 'pipe'] } }),
        find('output 2', 'x\n', 'word 1\nx\n', { of: { ...reopening, actions: [['shell', 'echo x']] } }),
        find('output terminal', 'x\n', 'word 1\nx\n', { of: reopening }),
      ],
    },
    'time in an archive': {
      examples: [
        find('file cwd/a-1-py3-none-any.whl', `100644 0 ${'a'.repeat(32)}`, `100644 0 ${'b'.repeat(32)}`, {
          of: { kind: 'real' },
        }),
      ],
      others: [
        find('file cwd/a-1-py3-none-any.whl', `100644 0 ${'a'.repeat(32)}`, `100600 0 ${'b'.repeat(32)}`, {
          of: { kind: 'real' },
        }),
        find('file cwd/a-1-py3-none-any.whl', undefined, `100644 0 ${'b'.repeat(32)}`, { of: { kind: 'real' } }),
        find('file cwd/a.txt', `100644 0 ${'a'.repeat(32)}`, `100644 0 ${'b'.repeat(32)}`, { of: { kind: 'real' } }),
      ],
    },
    'crash in a deleted directory': {
      examples: [
        crash('output 2', {}),
        crash('status', {}),
        crash('output 2', { shim: `${COMPLAINT}ERROR: unknown command "cache"\n` }),
        crash('status', { bare: MAIN_TRACE }),
        crash('output 2', { bare: MAIN_TRACE }),
        crash('file home/pip.log', { bare: MAIN_TRACE }),
        crash('output 2', { bare: MAIN_TRACE.replaceAll(/(?<=.)/g, '\0') }),
        crash('output 2', { bare: MAIN_TRACE, shim: RICH_TRACE }),
        crash('output 2', { bare: MAIN_TRACE, shim: `ERROR: Exception:\n${TRACEBACK}${NO_DIRECTORY}` }),
        crash('output 2', { bare: MAIN_TRACE.replaceAll(/os\.getcwd|FileNotFoundError/g, '\x1b[31m$&\x1b[0m') }),
        crash('output 2', { bare: MAIN_TRACE, shim: `ERROR: Exception:\n${TRACEBACK}ConnectionError: x\n` }),
        crash('output 2', { bare: MAIN_TRACE, shim: `\x1b[31mException:\n${TRACEBACK}${NO_DIRECTORY}` }),
        find('status', 256, 512, { of: { kind: 'real', ...deleted, io: ['null', 'pipe', 'null'] }, status: 256 }),
        find('status', 256, 512, { of: { kind: 'real', ...deleted, io: ['null', 'null', 'same'] }, status: 256 }),
      ],
      others: [
        find('status', 256, 512, { of: { kind: 'real', ...deleted, io: ['null', 'pipe', 'pipe'] }, status: 256 }),
        find('status', 256, 512, { of: { kind: 'real', ...deleted, io: ['null', 'pipe', 'same'] }, status: 256 }),
        find('status', 512, 256, { of: { kind: 'real', ...deleted, io: ['null', 'pipe', 'null'] }, status: 512 }),
        crash('output 2', { of: { deleteCwd: false } }),
        crash('output 2', { of: { kind: 'fake' } }),
        crash('output 2', { shim: TRACEBACK }),
        crash('output 2', { shim: `${TRACEBACK}${NO_DIRECTORY}` }),
        crash('output 2', { bare: `${TRACEBACK}FileNotFoundError: [Errno 2] No such file or directory\n` }),
        crash('file home/x', {}),
        crash('record env', { bare: MAIN_TRACE }),
        crash('status', { bare: MAIN_TRACE, of: { deleteCwd: false } }),
        crash('status', { bare: MAIN_TRACE.replace('pip/__main__.py', 'pip/__init__.py') }),
      ],
    },
  };

test('every entry has an example here, a name of its own and a reason', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(KNOWN_DIFFERENCES.map(({ name }) => name).toSorted());
  expect(KNOWN_DIFFERENCES.filter(({ reason }) => reason.length < 20)).toEqual([]);
});

describe.each(Object.entries(CASES))('%s', (name, { examples, others }) => {
  test.each(examples)('explains $difference.key: $difference.bare, $difference.shim', (finding) => {
    const matching = KNOWN_DIFFERENCES.filter(({ matches }) => matches(finding));
    expect(matching.map((known) => known.name)).toEqual([name]);
  });

  test.each(others)('does not explain $difference.key: $difference.bare, $difference.shim', (finding) => {
    expect(findKnown(finding)?.name).not.toBe(name);
  });
});

test('two known differences in one output are explained', () => {
  const both = find('output 2', bareTrace, `${WARNING}${shimTrace}`, { of: { shell: 'bash' } });
  expect(findKnown(both)).not.toBeNull();
  const more = find('output 2', bareTrace, `${WARNING}${shimTrace}more\n`, { of: { shell: 'bash' } });
  expect(findKnown(more)).toBeNull();
});

test.each(['status', 'output 1', 'terminal modes at the end', 'survivors', 'record cwd', 'record umask'])(
  'nothing explains another %s',
  (key) => {
    expect(findKnown(find(key, 'one', 'other'))).toBeNull();
  },
);
