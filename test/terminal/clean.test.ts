import { describe, expect, test } from 'vitest';
import { cleanText, isClean, shortenHome } from '../../src/terminal/clean.ts';

describe('cleanText', () => {
  test.each<[case_: string, text: string, cleaned: string]>([
    ['colour codes', '\x1b[31mred\x1b[0m', '?[31mred?[0m'],
    ['line ends and tabs', 'a\r\nb\tc', 'a??b?c'],
    ['C1 and DEL', '\x9b2J\x7f', '?2J?'],
    ['bidi override and isolate', '\u202egpj.exe\u2066', '?gpj.exe?'],
    ['zero width', 'pi\u200bp\ufeff', 'pi?p?'],
    ['tags', 'a\u{e0041}', 'a?'],
    ['letters of any script stay', 'ünï 日本 עברית 🐍', 'ünï 日本 עברית 🐍'],
  ])('%s', (_, text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
    expect(isClean(text)).toBe(text === cleaned);
  });
});

describe('shortenHome', () => {
  test.each<[path: string, home: string | null, shown: string]>([
    ['/home/ada/x', '/home/ada', '~/x'],
    ['/home/ada/x', '/home/ada/', '~/x'],
    ['/home/ada', '/home/ada', '~'],
    ['/home/adam/x', '/home/ada', '/home/adam/x'],
    // cmd knows no ~.
    ['C:\\Users\\ada\\x', 'C:\\Users\\ada', 'C:\\Users\\ada\\x'],
    ['\\\\server\\ada\\x', '\\\\server\\ada', '\\\\server\\ada\\x'],
    ['/x', '/', '/x'],
    ['/x', null, '/x'],
  ])('%s with home %s is %s', (path, home, shown) => {
    expect(shortenHome(path, home)).toBe(shown);
  });
});
