import type { ShellKind } from '../model/diagnostic.ts';
import type { Platform } from '../model/call-context.ts';
import type { UntrustedEnvironment } from '../model/notice.ts';
import { fromDirectory } from '../terminal/activation.ts';
import { joinCommand } from '../terminal/quote.ts';
import { describeSkip } from './render-trace.ts';

/** Returns why it was skipped, in one line to be read alone, not yet cleaned. */
export function describeUntrusted(
  { prefix, outcome }: UntrustedEnvironment,
  platform: Platform,
  cwd: string | null,
): string {
  const { reason, detail } = outcome;
  return `${fromDirectory(prefix, platform, cwd)} ${describeSkip(reason, detail)}`;
}

/** Returns the command after which pip would use it; null if trust would not help, for example for a suspicious environment. */
export function trustCommandFor(
  { prefix, outcome }: UntrustedEnvironment,
  shell: ShellKind,
  platform: Platform,
  cwd: string | null,
): string | null {
  const { reason } = outcome;
  if (reason === 'trust-store-unusable') return 'pipward trust --list';
  const helps = reason === 'not-trusted' || reason === 'trust-ended';
  return helps ? joinCommand(['pipward', 'trust', fromDirectory(prefix, platform, cwd)], shell) : null;
}
