/** `text`: the line as it is written, where the value begins. */
export type IniEntry = { readonly value: string; readonly line: number; readonly text: string };

/**
 * Which ConfigParser reads the file: 2 is Python 2's; in 3 a section header ends with the first bracket of its line, from
 * 3.10 on with the last one (`[install] # see [x]`).
 */
export type IniDialect = '2' | '3' | '3.10';

export type Ini = {
  /** Entries by section and by key in lower case, in the order of Python's dictionaries: a key that is set again keeps its place. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, IniEntry>>;
  /** Whether another 8-bit encoding of the same bytes may have other sections and keys. */
  readonly dependsOnEncoding: boolean;
};

/**
 * Returns the entries of each section, read as Python's RawConfigParser does with its defaults. A line that Python rejects
 * is skipped: pip itself ends there, with an error.
 */
export function parseIni(content: string, dialect: IniDialect = '3.10'): Ini {
  return dialect === '2' ? parseForPython2(content) : parseForPython3(content, dialect);
}

function parseForPython3(content: string, dialect: IniDialect): Ini {
  const header = dialect === '3.10' ? /^\[(.+)\]/s : /^\[([^\]]+)\]/;
  const file = collect();
  let indent = 0;
  let dependsOnEncoding = false;
  const lines = content.includes('\r') ? content.split(/\r\n?|\n/) : content.split('\n');
  for (const [index, line] of lines.entries()) {
    const start = skipSpaces(line, isSpace);
    const end = trimmedEnd(line, isSpace, start);
    const text = line.slice(start, end);
    // What looks like a space may be a letter in another encoding.
    const isPlain = start === skipSpaces(line, isAsciiSpace) && end === trimmedEnd(line, isAsciiSpace, start);
    if (text.startsWith('#') || text.startsWith(';')) {
      dependsOnEncoding ||= start !== skipSpaces(line, isAsciiSpace);
    } else if (text === '') {
      dependsOnEncoding ||= !isPlain;
      file.goOn(text);
    } else if (file.isOpen() && start > indent) {
      dependsOnEncoding ||= !isPlain;
      file.goOn(text);
    } else {
      const separator = text.search(SEPARATOR);
      const section = header.exec(text)?.[1];
      dependsOnEncoding ||= isNotAscii(
        section === undefined && separator >= 0 ? line.slice(0, start + separator) : line,
      );
      indent = start;
      if (section !== undefined) file.openSection(section);
      else if (separator >= 0) {
        const key = text.slice(0, trimmedEnd(text.slice(0, separator), isSpace));
        const value = text.slice(separator + 1);
        const first = skipSpaces(value, isSpace);
        dependsOnEncoding ||= !isPlain || first !== skipSpaces(value, isAsciiSpace);
        file.set(key, { line: index + 1, text, parts: [value.slice(first)] });
      } else file.close();
    }
  }
  return { sections: file.finish((value) => value.slice(0, trimmedEnd(value, isSpace))), dependsOnEncoding };
}

/** Comments may stand behind a value, indented lines are never comments, and a lone CR ends no line. */
function parseForPython2(content: string): Ini {
  const file = collect();
  for (const [index, line] of content.split('\n').entries()) {
    const text = line.slice(skipSpaces(line, isAsciiSpace), trimmedEnd(line, isAsciiSpace));
    const isIndented = isAsciiSpace(line.charCodeAt(0));
    if (text === '' || line.startsWith('#') || line.startsWith(';') || /^rem(?:\s|$)/i.test(line)) continue;
    if (isIndented && file.isOpen()) {
      file.goOn(text);
      continue;
    }
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    const separator = line.search(SEPARATOR);
    if (section !== undefined) file.openSection(section);
    else if (separator > 0 && !isIndented) {
      let value = line.slice(separator + 1);
      value = value.slice(skipSpaces(value, isAsciiSpace));
      const comment = value.indexOf(';');
      // For a comment at the very start Python 2 looks at the last character.
      if (comment >= 0 && isAsciiSpace(value.charCodeAt(comment === 0 ? value.length - 1 : comment - 1))) {
        value = value.slice(0, comment);
      }
      value = value.slice(0, trimmedEnd(value, isAsciiSpace));
      const key = line.slice(0, trimmedEnd(line.slice(0, separator), isAsciiSpace));
      file.set(key, { line: index + 1, text, parts: [value === '""' ? '' : value] });
    }
  }
  // Bytes are bytes there, whatever they stand for.
  return { sections: file.finish((value) => value), dependsOnEncoding: false };
}

const SEPARATOR = /[=:]/;

/** `parts` are the value's lines; continuation lines are added. */
type OpenEntry = Omit<IniEntry, 'value'> & { readonly parts: string[] };

/** Collects what the two readers find: the section and the entry that are open decide what a line belongs to. */
function collect() {
  const sections = new Map<string, Map<string, OpenEntry>>();
  let section: Map<string, OpenEntry> | null = null;
  let current: OpenEntry | null = null;
  return {
    isOpen: () => current !== null,
    close: () => {
      current = null;
    },
    goOn: (text: string) => void current?.parts.push(text),
    openSection: (name: string) => {
      section = sections.get(name) ?? new Map<string, OpenEntry>();
      sections.set(name, section);
      current = null;
    },
    set: (key: string, entry: OpenEntry) => {
      current = section === null || key === '' ? null : entry;
      if (current !== null) section?.set(key.toLowerCase(), entry);
    },
    finish: (trim: (value: string) => string): Ini['sections'] =>
      new Map(
        [...sections].map(([name, entries]) => [
          name,
          new Map([...entries].map(([key, { parts, ...rest }]) => [key, { ...rest, value: trim(parts.join('\n')) }])),
        ]),
      ),
  };
}

/** str.isspace() of Python 3. Written out: a pattern would look at each run of spaces in a long line again and again. */
export function isSpace(code: number): boolean {
  if (code <= 0x20) return isAsciiSpace(code) || (code >= 0x1c && code <= 0x1f);
  if (code < 0x85) return false;
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    [0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code)
  );
}

function isAsciiSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isNotAscii(text: string): boolean {
  return /[^\0-\x7f]/.test(text);
}

function skipSpaces(text: string, isOne: (code: number) => boolean): number {
  let start = 0;
  while (start < text.length && isOne(text.charCodeAt(start))) start += 1;
  return start;
}

/** Returns the position behind the last character that is not a space, and `least` if there is none. */
function trimmedEnd(text: string, isOne: (code: number) => boolean, least = 0): number {
  let end = text.length;
  while (end > least && isOne(text.charCodeAt(end - 1))) end -= 1;
  return end;
}
