/** One result of doctor. */
export type Finding = {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly state: 'ok' | 'wrong' | 'note';
  readonly text: string;
  /** What to do, as a command or a sentence; null if nothing is to be done. */
  readonly fix: string | null;
};

/** What doctor sums up in one line. */
export type Area = {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** What the line says if there is no problem; null: the text of the first good finding. */
  readonly summary: string | null;
  /** Which notes are listed with the problems: all, those with a fix, or none since they are usual on most machines. */
  readonly urgent: 'notes' | 'fixes' | 'none';
};
