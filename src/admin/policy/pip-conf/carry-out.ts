import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';
import { removeStateBase } from '../../../host/files/state-folder.ts';
import { listMissingFolders, removeEmptyFolders } from '../../setup/files/installation.ts';
import { lockSetup } from '../../setup/files/lock.ts';
import { deleteConfFile, writeConfFile } from './conf-file.ts';
import type { Gathered } from './gather.ts';
import { replaceMarkers } from './marker-files.ts';
import type { ApplyPlan } from './plan.ts';
import { backUp, readRecord, removeRecord, writeRecord, type ApplyRecord } from './record.ts';

const MAX_ATTEMPTS = 10;

export type Done = {
  /** The copy of the file as it was; null if there was none. */
  readonly backup: string | null;
  /** Why the file could not be written, so that nothing was done; null if it was. */
  readonly failed: string | null;
  /** Clauses about markers that were left alone. */
  readonly left: readonly string[];
};

/**
 * Runs the work under the lock of the record's folder. Throws if another pipward holds it, or has done something since the
 * record was read: what was planned does not fit any more.
 */
export function withRecordLock<T>({ folder, scope, context, access, record }: Gathered, work: () => T): T {
  const lock = takeLock(folder, () => access.makeRecordFolder(folder, context.home));
  if (typeof lock !== 'function')
    throw new Error(`another pipward (process ${lock.heldBy}) works in ${folder}: run this again`);
  try {
    if (JSON.stringify(readRecord(folder, scope, access)) !== JSON.stringify(record)) {
      throw new Error(`another pipward changed ${folder} meanwhile: run this again`);
    }
    return work();
  } catch (error) {
    throw explainFull(error, folder);
  } finally {
    lock();
    removeEmptyFolders([folder]);
    if (scope === 'user') removeStateBase(path.dirname(folder), context.home);
  }
}

function takeLock(folder: string, makeFolder: () => void): ReturnType<typeof lockSetup> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      makeFolder();
      return lockSetup(folder);
    } catch (error) {
      // Another pipward, which is done, deleted the folder as an empty one.
      if (errorCode(error) !== 'ENOENT' || attempt === MAX_ATTEMPTS) throw explainFull(error, folder);
    }
  }
}

/** A disk that is full stops the work before the file is touched. */
function explainFull(error: unknown, folder: string): unknown {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');
  return isFull ? new Error(`no space is left for ${folder}: make some, then run this again`) : error;
}

/** Writes what the plan says. The record is written first: a line that is recorded and not there is no harm at revert, the reverse would be. */
export function carryOutPlan(plan: ApplyPlan): Done {
  const { file, scope, access, folder, before, original, after, record, markers } = plan;
  const next: ApplyRecord = {
    schema: 1,
    scope,
    file,
    created: record?.created === true || before.kind === 'missing',
    createdFolders: [...new Set([...(record?.createdFolders ?? []), ...listMissingFolders(path.dirname(file))])],
    lines: plan.translation.lines,
    edits: plan.edits,
    markers,
  };
  // Folders that are made from here on are for all users, whatever root's umask is.
  if (scope === 'system') process.umask(0o022);
  return withRecordLock(plan, () => {
    const isChange = after !== (before.kind === 'file' ? before.bytes : null);
    const backup = isChange && original !== '' ? backUp(folder, path.basename(file), original) : null;
    // Until all is written, what an earlier apply wrote may still be there.
    const [oldEdits, oldMarkers] = [record?.edits ?? [], record?.markers ?? []];
    writeRecord(folder, { ...next, edits: [...oldEdits, ...next.edits], markers: [...oldMarkers, ...markers] });
    const failed = isChange ? writeFile() : null;
    if (failed !== null) {
      if (record === null) removeRecord(folder, original);
      else writeRecord(folder, record);
      return { backup: null, failed, left: [] };
    }
    const left = replaceMarkers(oldMarkers, markers);
    writeRecord(folder, next);
    return { backup, failed: null, left };
  });

  function writeFile(): string | null {
    return after === null ? deleteConfFile(file, access, before) : writeConfFile(file, access, before, after);
  }
}
