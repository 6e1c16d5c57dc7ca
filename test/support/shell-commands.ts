import { readAsCmd } from './shell-words.ts';

/**
 * Returns the commands of a line that is typed at cmd's prompt, each as the words that its program gets. Throws where cmd would do
 * anything else than to start these programs with these words, also where it would put in the value of a variable.
 */
export function readCmd(line: string): readonly (readonly string[])[] {
  return splitUnquoted(line).map((part) => {
    const command = part.trim();
    if (/^set "PATH=%PATH%;[^"%]*"$/.test(command)) return ['set', command.slice('set '.length)];
    if (/^>>"%GITHUB_PATH%" echo [^"%&|<>^]+$/.test(command)) return ['echo', command];
    const variable = /%\w+%/.exec(command);
    if (variable !== null) throw new Error(`cmd puts in the value of ${variable[0]}`);
    return readAsCmd(command);
  });
}

/** Parts of the line between `&&` outside of quotes. */
function splitUnquoted(line: string): readonly string[] {
  const parts = [''];
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const last = parts.length - 1;
    if (character === '"') quoted = !quoted;
    if (!quoted && character === '^') parts[last] += character + line.charAt((at += 1));
    else if (!quoted && line.startsWith('&&', at)) {
      parts.push('');
      at += 1;
    } else parts[last] += character;
  }
  return parts;
}

/** One token of PowerShell that is a word: quoted, or bare without what has a meaning of its own (about_Parsing). */
const POWERSHELL_WORD =
  /^(?:'((?:[^']|'')*)'|"((?:[^"$`]|`.|\$\(\[char\]\d+\))*)"|(\d+(?![^\s;])|(?![\d@#])[^\s'"`$(){}[\]|&;<>@#,]+))/;

/**
 * Returns the commands of a line that is typed at the prompt of Windows PowerShell 5.1, each as its words. Of PowerShell's language
 * only what pipward prints is known: commands, `&` before a quoted program, `;`, `if ($?) { }`, `$env:Path +=`, one pipe. Throws at
 * anything else: `&&` is not in version 5, a quoted first word is a text, a bare comma makes a list.
 */
export function readPowerShell(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [];
  let rest = line.trim();
  const output = /^'(?:[^']|'')*' \| (Out-File -Append -Encoding utf8 \$env:GITHUB_PATH)$/.exec(rest);
  if (output !== null) return [['Out-File', rest]];
  const path = /^\$env:Path \+= '(?:[^']|'')*'/.exec(rest)?.[0] ?? '';
  if (path !== '') {
    commands.push(['$env:Path', path]);
    rest = rest.slice(path.length);
  }
  while (rest !== '') {
    const isCalled = rest.startsWith('& ');
    if (isCalled) rest = rest.slice(2);
    const words: string[] = [];
    while (rest !== '' && !/^[;}]/.test(rest)) {
      const [whole, single, double, bare] = POWERSHELL_WORD.exec(rest) ?? [];
      if (whole === undefined) throw new Error(`PowerShell takes ${rest.charAt(0)} for its own: ${rest}`);
      const isFirst = words.length === 0;
      if (isFirst && bare === undefined && !isCalled) throw new Error(`PowerShell takes ${whole} for a text`);
      words.push(single?.replaceAll("''", "'") ?? double ?? bare ?? '');
      rest = rest.slice(whole.length);
      if (rest !== '' && !/^[\s;]/.test(rest)) throw new Error(`PowerShell goes on with the word: ${whole}${rest}`);
      rest = rest.trimStart();
    }
    if (words.length > 0) commands.push(words);
    if (rest.startsWith('; if ($?) { ') && rest.endsWith(' }')) {
      return [...commands, ...readPowerShell(rest.slice('; if ($?) { '.length, -2))];
    }
    if (rest.startsWith('}')) throw new Error('a brace too many');
    rest = rest.replace(/^; ?/, '');
  }
  return commands;
}
