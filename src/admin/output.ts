import { cleanText } from '../terminal/clean.ts';
import { redactDeep, redactText } from '../util/redact.ts';

/** What was asked for, on stdout. */
export function say(text: string): void {
  console.log(text);
}

/** The same for a program, as JSON; what may be a secret is hidden in it as in words for a user. */
export function sayJson(value: unknown): void {
  console.log(JSON.stringify(redactDeep(value)));
}

/** What went wrong, on stderr, without characters that would do something to a terminal: it may repeat arguments. */
export function complain(text: string): void {
  const lines = redactText(text).split('\n');
  console.error(lines.map((line) => cleanText(line)).join('\n'));
}
