// `npm run fidelity`: the shim beside `python -m pip`, pair by pair. See CONTRIBUTING.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Case } from './case.ts';
import { fitCase, listSkipped } from './fit-case.ts';
import { CHECKOUT } from './folders.ts';
import { generateCase } from './generate.ts';
import { HELP, readOptions, seedOfCommit, type Options } from './options.ts';
import { describeFailure, describePair, describeTotals, repeatCommand, type Tried } from './report.ts';
import { isUnexplained, tryCase } from './try-case.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const codes = readdirSync(path.join(CHECKOUT, 'docs', 'diagnostics'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -'.md'.length));

/** Returns the exit status: 0 where the pairs agree, 1 where they do not, 2 where something could not be run. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    const status = await comparePairs(words);
    return Number(process.exitCode ?? status);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
}

async function comparePairs(words: readonly string[]): Promise<number> {
  const options = readOptions(words);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const seed = options.seed ?? findSeed();
  const started = Date.now();
  // Ctrl-C, too, leaves nothing behind, neither files nor processes.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const workshop = openWorkshop(CHECKOUT, stop.signal);
  try {
    for (const line of listSkipped(workshop.machine)) console.log(`skipped: ${line}`);
    const choose = (number: number): Case => ({
      ...fitCase(generateCase(seed, number, options.kind), workshop.machine),
      ...options.changes,
    });
    const tried =
      options.only === null
        ? await tryMany(options, seed, started, choose, workshop)
        : [await tryOne(options.only, choose, workshop)];
    console.log(describeTotals(seed, tried, (Date.now() - started) / 1000));
    if (stop.signal.aborted) return 1;
    return tried.some(({ result }) => result.differences.some(isUnexplained)) ? 1 : 0;
  } finally {
    workshop.remove();
  }
}

/** The commit that is checked out; without git a fixed one. */
function findSeed(): number {
  const asked = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: CHECKOUT, encoding: 'utf8' });
  return asked.status === 0 ? seedOfCommit(asked.stdout) : 1;
}

async function tryOne(number: number, choose: (number: number) => Case, workshop: Workshop): Promise<Tried> {
  const chosen = choose(number);
  const result = await tryCase(chosen, workshop, makeFolder(workshop, 0), codes);
  console.log(describePair(chosen, result));
  return { number, chosen, result };
}

/** Each worker takes the next case that is left. */
async function tryMany(
  { cases, seconds, jobs }: Options,
  seed: number,
  started: number,
  choose: (number: number) => Case,
  workshop: Workshop,
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  let next = 0;
  async function work(folder: string): Promise<void> {
    while (!workshop.stopped.aborted && next < cases && Date.now() - started < seconds * 1000) {
      const number = next;
      next += 1;
      const chosen = choose(number);
      const result = await tryCase(chosen, workshop, folder, codes).catch((error: unknown) => {
        if (workshop.stopped.aborted) return null;
        // The pairs that are left say more than an early end; this one fails the run all the same.
        console.log(
          `case ${number} could not be run: ${String(error)}\n  again: ${repeatCommand(seed, number, chosen.kind)}`,
        );
        process.exitCode = 2;
        return null;
      });
      if (result === null) continue;
      if (result.differences.some(isUnexplained)) console.log(describeFailure(seed, number, chosen, result));
      tried.push({ number, chosen, result });
    }
  }
  await Promise.all(Array.from({ length: jobs }, (_, index) => work(makeFolder(workshop, index))));
  return tried.toSorted((one, other) => one.number - other.number);
}

function makeFolder(workshop: Workshop, index: number): string {
  const folder = path.join(workshop.folder, `worker-${index}`);
  mkdirSync(folder);
  return folder;
}
