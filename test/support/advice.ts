import { stripVTControlCharacters } from 'node:util';

/** The advice of one code in what a run printed: its text, and the commands of it in their order. Throws if it is not there. */
export function readAdvice(
  printed: string,
  code: string,
): { readonly text: string; readonly commands: readonly string[] } {
  const output = stripVTControlCharacters(printed);
  const start = new RegExp(`^\\w+\\[${code}\\]:`, 'm').exec(output)?.index;
  if (start === undefined) throw new Error(`no ${code} in:\n${output}`);
  const text = output.slice(start).replaceAll('\r', '');
  const commands = text
    .split('\n')
    .filter((line) => /^ {4}\S/.test(line))
    .map((line) => line.trim());
  return { text, commands };
}
