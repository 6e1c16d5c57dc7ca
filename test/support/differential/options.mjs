import path from 'node:path';
import { parseArgs } from 'node:util';

const checkout = path.join(import.meta.dirname, '..', '..', '..');
const text = { type: 'string' };

/** Reads the command line; both builds are this checkout unless given. */
export function readOptions(args) {
  const { values } = parseArgs({ args, options: { old: text, new: text, calls: text, seed: text, call: text } });
  const number = (name, otherwise) => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (value !== null && !Number.isInteger(value)) throw new Error(`--${name} is not a number`);
    return value;
  };
  return {
    old: path.resolve(values.old ?? checkout),
    new: path.resolve(values.new ?? checkout),
    calls: number('calls', 50_000),
    seed: number('seed', Math.floor(Date.now() / 1000) % 1_000_000),
    call: number('call', null),
  };
}
