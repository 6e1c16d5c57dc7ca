import type { StoreIssue } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { liesWithin, pathsOf } from '../../util/paths.ts';
import { isTrustRecord, type TrustRecord } from './trust-record.ts';
import { findWindowsFault } from './windows-access.ts';
import { findStateFolder } from '../../util/state-location.ts';

/** The trust store as it was read. */
export type TrustStore =
  | { readonly kind: 'readable'; readonly records: readonly TrustRecord[] }
  /** Nothing in it counts. */
  | { readonly kind: 'unusable'; readonly issue: StoreIssue };

const SCHEMA = 1;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/** Returns where trust is recorded, in the state folder; null without a home directory. */
export function findTrustFile(context: CallContext): string | null {
  const folder = findStateFolder(context);
  return folder === null ? null : pathsOf(context.platform).join(folder, 'trust.json');
}

/**
 * Returns the records of the trust store; an empty list if there is no file. A file or folder that another user could have
 * written, or that came with something (a link, the permissions that a checkout has), makes all of it worthless.
 * `project`: the folder around the environment that is asked for; a store inside of it would be the project's own word.
 */
export function readTrustStore(context: CallContext, project: string | null): TrustStore {
  const file = findTrustFile(context);
  const issue = file === null ? null : findStoreIssue(file, project, context);
  if (issue !== null) return { kind: 'unusable', issue };
  const read = file === null ? null : context.files.readText(file);
  if (read === null || read.kind === 'missing') return { kind: 'readable', records: [] };
  if (read.kind === 'unreadable') return { kind: 'unusable', issue: 'unreadable' };
  const records = parseRecords(read.text);
  return records === null ? { kind: 'unusable', issue: 'damaged' } : { kind: 'readable', records };
}

/** Returns whether trust could be recorded at all: what is nearest to the store must belong to the caller. */
export function mayRecordTrust(context: CallContext): boolean {
  const { files, platform, userId } = context;
  const file = findTrustFile(context);
  if (file === null || userId === null || platform === 'win32') return file !== null;
  let nearest = pathsOf(platform).dirname(file);
  while (files.status(nearest) === null && nearest !== pathsOf(platform).dirname(nearest)) {
    nearest = pathsOf(platform).dirname(nearest);
  }
  return files.status(nearest)?.owner === userId;
}

/** Returns the text of a store with these records. */
export function renderTrustStore(records: readonly TrustRecord[]): string {
  return `${JSON.stringify({ schema: SCHEMA, environments: records }, null, 2)}\n`;
}

function findStoreIssue(file: string, project: string | null, context: CallContext): StoreIssue | null {
  const { files, platform, userId } = context;
  const folder = pathsOf(platform).dirname(file);
  const status = files.status(file);
  if (files.isLink(file) || files.isLink(folder)) return 'is-link';
  if (status === null) return null;
  if (project !== null && isInside(folder, project, context)) return 'inside-project';
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
    return findWindowsFault(folder, context, false) ?? findWindowsFault(file, context, false);
  }
  if (userId === null) return null;
  const parts = [
    { part: files.status(folder), forbidden: OTHERS_WRITE },
    { part: status, forbidden: OTHERS },
  ];
  if (parts.some(({ part }) => part?.owner !== userId)) return 'foreign-owner';
  return parts.some(({ part, forbidden }) => part === null || (part.mode & forbidden) !== 0)
    ? 'writable-by-others'
    : null;
}

/** A project that holds the whole home directory (one in `/`, say) holds the store by nature. */
function isInside(folder: string, project: string, { files, home, platform }: CallContext): boolean {
  const [real, root] = [files.realPath(folder) ?? folder, files.realPath(project) ?? project];
  return (
    liesWithin(real, root, platform) && (home === null || !liesWithin(files.realPath(home) ?? home, root, platform))
  );
}

function parseRecords(text: string): readonly TrustRecord[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { schema, environments }: Record<string, unknown> = { ...value };
  return schema === SCHEMA && Array.isArray(environments) && environments.every((each) => isTrustRecord(each))
    ? environments
    : null;
}
