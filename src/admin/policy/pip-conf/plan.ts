import { isUtf8Locale } from '../../../pip/configuration-text.ts';
import { findUndecodable, splitLines } from './text/scan.ts';
import { readConfFile, type ConfFile } from './conf-file.ts';
import { editConf, type ConfEdit } from './text/edit.ts';
import type { Gathered } from './gather.ts';
import { planMarker, renderMarker, type Marker } from './marker.ts';
import { describeNote } from './messages.ts';
import { undoEdits } from './text/undo.ts';
import { nameOfConf } from './locate.ts';

/** What an apply will do. */
export type ApplyPlan = Gathered & {
  readonly before: Exclude<ConfFile, { kind: 'unusable' }>;
  /** The file without what was written before, or as it is if that was changed by hand since (latin1). */
  readonly original: string;
  /** The whole file as it will be (latin1); null: no file. */
  readonly after: string | null;
  readonly edits: readonly ConfEdit[];
  /** All that will be there afterwards. */
  readonly markers: readonly Marker[];
};

/** Why nothing can be written: a clause for each reason. */
export type Refused = { readonly refused: readonly string[] };

/** Returns what an apply will do. `python`: an interpreter to mark, too. */
export function planApply(gathered: Gathered, python: string | null): ApplyPlan | Refused {
  const { file, access, record, layers, translation, policyFiles } = gathered;
  if (layers.length === 0)
    return {
      refused: [
        `no policy is in ${policyFiles.join(' or ')} (a project's policy is not written to ${nameOfConf(gathered.context.platform)})`,
      ],
    };
  if (translation.refusals.length > 0) return { refused: translation.refusals.map(describeNote) };
  const before = readConfFile(file, access);
  if (before.kind === 'unusable') return { refused: [`${before.reason}: ${before.fix}`] };
  const undecodable = before.kind === 'file' ? describeUndecodable(before.bytes, file, gathered) : null;
  if (undecodable !== null) return { refused: [`${undecodable}. Correct it first`] };
  // What was written before is taken out first, so that a policy that has changed leaves nothing behind.
  const current = before.kind === 'file' ? before.bytes : '';
  const { bytes, gone } = undoEdits(current, record?.edits ?? []);
  const result = editConf(bytes, translation.lines);
  if (result.kind === 'refused') {
    const place = result.line === null ? file : `${file}:${result.line}`;
    return { refused: [`${place}: ${result.message}. Correct it first`] };
  }
  const markers = planMarkers(gathered, python);
  if ('refused' in markers) return markers;
  const isGone = result.bytes === '' && (before.kind === 'missing' || record?.created === true);
  return {
    ...gathered,
    before,
    original: gone.length === 0 ? bytes : current,
    after: isGone ? null : result.bytes,
    edits: result.edits,
    markers,
  };
}

/** Says what pip cannot decode in this locale; null if it can. (In another locale, any bytes will do.) */
export function describeUndecodable(bytes: string, file: string, { context }: Gathered): string | null {
  const line = isUtf8Locale(context) ? findUndecodable(splitLines(bytes)) : null;
  return line === null ? null : `pip cannot read ${file}:${line}: it is not UTF-8, as the locale asks for`;
}

/** Markers are for those who ask for virtual environments; those of an earlier apply stay, with the text of today's policy. */
function planMarkers(
  { record, layers, translation, context }: Gathered,
  python: string | null,
): readonly Marker[] | Refused {
  const asksForEnvironments = translation.lines.some(({ option }) => option === 'require-virtualenv');
  const own = asksForEnvironments ? (record?.markers ?? []) : [];
  const kept = own.map(({ file }) => ({ file, text: renderMarker(layers) }));
  if (python === null) return kept;
  if (!asksForEnvironments) {
    return { refused: [`${python} is not marked, since no rule of the policy asks for a virtual environment`] };
  }
  const planned = planMarker(python, context, layers, kept);
  if ('reason' in planned) return { refused: [`${python} is not marked: ${planned.reason}`] };
  return [...kept.filter(({ file }) => file !== planned.file), planned];
}
