import { createUnixAccess } from './access.ts';
import { deleteConfFile, readConfFile, writeConfFile } from './conf-file.ts';
import type { Marker } from './marker.ts';

/** Markers are for all users, and not for Windows (see marker.ts). */
const ACCESS = createUnixAccess('system');

/** Whether a marker is there as it was written. */
export function readMarkerState({ file, text }: Marker): 'same' | 'missing' | 'changed' | 'unusable' {
  const read = readConfFile(file, ACCESS);
  if (read.kind !== 'file') return read.kind === 'missing' ? 'missing' : 'unusable';
  return read.bytes === encode(text) ? 'same' : 'changed';
}

/** Writes the markers, and deletes those of `old` that are no longer wanted. Returns, as clauses, what was left alone. */
export function replaceMarkers(old: readonly Marker[], next: readonly Marker[]): readonly string[] {
  const obsolete = old.filter(({ file }) => !next.some((each) => each.file === file));
  return [...obsolete.flatMap((marker) => removeMarker(marker)), ...next.flatMap((marker) => writeMarker(marker, old))];
}

function writeMarker(marker: Marker, old: readonly Marker[]): readonly string[] {
  const before = readConfFile(marker.file, ACCESS);
  if (before.kind === 'unusable') return [`${before.reason}, so it is left alone`];
  const known = [marker, ...old.filter(({ file }) => file === marker.file)];
  if (before.kind === 'file' && !known.some(({ text }) => encode(text) === before.bytes)) {
    return [`${marker.file} was changed by hand and stays`];
  }
  if (before.kind === 'file' && before.bytes === encode(marker.text)) return [];
  const failed = writeConfFile(marker.file, ACCESS, before, encode(marker.text));
  return failed === null ? [] : [failed];
}

/** Deletes a marker that is still as it was written; a changed one is no longer ours. */
export function removeMarker(marker: Marker): readonly string[] {
  const before = readConfFile(marker.file, ACCESS);
  if (before.kind === 'missing') return [];
  if (before.kind === 'unusable') return [`${before.reason}, so it stays`];
  if (before.bytes !== encode(marker.text)) return [`${marker.file} was changed by hand and stays`];
  const failed = deleteConfFile(marker.file, ACCESS, before);
  return failed === null ? [] : [failed];
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
