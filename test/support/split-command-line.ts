/**
 * Splits a command line as the C runtime of Windows does (argv_parsing.cpp of the UCRT), which python.exe and node.exe
 * share. Written from the documented rules, so that it can judge what we put together.
 */
export function splitCommandLine(line: string): readonly string[] {
  const words: string[] = [];
  let at = 0;
  // The program: quotation marks toggle, and a backslash means nothing.
  let program = '';
  for (let quoted = false; at < line.length && (quoted || !isBlank(line[at])); at += 1) {
    if (line[at] === '"') quoted = !quoted;
    else program += line[at];
  }
  words.push(program);
  for (;;) {
    while (isBlank(line[at])) at += 1;
    if (at >= line.length) return words;
    let word = '';
    for (let quoted = false; at < line.length && (quoted || !isBlank(line[at]));) {
      let backslashes = 0;
      while (line[at] === '\\') [backslashes, at] = [backslashes + 1, at + 1];
      if (line[at] !== '"') word += '\\'.repeat(backslashes);
      else {
        word += '\\'.repeat(backslashes >> 1);
        at += 1;
        if (backslashes % 2 === 1) word += '"';
        else if (quoted && line[at] === '"') [word, at] = [`${word}"`, at + 1];
        else quoted = !quoted;
        continue;
      }
      if (at < line.length && (quoted || !isBlank(line[at]))) [word, at] = [word + line[at], at + 1];
    }
    words.push(word);
  }
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
