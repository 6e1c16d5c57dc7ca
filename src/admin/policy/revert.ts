import { complain, say, sayJson } from '../output.ts';
import type { AdminContext, CommandArguments } from '../command.ts';
import { removeEmptyFolders } from '../setup/files/installation.ts';
import { withRecordLock } from './pip-conf/carry-out.ts';
import { deleteConfFile, readConfFile, writeConfFile } from './pip-conf/conf-file.ts';
import { gather, readConfScope, type Gathered } from './pip-conf/gather.ts';
import { removeMarker } from './pip-conf/marker-files.ts';
import { describeAdministrator, describeScope, sayLines } from './pip-conf/messages.ts';
import { removeRecord, type ApplyRecord } from './pip-conf/record.ts';
import { renderConfDiff } from './pip-conf/text/redact-conf.ts';
import { scanLines, splitLines } from './pip-conf/text/scan.ts';
import { undoEdits } from './pip-conf/text/undo.ts';

/** Takes out what `policy apply` wrote, and nothing else. Returns 1 if something of it is left, or could not be changed. */
export function revertPolicy(admin: AdminContext, given: CommandArguments): number {
  const scope = readConfScope(given);
  const [isDry, isJson] = [given.flag('dry-run'), given.flag('json')];
  const gathered = gather(admin, scope);
  const { record, file, access } = gathered;
  if (record === null && scope === 'system' && !access.isAdministrator()) {
    const how = describeAdministrator(admin.platform);
    throw new Error(`what apply wrote for all users is recorded for administrators alone: run this ${how}`);
  }
  if (record === null) {
    if (isJson) sayJson({ schema: 1, scope, file, outcome: 'unchanged', left: [] });
    else say(`nothing to revert: \`policy apply\` wrote nothing ${describeScope(scope)}`);
    return 0;
  }
  const before = readConfFile(file, access);
  if (before.kind === 'unusable') {
    complain(`pipward: nothing was changed: ${before.reason}: ${before.fix}`);
    return 1;
  }
  const old = before.kind === 'file' ? before.bytes : null;
  const { bytes, gone } = undoEdits(old ?? '', record.edits);
  const after = old === null || (bytes === '' && record.created) ? null : bytes;
  const changed = listChanged(bytes, gone, file);
  if (isDry) {
    sayLines([
      ...(old === after ? [] : renderConfDiff(file, old, after).split('\n')),
      ...record.markers.map((marker) => `delete ${marker.file}`),
      ...changed,
      'dry run: nothing was changed',
    ]);
    return 0;
  }
  const failed = withRecordLock(gathered, () => {
    const problem =
      old === after
        ? null
        : after === null
          ? deleteConfFile(file, access, before)
          : writeConfFile(file, access, before, after);
    return problem === null ? finish(gathered, record, after) : { problem, left: [problem], backups: [] };
  });
  const isDone = !('problem' in failed);
  const left = [...(isDone ? changed : []), ...failed.left];
  if (isJson)
    sayJson({
      schema: 1,
      scope,
      file,
      outcome: left.length === 0 ? 'reverted' : 'partly',
      left,
      backups: failed.backups,
    });
  else if (isDone) sayLines(renderDone(file, old, after, failed.backups));
  for (const text of left) complain(`pipward: ${isDone ? '' : 'nothing was changed: '}${text}`);
  return left.length === 0 ? 0 : 1;
}

function finish({ folder }: Gathered, record: ApplyRecord, after: string | null) {
  const { markers, createdFolders, created } = record;
  const left = markers.flatMap((marker) => removeMarker(marker));
  if (created && after === null) removeEmptyFolders(createdFolders);
  return { left, backups: removeRecord(folder, after ?? '') };
}

function renderDone(
  file: string,
  old: string | null,
  after: string | null,
  backups: readonly string[],
): readonly string[] {
  const what =
    old === null
      ? `${file} is not there any more`
      : after === null
        ? `deleted ${file}, which apply had made`
        : old === after
          ? `${file} has nothing of what apply wrote`
          : `took out of ${file} what apply wrote`;
  return [what, ...backups.map((copy) => `a copy of an earlier state stays: ${copy}`)];
}

/** Lists the lines that were changed by hand since: they belong to the user who did that. Deleted lines do not count. */
function listChanged(
  bytes: string,
  gone: readonly { readonly section: string; readonly line: string }[],
  file: string,
) {
  const { entries } = scanLines(splitLines(bytes));
  return gone.toReversed().flatMap(({ section, line }) => {
    const name = line.split(/[=:]/)[0]?.trim().toLowerCase().replaceAll('_', '-') ?? '';
    const entry = entries.find((each) => each.section === section && each.name === name);
    return entry === undefined
      ? []
      : [`${file}:${entry.first + 1}: ${name} in [${section}] was changed by hand and stays`];
  });
}
