/** One thing that doctor looked at. */
export type Finding = {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly state: 'ok' | 'wrong' | 'note';
  readonly text: string;
  /** What to do, as a command or a sentence; null where nothing is to be done. */
  readonly fix: string | null;
};
