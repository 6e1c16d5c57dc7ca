import { createInterface } from 'node:readline/promises';

/** Whether the user can be asked: input and output are terminals. */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/** Asks one question; an empty answer means yes, the end of the input no. */
export async function askYes(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ended = new Promise<string>((resolve) => {
      lines.once('close', () => resolve('no'));
    });
    const answer = await Promise.race([lines.question(`${question} [Y/n] `), ended]);
    return /^(?:y|yes|)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
