import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Sandbox } from './sandbox.ts';
import { splitCommandLine } from './split-command-line.ts';

type Options = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Answers by question; `unknown` to all others. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Ends the pipes when this kind of message comes, as a launcher that was killed. */
  readonly goneAt?: 'ask' | 'run';
  /** Starts pip only when Node has ended. */
  readonly waitsForNode?: boolean;
};

/** What pip.exe saw and did in one call. */
export type Attended = {
  /** What it would exit with; null if it got no whole answer, and would run pip alone. */
  readonly status: number | null;
  /** Kinds of the messages in order, repeated ones once. */
  readonly kinds: readonly string[];
  readonly said: string;
  readonly questions: readonly string[];
  /** The words that pip was started with; null if it was not. */
  readonly started: readonly string[] | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether Node ended before pip was started. */
  readonly nodeEndedFirst: boolean;
};

/**
 * Does what pip.exe does (docs/internals/windows.md), on this system: starts Node in mode attend, answers, starts pip
 * and ends as pip ended. So the whole Node side is tried with a real pip, without Windows.
 */
export function attendCall(
  box: Sandbox,
  [name, ...args]: readonly [string, ...string[]],
  { env = {}, cwd = box.project, answers = {}, goneAt, waitsForNode = false }: Options = {},
): Promise<Attended> {
  const node = path.join(box.prefix, 'node');
  const [program, ...words] = box.wrap([node, path.join(box.prefix, 'dist/shim.cjs'), 'attend', name, ...args]);
  if (program === undefined) throw new Error('nothing to start');
  const variables = box.environment(env);
  const child = spawn(program, words, { cwd, env: variables, stdio: ['pipe', 'pipe', 'ignore'] });
  const seen = {
    status: null as number | null,
    kinds: [] as string[],
    said: '',
    questions: [] as string[],
    started: null as readonly string[] | null,
    stdout: '',
    stderr: '',
    nodeEndedFirst: false,
  };
  let waiting: string | null = null;
  let rest = Buffer.alloc(0);

  function take(length: number): string {
    const text = rest.toString('utf8', 0, length);
    rest = rest.subarray(length);
    return text;
  }

  function runPip(start: string): void {
    // The tail of the command line is the caller's; here each word is added as it is.
    const [executable = '', ...prefix] = splitCommandLine(start);
    const command = [executable, ...prefix, ...args] as const;
    seen.started = command;
    const [python, ...pip] = box.wrap(command);
    const ended = spawnSync(python, pip, { cwd, env: { ...variables, _PIPWARD_DEPTH: '1' }, encoding: 'utf8' });
    seen.status = ended.status;
    seen.stdout = ended.stdout;
    seen.stderr = ended.stderr;
    child.stdin.write(`ended ${ended.status}\n`);
  }

  function handle(kind: string, text: string): void {
    if (seen.kinds.at(-1) !== kind) seen.kinds.push(kind);
    if (kind === goneAt) {
      child.stdin.destroy();
      child.stdout.destroy();
    } else if (kind === 'say') seen.said += text;
    else if (kind === 'run' && waitsForNode) waiting = text;
    else if (kind === 'run') runPip(text);
    else if (kind === 'ask') {
      seen.questions.push(text);
      const answer = answers[text];
      child.stdin.write(answer === undefined ? 'unknown\n' : `answer ${Buffer.byteLength(answer)}\n${answer}`);
    }
  }

  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.stdin.on('error', () => {});
    child.stdout.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
        const [kind = '', number = ''] = rest.toString('utf8', 0, end).split(' ');
        const length = kind === 'stop' ? 0 : Number(number);
        if (rest.length < end + 1 + length) return;
        take(end + 1);
        if (kind === 'stop') seen.status = Number(number);
        handle(kind, take(length));
      }
    });
    child.on('close', () => {
      if (waiting !== null) {
        seen.nodeEndedFirst = true;
        runPip(waiting);
      }
      resolve(seen);
    });
  });
}
