import path from 'node:path';
import { parseArgs } from 'node:util';

const checkout = path.join(import.meta.dirname, '..', '..', '..');

export const HELP = `Gives random calls to two builds and compares what they make of them.

  --old DIR        checkout of the old build (default: this one)
  --new DIR        checkout of the new build, whose calls are given to both (default: this one)
  --calls N        calls in memory (default: 50000)
  --processes N    calls as processes with real files (default: 0; builds both checkouts)
  --seed S         repeats the same calls
  --call N         only this call in memory
  --process N      only this one as a process; prints what came of it
  --jobs N         processes at a time (default: 2)
  --no-build       dist of both checkouts is up to date`;

/** Reads the command line. */
export function readOptions(args) {
  const text = { type: 'string' };
  const flags = { help: { type: 'boolean', short: 'h' }, 'no-build': { type: 'boolean' } };
  const options = {
    old: text,
    new: text,
    calls: text,
    processes: text,
    seed: text,
    call: text,
    process: text,
    jobs: text,
  };
  const { values } = parseArgs({ args, options: { ...options, ...flags } });
  const number = (name, otherwise) => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (value !== null && !Number.isInteger(value)) throw new Error(`--${name} needs a number`);
    return value;
  };
  const [call, one] = [number('call', null), number('process', null)];
  return {
    help: values.help === true,
    build: values['no-build'] !== true,
    old: path.resolve(values.old ?? checkout),
    new: path.resolve(values.new ?? checkout),
    calls: one === null ? number('calls', 50_000) : 0,
    processes: one !== null ? 1 : call === null ? number('processes', 0) : 0,
    seed: number('seed', Math.floor(Date.now() / 1000) % 1_000_000),
    call,
    process: one,
    jobs: number('jobs', 2),
  };
}
