import type { ErrorOutput } from '../streams/error-output.ts';
import type { Prompt } from '../streams/prompt.ts';
import { DEFAULT_COLUMNS } from '../streams/terminal-size.ts';
import { once } from '../../util/lazy.ts';
import type { Launcher } from './launcher.ts';

/** Returns the caller's standard error, and the prompt of its console, as the launcher reaches them. */
export function openConsole({ say, ask }: Pick<Launcher, 'say' | 'ask'>): { output: ErrorOutput; prompt: Prompt } {
  const facts = once(() => readConsole(ask('console')));
  return {
    output: {
      get isTerminal() {
        return facts().stderr;
      },
      get knowsColours() {
        return facts().colours;
      },
      columns: () => facts().columns,
      print: async (text) => say(text),
    },
    prompt: {
      isOpen: () => facts().stdin && facts().stderr,
      askLine: async (question, limitMilliseconds) => {
        await question();
        const askedAt = Date.now();
        const line = ask(`line ${limitMilliseconds}`);
        if (line !== null) return { kind: 'line', text: line };
        return { kind: Date.now() - askedAt >= limitMilliseconds ? 'timed-out' : 'ended' };
      },
    },
  };
}

function readConsole(answer: string | null) {
  const lines = (answer ?? '').split('\n');
  const columns = Number(/^columns (\d{1,5})$/m.exec(answer ?? '')?.[1] ?? 0);
  return {
    stdin: lines.includes('stdin yes'),
    stderr: lines.includes('stderr yes'),
    colours: lines.includes('colours yes'),
    columns: columns || DEFAULT_COLUMNS,
  };
}
