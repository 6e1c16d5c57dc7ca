import { say, sayJson } from '../output.ts';
import type { AdminContext, CommandArguments } from '../command.ts';
import { areSame, isNamed, isSame, type ConfLine } from './pip-conf/text/conf-line.ts';
import { MAX_CONF_BYTES } from './pip-conf/conf-file.ts';
import { findOverrides } from './pip-conf/effective.ts';
import { gather, readConfScope, type Gathered } from './pip-conf/gather.ts';
import { nameOfConf } from './pip-conf/locate.ts';
import { renderMarker } from './pip-conf/marker.ts';
import { readMarkerState } from './pip-conf/marker-files.ts';
import {
  BUILD_LIMIT,
  describeLine,
  describeNote,
  describeScope,
  describeWorth,
  sayLines,
} from './pip-conf/messages.ts';
import { describeUndecodable } from './pip-conf/plan.ts';
import { scanLines, splitLines } from './pip-conf/text/scan.ts';
import { undoEdits } from './pip-conf/text/undo.ts';

/** One difference between the policy and what pip reads. */
type Drift = {
  readonly kind: 'not-expressible' | 'policy-changed' | 'unreadable' | 'missing' | 'changed' | 'overridden' | 'marker';
  readonly text: string;
  readonly fix: string;
};

/** Says whether pip's files still say what the policy says. Returns 1 if they do not, or if something else overrides them. */
export function verifyPolicy(admin: AdminContext, given: CommandArguments): number {
  const gathered = gather(admin, readConfScope(given));
  const { scope, file, record, translation } = gathered;
  const { lines, notes } = translation;
  const drift = [...findDrift(gathered), ...findMarkerDrift(gathered)];
  const worth = lines.length === 0 ? null : 'deters';
  // Without a file of the user's own it is that of all users.
  const isOwn = scope === 'system' || gathered.context.files.status(file) !== null;
  const holder = isOwn ? file : `${nameOfConf(gathered.context.platform)} for all users`;
  if (given.flag('json')) {
    sayJson({ schema: 1, scope, file, holds: drift.length === 0, worth, lines, drift, notes });
  } else if (drift.length === 0 && lines.length === 0 && record === null) {
    say(
      `nothing to verify: no policy ${describeScope(scope)} has a rule that ${nameOfConf(gathered.context.platform)} can hold`,
    );
  } else {
    sayLines([
      drift.length === 0
        ? `${holder} says what the policy says, and nothing found here overrides it`
        : `${file}: drift`,
      ...lines.map((line) => `  ${describeLine(line)}`),
      ...drift.flatMap(({ text, fix }) => [`drift: ${text}`, `    fix: ${fix}`]),
      ...notes.map((note) => `note: ${describeNote(note)}`),
      ...(worth === null ? [] : [`note: ${describeWorth(isOwn ? gathered : { ...gathered, scope: 'system' })}`]),
      ...(lines.some(({ option }) => option === 'require-virtualenv') ? [`note: ${BUILD_LIMIT}`] : []),
    ]);
  }
  return drift.length === 0 ? 0 : 1;
}

function findDrift(gathered: Gathered): readonly Drift[] {
  const { scope, file, record, translation, context } = gathered;
  const { lines, refusals } = translation;
  const [apply, revert] = [`pipward policy apply --${scope}`, `pipward policy revert --${scope}`];
  if (refusals.length > 0) {
    const isLeft = record !== null && record.edits.length > 0;
    const fix = isLeft ? `; ${file} still has what was applied before: ${revert}` : '';
    return refusals.map((each) => ({ kind: 'not-expressible', text: describeNote(each), fix: each.fix + fix }));
  }
  if (lines.length === 0 && (record === null || record.lines.length === 0)) return [];
  const inFile = scope === 'system' || record !== null ? findFileDrift(gathered, apply) : [];
  const isChanged = record !== null && !areSame(record.lines, lines);
  const changed: Drift = { kind: 'policy-changed', text: 'the policy has changed since it was applied', fix: apply };
  const isSeen = inFile.some(({ kind }) => kind === 'missing' || kind === 'unreadable');
  // What is not in the file would be reported for each Python again.
  const overrides = isSeen
    ? []
    : findOverrides(lines, scope, context).filter(({ place }) => inFile.length === 0 || !place.startsWith(`${file}:`));
  return [
    ...(isChanged ? [changed] : []),
    ...inFile,
    ...overrides.map(({ line, place, forWhom }): Drift => {
      const who = forWhom === '' ? '' : ` (for ${forWhom})`;
      const isUnsaid = place.startsWith('no file');
      const text = isUnsaid
        ? `${place} in [${line.section}]${who}`
        : `${describeLine(line)} is overridden by ${place}${who}`;
      return { kind: 'overridden', text, fix: isUnsaid ? apply : 'take it out there' };
    }),
  ];
}

/** Differences in the file itself. Only a part of it that pip can read counts. */
function findFileDrift(gathered: Gathered, apply: string): readonly Drift[] {
  const { file, record, translation, context, scope, access } = gathered;
  const { lines } = translation;
  const read = context.files.readBytes(file, MAX_CONF_BYTES);
  if (read === null && (context.files.status(file) !== null || context.files.isLink(file))) {
    const text = `${file} cannot be judged: it is not a regular file, larger than 256 KiB, or may not be read`;
    return [{ kind: 'unreadable', text, fix: 'look at what it is' }];
  }
  const bytes = read === null ? '' : Buffer.from(read).toString('latin1');
  const open = access.findClosed(file);
  const closed: readonly Drift[] =
    open === null
      ? []
      : [{ kind: 'unreadable', text: `other users may not read ${file}, so their pip skips it`, fix: open }];
  const undecodable = describeUndecodable(bytes, file, gathered);
  if (undecodable !== null) return [{ kind: 'unreadable', text: undecodable, fix: 'correct it' }];
  const { entries, problem } = scanLines(splitLines(bytes));
  if (problem !== null) {
    return [
      { kind: 'unreadable', text: `pip cannot read ${file}:${problem.line}: ${problem.message}`, fix: 'correct it' },
    ];
  }
  const drift = lines.flatMap((line) => {
    const named = entries.filter(({ section, name }) => section === line.section && isNamed(line, name));
    const wrong = named.find(({ value }) => !isSame(line, value));
    if (wrong !== undefined) return [describeWrong(line, `${file}:${wrong.first + 1}`, apply)];
    const text = `${file} does not say ${describeLine(line)}`;
    return named.length === 0 && (scope === 'system' || record !== null)
      ? [{ kind: 'missing', text, fix: apply } as const]
      : [];
  });
  const { gone } = undoEdits(bytes, record?.edits ?? []);
  const byHand = gone.filter(
    ({ section, line }) => !drift.some(({ text }) => text.includes(`[${section}] ${line.split(/\s*[=:]/)[0] ?? ''}`)),
  );
  return [
    ...closed,
    ...drift,
    ...byHand.map(({ section, line }): Drift => {
      return { kind: 'changed', text: `[${section}] ${line} is not in ${file} as it was written`, fix: apply };
    }),
  ];
}

function describeWrong(line: ConfLine, place: string, fix: string): Drift {
  return { kind: 'changed', text: `${place} does not say ${describeLine(line)}`, fix };
}

function findMarkerDrift({ record, layers, scope }: Gathered): readonly Drift[] {
  const fix = `pipward policy apply --${scope}`;
  const text = renderMarker(layers);
  return (record?.markers ?? []).flatMap((marker): readonly Drift[] => {
    const state = readMarkerState(marker);
    if (state === 'missing') return [{ kind: 'marker', text: `${marker.file} is missing`, fix }];
    if (state !== 'same')
      return [{ kind: 'marker', text: `${marker.file} was changed by hand`, fix: 'delete it, then: ' + fix }];
    return marker.text === text
      ? []
      : [{ kind: 'policy-changed', text: `${marker.file} tells an earlier reason or contact`, fix }];
  });
}
