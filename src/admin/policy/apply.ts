import { complain, sayJson } from '../output.ts';
import type { AdminContext, CommandArguments } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import { carryOutPlan, type Done } from './pip-conf/carry-out.ts';
import { areSame } from './pip-conf/text/conf-line.ts';
import { gather, readConfScope, type Gathered } from './pip-conf/gather.ts';
import { listUnmarked } from './pip-conf/marker.ts';
import { readMarkerState } from './pip-conf/marker-files.ts';
import * as messages from './pip-conf/messages.ts';
import { planApply, type ApplyPlan } from './pip-conf/plan.ts';
import { renderConfDiff } from './pip-conf/text/redact-conf.ts';

/** Writes what the policy asks for into pip's own file. Returns 1 if that, or a part of it, was not possible. */
export function applyPolicy(admin: AdminContext, given: CommandArguments): number {
  const scope = readConfScope(given);
  const python = given.text('mark-interpreter');
  if (python !== null && admin.platform === 'win32')
    throw new UsageError('--mark-interpreter: it is for /opt and /usr/local, which Windows does not have');
  if (python !== null && scope === 'user')
    throw new UsageError('--mark-interpreter is for all users: add --system, as root');
  const [isDry, isJson] = [given.flag('dry-run'), given.flag('json')];
  const gathered = gather(admin, scope);
  const plan = planApply(gathered, python);
  if ('refused' in plan) {
    explainRefusal(gathered, plan.refused, isJson);
    return 1;
  }
  const isChange = changesAnything(plan);
  if (!isDry && isChange && scope === 'system' && !plan.access.isAdministrator()) {
    const how = messages.describeAdministrator(admin.platform);
    throw new Error(`${plan.file} is for all users: run this ${how}, or with --dry-run or --user`);
  }
  const done: Done = isDry || !isChange ? { backup: null, failed: null, left: [] } : carryOutPlan(plan);
  if (done.failed !== null) {
    explainRefusal(gathered, [done.failed], isJson);
    return 1;
  }
  const outcome = isDry ? 'dry-run' : !isChange ? 'unchanged' : done.left.length > 0 ? 'partly' : 'written';
  if (isJson) sayJson(describeForPrograms(plan, outcome, isChange, done));
  else messages.sayLines(isDry ? renderDryRun(plan, isChange) : renderDone(plan, outcome, done));
  for (const text of done.left) complain(`pipward: ${text}`);
  return done.left.length === 0 ? 0 : 1;
}

function explainRefusal(gathered: Gathered, refused: readonly string[], isJson: boolean): void {
  const { scope, file, translation } = gathered;
  if (isJson) sayJson({ schema: 1, scope, file, outcome: 'refused', reasons: refused, refusals: translation.refusals });
  else if (translation.refusals.length > 0) messages.complainRefusals(gathered);
  else for (const reason of refused) complain(`pipward: nothing was written: ${reason}`);
  messages.complainLeftover(gathered);
}

function changesAnything({ before, after, record, translation, edits, markers }: ApplyPlan): boolean {
  if (after !== (before.kind === 'file' ? before.bytes : null)) return true;
  if (markers.some((marker) => readMarkerState(marker) === 'missing')) return true;
  if (record === null) return markers.length > 0;
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return !areSame(record.lines, translation.lines) || !isSame(record.edits, edits) || !isSame(record.markers, markers);
}

function renderDryRun(plan: ApplyPlan, isChange: boolean): readonly string[] {
  const { file, before, after, markers, record } = plan;
  const old = before.kind === 'file' ? before.bytes : null;
  const added = markers.filter((marker) => readMarkerState(marker) === 'missing');
  const removed = (record?.markers ?? []).filter((each) => !markers.some((marker) => marker.file === each.file));
  return [
    ...(old === after ? [] : renderConfDiff(file, old, after).split('\n')),
    ...added.flatMap((marker) =>
      renderConfDiff(marker.file, null, Buffer.from(marker.text).toString('latin1')).split('\n'),
    ),
    ...removed.map((marker) => `delete ${marker.file}`),
    ...renderNotes(plan),
    isChange ? 'dry run: nothing was changed' : `dry run: nothing would change in ${file}`,
  ];
}

function renderDone(plan: ApplyPlan, outcome: string, { backup }: Done): readonly string[] {
  const { file, scope, translation, markers, record } = plan;
  const { lines } = translation;
  if (lines.length === 0 && record === null && outcome === 'unchanged') {
    return [`the policy asks for nothing that ${file} can say`, ...renderNotes(plan)];
  }
  const state = outcome === 'unchanged' ? 'says this already' : lines.length === 0 ? 'is as it was before' : 'says now';
  return [
    `${file}, ${messages.describeScope(scope)}, ${state}${lines.length === 0 ? '' : ':'}`,
    ...lines.map((line) => `  ${messages.describeLine(line)}`),
    ...markers.map((marker) => `  ${marker.file}`),
    ...renderNotes(plan),
    ...(backup === null ? [] : [`the file as it was: ${backup}`]),
    `check it: pipward policy verify --${scope}; take it out again: pipward policy revert --${scope}`,
  ];
}

function renderNotes(plan: ApplyPlan): readonly string[] {
  const { translation, scope, context, access, markers, file } = plan;
  const { notes, lines } = translation;
  const closed = access.findClosed(file);
  const isAboutPlaces = lines.some(({ option }) => option === 'require-virtualenv');
  const offered = scope === 'system' && isAboutPlaces ? listUnmarked(context) : [];
  return [
    ...notes.map((note) => `note: ${messages.describeNote(note)}`),
    ...(lines.length === 0 ? [] : [`note: ${messages.describeWorth(plan)}`]),
    ...(isAboutPlaces ? [`note: ${messages.BUILD_LIMIT}`] : []),
    ...(closed === null
      ? []
      : [`note: other users may not read ${file}, so their pip skips it; to let them read it: ${closed}`]),
    ...(markers.length > 0
      ? []
      : offered.map(
          (python) => `note: ${python} can be marked as managed by the team, too: add --mark-interpreter ${python}`,
        )),
  ];
}

function describeForPrograms(plan: ApplyPlan, outcome: string, changes: boolean, { backup, left }: Done) {
  const { scope, file, translation, markers } = plan;
  const { lines, notes } = translation;
  const worth = lines.length === 0 ? null : 'deters';
  return {
    schema: 1,
    scope,
    file,
    outcome,
    changes,
    lines,
    worth,
    notes,
    markers: markers.map((marker) => marker.file),
    backup,
    left,
  };
}
