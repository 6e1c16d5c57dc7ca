import { isUtf8 } from 'node:buffer';
import { normalizeOption } from '../../../../pip/configuration.ts';
import { isSpace } from '../../../../pip/ini.ts';

/** One line of the file. `bytes` holds one character for each byte, without the line end. */
export type RawLine = { readonly bytes: string; readonly end: string };

/** `first` and `last`: indexes of the lines that it is written on; `indent`: the characters before its key. */
export type ConfEntry = {
  readonly section: string;
  /** As pip normalizes it. */
  readonly name: string;
  readonly value: string;
  readonly first: number;
  readonly last: number;
  readonly indent: string;
};

/** `last`: index of the last line that belongs to it; comments at the start of a line and blank lines behind that do not. */
type ConfSection = {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly indent: string;
};

export type Scan = {
  readonly sections: readonly ConfSection[];
  readonly entries: readonly ConfEntry[];
  /** The first line that pip cannot read, counted from 1, and why; pip then ends with exit status 2. */
  readonly problem: { readonly line: number; readonly message: string } | null;
};

/** Splits a file's bytes (latin1) at the line ends that Python 3 knows. Nothing is lost: the parts add up to the bytes. */
export function splitLines(bytes: string): readonly RawLine[] {
  return (bytes.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? []).map((line) => {
    const end = /(?:\r\n|\r|\n)?$/.exec(line)?.[0] ?? '';
    return { bytes: line.slice(0, line.length - end.length), end };
  });
}

export function joinLines(lines: readonly RawLine[]): string {
  return lines.map(({ bytes, end }) => bytes + end).join('');
}

/** Returns the first line, counted from 1, that is not UTF-8; null if all are. Under a UTF-8 locale pip 10 and later end there. */
export function findUndecodable(lines: readonly RawLine[]): number | null {
  const at = lines.findIndex(({ bytes }) => !isUtf8(Buffer.from(bytes, 'latin1')));
  return at < 0 ? null : at + 1;
}

/** Returns the text that bytes (latin1) stand for: UTF-8, or each byte as a character if they are not. */
export function decodeBytes(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : bytes;
}

/**
 * Reads the lines as pip does, with a strict RawConfigParser: unlike `parseIni`, which is lenient, it keeps the lines of each
 * entry, and stops at what ends pip.
 */
export function scanLines(lines: readonly RawLine[]): Scan {
  const isDecodable = isUtf8(Buffer.from(joinLines(lines), 'latin1'));
  const sections: { name: string; first: number; last: number; indent: string }[] = [];
  const entries: {
    section: string;
    name: string;
    value: string;
    first: number;
    last: number;
    indent: string;
  }[] = [];
  // Looked up, since a file may have 20,000 keys.
  const firstLines = new Map<string, number>();
  let open: (typeof entries)[number] | null = null;
  let level = 0;
  let problem: Scan['problem'] = null;
  for (const [index, { bytes }] of lines.entries()) {
    const line = isDecodable ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
    const text = strip(line);
    const indent = line.length - stripStart(line).length;
    const fail = (message: string) => void (problem ??= { line: index + 1, message });
    const section = sections.at(-1);
    if (text === '') continue;
    if (/^[#;]/.test(text)) {
      // To Python 2 an indented comment is a part of the value before it.
      if (indent > 0 && section !== undefined) section.last = index;
      continue;
    }
    if (open !== null && section !== undefined && indent > level) {
      open.value += `\n${text}`;
      open.last = index;
      section.last = index;
      continue;
    }
    level = indent;
    open = null;
    const [, name] = /^\[(.+)\]/s.exec(text) ?? [];
    if (name !== undefined) {
      if (name.includes(']')) fail('Pythons differ in how they read this section');
      if (name !== 'DEFAULT' && firstLines.has(`[${name}]`)) fail(`[${name}] is there twice`);
      firstLines.set(`[${name}]`, index);
      sections.push({ name, first: index, last: index, indent: line.slice(0, indent) });
      continue;
    }
    if (section !== undefined) section.last = index;
    const separator = text.search(/[=:]/);
    const key = strip(text.slice(0, Math.max(0, separator))).toLowerCase();
    if (section === undefined) fail(describeHeadless(text));
    else if (separator < 0) fail('neither a section nor a setting');
    else if (key === '') fail('a setting without a name');
    else {
      const place = `[${section.name}]\n${key}`;
      const same = firstLines.get(place);
      if (same !== undefined) fail(`${key} is in [${section.name}] twice (also in line ${same + 1})`);
      firstLines.set(place, index);
      const value = strip(text.slice(separator + 1));
      open = {
        section: section.name,
        name: normalizeOption(key),
        value,
        first: index,
        last: index,
        indent: line.slice(0, indent),
      };
      entries.push(open);
    }
  }
  return { sections, entries, problem };
}

function describeHeadless(text: string): string {
  return text.startsWith('\uFEFF')
    ? 'the file begins with a byte order mark, which pip does not skip'
    : 'a line before the first [section]';
}

function stripStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start += 1;
  return text.slice(start);
}

/** str.strip() of Python 3. */
function strip(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return stripStart(text.slice(0, end));
}
