import type { Block } from '../../../model/diagnostic.ts';
import type { PythonVersion } from '../../../model/environment.ts';
import type { CallFacts } from '../../../model/facts.ts';
import { aptBlock, isDistributionPython, noteBlock } from '../../shared/fixes.ts';

/** Modules that every Python has had since 2.7. */
const ALWAYS =
  `abc argparse array ast base64 bisect calendar cmath cmd code codecs collections contextlib copy csv ctypes datetime decimal
  difflib dis email fractions ftplib functools gc getopt getpass gettext glob gzip hashlib heapq hmac imaplib importlib inspect io
  itertools json keyword linecache locale logging marshal math mimetypes mmap multiprocessing numbers operator optparse os pdb
  pickle pkgutil platform plistlib poplib pprint profile pydoc random re runpy sched select shelve shlex shutil signal site
  smtplib socket sqlite3 ssl stat string struct subprocess symtable sys sysconfig tarfile tempfile textwrap threading time timeit
  token tokenize trace traceback types unicodedata unittest urllib uuid warnings wave weakref webbrowser wsgiref xml zipfile zipimport zlib`
    .trim()
    .split(/\s+/);

/** Modules with the first minor version of Python 3 that has them, and the first that has not. */
const SOME: Readonly<Record<string, readonly [since: number, until?: number]>> = {
  aifc: [0, 13],
  asynchat: [0, 12],
  asyncio: [4],
  asyncore: [0, 12],
  builtins: [0],
  cgi: [0, 13],
  concurrent: [2],
  configparser: [0],
  contextvars: [7],
  copyreg: [0],
  crypt: [0, 13],
  curses: [0],
  dataclasses: [7],
  distutils: [0, 12],
  enum: [4],
  faulthandler: [3],
  fcntl: [0],
  graphlib: [9],
  grp: [0],
  html: [0],
  http: [0],
  imp: [0, 12],
  ipaddress: [3],
  lzma: [3],
  nntplib: [0, 13],
  pathlib: [4],
  pipes: [0, 13],
  pty: [0],
  pwd: [0],
  queue: [0],
  readline: [0],
  reprlib: [0],
  resource: [0],
  secrets: [6],
  selectors: [4],
  smtpd: [0, 12],
  socketserver: [0],
  statistics: [4],
  syslog: [0],
  telnetlib: [0, 13],
  termios: [0],
  tkinter: [0],
  tomllib: [11],
  tracemalloc: [4],
  turtle: [0],
  typing: [5],
  venv: [3],
  xmlrpc: [0],
  zipapp: [5],
  zoneinfo: [9],
};

/** Only on systems that are like Unix. */
const UNIX = ['curses', 'fcntl', 'grp', 'pty', 'pwd', 'readline', 'resource', 'syslog', 'termios'];

/** Whether a module is part of this Python, so that there is nothing to install. Of an unknown version only what is beyond doubt. */
export function isStandardModule(name: string, version: PythonVersion | null, isWindows = false): boolean {
  // As it is imported, and as it is often typed: Tkinter, JSON.
  const module = name.toLowerCase();
  if (isWindows && UNIX.includes(module)) return false;
  if (ALWAYS.includes(module)) return true;
  if (!Object.hasOwn(SOME, module)) return false;
  const [since, until = Number.POSITIVE_INFINITY] = SOME[module] ?? [Number.POSITIVE_INFINITY];
  if (version === null) return since <= 7 && until === Number.POSITIVE_INFINITY;
  return version.major === 3 && version.minor >= since && version.minor < until;
}

/** What to do where tkinter is missing: no index has it. */
export function missingTkBlock(facts: CallFacts): Block {
  if (facts.tools.apt && isDistributionPython(facts)) {
    return aptBlock('install it: Debian has it in a separate package', facts, 'python3-tk');
  }
  return noteBlock(
    facts.platform === 'win32'
      ? 'if it is missing, start the installer of this Python again: Modify, then "tcl/tk and IDLE"'
      : 'if it is missing, this Python was built without Tk',
  );
}
