/**
 * Returns words as one command line, which the runtimes of C and Python take apart into the same words again ("Parsing C
 * command-line arguments" of Microsoft's documentation). The first word is always in quotation marks, as pip.exe expects.
 */
export function formatCommandLine([program = '', ...words]: readonly string[]): string {
  return [`"${program}"`, ...words.map(quoteWord)].join(' ');
}

/** A backslash means itself, unless a quotation mark follows the backslashes. */
function quoteWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}
