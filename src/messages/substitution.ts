import type { Start } from '../model/decision.ts';
import type { Platform } from '../model/call-context.ts';
import { fromDirectory } from '../terminal/activation.ts';
import { shortenHome } from '../terminal/clean.ts';

/**
 * Returns which environment pip works in where a policy would have refused, and why, to be read after "pip works": not yet
 * cleaned. Null where nothing was refused.
 */
export function describeInstead(
  { insteadOf, resolution }: Start,
  platform: Platform,
  cwd: string | null,
  home: string | null,
): string | null {
  if (insteadOf === null || resolution.kind !== 'resolved' || resolution.evidence.kind !== 'found-upward') return null;
  const [first] = insteadOf.verdict.layers;
  if (first === undefined || first.kind === 'unreadable') return null;
  const refused = insteadOf.resolution.kind === 'not-found' ? 'the call' : insteadOf.resolution.interpreter.executable;
  const place = `${shortenHome(first.layer.file, home)}${first.line === null ? '' : `:${first.line}`}`;
  const environment = fromDirectory(resolution.evidence.prefix, platform, cwd);
  return `in ${environment}: ${first.rule} (${place}) refuses ${refused}`;
}
