import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { listDifferences, showDifferences, type Difference } from '../compare.ts';
import { listDiagnostics, showCoverage, type Coverage } from '../coverage.ts';
import { readOutputs } from '../worlds/outputs.ts';
import type { Call, ProcessOutcome } from './call.ts';
import { generateCall } from './generate-call.ts';
import { runCall } from './run-call.ts';
import { setStage, type Stage } from './stage.ts';

export type Options = {
  readonly old: string;
  readonly new: string;
  readonly seed: number;
  readonly processes: number;
  readonly process: number | null;
  readonly jobs: number;
};

/**
 * Diagnostics that no call here leads to: a failure of the product itself; a Python that cannot be started, which the sh
 * of the trampoline says itself; in a container what pip says of root, which is not repeated there.
 */
const NOT_REACHED = [
  'internal-error',
  'interpreter-not-runnable',
  ...(existsSync('/.dockerenv') ? ['running-as-root'] : []),
];
/** From so many calls on each code is reached. */
const MANY = 150;
/** A call that differs is run again so often before it counts. */
const REPEATS = 2;

/** Compares the builds as processes, and returns the exit status. */
export async function main(options: Options, codes: readonly string[]): Promise<number> {
  const started = Date.now();
  const stage = setStage({ old: options.old, new: options.new });
  const outputs = readOutputs(options.new);
  const coverage: Coverage = {};
  let [next, total] = [options.process ?? 1, 0];
  const last = options.process ?? options.processes;
  async function work(index: number): Promise<void> {
    const folder = path.join(stage.folder, `worker-${index}`);
    mkdirSync(folder);
    while (next <= last) {
      const number = next;
      next += 1;
      const call = generateCall(options.seed, number, outputs);
      const { outcome, differences } = await tryCall(call, stage, folder);
      count(coverage, call, outcome);
      if (options.process !== null) console.log(JSON.stringify(outcome, null, 1));
      if (differences.length === 0) continue;
      total += 1;
      if (total > 10) continue;
      console.log(`\nprocess ${number} differs\n  ${JSON.stringify({ ...call, actions: call.actions.length })}`);
      console.log(showDifferences(differences));
      const { old, seed } = options;
      console.log(
        `  again: npm run differential -- --old ${old} --new ${options.new} --seed ${seed} --process ${number}`,
      );
    }
  }
  try {
    await Promise.all(Array.from({ length: options.process === null ? options.jobs : 1 }, (_, index) => work(index)));
  } finally {
    stage.remove();
  }
  if (options.process !== null) return total === 0 ? 0 : 1;
  console.log(`\n${showCoverage(coverage)}`);
  const missing = codes.filter((code) => !NOT_REACHED.includes(code) && coverage[`diagnostic: ${code}`] === undefined);
  if (missing.length > 0) console.log(`diagnostics that were not reached: ${missing.join(', ')}`);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`${options.processes} processes, seed ${options.seed}: ${total} differ (${seconds} s)`);
  return total === 0 && (missing.length === 0 || options.processes < MANY) ? 0 : 1;
}

/** Runs both builds; again while they differ, and only what differs each time counts. */
async function tryCall(call: Call, stage: Stage, folder: string) {
  // The launcher itself may be killed, where much else runs: that says nothing of a build.
  const first = await runPair(call, stage, folder).catch((error: unknown) => {
    console.log(`run again: ${String(error).split('\n')[0]}`);
    return runPair(call, stage, folder);
  });
  let differences = first.differences;
  for (let repeat = 0; repeat < REPEATS && differences.length > 0; repeat += 1) {
    const again = await runPair(call, stage, folder);
    const places = new Set(again.differences.map(({ place }) => place));
    differences = differences.filter(({ place }) => places.has(place));
  }
  return { outcome: first.outcome, differences };
}

async function runPair(
  call: Call,
  stage: Stage,
  folder: string,
): Promise<{ readonly outcome: ProcessOutcome; readonly differences: readonly Difference[] }> {
  const old = await runCall(call, 'old', stage, folder);
  const outcome = await runCall(call, 'new', stage, folder);
  return { outcome, differences: listDifferences(old, outcome) };
}

function count(coverage: Coverage, call: Call, { runs }: ProcessOutcome): void {
  const reached = new Set([`theme: ${call.theme}`, `place: ${call.place}`, `stderr: ${call.io[2]}`]);
  for (const { report, stdout, stderr, terminal } of runs) {
    // `same` goes to stdout.
    for (const name of listDiagnostics([stdout, stderr, terminal].join('\n').replaceAll('\r', '')))
      reached.add(`diagnostic: ${name}`);
    const all = stdout + stderr + terminal;
    if (all.includes('pipward: pip works in ')) reached.add('notice: other environment in place of a refusal');
    if (all.includes('then Enter (stops after')) reached.add('offer: asked');
    if (/^::\w+ title=/m.test(stderr + stdout)) reached.add('annotation');
    if (typeof report['status'] === 'number') reached.add(`status: ${report['status'] >> 8}`);
    if (report['timedOut'] === true) reached.add('failure: it hung');
  }
  for (const name of reached) coverage[name] = (coverage[name] ?? 0) + 1;
}
