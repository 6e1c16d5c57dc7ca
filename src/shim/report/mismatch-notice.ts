import { wasShownToday } from '../../host/files/shown-messages.ts';
import { listMismatches } from '../../interpreter/environment-mismatch.ts';
import { listFoundPrefixes } from '../../interpreter/project/project.ts';
import type { Decision } from '../../model/decision.ts';
import type { EnvironmentMismatch } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { describeMismatch } from '../../messages/describe-interpreter.ts';
import { describeSkip } from '../../messages/render-trace.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { findUnusable } from '../../decision/mismatch-check.ts';

/**
 * Returns a one-line warning about the active environment, line end included, or "". It is printed before pip changes
 * anything: each time if pip works elsewhere, once a day for a directory if that may be meant.
 */
export function describeMismatchNotice(decision: Decision, context: CallContext): string {
  const names = findEnvironmentNames(decision.layers);
  const mismatches = listMismatches(context, decision.resolution, names);
  const text =
    describeUnusable(decision, context, mismatches) ??
    mismatches
      .filter((found) => isWorthSaying(found, context, names))
      .map((found) => describeMismatch(found))
      .map(({ text: what, fix }) => `${what}; what to do: ${fix}`)[0];
  return text === undefined ? '' : `pipward: ${cleanText(text)}\n`;
}

/** pip works elsewhere than the shell's prompt shows. */
function describeUnusable(
  { resolution }: Decision,
  { home }: CallContext,
  mismatches: readonly EnvironmentMismatch[],
): string | undefined {
  const unusable = findUnusable(resolution, ['VIRTUAL_ENV', 'CONDA_PREFIX']);
  if (unusable === null || resolution.kind === 'not-found') return undefined;
  const { name, value, python, outcome } = unusable;
  const what = `${shortenHome(python ?? value, home)} ${describeSkip(outcome.reason, outcome.detail)}`;
  const move = mismatches.find(({ kind }) => kind === 'environment-moved');
  const moved = move?.kind === 'environment-moved' ? ` (it was moved to ${shortenHome(move.prefix, home)})` : '';
  const { executable } = resolution.interpreter;
  return `${name}: ${what}${moved}, so pip uses ${shortenHome(executable, home)}; what to do: pipward doctor`;
}

/** A user may well install into another project's environment, as long as the one here has none. */
function isWorthSaying({ kind }: EnvironmentMismatch, context: CallContext, names: readonly string[]): boolean {
  const isWorthIt =
    kind === 'base-upgraded' ||
    (kind === 'environment-of-other-project' && listFoundPrefixes(context, names).length > 0);
  return isWorthIt && !wasShownToday(context, kind);
}
