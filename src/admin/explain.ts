import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PAGES } from '../diagnostics/registry.ts';
import type { AdminCommand } from './command.ts';
import { findNearest } from '../util/did-you-mean.ts';
import { complain, say } from './output.ts';
import { renderMarkdown } from './render-markdown.ts';
import { readStdoutStyle } from './stdout-style.ts';

export const explainCommand: AdminCommand = {
  usage: 'explain [code]',
  summary: 'Say what a message means and what to do; without a code, list all',
  examples: [['pipward explain user-install-fallback', 'what it means that pip chose the user site']],
  words: { code: { describe: 'the code in brackets of a message: warning[CODE]', type: 'string' } },
  run: ({ programDirectory, env }, given) => {
    const folder = path.join(programDirectory, 'diagnostics');
    const codes: readonly string[] = PAGES.map((each) => each.code);
    // A user may copy `warning[code]` whole.
    const code = given.text('code')?.replace(/^[a-z]*\[(.*)\]$/, '$1');
    if (code === undefined) {
      const width = Math.max(0, ...codes.map(({ length }) => length));
      for (const each of PAGES) say(`${each.code.padEnd(width)}  ${each.title}`);
      return 0;
    }
    if (codes.includes(code)) {
      const page = readFileSync(path.join(folder, `${code}.md`), 'utf8').trimEnd();
      const { columns, colour } = readStdoutStyle(env);
      // A pipe or a file gets the page as it is.
      say(columns === null ? page : renderMarkdown(page, { columns, colour }));
      return 0;
    }
    const nearest = findNearest(code, codes);
    complain(
      `pipward: no message has the code ${JSON.stringify(code)}; ` +
        (nearest === null ? '`pipward explain` lists all' : `did you mean ${nearest}?`),
    );
    return 2;
  },
};
