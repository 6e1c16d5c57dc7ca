import type { CallContext } from '../model/call-context.ts';
import { fromDirectory } from '../terminal/activation.ts';
import { cleanText } from '../terminal/clean.ts';

/** What is offered in place of a refusal: to use an environment, or to make it; `key` is the answer that takes it. */
export type Alternative = {
  readonly key: 'u' | 'm';
  readonly prefix: string;
  /** The Python to make it with; null for one that is there. */
  readonly base: string | null;
};

/** Returns the question, without a line end. `described`: the rule that is not kept, and where it stands; cleaned. */
export function formQuestion(
  described: string,
  { key, prefix, base }: Alternative,
  limitSeconds: number,
  { platform, cwd }: Pick<CallContext, 'platform' | 'cwd'>,
): string {
  const name = cleanText(fromDirectory(prefix, platform, cwd));
  const deed = base === null ? `use ${name}, and go on` : `make ${name} with ${cleanText(base)}, and go on`;
  return [
    `pipward: ${described}`,
    `  ${key}  ${deed}`,
    '  s  stop',
    `type ${key} or s, then Enter (stops after ${limitSeconds} seconds): `,
  ].join('\n');
}
