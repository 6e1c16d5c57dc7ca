import { hostname, userInfo } from 'node:os';
import { cleanText } from '../../terminal/clean.ts';
import type { AdminCommand } from '../command.ts';
import { complain, say, sayJson } from '../output.ts';
import { readStdoutStyle } from '../stdout-style.ts';
import { listUncovered } from './classify.ts';
import { findCoverage } from './find-coverage.ts';
import { renderAsked, renderCount, renderMeanings, renderRows } from './render.ts';

export const coverageCommand: AdminCommand = {
  usage: 'coverage',
  summary: 'List the ways to reach pip, and how well the rules hold there',
  examples: [
    ['pipward coverage', 'each way to reach pip: how well the rules hold there, why, and what improves it'],
    ['pipward coverage --check', 'exit 1 if an enforced rule can be broken in one of these ways'],
    ['pipward coverage --json', 'the same as JSON, to collect from machines'],
  ],
  options: {
    check: {
      describe: 'list only the ways by which an enforced rule can be broken; exit status 1 if there is one',
      type: 'boolean',
    },
    json: { describe: 'print JSON', type: 'boolean' },
  },
  run: async (context, given) => {
    const { asked, unreadable, rows, notes } = await findCoverage(context);
    const open = listUncovered(rows);
    if (given.flag('json')) {
      const user = readUserName();
      const { version } = context;
      sayJson({
        schema: 1,
        pipward: version,
        host: hostname(),
        user,
        asks: asked,
        open: open.length,
        unreadable,
        notes,
        rows,
      });
    } else {
      const home = context.env['HOME'] ?? null;
      const style = { ...readStdoutStyle(context.env), home };
      const shown = given.flag('check') ? open : rows;
      say(
        [
          renderAsked(asked, unreadable, home),
          '',
          ...(shown.length === 0 ? [] : [...renderRows(shown, style), '', ...renderMeanings(shown), '']),
          ...notes.map((note) => `note: ${cleanText(note)}`),
          renderCount(open, asked, unreadable),
        ].join('\n'),
      );
    }
    for (const file of unreadable) complain(`pipward: ${file} is invalid, so what it asks for is not known`);
    return given.flag('check') && (open.length > 0 || unreadable.length > 0) ? 1 : 0;
  },
};

/** A user id may have no entry in the password database. */
function readUserName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
