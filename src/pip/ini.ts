/** `parts` are the value's lines; continuation lines are added. */
export type IniEntry = { readonly key: string; readonly line: number; readonly text: string; readonly parts: string[] };

const SEPARATOR = /[=:]/;

/**
 * Returns the entries of each section, read as Python's RawConfigParser does with its defaults. (A header ends with the
 * last bracket of its line since Python 3.10, before with the first.) A line that Python rejects is passed over: pip
 * itself ends there, with exit 2.
 */
export function parseIni(content: string): ReadonlyMap<string, readonly IniEntry[]> {
  const sections = new Map<string, IniEntry[]>();
  let section: IniEntry[] | null = null;
  let current: IniEntry | null = null;
  let indent = 0;
  const lines = content.includes('\r') ? content.split(/\r\n?|\n/) : content.split('\n');
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text.startsWith('#') || text.startsWith(';')) continue;
    const depth = line.length - line.trimStart().length;
    if (text === '' || (current !== null && depth > indent)) {
      current?.parts.push(text);
      continue;
    }
    indent = depth;
    current = null;
    const header = text.startsWith('[') ? text.slice(1, Math.max(1, text.lastIndexOf(']'))) : '';
    const separator = text.search(SEPARATOR);
    if (header !== '') {
      section = sections.get(header) ?? [];
      sections.set(header, section);
    } else if (section !== null && separator >= 0) {
      const [key, value] = [text.slice(0, separator).trimEnd(), text.slice(separator + 1).trimStart()];
      current = { key, line: index + 1, text, parts: [value] };
      section.push(current);
    }
  }
  return sections;
}
