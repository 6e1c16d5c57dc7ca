import type { Step } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import { normalizeName } from '../../util/project-name.ts';
import { isNoIndex, splitSetting, type WithIndex } from '../index/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { splitRequirement } from './requirements/requirement.ts';
import { installFromSameSources } from './rewrite-command.ts';
import { pipNeed, startResolved } from './fixes.ts';

/** 20.3 brought the resolver that looks at everything, and the wheels of today (PEP 600, macOS 11). */
const MODERN = [20, 3] as const;

/** Whether the pip that ran is older than a release: by default than one that may be trusted with what it did not see; false if unknown. */
export function isOldPip({ index }: WithIndex, below: readonly [number, number] = MODERN): boolean {
  const [major = 0, minor = 0] = (index?.pipVersion ?? '99').split('.').map(Number);
  return major < below[0] || (major === below[0] && minor < below[1]);
}

/** The command that upgrades pip where it is old; null where it is not, or where a system's tool keeps it. */
export function pipUpgrade(
  facts: CallFacts & WithIndex,
  command: PipCommand,
  below: readonly [number, number] = MODERN,
): Step | null {
  return isOldPip(facts, below) ? upgradeCommand(['pip'], facts, command) : null;
}

/** Whether pip may find a package: without an index it has the folders of --find-links alone. An address may have anything. */
export function canFind(requirement: string, { index }: WithIndex): boolean {
  if (index === null || !isNoIndex(index.noIndex)) return true;
  const places = index.places.filter(({ option }) => option === '--find-links');
  const links = index.findLinks === null ? [] : splitSetting(index.findLinks);
  if (links.some((link) => !places.some(({ setting }) => setting.value === link))) return true;
  const start = `${normalizeName(splitRequirement(requirement).name)}-`;
  const isOfIt = (file: string) => file.startsWith(start) && /^\d/.test(file.slice(start.length));
  return places.some(({ names }) => names.map(normalizeName).some(isOfIt));
}

/**
 * The command that brings packages for builds up to date, from where the call takes its own; null where a system's tool
 * keeps them, or the call wants hashes. `keepsInstalled`: what is there and fits stays as it is, since others may depend on it.
 */
export function upgradeCommand(
  packages: readonly string[],
  facts: CallFacts & WithIndex,
  command: PipCommand,
  keepsInstalled = false,
): Step | null {
  if (!packages.every((each) => canFind(each, facts))) return null;
  const environment = facts.interpreter?.environment;
  if (environment?.kind === 'base' && environment.managedMarker !== null) return null;
  const all = installFromSameSources(packages, command);
  if (all === null) return null;
  const pip = keepsInstalled ? all.filter((word) => word !== '--upgrade') : all;
  return {
    text: joinCommand([...startResolved('pip', facts), ...pip], facts.caller.shell),
    pip,
    needs: [pipNeed(pip)],
  };
}
