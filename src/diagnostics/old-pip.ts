import type { AdviceFacts } from '../model/facts.ts';
import { joinCommand } from '../terminal/quote.ts';
import { pythonWord } from './fixes.ts';

/** 20.3 brought the resolver that looks at everything, and the wheels of today (PEP 600, macOS 11). */
const MODERN = [20, 3] as const;

/** Whether the pip that ran is too old to be trusted with what it did not find or did not see; false if unknown. */
export function isOldPip({ index }: AdviceFacts): boolean {
  const [major = 0, minor = 0] = (index?.pipVersion ?? '99').split('.').map(Number);
  return major < MODERN[0] || (major === MODERN[0] && minor < MODERN[1]);
}

/** The command that upgrades pip where it is old; null where it is not, or where a system's tool keeps it. */
export function pipUpgrade(facts: AdviceFacts): string | null {
  const environment = facts.interpreter?.environment;
  if (!isOldPip(facts) || (environment?.kind === 'base' && environment.managedMarker !== null)) return null;
  return joinCommand([pythonWord(facts), '-m', 'pip', 'install', '--upgrade', 'pip'], facts.caller.shell);
}
