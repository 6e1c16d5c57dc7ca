import { writeBytes } from '../host/streams/writer.ts';
import { encodeOsString } from '../host/files/os-strings.ts';
import type { StartCommand } from '../model/decision.ts';
import { quotePosix } from '../util/quote-posix.ts';

/** What the waiting sh does next. */
export type Answer =
  | { readonly kind: 'run'; readonly start: StartCommand }
  | { readonly kind: 'stop'; readonly status: number };

/** Writes the one line that shims/pip reads; the mark at its end shows that it is whole. */
export function writeAnswer(fd: number, answer: Answer): void {
  writeBytes(fd, encodeOsString(`${formatAnswer(answer)} #pipward\n`));
}

/** `run WORD...` with words that sh evaluates, or `stop STATUS`. */
export function formatAnswer(answer: Answer): string {
  return answer.kind === 'stop' ? `stop ${answer.status}` : `run ${answer.start.map(quotePosix).join(' ')}`;
}
