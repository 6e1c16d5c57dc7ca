import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWindows, toWindowsPath } from './wine.ts';

/** What a stand-in recorded of its start (programs/record.h). */
type Recorded = {
  readonly raw: string;
  readonly words: readonly string[];
  readonly pipes: readonly number[];
  readonly console: boolean;
  readonly folder: string;
  readonly variables: readonly string[];
};

export type Result = {
  /** The 32 bits of the exit code; null if the program was not started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Starts of the stand-in for Python. */
  readonly starts: readonly Recorded[];
  readonly nodeStarts: readonly Recorded[];
  /** What the stand-in for Node received. */
  readonly received: readonly string[];
};

export type Options = {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Instead of the arguments: the rest of the command line as it is. */
  readonly tail?: string;
  /** Sends Ctrl-C when the stand-in for Python waits for it. */
  readonly interrupts?: boolean;
  /** The whole command line. */
  readonly line?: string;
};

/** One installation of pipward with stand-ins, in a folder of its own. */
export type Installation = {
  readonly home: string;
  readonly python: string;
  /** Makes the calls one after the other: much faster than one by one, since wine is started once. */
  readonly runAll: (calls: readonly Call[]) => readonly Result[];
  readonly pip: (args: readonly string[], options?: Options) => Result;
  /** Writes what the stand-in for Node does; see programs/node.c. */
  readonly script: (...lines: readonly string[]) => void;
};

/** A call of pip: its arguments, and what is not usual. */
type Call = readonly [args: readonly string[], options?: Options];

export function install(names: readonly string[] = ['pip']): Installation {
  const windows = openWindows();
  const home = mkdtempSync(path.join(windows.folder, 'installation '));
  const inHome = (name: string) => path.join(home, name);
  for (const name of ['shims', 'dist', 'python', 'run', 'empty']) mkdirSync(inHome(name));
  for (const name of names) copyFileSync(windows.pip, inHome(`shims/${name}.exe`));
  copyFileSync(windows.node, inHome('node.exe'));
  copyFileSync(windows.python, inHome('python/python.exe'));
  writeFileSync(inHome('dist/shim.cjs'), '');
  let calls = 0;

  /** Writes what the harness does for a call, into a folder of its own, and returns that. */
  function prepare([args, options = {}]: Call): string {
    calls += 1;
    const folder = inHome(`run/${calls}`);
    mkdirSync(folder);
    const file = (name: string) => toWindowsPath(path.join(folder, name));
    const ready = options.interrupts === true ? file('ready') : '';
    const program = toWindowsPath(inHome(`shims/${options.name ?? 'pip'}.exe`));
    const tail = options.tail ?? joinWords(args);
    const line = options.line ?? `"${program}"${tail === '' ? '' : ` ${tail}`}`;
    const variables = Object.entries({
      PATH: `${toWindowsPath(inHome('shims'))};${toWindowsPath(inHome('python'))};C:\\windows\\system32`,
      STANDIN_LOG: file('log'),
      STANDIN_NODE_LOG: file('node-log'),
      STANDIN_SCRIPT: toWindowsPath(inHome('run/script')),
      ...(ready === '' ? {} : { STANDIN_WAIT: ready }),
      ...options.env,
    }).map(([name, value]) => `${name}=${value}`);
    const current = options.folder ?? toWindowsPath(inHome('empty'));
    const texts = [file('result'), file('stdout'), file('stderr'), current, ready, line, ...variables];
    writeFileSync(path.join(folder, 'spec'), Buffer.from(texts.map((text) => `${text}\0`).join(''), 'utf16le'));
    return folder;
  }

  function runAll(all: readonly Call[]): readonly Result[] {
    const folders = all.map(prepare);
    const specs = folders.map((folder) => toWindowsPath(path.join(folder, 'spec')));
    const words = ['wine', toWindowsPath(windows.harness), ...specs];
    // Ctrl-C needs a console, which wine makes of a terminal.
    const needsConsole = all.some(([, options]) => options?.interrupts === true);
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const [command = '', ...rest] = needsConsole ? ['script', '-qfc', quoted, '/dev/null'] : words;
    spawnSync(command, rest, { env: windows.env, stdio: 'ignore', timeout: 300_000 });
    return folders.map(readResult);
  }

  return {
    home,
    python: toWindowsPath(inHome('python/python.exe')),
    script: (...lines) => writeFileSync(inHome('run/script'), lines.map((line) => `${line}\n`).join('')),
    runAll,
    pip: (args, options = {}) => {
      const [result] = runAll([[args, options]]);
      if (result === undefined) throw new Error('no result');
      return result;
    },
  };
}

function readResult(folder: string): Result {
  const read = (name: string) => {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const lines = (name: string) => read(name).split('\n').filter(Boolean);
  const parse = (texts: readonly string[]) =>
    texts.filter((line) => line.startsWith('{')).map((line): Recorded => JSON.parse(line));
  const status = /^exit (\d+)$/.exec(read('result'))?.[1];
  return {
    status: status === undefined ? null : Number(status),
    stdout: read('stdout').replaceAll('\r\n', '\n'),
    stderr: read('stderr'),
    starts: parse(lines('log')),
    nodeStarts: parse(lines('node-log')),
    received: lines('node-log').filter((line) => !line.startsWith('{')),
  };
}

/** list2cmdline of Python's subprocess. */
function joinWords(words: readonly string[]): string {
  return words
    .map((word) => {
      const quoted = word === '' || /[ \t]/.test(word);
      const text = word.replace(/(\\*)"/g, '$1$1\\"');
      return quoted ? `"${text.replace(/\\+$/, '$&$&')}"` : text;
    })
    .join(' ');
}

/** A message with a length, as a line of a script. */
export function writes(word: string, text: string): string {
  const bytes = Buffer.from(text);
  return `write ${Buffer.concat([Buffer.from(`${word} ${bytes.length}\n`), bytes]).toString('hex')}`;
}

export function writesLine(text: string): string {
  return `write ${Buffer.from(text).toString('hex')}`;
}
