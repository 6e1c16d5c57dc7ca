const START = '# >>> pipward >>>';
const END = '# <<< pipward <<<';

type Range = { readonly start: number; readonly end: number };
type Search =
  | { readonly kind: 'found'; readonly ranges: readonly Range[] }
  | { readonly kind: 'damaged'; readonly line: number };

/** `block` is what is ours in the new file, byte for byte: what `removeBlock` takes out again. */
export type Insertion =
  | { readonly kind: 'unchanged'; readonly block: string }
  /** `replaces`: an older block was there. */
  | { readonly kind: 'changed'; readonly bytes: Buffer; readonly block: string; readonly replaces: boolean }
  /** A start without an end or an end without a start, at this line (1-based). */
  | { readonly kind: 'damaged'; readonly line: number };

export type Removal =
  | { readonly kind: 'absent' }
  | { readonly kind: 'changed'; readonly bytes: Buffer }
  /** There is a block, but it leads to another installation. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'damaged'; readonly line: number };

/** The marked block with LF line ends around the given lines. */
export function renderBlock(lines: readonly string[]): string {
  return [START, ...lines, END, ''].join('\n');
}

/** Whether a text is one block with its marks, and perhaps the line end in front that it brought along. */
export function isMarkedBlock(text: string): boolean {
  const lines = text.trim().split(/\r?\n/);
  return (
    lines[0] === START && lines.at(-1) === END && lines.slice(1, -1).every((line) => line !== START && line !== END)
  );
}

/**
 * The file with the block at its end, or in the place of an older one. `recorded` is what the last setup wrote.
 * A file of CR LF lines gets such a block; where the final newline is missing the block brings it along, as its own.
 */
export function insertBlock(bytes: Buffer, block: string, recorded: string | null = null): Insertion {
  // One character a byte: files need not be UTF-8, and offsets stay offsets.
  const text = bytes.toString('latin1');
  const found = findBlocks(text);
  if (found.kind === 'damaged') return found;
  const eol = usesCrLf(text) ? '\r\n' : '\n';
  const body = toBytes(eol === '\n' ? block : toCrLf(block));
  const [first, ...copies] = found.ranges;
  if (first === undefined) {
    const own = (text === '' || text.endsWith('\n') ? '' : eol) + body;
    return { kind: 'changed', bytes: Buffer.from(text + own, 'latin1'), block: fromBytes(own), replaces: false };
  }
  const lead = /^\r?\n/.exec(recorded ?? '')?.[0] ?? '';
  const own = fromBytes((text.slice(0, first.start).endsWith(lead) ? lead : '') + body);
  const changed = text.slice(0, first.start) + body + cut(text.slice(first.end), copies, first.end);
  if (changed === text) return { kind: 'unchanged', block: own };
  return { kind: 'changed', bytes: Buffer.from(changed, 'latin1'), block: own, replaces: true };
}

/** The file without the block that was recorded, and without copies of it or older ones that lead to the same installation. */
export function removeBlock(bytes: Buffer, recorded: string): Removal {
  const text = bytes.toString('latin1');
  const own = toBytes(recorded);
  const rest = cutRecorded(text, own);
  const changed: Removal = { kind: 'changed', bytes: Buffer.from(rest, 'latin1') };
  const found = findBlocks(rest);
  if (found.kind === 'damaged') return rest === text ? found : changed;
  const command = commandOf(own);
  const ours = found.ranges.filter(({ start, end }) => commandOf(rest.slice(start, end)) === command);
  if (ours.length > 0) return { kind: 'changed', bytes: Buffer.from(cut(rest, ours, 0), 'latin1') };
  if (rest !== text) return changed;
  return { kind: found.ranges.length === 0 ? 'absent' : 'foreign' };
}

function cutRecorded(text: string, own: string): string {
  const at = text.lastIndexOf(own);
  if (at === -1) return text;
  const after = text.slice(at + own.length);
  // What was appended since needs the newline that the block brought along.
  const lead = after === '' ? '' : (/^\r?\n/.exec(own)?.[0] ?? '');
  return text.slice(0, at) + lead + after;
}

function findBlocks(text: string): Search {
  const ranges: Range[] = [];
  let open: { readonly start: number; readonly line: number } | null = null;
  let start = 0;
  for (const [index, content] of text.split('\n').entries()) {
    const end = Math.min(start + content.length + 1, text.length);
    if (content.trimEnd() === START) {
      if (open !== null) return { kind: 'damaged', line: open.line };
      open = { start, line: index + 1 };
    } else if (content.trimEnd() === END) {
      if (open === null) return { kind: 'damaged', line: index + 1 };
      ranges.push({ start: open.start, end });
      open = null;
    }
    start = end;
  }
  return open === null ? { kind: 'found', ranges } : { kind: 'damaged', line: open.line };
}

/** `text` without the ranges, which count from `origin`. */
function cut(text: string, ranges: readonly Range[], origin: number): string {
  return ranges.reduceRight(
    (rest, range) => rest.slice(0, range.start - origin) + rest.slice(range.end - origin),
    text,
  );
}

/** The line that is no comment: it names the installation. */
function commandOf(block: string): string | undefined {
  return block
    .split('\n')
    .map((line) => line.replace(/(?: #)?\r$/, ''))
    .find((line) => line !== '' && !line.startsWith('#'));
}

function usesCrLf(text: string): boolean {
  const all = text.split('\n').length - 1;
  return all > 0 && (text.split('\r\n').length - 1) * 2 > all;
}

/** Most shells take the CR for a part of the line's last word; behind `#` it harms nowhere. */
function toCrLf(block: string): string {
  return block.replaceAll(/^([^#\n].*)\n/gm, '$1 #\n').replaceAll('\n', '\r\n');
}

function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function fromBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
