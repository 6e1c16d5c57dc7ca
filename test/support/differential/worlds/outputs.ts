import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../../../fidelity/random.ts';
import type { PipRun } from '../world.ts';

/** Outputs of real pips, by the names of their files. */
export type Outputs = readonly { readonly name: string; readonly text: string }[];

/** No line says so, but this is what all of it is about. */
const MAX_TEXT = 20_000;

/** Reads the fixtures of a tree; what belongs together in two streams is two entries. */
export function readOutputs(tree: string): Outputs {
  return ['pip-output', 'by-code', 'held-out'].flatMap((folder) => {
    const directory = path.join(tree, 'test', 'fixtures', folder);
    return readdirSync(directory)
      .filter((name) => name.endsWith('.txt'))
      .toSorted((one, other) => (one < other ? -1 : 1))
      .map((name) => ({
        name: `${folder}/${name}`,
        text: readFileSync(path.join(directory, name), 'utf8').slice(0, MAX_TEXT),
      }));
  });
}

/** A run that prints one of them, or lines of several. */
export function chooseRun(random: Random, outputs: Outputs): PipRun {
  const { name, text } = random.pick(outputs);
  const mixed = random.chance(0.1) ? mix(random, text, random.pick(outputs).text) : text;
  const isStdout = /stdout|silent/.test(name);
  const stdout = isStdout
    ? mixed
    : random.pick(['', '', 'Collecting demo-app\n', 'Successfully installed demo-app-1.0\n']);
  const hasFailed = /error|denied|could not|no matching|no module/i.test(mixed);
  return {
    name,
    stdout,
    stderr: isStdout ? '' : mixed,
    end: chooseEnd(random, mixed, hasFailed),
    wasRead: random.chance(0.93),
  };
}

function chooseEnd(random: Random, text: string, hasFailed: boolean): PipRun['end'] {
  if (random.chance(0.03))
    return { kind: 'not-started', reason: random.pick(['missing', 'not-permitted', 'too-long', 'failed']) };
  if (random.chance(0.02)) return { kind: 'signalled', signal: random.pick(['SIGINT', 'SIGTERM', 'SIGKILL']) };
  if (random.chance(0.05)) return { kind: 'exited', status: random.pick([0, 1, 2, 3, 23]) };
  return { kind: 'exited', status: text.includes('activated virtualenv') ? 3 : hasFailed ? 1 : 0 };
}

function mix(random: Random, one: string, other: string): string {
  const lines = [one, other].flatMap((text) => text.split('\n').slice(0, random.between(1, 12)));
  return lines.join(random.pick(['\n', '\n', '\r\n']));
}
