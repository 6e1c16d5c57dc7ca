import { normalizeOption } from '../../../../pip/configuration.ts';
import { parseIni, type IniEntry } from '../../../../pip/ini.ts';
import { isNamed, isSame, renderLine, type ConfLine } from './conf-line.ts';
import { findPython2Problem } from './python2.ts';
import { decodeBytes, joinLines, scanLines, splitLines, type ConfEntry, type RawLine, type Scan } from './scan.ts';

/** What was written into a file, so that it can be taken out again. Texts have one character for each byte, and no line end. */
export type ConfEdit =
  /** `lines` in their order; a header among them if the section was not there. `endsLine`: the line before had no line end. */
  | {
      readonly kind: 'insert';
      readonly section: string;
      readonly lines: readonly string[];
      readonly endsLine: boolean;
    }
  /** A value that said the opposite. `before` may have several lines: a value goes on in indented ones. */
  | { readonly kind: 'replace'; readonly section: string; readonly before: string; readonly after: string };

export type EditResult =
  | { readonly kind: 'edited'; readonly bytes: string; readonly edits: readonly ConfEdit[] }
  | { readonly kind: 'refused'; readonly line: number | null; readonly message: string };

/** What a reader of the file is told. Not a path: a user's file names may hold anything. */
const COMMENT = '# written by `pipward policy apply`; `pipward policy revert` removes it';

/**
 * Returns the bytes (latin1) with these settings in them, and what was written. Nothing else changes, in the reading of any
 * Python: a file in which that cannot be done is refused. What the file says already is not written again.
 */
export function editConf(bytes: string, wanted: readonly ConfLine[]): EditResult {
  let lines = splitLines(bytes);
  const problem = scanLines(lines).problem ?? findPython2Problem(lines);
  if (problem !== null) return { kind: 'refused', ...problem };
  const oldMac = lines.findIndex(({ end }) => end === '\r');
  if (oldMac >= 0) {
    return { kind: 'refused', line: oldMac + 1, message: 'it ends in a CR alone, and Python 2 reads on there' };
  }
  const edits: ConfEdit[] = [];
  for (const section of ['install', 'uninstall'] as const) {
    const own = wanted.filter((line) => line.section === section);
    const result = editSection(lines, section, own);
    if ('message' in result) return { kind: 'refused', ...result };
    ({ lines } = result);
    edits.push(...result.edits);
  }
  const edited = joinLines(lines);
  return isSafe(bytes, edited, wanted)
    ? { kind: 'edited', bytes: edited, edits }
    : { kind: 'refused', line: null, message: 'Pythons differ in how they read it, so no line can be added safely' };
}

type SectionResult =
  | { readonly lines: readonly RawLine[]; readonly edits: readonly ConfEdit[] }
  | { readonly line: number; readonly message: string };

function editSection(
  before: readonly RawLine[],
  name: ConfLine['section'],
  wanted: readonly ConfLine[],
): SectionResult {
  const edits: ConfEdit[] = [];
  const lines = [...before];
  const scan = scanLines(before);
  const inSection = scan.entries.filter((entry) => entry.section === name);
  const missing = wanted.filter((line) => !inSection.some((entry) => isNamed(line, entry.name)));
  // From the last one on, since a value of several lines becomes one line.
  for (const entry of inSection.toReversed()) {
    const line = wanted.find((each) => isNamed(each, entry.name) && !isSame(each, entry.value));
    if (line !== undefined) edits.push(replaceValue(lines, entry, line));
  }
  if (missing.length === 0) return { lines, edits };
  const now = scanLines(lines);
  const section = now.sections.find((each) => each.name === name);
  if (section === undefined) {
    const common = now.entries.find((entry) => entry.section === 'DEFAULT');
    if (common !== undefined) {
      const message = `[DEFAULT] applies to each section, so a new [${name}] would change more: add an empty [${name}] first`;
      return { line: common.first + 1, message };
    }
  }
  const at = section === undefined ? lines.length : section.last + 1;
  const indent = section === undefined ? '' : findIndent(now, name, at);
  const text = [COMMENT, ...missing.map((line) => indent + renderLine(line))];
  const isBlank = lines.length === 0 || lines.at(-1)?.bytes.trim() === '';
  const added = section === undefined ? [...(isBlank ? [] : ['']), `[${name}]`, ...text] : text;
  return {
    lines: insert(lines, at, added),
    edits: [...edits, { kind: 'insert', section: name, lines: added, endsLine: hasNoEnd(lines, at) }],
  };
}

/**
 * Returns the indent of the section's last entry, or of the header that follows an empty section: whatever begins further
 * to the right than the line before it goes on with that one's value.
 */
function findIndent({ entries, sections }: Scan, name: string, at: number): string {
  const last = entries.findLast((entry) => entry.section === name);
  if (last !== undefined) return last.indent;
  return sections.find((section) => section.first >= at)?.indent ?? '';
}

function hasNoEnd(lines: readonly RawLine[], at: number): boolean {
  return at > 0 && lines[at - 1]?.end === '';
}

function insert(lines: readonly RawLine[], at: number, added: readonly string[]): readonly RawLine[] {
  const end = (lines[at - 1]?.end || lines.find((line) => line.end !== '')?.end) ?? '\n';
  const before = lines.slice(0, at).map((line) => (line.end === '' ? { ...line, end } : line));
  return [...before, ...added.map((bytes) => ({ bytes, end })), ...lines.slice(at)];
}

/** Writes the value over the one that is there; the key stays as it is spelled. */
function replaceValue(lines: RawLine[], { section, first, last }: ConfEntry, line: ConfLine): ConfEdit {
  // To Python 2 indented comments behind a value are a part of it.
  let end = last + 1;
  for (let at = end; /^\s*$|^\s+[#;]/.test(lines[at]?.bytes ?? 'end'); at += 1) {
    if (lines[at]?.bytes.trim() !== '') end = at + 1;
  }
  const old = lines.slice(first, end);
  const head = old[0]?.bytes ?? '';
  const before = joinLines(old.map((each, index) => (index === old.length - 1 ? { ...each, end: '' } : each)));
  const after = `${/^[^=:]*[=:][ \t]*/.exec(head)?.[0] ?? ''}${line.value}`;
  lines.splice(first, old.length, { bytes: after, end: old.at(-1)?.end ?? '' });
  return { kind: 'replace', section, before, after };
}

/** Whether every Python reads the same as before, but for what is wanted, and whether each reads that. */
function isSafe(before: string, after: string, wanted: readonly ConfLine[]): boolean {
  const [old, next] = [decodeBytes(before), decodeBytes(after)];
  if (scanLines(splitLines(after)).problem !== null) return false;
  return (['3.10', '3', '2'] as const).every((dialect) => {
    const read = parseIni(next, dialect).sections;
    const [was, is] = [parseIni(old, dialect).sections, read].map((each) => listOthers(each, wanted));
    if (JSON.stringify(was) !== JSON.stringify(is)) return false;
    return wanted.every((line) => says(read.get(line.section), line));
  });
}

function listOthers(
  sections: ReadonlyMap<string, ReadonlyMap<string, IniEntry>>,
  wanted: readonly ConfLine[],
): readonly (readonly [string, string, string])[] {
  return [...sections].flatMap(([section, entries]) =>
    [...entries]
      .filter(([key]) => !wanted.some((line) => line.section === section && isNamed(line, normalizeOption(key))))
      .map(([key, { value }]) => [section, key, value] as const),
  );
}

/** Of several names of one option pip takes the last one. */
function says(entries: ReadonlyMap<string, IniEntry> | undefined, line: ConfLine): boolean {
  const named = [...(entries ?? [])].filter(([key]) => isNamed(line, normalizeOption(key)));
  return named.length > 0 && named.every(([, { value }]) => isSame(line, value));
}
