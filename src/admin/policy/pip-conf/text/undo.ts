import type { ConfEdit } from './edit.ts';
import { joinLines, scanLines, splitLines, type RawLine } from './scan.ts';

export type UndoResult = {
  readonly bytes: string;
  /** Lines that we wrote and that are not there any more: deleted or changed by hand. */
  readonly gone: readonly { readonly section: string; readonly line: string }[];
};

/**
 * Returns the bytes (latin1) without what the edits wrote, wherever it is now; the line ends do not matter. What was changed
 * by hand since stays: it is no longer ours.
 */
export function undoEdits(bytes: string, edits: readonly ConfEdit[]): UndoResult {
  let lines = splitLines(bytes);
  const gone: { section: string; line: string }[] = [];
  for (const edit of edits.toReversed()) {
    const missing = edit.kind === 'insert' ? undoInsert(edit) : undoReplace(edit);
    gone.push(...missing.map((line) => ({ section: edit.section, line: line.trim() })));
  }
  return { bytes: joinLines(lines), gone };

  function undoInsert({ section, lines: added, endsLine }: Extract<ConfEdit, { kind: 'insert' }>): readonly string[] {
    const at = findBlock(lines, section, added);
    const remaining = new Set<number>();
    const missing: string[] = [];
    for (const [index, line] of added.entries()) {
      const found = at >= 0 ? at + index : findInSection(lines, section, line, added);
      if (found >= 0) remaining.add(found);
      else if (!isDecoration(line)) missing.push(line);
    }
    const header = findSection(lines, section, added)?.first ?? -1;
    if (remaining.has(header)) {
      if (added[0] === '' && lines[header - 1]?.bytes === '') remaining.add(header - 1);
      keepUsedHeader(remaining, section, added);
    }
    const isLast = endsLine && Math.max(...remaining) === lines.length - 1;
    const kept = lines.filter((_, index) => !remaining.has(index));
    const last = kept.at(-1);
    lines = isLast && last !== undefined && at >= 0 ? [...kept.slice(0, -1), { ...last, end: '' }] : kept;
    return missing;
  }

  /** A section that other lines are in by now keeps its header, and the blank line before that. */
  function keepUsedHeader(ours: Set<number>, section: string, added: readonly string[]): void {
    const own = findSection(lines, section, added);
    if (own === null || !ours.has(own.first)) return;
    const isUsed = lines.slice(own.first + 1, own.end).some((line, offset) => {
      return !ours.has(own.first + 1 + offset) && line.bytes.trim() !== '' && !isComment(line);
    });
    if (!isUsed) return;
    ours.delete(own.first);
    if (lines[own.first - 1]?.bytes === '') ours.delete(own.first - 1);
  }

  function undoReplace({ section, before, after }: Extract<ConfEdit, { kind: 'replace' }>): readonly string[] {
    const at = findInSection(lines, section, after, [after]);
    if (at < 0) return [after];
    const end = lines[at]?.end ?? '';
    const old = splitLines(before);
    const restored = old.map((line, index) => (index === old.length - 1 ? { ...line, end } : line));
    lines = [...lines.slice(0, at), ...restored, ...lines.slice(at + 1)];
    return [];
  }
}

/** Position of the lines, one after the other; -1 if they are not there so. The same lines may be in another section, too. */
function findBlock(lines: readonly RawLine[], section: string, block: readonly string[]): number {
  const own = findSection(lines, section, block);
  const header = Math.max(
    0,
    block.findIndex((line) => line.startsWith('[')),
  );
  return lines.findIndex((_, start) => {
    const isInside = own !== null && start + header >= own.first && start < own.end;
    return isInside && block.every((line, index) => lines[start + index]?.bytes === line);
  });
}

/** Position of a line in a section, or of the section's header; -1 if it is not there. A blank line is not looked for. */
function findInSection(lines: readonly RawLine[], section: string, line: string, written: readonly string[]): number {
  const own = line === '' ? null : findSection(lines, section, written);
  if (own === null) return -1;
  const found = lines.slice(own.first, own.end).findIndex(({ bytes }) => bytes === line);
  return found < 0 ? -1 : own.first + found;
}

/** Returns the section; of several of that name, which pip cannot read, the one with most of what was written. */
function findSection(lines: readonly RawLine[], section: string, written: readonly string[]) {
  const { sections } = scanLines(lines);
  let best: { readonly first: number; readonly end: number; readonly count: number } | null = null;
  for (const [index, { name, first }] of sections.entries()) {
    if (name !== section) continue;
    const end = sections[index + 1]?.first ?? lines.length;
    const count = lines.slice(first, end).filter(({ bytes }) => bytes !== '' && written.includes(bytes)).length;
    if (best === null || count > best.count) best = { first, end, count };
  }
  return best;
}

function isDecoration(line: string): boolean {
  return line === '' || line.startsWith('#') || line.startsWith('[');
}

function isComment({ bytes }: RawLine): boolean {
  return /^\s*[#;]/.test(bytes);
}
