import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { quotePosix } from '../../src/util/quote-posix.ts';
import { STANDARD } from './for-all.ts';
import { runAt } from './product.ts';
import type { Python } from './pythons.ts';

/** A command in a container of the image, as `docker run --user USER IMAGE WORDS` starts it: without a shell. */
type ContainerCommand = { readonly user: number; readonly words: readonly string[] };

type Image = {
  /** A Dockerfile of FROM, COPY, ENV and RUN. An image `python:...` has this Python in /usr/local. */
  readonly dockerfile: string;
  /** The folder that COPY copies from. */
  readonly context: string;
  readonly python: Python | null;
  /** Tried after the last step, each in what the ones before it left. */
  readonly commands?: readonly ContainerCommand[];
};

type ImageResult = {
  /** The status of each RUN; the build ends with the first that is not 0. */
  readonly steps: readonly number[];
  /** What each RUN printed, and then each command: both streams in one. */
  readonly printed: readonly string[];
  readonly statuses: readonly number[];
};

/** Builds an image in a root made of this machine's files (image-root.sh) and runs commands in it. Needs `canMount`. */
export function buildImage(scratch: string, { dockerfile, context, python, commands = [] }: Image): ImageResult {
  const folder = mkdtempSync(path.join(scratch, 'image-'));
  mkdirSync(path.join(folder, 'root'));
  const { isPython, lines, env } = readDockerfile(dockerfile, context);
  const script = path.join(folder, 'script');
  const runs = commands.map(({ user, words }) => {
    const as = ['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
    // Docker looks for the program on the image's PATH, which `env` does as well.
    return report('command', [...env, ...as, '/usr/bin/env', ...words]);
  });
  writeFileSync(script, [...lines, ...runs].join('\n'));
  const home = isPython && python !== null ? path.dirname(path.dirname(python.executable)) : '';
  const program = path.join(import.meta.dirname, 'image-root.sh');
  const { status, stdout, stderr } = runAt('/', [
    'unshare',
    '-m',
    'sh',
    program,
    path.join(folder, 'root'),
    script,
    home,
  ]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  if (status !== 0) throw new Error(`${status}: ${stderr}\n${stdout}`);
  const parts = [...stdout.matchAll(/^## (step|command) (\d+)\n([^]*?)^## end\n/gm)];
  const statusesOf = (kind: string) => parts.filter(([, each]) => each === kind).map(([, , each]) => Number(each));
  return {
    steps: statusesOf('step'),
    printed: parts.map(([, , , text = '']) => text),
    statuses: statusesOf('command'),
  };
}

/** Returns a statement that runs a command in the image and prints its status and then its output. */
function report(kind: 'step' | 'command', words: readonly string[]): string {
  const command = `inside ${words.map(quotePosix).join(' ')}`;
  const stop = kind === 'step' ? '[ "$status" = 0 ] || exit 0' : '';
  return `status=0; ${command} >"$root/../said" 2>&1 </dev/null || status=$?
echo "## ${kind} $status"; cat "$root/../said"; echo '## end'; ${stop}`;
}

/** Returns the steps as statements for image-root.sh. A step has the variables of ENV, and nothing of the steps before it. */
function readDockerfile(text: string, context: string) {
  let PATH = STANDARD;
  let isPython = false;
  const lines: string[] = [];
  const env = () => [`PATH=${PATH}`, 'HOME=/root'];
  for (const line of text.replaceAll('\\\n', '').split('\n').filter(Boolean)) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    const setting = /^PATH=(\S+)$/.exec(rest)?.[1];
    if (instruction === 'FROM') isPython = rest.startsWith('python:');
    else if (instruction === 'COPY') lines.push(copy(rest, context));
    else if (instruction === 'RUN') lines.push(report('step', [...env(), '/bin/sh', '-c', rest]));
    else if (instruction === 'ENV' && setting !== undefined) PATH = setting.replaceAll('$PATH', PATH);
    else throw new Error(`not an instruction that is known here: ${line}`);
  }
  return { isPython, lines, env: env() };
}

/** Without an option the file is root's, with its own mode. A target with a slash at its end is a folder. */
function copy(rest: string, context: string): string {
  const words = rest.split(/ +/);
  const option = (name: string) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const [source = '', target = ''] = words.filter((word) => !word.startsWith('--'));
  const file = target.endsWith('/') ? `${target}${path.basename(source)}` : target;
  const mode = option('chmod');
  return [
    `mkdir -p "$root"${quotePosix(path.dirname(file))}`,
    `cp ${quotePosix(path.join(context, source))} "$root"${quotePosix(file)}`,
    `inside /usr/bin/chown ${quotePosix(option('chown') ?? '0:0')} ${quotePosix(file)}`,
    ...(mode === undefined ? [] : [`chmod ${quotePosix(mode)} "$root"${quotePosix(file)}`]),
  ].join('\n');
}
