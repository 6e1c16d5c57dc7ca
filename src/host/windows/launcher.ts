import { readSync } from 'node:fs';
import { writeBytes } from '../streams/writer.ts';

/** The program that started this one and that starts pip: pip.exe. The protocol: docs/internals/windows.md. */
export type Launcher = {
  /** Prints on the caller's standard error. */
  readonly say: (text: string) => void;
  /** Asks what only Windows can tell; null if there is no answer. */
  readonly ask: (question: string) => string | null;
  /** Has pip started; `start`: the beginning of its command line. */
  readonly run: (start: string) => void;
  /** Has the launcher end with this status, without pip. */
  readonly stop: (status: number) => void;
  /** Waits for pip's end. Returns its exit code, 32 bits without sign; null if the launcher is gone. */
  readonly waitForEnd: () => number | null;
};

/**
 * Returns the launcher behind two pipes. Reading waits: this process has nothing else to do meanwhile. Each method throws
 * if the launcher is gone or its answer is not of the protocol, but for `waitForEnd`.
 */
export function connectLauncher(input: number, output: number): Launcher {
  let rest = Buffer.alloc(0);

  function send(kind: string, text: string) {
    const bytes = Buffer.from(text, 'utf8');
    writeBytes(output, Buffer.concat([Buffer.from(`${kind} ${bytes.length}\n`), bytes]));
  }

  /** Adds what came to `rest`; false at the end of the pipe. */
  function receive(): boolean {
    const bytes = Buffer.alloc(64 * 1024);
    const count = readPipe(input, bytes);
    rest = Buffer.concat([rest, bytes.subarray(0, count)]);
    return count > 0;
  }

  /** Null at the end of the pipe. */
  function readLine(): string | null {
    while (!rest.includes('\n')) if (!receive()) return null;
    return take(rest.indexOf('\n') + 1).slice(0, -1);
  }

  function readText(length: number): string {
    while (rest.length < length) if (!receive()) throw new Error('the launcher is gone');
    return take(length);
  }

  function take(length: number): string {
    const text = rest.toString('utf8', 0, length);
    rest = rest.subarray(length);
    return text;
  }

  return {
    say: (text) => send('say', text),
    ask: (question) => {
      send('ask', question);
      const line = readLine();
      if (line === 'unknown') return null;
      const length = /^answer (\d{1,9})$/.exec(line ?? '')?.[1];
      if (length === undefined) throw new Error('the launcher is gone');
      return readText(Number(length));
    },
    run: (start) => send('run', start),
    stop: (status) => writeBytes(output, Buffer.from(`stop ${status}\n`)),
    waitForEnd: () => {
      const code = /^ended (\d{1,10})$/.exec(readLine() ?? '')?.[1];
      return code === undefined ? null : Number(code);
    },
  };
}

/** Returns how many bytes came; 0 at the end, which Node reports as an error for a pipe of Windows. */
function readPipe(fd: number, bytes: Uint8Array): number {
  try {
    return readSync(fd, bytes);
  } catch {
    return 0;
  }
}
