import type { Conflict, IgnoredVersion, NetworkTrouble } from '../../model/observation.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Observation } from '../../pip/output/messages.ts';
import { normalizeName } from '../../util/project-name.ts';
import { isProjectFile, isRequirementsFile, splitRequirement } from '../shared/requirements/requirement.ts';
import { compareReleases, isPreRelease, satisfies } from '../shared/requirements/versions.ts';
import { hasSeen, listSeen, type EndedRun, type Seen } from './ended-run.ts';

// Why a run that failed found nothing to install: the cause, not the last line. A Python without ssl and a broken network
// end in "No matching distribution found", as a wrong name does. The registry has the order in which these are asked.

export type SslModuleMissing = { readonly code: 'ssl-module-missing' };

export type NetworkFailure = {
  readonly code: 'network';
  readonly trouble: NetworkTrouble;
  readonly detail: string;
  readonly host: string | null;
  readonly requirement: string | null;
  /** pip asked several indexes, and does not say which one it did not reach. */
  readonly hasSeveralIndexes?: boolean;
};

/** A package does not run on this Python. */
export type RequiresPython = {
  readonly code: 'requires-python';
  /** Name or requirement, as pip printed it. */
  readonly requirement: string;
  readonly specifier: string;
  /** This Python's version; empty where pip did not say it. */
  readonly running: string;
  /** Who asked for it; null for the command line. */
  readonly origin: string | null;
  /** Versions of the package that this Python may have. */
  readonly usable: readonly string[];
  /** pip's list of ignored versions may be about another package: it has no names. */
  readonly isGuess?: boolean;
  /** If these differ in what they require: the versions that were asked for, newest first, one for each `specifier`. */
  readonly ignored?: readonly IgnoredVersion[];
};

export type ResolutionImpossible = {
  readonly code: 'resolution-impossible';
  readonly requested: readonly string[];
  /** Empty where pip before 20.3 ended at a project that was asked for twice. */
  readonly causes: readonly string[];
};

/** pip found nothing, and neither the network nor this Python's version is known to be the cause. */
export type NoMatch = {
  readonly code: 'no-matching-distribution';
  readonly requirement: string;
  readonly origin: string | null;
  /** Versions that there are; null where pip did not list them. */
  readonly versions: readonly string[] | null;
  /** Those that were withdrawn, and that pip therefore ignored. */
  readonly yanked?: readonly string[];
  /** File names of wheels that pip did not take, since they are for another Python or system; it tells with -vv. */
  readonly skipped?: readonly string[];
  /** Indexes other than the usual one. */
  readonly addresses: readonly string[];
  /** Host that pip skipped, since it has no certificate. */
  readonly untrusted: string | null;
  /** What indexes answered in place of the project's page, each an error of HTTP; empty where pip did not say. */
  readonly answers: readonly { readonly status: number; readonly host: string | null }[];
  /** The connection that failed as well, where the network is not the first cause. */
  readonly connection?: NetworkFailure | null;
};

export type DependencyConflict = {
  readonly code: 'dependency-conflict';
  readonly conflicts: readonly Conflict[];
};

/** Statuses of a run that found nothing; 2 is that of an exception that nothing caught, such as a read that timed out. */
function hasFailed({ status }: EndedRun): boolean {
  return status === 1 || status === 2;
}

/** Returns the finding if Python has no ssl module and pip needed it. */
export function findSslModuleMissing(run: EndedRun): SslModuleMissing | null {
  if (!hasFailed(run) || !hasSeen(run, 'ssl-missing')) return null;
  const wasNeeded = hasSeen(run, 'no-match') || hasSeen(run, 'connection') || run.observations.some(isBoxedSsl);
  return wasNeeded ? { code: 'ssl-module-missing' } : null;
}

/** Returns the connection that failed, if it is the cause: with every network there is no project that is called `requirements.txt`. */
export function findNetworkFailure(run: EndedRun): NetworkFailure | null {
  const failed = findFailedConnection(run);
  return failed === null || isTypedFileName(failed.requirement ?? '', run) ? null : failed;
}

function isTypedFileName(requirement: string, { command, observations }: EndedRun): boolean {
  if (!isRequirementsFile(requirement) && !isProjectFile(requirement)) return false;
  // A saved log does not tell what was typed; pip says it of dependencies.
  const asked = observations.findLast((seen) => seen.kind === 'unsatisfied' || seen.kind === 'no-match');
  const origin = asked?.kind === 'unsatisfied' || asked?.kind === 'no-match' ? asked.origin : null;
  return origin === null && (command.words.length === 0 || command.words.includes(requirement));
}

/** pip asked for a user name and ended with an exception: it could not read an answer. */
function findUnansweredLogin(run: EndedRun): NetworkFailure | null {
  const asked = run.status === 2 && !hasSeen(run, 'no-match') ? listSeen(run, 'login-asked').at(-1) : undefined;
  if (asked === undefined) return null;
  return { code: 'network', trouble: 'login', detail: '', host: asked.host, requirement: null };
}

function findFailedConnection(run: EndedRun): NetworkFailure | null {
  if (!hasFailed(run)) return null;
  const unanswered = findUnansweredLogin(run);
  if (unanswered !== null) return unanswered;
  const missing = listSeen(run, 'no-match').at(-1) ?? null;
  const connections = listSeen(run, 'connection');
  const failed = connections.findLast(({ stage }) => stage === 'failed') ?? null;
  const dead = failed ?? (missing === null ? null : findDead(connections, missing.requirement));
  if (dead === null) return null;
  const { trouble, detail, place } = dead;
  const addresses = (listSeen(run, 'indexes').at(-1)?.addresses ?? []).filter(isRemote);
  const host = dead.host ?? findHost(place, addresses);
  const hasSeveralIndexes = addresses.length > 1;
  return { code: 'network', trouble, detail, host, requirement: missing?.requirement ?? null, hasSeveralIndexes };
}

/** Returns the package that does not run on this Python: pip says so, or every version that was asked for is for others. */
export function findRequiresPython(run: EndedRun): RequiresPython | null {
  if (!hasFailed(run)) return null;
  const required = listSeen(run, 'requires-python').at(-1);
  if (required !== undefined) {
    const { requirement, specifier, running } = required;
    return { code: 'requires-python', requirement, specifier, running, origin: null, usable: [] };
  }
  const missing = hasSeen(run, 'unresolvable') ? null : findMissing(run);
  if (missing === null) return null;
  const { requirement, origin, versions } = missing;
  const [newest, ...older] = listExcluded(requirement, listSeen(run, 'versions-ignored').at(-1)?.versions ?? []);
  if (newest === undefined) return null;
  const isGuess = !isAboutRequirement(run.command, requirement, origin);
  const { specifier } = newest;
  const found = {
    code: 'requires-python',
    requirement,
    specifier,
    running: '',
    origin,
    usable: versions ?? [],
  } as const;
  return isGuess || older.length === 0 ? { ...found, isGuess } : { ...found, ignored: [newest, ...older] };
}

/** Returns the requirements that exclude each other. */
export function findResolutionImpossible(run: EndedRun): ResolutionImpossible | null {
  const clash = hasFailed(run) ? listSeen(run, 'unresolvable').at(-1) : undefined;
  if (clash === undefined) return null;
  const causes = listSeen(run, 'conflict-cause').map(({ cause }) => cause);
  return { code: 'resolution-impossible', requested: clash.requested, causes };
}

/** Returns what pip found nothing for. */
export function findNoMatch(run: EndedRun): NoMatch | null {
  const missing = hasFailed(run) ? findMissing(run) : null;
  if (missing === null) return null;
  const addresses = listSeen(run, 'indexes').at(-1)?.addresses ?? [];
  const answers = listSeen(run, 'page-refused')
    .filter(({ place }) => namesProject(place, missing.requirement))
    .map(({ status, place }) => ({ status, host: findHost(place, []) }));
  const untrusted = listSeen(run, 'untrusted-host').at(-1)?.host ?? null;
  const connection = findFailedConnection(run);
  const yanked = listSeen(run, 'versions-yanked').at(-1)?.versions ?? [];
  const skipped = listSeen(run, 'wheel-skipped').map(({ file }) => file);
  return { code: 'no-matching-distribution', ...missing, yanked, skipped, addresses, untrusted, answers, connection };
}

/** Returns the installed packages that do not fit together, after a run that succeeded. */
export function findDependencyConflict(run: EndedRun): DependencyConflict | null {
  const conflicts = run.status === 0 ? listSeen(run, 'conflict') : [];
  return conflicts.length === 0 ? null : { code: 'dependency-conflict', conflicts };
}

/** Returns the requirement that pip ended with, who asked for it, and the versions that there are. */
function findMissing(run: EndedRun): Pick<NoMatch, 'requirement' | 'origin' | 'versions'> | null {
  const missing = listSeen(run, 'no-match').at(-1);
  // A caller who was not let in does not know what the index has, and pip has told that cause itself.
  if (missing === undefined || hasSeen(run, 'unauthorised')) return null;
  const { requirement } = missing;
  const unsatisfied = listSeen(run, 'unsatisfied').findLast((each) => each.requirement === requirement) ?? null;
  // From 20.3 on only the first of the two lines says who asked.
  const origin = missing.origin ?? unsatisfied?.origin ?? null;
  return { requirement, origin, versions: unsatisfied?.versions ?? null };
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

/** Whether pip connects to another machine for it: it reads folders as well. */
export function isRemote(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

/** Old pips name no host where they retry: it is the index's, if there is but one. */
function findHost(place: string | null, addresses: readonly string[]): string | null {
  const [only = '', ...others] = addresses;
  const address = place?.includes('://') ? place : others.length === 0 ? only : '';
  return /^[a-z+]+:\/\/(?:[^/@]*@)?\[?([\w.:-]+?)\]?(?::\d+)?(?:\/|$)/i.exec(address)?.[1] ?? null;
}

/** Returns the versions that were asked for and are for other Pythons: the newest of each Requires-Python, the newest first. */
function listExcluded(requirement: string, ignored: readonly IgnoredVersion[]): readonly IgnoredVersion[] {
  const { specifier } = splitRequirement(requirement);
  const wanted = ignored.filter(({ version }) => satisfies(version, specifier));
  const releases = wanted.filter(({ version }) => !isPreRelease(version));
  const sorted = (releases.length > 0 ? releases : wanted).toSorted((a, b) => compareReleases(b.version, a.version));
  return sorted.filter((each, index) => sorted.findIndex((other) => other.specifier === each.specifier) === index);
}

/**
 * Whether the list of ignored versions is about the requirement that pip ended at. It has the versions of every project that
 * pip looked at, without names: certain is an exact version, or a run that asked for nothing else.
 */
function isAboutRequirement(command: PipCommand, requirement: string, origin: string | null): boolean {
  if (/^==(?!=)[^,*]+$/.test(splitRequirement(requirement).specifier)) return true;
  const { words, requirementFiles, editables } = command;
  return origin === null && words.length === 1 && requirementFiles.length === 0 && editables.length === 0;
}
