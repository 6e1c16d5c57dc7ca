import type { ShellKind } from '../model/diagnostic.ts';
import { escapeHostile, isClean } from './clean.ts';
import { quotePosix } from '../util/quote-posix.ts';

/** What needs no quotes anywhere in a word, or only at its beginning, where some shells give it a meaning. */
const PLAIN: Readonly<Record<ShellKind, RegExp>> = {
  posix: /^[\w@%+=:,./-]+$/,
  bash: /^[\w@%+=:,./-]+$/,
  // `=ls` is the path of ls.
  zsh: /^(?!=)[\w@%+=:,./-]+$/,
  // `%self` in fish 2.
  fish: /^(?!%)[\w@%+=:,./-]+$/,
  // `=1` is the directory stack.
  tcsh: /^(?![=%])[\w@%+=:,./-]+$/,
  // A bare `-a.b` reaches a program as two words; `1kb` is a number.
  powershell: /^(?!\d|-[^-]*[.:])(?!--%)[\w+=:./\\-]+$/,
  cmd: /^[\w@+=:./\\-]+$/,
};

/**
 * Returns the word so that this shell's prompt reads it as one word with this very text; as it is where that is safe.
 * Control characters come out as visible escapes in bash, zsh, fish, powershell and mostly posix (XCU 2.2, printf);
 * tcsh and cmd have no such form: there they stay.
 */
export function quoteForShell(word: string, shell: ShellKind): string {
  if (PLAIN[shell].test(word)) return word;
  switch (shell) {
    case 'posix':
      // $(...) drops line ends at the end of its output.
      return isClean(word) || word.endsWith('\n') ? quotePosix(word) : `"$(printf '${escapeForPrintf(word)}')"`;
    case 'bash':
    case 'zsh':
      return isClean(word)
        ? quotePosix(word)
        : `$'${escapeBytes(word.replace(/[\\']/g, '\\$&').replaceAll('!', '\\x21'), 16)}'`;
    case 'fish':
      return quoteFish(word);
    case 'tcsh':
      return quoteTcsh(word);
    case 'powershell':
      return quotePowerShell(word);
    case 'cmd':
      return quoteCmd(word);
  }
}

/** Returns a command line for this shell from its words. */
export function joinCommand(words: readonly string[], shell: ShellKind): string {
  const quoted = words.map((word) => quoteForShell(word, shell));
  const [first = '', ...rest] = quoted;
  const command = words[0] ?? '';
  if (shell === 'cmd' && command.includes('%')) return [quoteCmdProgram(command), ...rest].join(' ');
  // A first word with `=` is an assignment, unless quoted; PowerShell takes a quoted first word for a text.
  if (shell === 'powershell') return [first === command ? first : `& ${first}`, ...rest].join(' ');
  if (PIPWARD_FOR_WINDOWS && shell !== 'cmd' && /^(?:[A-Za-z]:\\|\\\\)/.test(command)) {
    // Git Bash takes a word without a slash for a name to look up on PATH.
    return [quoteForShell(command.replaceAll('\\', '/'), shell), ...rest].join(' ');
  }
  const isAssignment = shell !== 'cmd' && first === command && command.includes('=');
  return [isAssignment ? `'${first}'` : first, ...rest].join(' ');
}

/** Octal for printf, hexadecimal for `$'...'`: of the UTF-8 bytes, so that it does not depend on the locale. */
function escapeBytes(word: string, radix: 8 | 16): string {
  const [start, length] = radix === 8 ? ['\\', 3] : ['\\x', 2];
  return escapeHostile(word, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => start + byte.toString(radix).padStart(length, '0')).join(
      '',
    ),
  );
}

function escapeForPrintf(word: string): string {
  return escapeBytes(word.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll("'", '\\047'), 8);
}

/** Escapes work outside of fish's quotes only. */
function quoteFish(word: string): string {
  return `'${escapeHostile(word.replace(/[\\']/g, '\\$&'), (character) => {
    const code = character.codePointAt(0) ?? 0;
    const [start, length] = code < 0x80 ? ['\\x', 2] : code < 0x10000 ? ['\\u', 4] : ['\\U', 8];
    return `'${start}${code.toString(16).padStart(length, '0')}'`;
  })}'`;
}

/** `!` means history even between quotes, and a line end must be escaped there. */
function quoteTcsh(word: string): string {
  const text = word.replace(/['!\n]/g, (special) => (special === '\n' ? '\\\n' : `'\\${special}'`));
  return `'${text}'`;
}

/** The curly quotes count as quotes too. */
function quotePowerShell(word: string): string {
  if (isClean(word)) return `'${word.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
  const text = word.replace(/["$`\u201c-\u201e]/g, '`$&');
  // A character beyond 16 bits is two of PowerShell's.
  const toExpression = (character: string) =>
    Array.from({ length: character.length }, (_, unit) => `$([char]${character.charCodeAt(unit)})`).join('');
  return `"${escapeHostile(text, toExpression)}"`;
}

/**
 * Programs read `\"` as a quote, cmd does not: for cmd it would end the quotes, and `&` behind it would start another program.
 * So in a word with a quote each character with a meaning in cmd has a `^` before it, and cmd sees no quotes at all. Words with
 * `%` are written in the same way: at its prompt, cmd does not take `^%PATH^%` for a variable.
 */
function quoteCmd(word: string): string {
  const text = `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
  return /["%]/.test(word) ? text.replace(/[()%!^"<>&|]/g, '^$&') : text;
}

/**
 * cmd finds the end of the program's name by its quotes. A path on Windows cannot contain quotes, and a backslash before one
 * has no meaning in that first word, neither to cmd nor to the program.
 */
function quoteCmdProgram(program: string): string {
  return `"${program.replaceAll('%', '"^%"')}"`;
}
