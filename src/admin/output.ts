import { redactDeep, redactText } from '../util/redact.ts';

/** What was asked for, on stdout. */
export function say(text: string): void {
  console.log(text);
}

/** The same for a program, as JSON; what may be a secret is hidden in it as in words for a person. */
export function sayJson(value: unknown): void {
  console.log(JSON.stringify(redactDeep(value)));
}

/** What went wrong, on stderr. */
export function complain(text: string): void {
  console.error(redactText(text));
}
