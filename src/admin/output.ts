/** What was asked for, on stdout. */
export function say(text: string): void {
  console.log(text);
}

/** What went wrong, on stderr. */
export function complain(text: string): void {
  console.error(text);
}
