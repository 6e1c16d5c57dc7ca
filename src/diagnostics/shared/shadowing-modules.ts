import type { CallContext } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';

/** Modules of the standard library, of all Pythons from 2.7 on and of all systems: where one is missing, a file of that name runs too. */
const STANDARD = `
  __future__ abc aifc annotationlib antigravity anydbm argparse array ast asynchat asyncio asyncore atexit audioop
  base64 BaseHTTPServer bdb binascii binhex bisect bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop
  collections colorsys commands compileall compression concurrent configparser ConfigParser contextlib contextvars
  Cookie cookielib copy copy_reg copyreg cPickle cProfile crypt cStringIO csv ctypes curses dataclasses datetime dbm
  decimal difflib dis distutils doctest dummy_thread dummy_threading email encodings ensurepip enum errno
  faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass
  gettext glob graphlib grp gzip hashlib heapq hmac html htmlentitydefs HTMLParser http httplib imaplib imghdr imp
  importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox mailcap marshal math
  md5 mimetools mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path
  numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform
  plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat Queue
  queue quopri random re readline repr reprlib resource rfc822 rlcompleter runpy sched secrets select selectors sets
  sha shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver SocketServer spwd sqlite3 sre_compile
  sre_constants sre_parse ssl stat statistics string StringIO stringprep strop struct subprocess sunau symbol
  symtable sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter
  token tokenize tomllib trace traceback tracemalloc tty turtle types typing unicodedata unittest urllib urllib2
  urlparse UserDict UserList UserString uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib
  xml xmlrpc xmlrpclib zipapp zipfile zipimport zlib zoneinfo`
  .trim()
  .split(/\s+/);

/** pip itself, and what its releases import if it is there. Python imports no other name for pip or venv. */
const OPTIONAL =
  'pip setuptools pkg_resources wheel truststore keyring certifi chardet cchardet colorama simplejson brotli ' +
  'brotlicffi zstandard OpenSSL cryptography socks redis lockfile java org jnius android';

const NAMES = new Set([...STANDARD, ...OPTIONAL.split(' ')]);

/** Folders that may be packages: each must be listed. */
const MAX_PLACES = 300;

/** Endings of files that Python imports: `.pyc` without its source too. */
const IMPORTED = /\.(?:py[cdow]?|so|dll)$/;

/**
 * Returns whether `python -m pip` or `python -m venv` would run a file of the current directory in place of Python's own:
 * -m puts that directory first on sys.path. A folder counts if it is a package; an environment named `venv` is not.
 */
export function holdsShadowingModule({
  cwd,
  home,
  files,
  platform,
}: Pick<CallContext, 'cwd' | 'home' | 'files' | 'platform'>): boolean {
  const paths = pathsOf(platform);
  // Commands for a deleted directory begin with `cd`.
  const folder = cwd ?? home;
  if (folder === null) return false;
  const found = files.list(folder);
  // A directory that cannot be listed, or has too many names, looks empty; Python finds what is in it all the same.
  if (found.length === 0) return [...NAMES].some((name) => hasModule(name));
  const places = found.filter((entry) => {
    const [name = '', ...ending] = entry.split('.');
    return shadows(name) && (ending.length === 0 || IMPORTED.test(entry));
  });
  // Commands that are safe where there is such a module work everywhere else, too.
  if (places.length > MAX_PLACES) return true;
  return places.some((entry) => entry.includes('.') || isPackage(paths.join(folder, entry)));

  function hasModule(name: string): boolean {
    return [`${name}.py`, `${name}/__init__.py`].some((file) => files.status(paths.join(folder ?? '', file)) !== null);
  }

  function isPackage(place: string): boolean {
    return files.list(place).some((name) => name.startsWith('__init__.'));
  }
}

/** Names with an underscore are modules in C, and settings that pip asks for (`_manylinux`). */
function shadows(name: string): boolean {
  // `foomodule.so` is what Python 2 calls foo.
  if (NAMES.has(name) || NAMES.has(name.replace(/module$/, ''))) return true;
  return name.startsWith('_') && !name.startsWith('__') && name !== '_version';
}
