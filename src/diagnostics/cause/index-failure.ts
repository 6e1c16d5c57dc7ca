import type { Finding } from '../../model/diagnostic.ts';
import type { Observation } from '../../model/observation.ts';
import { splitRequirement, normalizeName } from '../shared/requirement.ts';
import { compareReleases, satisfies } from '../shared/versions.ts';

type Seen<Kind extends Observation['kind']> = Extract<Observation, { kind: Kind }>;

/**
 * Returns why a run that failed found nothing to install: the cause, not the last line. A Python without ssl and a broken
 * network end in "No matching distribution found" as a wrong name does.
 */
export function findIndexTrouble(seen: readonly Observation[]): Finding | null {
  const all = <Kind extends Observation['kind']>(kind: Kind) =>
    seen.filter((observation): observation is Seen<Kind> => observation.kind === kind);
  const missing = all('no-match').at(-1) ?? null;
  const connections = all('connection');
  const failed = connections.findLast(({ stage }) => stage === 'failed') ?? null;
  if (
    all('ssl-missing').length > 0 &&
    (missing !== null || failed !== null || connections.length > 0 || seen.some(isBoxedSsl))
  ) {
    return { code: 'ssl-module-missing' };
  }
  const dead = failed ?? (missing === null ? null : findDead(connections, missing.requirement));
  const addresses = all('indexes').at(-1)?.addresses ?? [];
  if (dead !== null) {
    const { trouble, detail, place } = dead;
    const requirement = missing?.requirement ?? null;
    return { code: 'network', trouble, detail, host: dead.host ?? findHost(place, addresses), requirement };
  }
  const required = all('requires-python').at(-1);
  if (required !== undefined) {
    const { requirement, specifier, running } = required;
    return { code: 'requires-python', requirement, specifier, running, origin: null, usable: [] };
  }
  const clash = all('unresolvable').at(-1);
  if (clash !== undefined) {
    return {
      code: 'resolution-impossible',
      requested: clash.requested,
      causes: all('conflict-cause').map(({ cause }) => cause),
    };
  }
  // pip has told the cause itself: who was not let in does not know what the index has.
  if (missing === null || all('unauthorised').length > 0) return null;
  const { requirement } = missing;
  const unsatisfied = all('unsatisfied').findLast((each) => each.requirement === requirement) ?? null;
  const versions = unsatisfied?.versions ?? null;
  // From 20.3 on only the first of the two lines says who asked.
  const origin = missing.origin ?? unsatisfied?.origin ?? null;
  const excluded = findExcluded(requirement, all('versions-ignored').at(-1)?.versions ?? []);
  if (excluded !== null) {
    return { code: 'requires-python', requirement, specifier: excluded, running: '', origin, usable: versions ?? [] };
  }
  const answers = all('page-refused')
    .filter(({ place }) => namesProject(place, requirement))
    .map(({ status, place }) => ({ status, host: findHost(place, []) }));
  const untrusted = all('untrusted-host').at(-1)?.host ?? null;
  return { code: 'no-matching-distribution', requirement, origin, versions, addresses, untrusted, answers };
}

/** Returns what pip said of installed packages that do not fit together; null if nothing. Of a run that went well. */
export function findConflict(seen: readonly Observation[]): Finding | null {
  const conflicts = seen.filter((observation) => observation.kind === 'conflict');
  return conflicts.length === 0 ? null : { code: 'dependency-conflict', conflicts };
}

/** 26.2 and later end with a box of their own. */
function isBoxedSsl({ kind, line }: Observation): boolean {
  return kind === 'ssl-missing' && line.startsWith('error: ');
}

/** The last try for this very project failed; a retry that went well, or one for another project, is nothing. */
function findDead(connections: readonly Seen<'connection'>[], requirement: string): Seen<'connection'> | null {
  const isLast = ({ stage }: Seen<'connection'>) => stage === 'last-retry' || stage === 'skipped';
  return connections.findLast((each) => isLast(each) && namesProject(each.place, requirement)) ?? null;
}

/** Whether an address or a path is that of the project's page. */
function namesProject(place: string | null, requirement: string): boolean {
  const name = normalizeName(splitRequirement(requirement).name);
  return place?.split(/[/?#]/).some((part) => normalizeName(part) === name) ?? false;
}

/** Old pips name no host where they retry: it is the index's, if there is but one. */
function findHost(place: string | null, addresses: readonly string[]): string | null {
  const [only = '', ...others] = addresses;
  const address = place?.includes('://') ? place : others.length === 0 ? only : '';
  return /^[a-z+]+:\/\/(?:[^/@]*@)?\[?([\w.:-]+?)\]?(?::\d+)?(?:\/|$)/i.exec(address)?.[1] ?? null;
}

/** Returns the Requires-Python of the newest version that was asked for and is for other Pythons; null if there is none. */
function findExcluded(requirement: string, ignored: Seen<'versions-ignored'>['versions']): string | null {
  const { specifier } = splitRequirement(requirement);
  const wanted = ignored.filter(({ version }) => satisfies(version, specifier));
  return wanted.toSorted((a, b) => compareReleases(a.version, b.version)).at(-1)?.specifier ?? null;
}
