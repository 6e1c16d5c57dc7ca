import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { showDifferences } from './compare.ts';
import { addCoverage, findMissing, showCoverage } from './coverage.ts';
import { MINIMUMS } from './minimums.ts';
import { describeWorld, generateWorld } from './worlds/generate-world.ts';
import { readOutputs } from './worlds/outputs.ts';
import type { Result } from './shard.ts';

export type Options = {
  readonly old: string;
  readonly new: string;
  readonly calls: number;
  readonly seed: number;
  /** The number of the only call; null: all. */
  readonly call: number | null;
};

/** Compares the builds, and returns the exit status. `folder`: where the bundles are. */
export async function main(options: Options, folder: string): Promise<number> {
  const { calls, seed, call } = options;
  const started = Date.now();
  const count = call === null ? Math.min(calls, availableParallelism(), 8) : 1;
  const results = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      runShardAnew({ folder, seed, tree: options.new, first: call ?? index + 1, last: call ?? calls, step: count }),
    ),
  );
  const coverage = results.reduce((sum, result) => addCoverage(sum, result.coverage), {});
  const found = results.flatMap((result) => result.found).toSorted((one, other) => one.number - other.number);
  const total = results.reduce((sum, result) => sum + result.total, 0);
  const outputs = readOutputs(options.new);
  for (const { number, differences } of found.slice(0, 10)) {
    console.log(`\ncall ${number} differs\n${describeWorld(generateWorld(seed, number, outputs))}`);
    console.log(showDifferences(differences));
    console.log(
      `  again: npm run differential -- --old ${options.old} --new ${options.new} --seed ${seed} --call ${number}`,
    );
  }
  if (call !== null) return total === 0 ? 0 : 1;
  console.log(`\n${showCoverage(coverage)}`);
  const missing = findMissing(coverage, MINIMUMS, calls);
  for (const text of missing) console.log(`not reached often enough: ${text}`);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`${calls} calls, seed ${seed}: ${total} differ (${seconds} s)`);
  return total === 0 && missing.length === 0 ? 0 : 1;
}

/** A worker that something else on the machine killed is started once more. */
function runShardAnew(work: Work): Promise<Result> {
  return runWorker(work).catch((error: unknown) => {
    console.log(`again: ${String(error)}`);
    return runWorker(work);
  });
}

type Work = Readonly<Record<string, string | number>>;

function runWorker(work: Work): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = fork(path.join(String(work['folder']), 'worker.mjs'), [JSON.stringify(work)]);
    worker.once('message', (result: Result) => resolve(result));
    worker.once('error', reject);
    worker.once('exit', (status, signal) => reject(new Error(`a worker ended with ${signal ?? status}`)));
  });
}
