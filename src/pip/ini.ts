/** `parts` are the value's lines; continuation lines are added. */
export type IniEntry = { readonly key: string; readonly line: number; readonly text: string; readonly parts: string[] };

/** Returns the entries of each section, read as Python's RawConfigParser does with its defaults. A line that Python rejects is passed over: pip itself ends there, with exit 2. */
export function parseIni(content: string): ReadonlyMap<string, readonly IniEntry[]> {
  const sections = new Map<string, IniEntry[]>();
  let section: IniEntry[] | null = null;
  let current: IniEntry | null = null;
  let indent = 0;
  for (const [index, line] of content.split(/\r\n?|\n/).entries()) {
    const text = line.trim();
    if (/^[#;]/.test(text)) continue;
    if (text === '' || (current !== null && line.search(/\S/) > indent)) {
      current?.parts.push(text);
      continue;
    }
    indent = line.search(/\S/);
    current = null;
    const [, header] = /^\[([^\]]+)\]/.exec(text) ?? [];
    const [, key, value] = /^(.*?)\s*[=:]\s*(.*)$/.exec(text) ?? [];
    if (header !== undefined) {
      section = sections.get(header) ?? [];
      sections.set(header, section);
    } else if (section !== null && key !== undefined && value !== undefined) {
      current = { key, line: index + 1, text, parts: [value] };
      section.push(current);
    }
  }
  return sections;
}
