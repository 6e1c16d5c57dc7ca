import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findAuditLog, type AuditLogSetting } from '../../decision/settings.ts';
import { findLogFault } from '../../host/audit/find-log-fault.ts';
import { captureContext } from '../../host/capture-context.ts';
import { findNearest } from '../../util/did-you-mean.ts';
import { redactDeep } from '../../util/redact.ts';
import { toAsciiJson } from '../../terminal/ascii-json.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import type { AdminCommand } from '../command.ts';
import { describeReadFailure } from '../describe-error.ts';
import { complain, say } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { parseLog, type ParsedLog } from './parse-log.ts';
import { readOwnLog } from './read-files.ts';
import { renderGroups, renderPatterns, renderTotals } from './render.ts';
import { groupBy, GROUPINGS, parseSince, type Grouping } from './summarize.ts';

const JOURNAL = 'journalctl -t pipward -o json | pipward audit -';

export const auditCommand: AdminCommand = {
  usage: 'audit [file]',
  summary: 'Show the log of calls that broke a rule of a policy',
  examples: [
    ['pipward audit --since 7d', 'the calls of the last seven days'],
    ['pipward audit --by rule', 'how many calls broke each rule'],
    ['pipward audit --json', 'each call as JSON'],
    ['pipward audit FILE', 'another log; - is standard input'],
  ],
  words: { file: { describe: 'a log to read in place of your own; - is standard input', type: 'string' } },
  options: {
    since: {
      describe: 'only calls since a date (2026-11-01) or a time (2026-11-01T08:00Z), or of the last 90m, 12h, 7d, 2w',
      type: 'string',
    },
    by: { describe: 'count by user, rule or project', type: 'string' },
    json: { describe: 'print JSON', type: 'boolean' },
  },
  run: ({ env, programDirectory, windows }, given) => {
    const by = readGrouping(given.text('by'));
    const since = readSince(given.text('since'), Date.now());
    const context = captureContext('pip', [], env, path.join(path.dirname(programDirectory), 'shims'), windows);
    const setting = findAuditLog(findPolicyLayers(context));
    const word = given.text('file');
    // yargs makes an empty word of `-`.
    const file = word === '' ? '-' : word;
    const source = file === null ? readOwnLog(context) : readNamed(file);
    if (source === null) return 1;
    const { entries: all, unreadable } = parseLog(source.text);
    const entries = all.filter(({ time }) => since === null || Date.parse(time) >= since);
    const fault = file === null && setting !== null ? findLogFault(setting.log, context) : null;
    if (given.flag('json')) {
      const log = { setting: setting?.log ?? 'off', by: setting?.file ?? null, files: source.files, fault };
      const told = by === null ? { calls: entries } : { groups: groupBy(entries, by) };
      say(toAsciiJson(redactDeep({ schema: 1, log, unreadable, ...told })));
    } else {
      const lines = [
        ...(file === null ? describeLog(setting, source.files, context.home) : []),
        ...(file !== null || source.files.length > 0 ? describe({ entries, unreadable }, by, context.home) : []),
      ];
      say(lines.join('\n'));
    }
    if (fault !== null) complain(`pipward: nothing is recorded: ${fault}`);
    return fault === null ? 0 : 1;
  },
};

function describe({ entries, unreadable }: ParsedLog, by: Grouping | null, home: string | null): readonly string[] {
  const rows = by === null ? renderPatterns(entries, home) : renderGroups(entries, by, home);
  return [
    renderTotals(entries),
    ...(unreadable === 0
      ? []
      : [`${unreadable} ${unreadable === 1 ? 'line is' : 'lines are'} not a record of pipward`]),
    ...(entries.length === 0 ? [] : ['', ...rows]),
  ];
}

/** Which log counts, who says so, and where it is. */
function describeLog(setting: AuditLogSetting | null, files: readonly string[], home: string | null) {
  const show = (file: string) => cleanText(shortenHome(file, home));
  const current = files.at(-1);
  const own = current === undefined ? [] : [`file: ${show(current)}`];
  if (setting === null) {
    return current === undefined
      ? ['no log is on: neither the machine\'s file nor yours has [audit] log = "file" or "journal"']
      : [`no log is on now; what was recorded before:`, ...own];
  }
  const place = `${show(setting.file)}${setting.line === null ? '' : `:${setting.line}`}`;
  return setting.log === 'journal'
    ? [`log = "journal" (${place}); to read it: ${JOURNAL}`, ...own]
    : [`log = "file" (${place})`, ...(current === undefined ? ['no call is recorded yet'] : own)];
}

function readNamed(file: string): { readonly files: readonly string[]; readonly text: string } | null {
  try {
    return { files: [file], text: readFileSync(file === '-' ? 0 : file, 'utf8') };
  } catch (error) {
    const name = file === '-' ? 'standard input' : file;
    complain(cleanText(`pipward: ${name} cannot be read: ${describeReadFailure(error)}`));
    return null;
  }
}

function readGrouping(word: string | null): Grouping | null {
  const known = GROUPINGS.find((each) => each === word) ?? null;
  if (word === null || known !== null) return known;
  const nearest = findNearest(word, GROUPINGS);
  throw new UsageError(
    `--by takes ${GROUPINGS.join(', ')}, not ${JSON.stringify(word)}${nearest === null ? '' : `; did you mean ${nearest}?`}`,
  );
}

function readSince(word: string | null, now: number): number | null {
  if (word === null) return null;
  const since = parseSince(word, now);
  if (since === null) {
    throw new UsageError(
      `--since takes a date (2026-11-01), a time (2026-11-01T08:00Z) or an age (90m, 12h, 7d, 2w), not ${JSON.stringify(word)}`,
    );
  }
  return since;
}
