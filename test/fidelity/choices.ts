import type { Precondition, Standard } from './case.ts';

/** The Pythons that cases ask for; one that is not here is replaced (environments.ts). */
export const VERSIONS = ['3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13'];

/** How the shim is run: by its #! line, or as a script of another shell that may be /bin/sh somewhere. */
export const SHELLS: Readonly<Record<string, readonly string[]>> = {
  direct: [],
  dash: ['dash'],
  bash: ['bash'],
  'bash-posix': ['bash', '--posix'],
  busybox: ['busybox', 'sh'],
  ksh: ['ksh'],
  mksh: ['mksh'],
  zsh: ['zsh'],
  'zsh-sh': ['zsh', '--emulate', 'sh'],
};

/** What stands between the caller and pip. `xargs` gets the arguments from a file, `find` a `;` at the end. */
export const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  none: [],
  nohup: ['nohup'],
  timeout: ['timeout', '900'],
  'timeout-foreground': ['timeout', '--foreground', '900'],
  setsid: ['setsid', '-w'],
  nice: ['nice', '-n', '3'],
  env: ['env', '-u', 'FOO'],
  sh: ['sh', '-c', '"$@"; exit $?', 'sh'],
  'bash-background': ['bash', '-c', '"$@" & wait $!', 'bash'],
  'bash-trap': ['bash', '-c', 'trap "" INT HUP PIPE USR1; exec "$@"', 'bash'],
  zsh: ['zsh', '-fc', '"$@"; exit $?', 'zsh'],
  setarch: ['setarch', '-R'],
  ionice: ['ionice', '-c3'],
  'dash-jobs': ['dash', '-mc', '"$@"; exit $?', 'dash'],
  xargs: ['xargs', '-0', '-a', '{run}/arguments'],
  find: ['find', '/etc/passwd', '-exec'],
};

/** Arguments that a shell, Node or Python may take for something else. */
export const ODD_ARGUMENTS = [
  ['', ' ', 'a b', '\n', 'x\ny\n', "'", '"', '$HOME', '`id`', '$(id)', '*', '?', '[a]', '~', '\\', '\\n', '-', '--'],
  ['#x', '!x', 'ü', '日本', '\u2028', '\udcff\udcfe', 'a\udce4\n', 'a'.repeat(5000), '%s%%', ';ls', '|', '&', '>x'],
  ['\t', '\u0001\u007f', 'a=b', '{a,b}', '\r', '\u001b[31m'],
].flat();

export const PLAIN_ARGUMENTS = ['--user', '--python', 'x', '-r', 'req.txt', '--target=t', '-q', 'tiny'];

/** First arguments: each subcommand of pip, and words that are not subcommands. */
export const FIRST_ARGUMENTS = [
  ['install', 'download', 'uninstall', 'wheel', 'lock', 'freeze', 'list', 'show', 'check', 'config', 'cache', 'index'],
  ['search', 'hash', 'debug', 'help', 'inspect', '--version', '-h', '', 'bogus', '-v', '--isolated', '--no-input'],
  ['instal'],
].flat();

/** Variables that sh, Node, Python or pip read, or that a shell cannot hold. */
export const VARIABLES: readonly (readonly [string, string])[] = (
  [
    ['TERM', 'dumb', 'xterm-256color'],
    ['NO_COLOR', '1'],
    ['FORCE_COLOR', '1'],
    ['CI', 'true'],
    ['GITHUB_ACTIONS', 'true'],
    ['LC_ALL', 'C', 'C.UTF-8', 'de_DE.UTF-8'],
    ['LC_CTYPE', 'POSIX'],
    ['LANG', 'nonsense'],
    ['PYTHONIOENCODING', 'latin-1', 'utf-16:replace'],
    ['PYTHONUNBUFFERED', '1'],
    ['PYTHONUTF8', '1', '0'],
    ['PYTHONDEVMODE', '1'],
    ['PYTHONWARNINGS', 'default'],
    ['PYTHONDONTWRITEBYTECODE', '1'],
    ['PYTHONSAFEPATH', '1'],
    ['PYTHONNOUSERSITE', '1'],
    ['PYTHONHASHSEED', '0'],
    ['PYTHONVERBOSE', ''],
    ['PYTHONOPTIMIZE', '2'],
    ['PYTHONFAULTHANDLER', '1'],
    ['COLUMNS', '33'],
    ['LINES', '9'],
    ['PWD', '/elsewhere'],
    ['OLDPWD', '/old'],
    ['SHLVL', '3'],
    ['_', '/usr/bin/x'],
    ['IFS', ':'],
    ['PS1', '$ '],
    ['PS4', '+ '],
    ['ENV', '/nope'],
    ['CDPATH', '/tmp'],
    ['OPTIND', '4'],
    ['MAIL', '/x'],
    ['POSIXLY_CORRECT', '1'],
    ['BASH_FUNC_x%%', '() { echo; }'],
    ['a-b', '1'],
    ['NODE_OPTIONS', '--nope'],
    ['NODE_EXTRA_CA_CERTS', '/x'],
    ['NODE_PATH', '/x'],
    ['NODE_ENV', 'production'],
    ['LD_LIBRARY_PATH', '/nope'],
    ['FOO', '\udcff\udcfe', 'multi\nline\n', 'x'.repeat(60_000), '', '$(touch {box}/cwd/injected)'],
    ['TMPDIR', '{box}/tmp', '/nonexistent'],
    ['HOME', '', '/nonexistent'],
    ['TZ', 'Asia/Tokyo'],
    ['UV_THREADPOOL_SIZE', '1'],
    ['PIPWARD_ADVICE', 'short', 'off'],
    ['PIPWARD_FOO', '1'],
    ['_PIPWARD_X', '1'],
    ['pipward_way', 'fast'],
    ['MALLOC_ARENA_MAX', '1'],
    ['SSL_CERT_FILE', '/x'],
    ['CONDA_PREFIX', ''],
    ['RANDOM', '5'],
    ['SECONDS', '5'],
    ['HISTFILE', '/x'],
    ['path', '/x'],
    ['argv', 'x'],
    ['status', '7'],
    ['UID', '5'],
    ['NULLCMD', 'x'],
    ['A1', '\\'],
    ['SIGINT', '2'],
    ['GLOBIGNORE', '*'],
  ] as const
).flatMap(([name, ...values]) => values.map((value) => [name, value] as const));

const MEBIBYTE = 1 << 20;
const [HUP, INT, QUIT, ABRT, USR1, SEGV, PIPE, ALRM, TERM, CHLD] = [1, 2, 3, 6, 10, 11, 13, 14, 15, 17];
const [TSTP, TTIN, TTOU, XFSZ, VTALRM, PROF, WINCH, REALTIME] = [20, 21, 22, 25, 26, 27, 28, 40];

export const PRECONDITIONS: readonly Precondition[] = [
  ...[[INT, QUIT], [HUP], [PIPE], [CHLD], [TERM], [TSTP, TTIN, TTOU], [USR1, ALRM], [XFSZ], [REALTIME], [QUIT]].map(
    (signals): Precondition => ['ignore', ...signals],
  ),
  ...[[WINCH], [PROF, VTALRM], [ABRT, SEGV]].map((signals): Precondition => ['ignore', ...signals]),
  ...[[INT], [USR1, TERM], [REALTIME], [CHLD], [WINCH]].map((signals): Precondition => ['block', ...signals]),
  ['umask', 0],
  ['umask', 0o77],
  ['umask', 0o777],
  // Soft and hard limit; null: the hard one stays.
  ['limit', 'NOFILE', 64, null],
  ['limit', 'NOFILE', 500, 800],
  ['limit', 'NOFILE', 256, 256],
  ['limit', 'CORE', 0, 0],
  ['limit', 'STACK', MEBIBYTE, null],
  ['limit', 'AS', 4096 * MEBIBYTE, 8192 * MEBIBYTE],
  ['limit', 'DATA', 2048 * MEBIBYTE, null],
  ['limit', 'FSIZE', 1024 * MEBIBYTE, null],
  ['limit', 'CPU', 500, 600],
  ['limit', 'MEMLOCK', 0, null],
  ['limit', 'SIGPENDING', 100, null],
  ['limit', 'NPROC', 3000, null],
  ['nice', 2],
  ['nice', 7],
  ['oom', 300],
  ['affinity'],
  ['no-new-privileges'],
  ['parent-death'],
  ['scheduling'],
];

type Choice = readonly [stdin: readonly Standard[], stdout: readonly Standard[], stderr: readonly Standard[]];

/** More than once: chosen more often. */
export const WITHOUT_TERMINAL: Choice = [
  ['null', 'null', 'pipe', 'file', 'socket', 'closed'],
  ['pipe', 'pipe', 'pipe', 'pipe', 'file', 'append', 'null', 'socket', 'closed', 'full', 'read-only'],
  ['pipe', 'pipe', 'pipe', 'pipe', 'same', 'same', 'same', 'file', 'append', 'null', 'socket', 'closed', 'full'],
];

export const ON_TERMINAL: Choice = [
  ['pty', 'pty', 'null', 'pipe', 'closed'],
  ['pty', 'pty', 'pipe', 'file', 'tty'],
  ['pty', 'pty', 'pipe', 'tty', 'null', 'closed'],
];

export const SIZES: readonly (readonly [number, number])[] = [
  [24, 80],
  [50, 200],
  [0, 0],
  [1, 1],
  [24, 30],
  [9999, 9999],
];
