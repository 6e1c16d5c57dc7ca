/** Returns one word for any POSIX shell: single quotes keep every character but their own kind (POSIX, XCU 2.2.2). */
export function quotePosix(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
