/**
 * What a program gets of a line typed at cmd's prompt. cmd (`cmd /?`, ss64.com/nt/syntax-esc.html): %NAME% of a variable
 * that exists goes in first; then `^` takes the meaning of what follows it, and between quotes only the next quote has one.
 * The program (CommandLineToArgvW): backslashes count double before a quote. Throws where cmd would do anything else.
 */
export function readAsCmd(line: string): readonly string[] {
  if (/%(?:PATH|A)%/i.test(line)) throw new Error('a variable');
  let quoted = false;
  let given = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '"') quoted = !quoted;
    if (!quoted && character === '^') given += line.charAt((at += 1));
    else if (!quoted && /[&|<>()]/.test(character)) throw new Error(`cmd takes ${character} for its own`);
    else given += character;
  }
  if (quoted) throw new Error('a quote is not closed');
  return splitArguments(given);
}

function splitArguments(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const next = line.charAt(at + slashes);
    if (slashes > 0) {
      word = (word ?? '') + '\\'.repeat(next === '"' ? Math.floor(slashes / 2) : slashes);
      at += slashes - 1;
      if (next === '"' && slashes % 2 === 1) {
        word += '"';
        at += 1;
      }
    } else if (next === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (!quoted && /[ \t]/.test(next)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + next;
  }
  return word === null ? words : [...words, word];
}

/**
 * The words of a line typed at PowerShell's prompt (about_Parsing, about_Quoting_Rules): text between single quotes stands as it
 * is, a doubled quote is one; between double quotes a backtick takes the meaning of what follows it, and `$([char]N)` is a
 * character. The curly quotes count as well. Throws where PowerShell would do anything else.
 */
export function readAsPowerShell(line: string): readonly string[] {
  const words: string[] = [];
  let rest = line.startsWith('& ') ? line.slice(2) : line;
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest);
    if (found !== null) rest = rest.slice(found[0].length);
    return found;
  };
  for (;;) {
    if (rest === '') return words;
    const single = take(/^['\u2018-\u201b]((?:[^'\u2018-\u201b]|(['\u2018-\u201b])\2)*)['\u2018-\u201b](?= |$)/);
    const double =
      single === null ? take(/^["\u201c-\u201e]((?:[^"\u201c-\u201e`]|`[^])*)["\u201c-\u201e](?= |$)/) : null;
    const bare = single === null && double === null ? take(/^[^ '"\u2018-\u201e`$,;|&(){}@#<>]+(?= |$)/) : null;
    if (single !== null) words.push((single[1] ?? '').replace(/(['\u2018-\u201b])\1/g, '$1'));
    else if (double !== null) words.push(expandText(double[1] ?? ''));
    else if (bare !== null && !/^(?:\d|-[^-]*[.:]|--%)/.test(bare[0])) words.push(bare[0]);
    else throw new Error(`PowerShell takes ${rest} for its own`);
    if (rest !== '' && take(/^ +/) === null) throw new Error(`no end of a word before ${rest}`);
  }
}

function expandText(text: string): string {
  return text.replace(/`([^])|\$\(\[char\](\d+)\)|\$/g, (_, escaped?: string, code?: string) => {
    if (escaped !== undefined) return escaped;
    if (code === undefined) throw new Error('a variable');
    return String.fromCharCode(Number(code));
  });
}
