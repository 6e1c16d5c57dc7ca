import type { Decided, Outcome, RuleSaid } from './outcome.ts';
import type { World } from './world.ts';

/** How often each kind of thing was reached, by a name such as `refusal: policy`. */
export type Coverage = Record<string, number>;

/** Adds what one call reached. */
export function countOutcome(coverage: Coverage, world: World, outcome: Outcome): void {
  for (const name of new Set(listReached(world, outcome))) coverage[name] = (coverage[name] ?? 0) + 1;
}

function* listReached(world: World, outcome: Outcome): Generator<string> {
  const { decision, agreed, layers, decideMode, watchMode } = outcome;
  yield `platform: ${world.platform}`;
  yield* listDecided(decision, 'outcome');
  if (decision.mayOffer) yield 'offer: may be made';
  if (agreed !== null) yield `offer: agreed, then ${agreed.kind}`;
  for (const { scope, problems, warnings } of layers) {
    yield `layer: ${scope}`;
    if (Array.isArray(problems) && problems.length > 0) yield `layer: ${scope} with problems`;
    if (Array.isArray(warnings) && warnings.length > 0) yield `layer: ${scope} with warnings`;
  }
  for (const name of listNotices(decideMode.text)) yield `notice: ${name}`;
  for (const said of [decideMode, ...(watchMode === null ? [] : [watchMode])]) {
    for (const name of listDiagnostics(said.text)) yield `diagnostic: ${name}`;
    if (said.text.includes('::'))
      for (const [, level] of said.text.matchAll(/^::(\w+) title=/gm)) yield `annotation: ${level}`;
    if (/could not be printed|cannot be shown/.test(said.text)) yield 'failure: the reporter failed';
  }
  if (watchMode !== null) yield watchMode.text === '' ? 'run of pip: nothing to say' : 'run of pip: something to say';
}

function* listDecided(
  { kind, because, verdict, resolution, adviceForm, insteadOf, changedVariables, start }: Decided,
  what: string,
) {
  yield `${what}: ${because === null ? kind : `${kind}, ${because}`}`;
  yield `verdict: ${verdict.kind}`;
  yield `advice: ${adviceForm}`;
  yield `resolution: ${resolution.kind}`;
  if (resolution.source !== null) yield `source: ${resolution.source}`;
  if (resolution.runner !== null) yield 'resolution: by the pip of another Python';
  if (insteadOf !== null) yield 'outcome: in place of a refusal';
  if (verdict.requiresVirtualenv && start !== null) yield 'start: with --require-virtualenv';
  if (Array.isArray(changedVariables) && changedVariables.length > 0) yield 'start: with changed variables';
  for (const step of resolution.trace)
    yield `trace: ${step.outcome}${step.outcome === 'suspicious' || step.outcome === 'trust-ended' || step.outcome === 'trust-store-unusable' ? `, ${step.detail}` : ''}`;
  for (const each of [...verdict.layers, ...verdict.advised]) yield* listRule(each);
  for (const { waiver, rule } of verdict.waived) {
    yield `waived: by ${waiver?.by}`;
    yield `rule: ${rule} waived`;
  }
}

function* listRule({ kind, rule, from }: RuleSaid): Generator<string> {
  yield rule === null ? `rule: ${kind}` : `rule: ${rule} ${kind}`;
  if (from !== null) yield 'rule: advised until its day';
}

/** The lines before pip, by what each begins with. */
const NOTICES: readonly (readonly [string, RegExp])[] = [
  ['bypass', /^pipward: PIPWARD_BYPASS (?:lifts|overrides) /m],
  ['other environment in place of a refusal', /^pipward: pip works (?!for )/m],
  ['active environment is unusable', /^pipward: (?:VIRTUAL_ENV|CONDA_PREFIX): /m],
  ['environment mismatch', /^pipward: .*; what to do: (?!pipward doctor)/m],
  ['project environment skipped', /^pipward: .*(?:not used|not trusted|was not used|passed over|skipped)/m],
  ['policy file partly ignored', /^pipward: .*(?:policy|config|pyproject|pipward)\.toml(?::\d+)?: /m],
  ['trace', /^(?:pipward: |  ).*(?:chosen|PATH)/m],
];

function* listNotices(text: string): Generator<string> {
  for (const [name, pattern] of NOTICES) if (pattern.test(text)) yield name;
}

/** Codes with their severity and form. */
export function* listDiagnostics(text: string): Generator<string> {
  for (const [, severity, code, rest] of text.matchAll(
    /^(?:\x1b\[[\d;]*m)*(error|warning|advice|note)\[([a-z-]+)\](.*)$/gm,
  )) {
    yield `${code}`;
    yield `of severity ${severity}`;
    yield rest?.includes('(pipward explain') ? 'short form' : 'full form';
  }
}

/** From so many calls on everything is reached once at least. */
const MANY = 20_000;

/** Returns what was reached less often than it should be: so many of a thousand calls, and once of many calls. */
export function findMissing(
  coverage: Coverage,
  minimums: Readonly<Record<string, number>>,
  calls: number,
): readonly string[] {
  return Object.entries(minimums).flatMap(([name, perThousand]) => {
    const wanted = Math.max(calls >= MANY ? 1 : 0, Math.floor((perThousand * calls) / 1000));
    const reached = coverage[name] ?? 0;
    return reached >= wanted ? [] : [`${name}: ${reached}, and ${wanted} are wanted`];
  });
}

export function addCoverage(one: Coverage, other: Coverage): Coverage {
  const sum = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** The table, sorted by name. */
export function showCoverage(coverage: Coverage): string {
  return Object.entries(coverage)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${String(count).padStart(8)}  ${name}\n`)
    .join('');
}
