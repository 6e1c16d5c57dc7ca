import { expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command, systemPython } from '../../diagnostics/build.ts';

const FALLBACK = 'Defaulting to user installation because normal site-packages is not writeable';
const INSTALLED = 'Successfully installed demo-1.0';
const TRACEBACK = 'Traceback (most recent call last):\n  File "setup.py", line 1, in <module>\n';
const DENIED = "[Errno 13] Permission denied: '/usr/local/lib/x'";
const SCRIPT = "The script x is installed in '/home/ada/.local/bin' which is not on PATH.";
const OSERROR = `Could not install packages due to an OSError: ${DENIED}`;

/** Output that looks like a message of pip but is not: the output, the status that pip ended with, the command. */
test.each<[case_: string, output: string, status: number, line?: string]>([
  ['an ordinary install', `Collecting demo\n${INSTALLED}\n`, 0],
  ['nothing to do', 'Requirement already satisfied: demo in /usr/lib/python3/dist-packages (1.0)\n', 0],
  ['--user on purpose', `Collecting demo\n${INSTALLED}\n`, 0, 'pip install --user demo'],
  ['a description that quotes the fallback', `Summary: what "${FALLBACK}" means\n`, 0, 'pip show demo'],
  ['a description with the fallback as an indented line', `Description:\n    ${FALLBACK}\n${INSTALLED}\n`, 0],
  ['a log line with the fallback', `2026-01-01T00:00:00,000 ${FALLBACK}\n${INSTALLED}\n`, 0],
  ['a build that starts a pip of its own, -v', `  ${FALLBACK}\n  ${INSTALLED}\n${INSTALLED}\n`, 0],
  ['the fallback with more behind it', `${FALLBACK} (see the manual)\n${INSTALLED}\n`, 0],
  ['the fallback in other words', 'Defaulting to user installation\n', 0],
  ['EXTERNALLY-MANAGED in a path', 'Processing ./EXTERNALLY-MANAGED/demo-1.0.whl\n', 1],
  ['a package of that name', 'Collecting externally-managed-environment\n', 1],
  ['a build says externally-managed', '      error: externally-managed-environment\n', 1],
  ['a build’s own box', '  error: externally-managed-environment\n  x This environment is externally managed\n', 1],
  ['externally managed, but pip went on', `error: externally-managed-environment\n${INSTALLED}\n`, 0],
  ['a compiler that may not write', "      gcc: error: x.o: Permission denied\n      error: command 'gcc' failed\n", 1],
  ['git that may not clone', 'git@example.org: Permission denied (publickey).\n', 1],
  ['a shell that may not run', '/bin/sh: 1: ./configure: Permission denied\n', 1],
  ['make', 'make: execvp: ./build.sh: Permission denied\n', 1],
  ['a build’s traceback, indented', `      Traceback (most recent call last):\n      PermissionError: ${DENIED}\n`, 1],
  ['a build’s traceback at the edge', `${TRACEBACK}PermissionError: ${DENIED}\n`, 1],
  [
    'a traceback of -v about another error',
    `ERROR: Could not install packages due to an OSError.\n${TRACEBACK}OSError: [Errno 28] No space left on device: '/x'\n`,
    1,
  ],
  ['the line of -v without an error behind it', 'ERROR: Could not install packages due to an OSError.\n', 1],
  [
    'the line of -v in a sentence',
    `Could not install packages due to an OSError. See below.\n${TRACEBACK}PermissionError: ${DENIED}\n`,
    1,
  ],
  ['a traceback without pip’s own word for it', `${TRACEBACK}PermissionError: ${DENIED}\n`, 2],
  ['a logging error of Python', `--- Logging error ---\n${TRACEBACK}PermissionError: ${DENIED}\nCall stack:\n`, 0],
  ['pip’s words in a build, -v', `  ERROR: ${OSERROR}\n`, 1],
  ['pip’s words behind another prefix', `note: ${OSERROR}\n`, 1],
  [
    'no space left',
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device: '/x'\n",
    1,
  ],
  ['no such file', "ERROR: Could not install packages due to an OSError: [Errno 2] No such file: '/x'\n", 1],
  [
    'no such file, in a traceback of -v',
    `ERROR: Could not install packages due to an OSError.\n${TRACEBACK}FileNotFoundError: [Errno 2] No such file: '/x'\n`,
    1,
  ],
  ['a directory that was lost, in a build', `${TRACEBACK}FileNotFoundError: [Errno 2] No such file or directory\n`, 1],
  [
    'a directory that was lost, and yet all went well',
    `ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory\n${INSTALLED}\n`,
    0,
  ],
  ['a sentence about a lost directory', 'Summary: The folder you are executing pip from can no longer be found.\n', 1],
  [
    'a file name too long',
    "ERROR: Could not install packages due to an OSError: [Errno 36] File name too long: '/x'\n",
    1,
  ],
  ['another errno that begins alike', "ERROR: Could not install packages due to an OSError: [Errno 130] x: '/x'\n", 1],
  ['denied, and yet all went well', `ERROR: ${OSERROR}\n${INSTALLED}\n`, 0],
  [
    'a requirements file that may not be read',
    "ERROR: Could not open requirements file: [Errno 13] Permission denied: 'r.txt'\n",
    1,
  ],
  [
    'the cache of another',
    "WARNING: The directory '/home/ada/.cache/pip' or its parent directory is not owned or is not writable by the current user.\n",
    0,
  ],
  ['an exception of a backend', `      Exception:\n      ${TRACEBACK}      PermissionError: ${DENIED}\n`, 2],
  ['an uncaught exception of another kind', `ERROR: Exception:\n${TRACEBACK}ValueError: no\n`, 2],
  ['a script far in', `      WARNING: ${SCRIPT}\n${INSTALLED}\n`, 0],
  ['a script behind another prefix', `NOTE: ${SCRIPT}\n${INSTALLED}\n`, 0],
  ['a script that is on PATH', `The script x is installed in '/usr/bin' which is on PATH.\n${INSTALLED}\n`, 0],
  ['a script, then a failure', `  WARNING: ${SCRIPT}\nERROR: Failed building wheel for y\n`, 1],
  ['the words about a script alone', 'which is not on PATH.\n', 0],
  ['root in a build', "      WARNING: Running pip as the 'root' user can result in broken permissions\n", 0],
  ['root in a sentence', "Running pip as the 'root' user can result in trouble, says the manual\n", 0],
  ['another warning of pip', 'WARNING: You are using pip version 21.0; however, version 24.0 is available.\n', 0],
  ['--user and --target', "ERROR: Can not combine '--user' and '--target'\n", 1],
  [
    '--user, user site switched off',
    "ERROR: Can not perform a '--user' install. User site-packages are disabled for this Python.\n",
    1,
  ],
  [
    '--user in a build’s environment',
    "      ERROR: Can not perform a '--user' install. User site-packages are not visible in this virtualenv.\n",
    1,
  ],
  ['a package about virtualenvs', 'Could not find an activated virtualenv (required). is what this tests\n', 3],
  [
    'a wrong value in pip.conf has the same status',
    'ERROR: An error occurred during configuration: option x: bad\n',
    3,
  ],
  ['a missing module of a build', "      ModuleNotFoundError: No module named 'pip'\n", 1],
  ['the module of another name', '/usr/bin/python3: No module named pip_audit\n', 1],
  ['Ctrl-C after the fallback', `${FALLBACK}\nERROR: Operation cancelled by user\n`, 1],
  ['Ctrl-C in an install that was denied', `ERROR: Operation cancelled by user\nERROR: ${OSERROR}\n`, 1],
])('silence: %s', (_, output, status, line = 'pip install demo') => {
  for (const stream of ['stdout', 'stderr'] as const) {
    for (const text of [output, output.replaceAll('\n', '\r\n'), `\x1b[31m${output}\x1b[0m`]) {
      const watcher = createOutputWatcher();
      watcher.push(stream, Buffer.from(text));
      const finding = diagnose(
        watcher.finish(),
        command(line),
        { kind: 'exited', status },
        { interpreter: systemPython },
      );
      expect(finding).toBeNull();
    }
  }
});

test('the texts of errors are in the caller’s language, their numbers are not', () => {
  const texts = [
    "[Errno 13] Permission non accordée: '/x y'",
    "[Errno 13] L'opération: n'est pas: permise: '/x y'",
    "[Errno 1] Die Operation ist nicht erlaubt: '/x y'",
    "[Errno 30] 読み込み専用ファイルシステムです: '/x y'",
    "[WinError 5] Zugriff verweigert: '/x y'",
    '[Errno 13] Permission denied: "/x y"',
    "[Errno 13] Permission denied: u'/x y'",
    "[Errno 13] Permission denied: '/x y' -> '/z'",
    "[Errno 13] Permission denied: '/x\\x20y'",
  ];
  for (const text of texts) {
    const watcher = createOutputWatcher();
    watcher.push('stderr', Buffer.from(`ERROR: Could not install packages due to an OSError: ${text}\n`));
    expect(watcher.finish()).toMatchObject([{ kind: 'permission-denied', path: '/x y' }]);
  }
});
