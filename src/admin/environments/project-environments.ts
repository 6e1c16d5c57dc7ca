import path from 'node:path';
import { chooseFreeName } from '../../interpreter/project/unused-name.ts';
import { readCaller } from '../../host/process/detect-caller.ts';
import { captureContext } from '../../host/capture-context.ts';
import { replaceTrustStore } from '../../host/files/write-trust-store.ts';
import { listLocatedIssues, listPythonIssues, type LocatedIssue } from '../../interpreter/trust/trust-issues.ts';
import { canonicalPlace, followName } from '../../interpreter/project/environment-file.ts';
import { findRepository, listFoundPrefixes } from '../../interpreter/project/project.ts';
import { takeRecord, type TrustRecord } from '../../interpreter/trust/trust-record.ts';
import { findTrustFile, readTrustStore, renderTrustStore } from '../../interpreter/trust/trust-store.ts';
import type { ShellKind } from '../../model/diagnostic.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { activationCommand } from '../../terminal/activation.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { describeStateObstacle, describeStoreIssue, describeCheckIssue } from '../../messages/trust-messages.ts';
import type { AdminContext } from '../command.ts';

/** The callContext of an admin command, with a look at the disk of its own. */
export function captureHere({ env, programDirectory, windows }: AdminContext): CallContext {
  return captureContext('pip', [], env, path.join(path.dirname(programDirectory), 'shims'), windows);
}

/** The environments found upward from here, or the files that name them, nearest first. */
export function listFoundHere(callContext: CallContext): readonly string[] {
  return listFoundPrefixes(callContext, findEnvironmentNames(findPolicyLayers(callContext)));
}

/** The environment that a user names: its folder, a file that names it, or the folder that has one of these; null where there is none. */
export function findNamed(given: string, callContext: CallContext): string | null {
  const folder = path.resolve(callContext.cwd ?? '/', given);
  const names = ['', ...findEnvironmentNames(findPolicyLayers(callContext))];
  return names.map((name) => path.join(folder, name)).find((place) => followName(place, callContext) !== null) ?? null;
}

/** Whether a folder is the home directory. It is not a project, so environments in it are not searched for. */
export function isHome(folder: string, { home, files }: CallContext): boolean {
  return home !== null && (folder === home || folder === (files.realPath(home) ?? home));
}

/** The environment of a usual name in the home directory, if that is the current one; null where there is none. */
export function findInHome(callContext: CallContext): string | null {
  const { cwd } = callContext;
  return cwd !== null && isHome(cwd, callContext) ? findNamed('.', callContext) : null;
}

/** Returns what to do with an environment in the home directory, as lines. */
export function describeHomeEnvironment(place: string, callContext: CallContext): string {
  const { platform, cwd } = callContext;
  const prefix = followName(place, callContext) ?? place;
  const activation = activationCommand(prefix, findCallerShell(callContext), platform, cwd);
  return `the home directory is not a project: an environment in it is used only if it is active\nfix: activate it\n    ${activation}`;
}

export type Recording =
  | { readonly kind: 'recorded'; readonly record: TrustRecord; readonly file: string }
  /** Something speaks against it. */
  | { readonly kind: 'has-issues'; readonly issues: readonly LocatedIssue[] }
  /** Recorded trust would not count. */
  | { readonly kind: 'no-store'; readonly reason: string };

/** Records that an environment is trusted where it was found, unless something speaks against it. Nothing in it is started. */
export async function recordTrust(place: string, context: AdminContext): Promise<Recording> {
  // What was seen before a user answered, or before venv ran, does not count.
  const callContext = captureHere(context);
  const prefix = followName(place, callContext) ?? place;
  const record = takeRecord(prefix, callContext);
  const issues = [
    ...listLocatedIssues(place, prefix, callContext),
    ...(record === null ? [] : listPythonIssues(record.python, callContext)),
  ];
  if (issues.length > 0) return { kind: 'has-issues', issues };
  if (record === null) return { kind: 'has-issues', issues: [{ issue: 'broken', path: null }] };
  const file = findTrustFile(callContext);
  if (file === null) return { kind: 'no-store', reason: 'there is no home directory to record it in' };
  const reason = await changeRecords(file, context, findProjectRoot(place, callContext), (records) => {
    const before = records.find((known) => known.prefix === record.prefix)?.places ?? [];
    const places = [...new Set([...before, canonicalPlace(place, callContext)])];
    return [...records.filter((known) => known.prefix !== record.prefix), { ...record, places }];
  });
  return reason === null ? { kind: 'recorded', record, file } : { kind: 'no-store', reason };
}

/** Takes an environment out of the trust store. Returns whether it was in there, or why the store cannot be changed. */
export async function forgetTrust(place: string, context: AdminContext): Promise<boolean | string> {
  const callContext = captureHere(context);
  const file = findTrustFile(callContext);
  const known = readTrustStore(callContext, null);
  if (known.kind === 'unusable') return describeUnusable(describeStoreIssue(known.issue), file);
  const name = canonicalPlace(place, callContext);
  // By its own path all of it is meant; by the name of a link or a file that one place.
  const isMeant = ({ prefix, places }: TrustRecord) => prefix === name || places.includes(name);
  if (file === null || !known.records.some((record) => isMeant(record))) return false;
  const forget = (record: TrustRecord): readonly TrustRecord[] => {
    const places = name === record.prefix ? [] : record.places.filter((each) => each !== name);
    return !isMeant(record) ? [record] : places.length === 0 ? [] : [{ ...record, places }];
  };
  return (await changeRecords(file, context, null, (records) => records.flatMap((record) => forget(record)))) ?? true;
}

/** Returns why the records could not be changed; null where they were. They are read again under the lock. */
async function changeRecords(
  file: string,
  context: AdminContext,
  project: string | null,
  change: (records: readonly TrustRecord[]) => readonly TrustRecord[],
): Promise<string | null> {
  let reason: string | null = null;
  const obstacle = await replaceTrustStore(file, captureHere(context).home, () => {
    const store = readTrustStore(captureHere(context), project);
    if (store.kind === 'readable') return renderTrustStore(change(store.records));
    reason = describeUnusable(describeStoreIssue(store.issue), file);
    return null;
  });
  return obstacle === null ? reason : `${describeStateObstacle(obstacle)}, so nothing is recorded there`;
}

/** Who could have written the store has the say: its records are not taken over by us. */
export function describeUnusable(issue: string, file: string | null): string {
  return `${issue}, so nothing in it is used: look at ${file ?? 'it'}, delete it, and trust again`;
}

/** Returns the trust issues of an environment, a line each. */
export function describeIssues(issues: readonly LocatedIssue[], { home }: CallContext): readonly string[] {
  return issues.map(({ issue, path: place }) => {
    const words = describeCheckIssue(issue);
    return cleanText(place === null ? words : `${words.replace(/^it /, '')}: ${shortenHome(place, home)}`);
  });
}

/** What a repository, or without one the folder around it, brings along with an environment. */
function findProjectRoot(prefix: string, callContext: CallContext): string {
  const folder = path.dirname(prefix);
  return findRepository(callContext, folder) ?? folder;
}

/** A name for a new environment in a folder, where nothing is yet: one that is looked for, if possible. */
export function chooseName(folder: string, callContext: CallContext): string {
  const { files } = callContext;
  const isFree = (name: string) =>
    files.status(path.join(folder, name)) === null && !files.isLink(path.join(folder, name));
  const names = findEnvironmentNames(findPolicyLayers(callContext));
  return names.find((name) => isFree(name)) ?? chooseFreeName(folder, callContext);
}

/** The shell that commands are printed for. */
export function findCallerShell(callContext: CallContext): ShellKind {
  return readCaller(callContext).shell;
}
