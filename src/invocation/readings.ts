import { REQUESTING_OPTIONS, type PipCommand, type PipOption } from '../model/invocation.ts';
import { parseBy, scanBoth } from './parse.ts';
import { USUAL } from './scan.ts';

/** Each option that is not known at least doubles the readings. More than this are not looked at. */
const MAX_READINGS = 64;

/** What else a command line may mean; `complete` is false when there are too many meanings to list. */
export type OtherReadings = { readonly commands: readonly PipCommand[]; readonly complete: boolean };

/**
 * Returns the other meanings of a command line: pips that are older or newer than the tables here may take the argument
 * after an unknown option as its value, or an abbreviation for another option. A policy judges each of them, and the
 * strictest verdict counts, so that nothing after an unknown option makes a call milder. Empty if every option is known.
 */
export function listOtherReadings({ name, arguments: args }: PipCommand): OtherReadings {
  const cuts = cutOptions(args);
  if (cuts.length > MAX_READINGS) return { commands: [], complete: false };
  const commands = cuts.map((cut) => parseBy(USUAL, name, cut));
  // The choices of the last reading, and out of how many: counted up like the digits of a number.
  let taken: readonly (readonly [choice: number, count: number])[] | null = [];
  for (let round = 0; taken !== null; round += 1) {
    if (round > MAX_READINGS) return { commands, complete: false };
    const fixed: readonly (readonly [choice: number, count: number])[] = taken;
    const made: (readonly [choice: number, count: number])[] = [];
    const choose = (count: number) => {
      const choice = fixed[made.length]?.[0] ?? 0;
      made.push([choice, count]);
      return choice;
    };
    const command = parseBy(choose, name, args);
    if (round > 0) commands.push(command);
    const last = made.findLastIndex(([choice, count]) => choice + 1 < count);
    const [choice = 0, count = 0] = made[last] ?? [];
    taken = last === -1 ? null : [...made.slice(0, last), [choice + 1, count]];
  }
  return { commands, complete: true };
}

/** Options that can only make a call stricter. */
const ALWAYS_KEPT: readonly string[] = [
  '--user',
  '--break-system-packages',
  '--install-option',
  '--global-option',
  ...REQUESTING_OPTIONS,
];

/** Options that may make a call stricter or milder. */
const EITHER_WAY = ['--target', '--prefix', '--root', '--python'];

/**
 * Returns the arguments without the options that follow the first unknown one, but for those that make a call stricter:
 * of the options that may do either, each is left out in one list and kept in another. Empty if every option is known.
 */
function cutOptions(args: readonly string[]): readonly (readonly string[])[] {
  const { main, own, subcommand } = scanBoth(USUAL, args);
  if ((main.isKnown && own.isKnown) || subcommand === null) return [];
  const later = [...main.options.slice(main.known), ...own.options.slice(own.known)];
  const kept = later.filter(({ name }) => ALWAYS_KEPT.includes(name)).map(write);
  const known = own.options.slice(0, own.known).map(write);
  let lists: readonly (readonly string[])[] = [[]];
  for (const name of EITHER_WAY) {
    const values = new Set(later.filter((option) => option.name === name).map(write));
    lists = lists.flatMap((list) => [list, ...[...values].map((value) => [...list, value])]);
    // The caller gives up at as many.
    if (lists.length > MAX_READINGS) break;
  }
  return lists.map((list) => {
    const before = [
      ...main.options.slice(0, main.known).map(write),
      ...list.filter((word) => word.startsWith('--python')),
    ];
    const after = [...known, ...kept, ...list.filter((word) => !word.startsWith('--python'))];
    return [...before, subcommand, ...after, '--', ...own.words];
  });
}

function write({ name, value }: PipOption): string {
  return value === null ? name : `${name}=${value}`;
}
