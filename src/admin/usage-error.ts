/** The command was not called as it can be: one line, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
