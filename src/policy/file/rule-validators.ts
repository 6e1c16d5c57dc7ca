import { TomlDate } from 'smol-toml';
import { formatDay } from '../../util/date.ts';
import type { RuleSetting, Level } from '../../model/policy.ts';
import { normalizeName } from '../../util/project-name.ts';
import { MAX_SPECIFIER, parseSpecifier, parseVersion } from '../../util/pep440.ts';
import {
  choiceOf,
  isTable,
  right,
  wrong,
  wrongValue,
  type Reading,
  type Shape,
  type ShapeProblem,
} from './validators.ts';

/** A demand without the line, which only the reader of the file knows. */
export type WrittenDemand = Omit<RuleSetting, 'line'>;

export const LEVELS: readonly Level[] = ['off', 'advise', 'enforce'];
const level = choiceOf(LEVELS);
const FROM = `from`;
/** Unknown keys that are told of one rule; each is compared with the known ones. */
const MAX_UNKNOWN = 10;
const date: Shape<string> = {
  read: (value) =>
    value instanceof TomlDate && value.isDate()
      ? right(formatDay(value))
      : wrongValue('must be a date without quotes, such as 2027-01-15', value),
};

/** A level, or `{ level = "enforce", from = 2027-01-15 }`. */
export const demandOfLevel: Shape<WrittenDemand> = demandFrom({
  read: (value, style) => {
    const read = level.read(value, style);
    return read.value === null ? { ...read, value: null } : right({ level: read.value, from: null, value: null });
  },
});

/** A text, which is enforced, or `{ value = "...", level = "advise", from = ... }`. `what`: for `must be ...`. */
export function demandOf(text: Shape<string>, what: string): Shape<WrittenDemand> {
  return demandFrom(
    {
      read: (value, style) => {
        if (typeof value !== 'string') return wrongValue(`must be ${what} or a table`, value);
        const read = text.read(value, style);
        return read.value === null
          ? { ...read, value: null }
          : right({ level: 'enforce', from: null, value: read.value });
      },
    },
    text,
  );
}

/** `plain`: the form without a table; `text`: the shape of `value`, for rules that have one. */
function demandFrom(plain: Shape<WrittenDemand>, text: Shape<string> | null = null): Shape<WrittenDemand> {
  const shapes: Readonly<Record<string, Shape<string>>> = {
    level,
    from: date,
    ...(text === null ? {} : { value: text }),
  };
  const needed = text === null ? 'level' : 'value';
  return {
    form: { kind: 'demand', text },
    read: (value, style): Reading<WrittenDemand> => {
      if (!isTable(value)) return plain.read(value, style);
      const problems: ShapeProblem[] = [];
      const take = (key: string): string | null => {
        const shape = shapes[key];
        if (shape === undefined || !(key in value)) return null;
        const read = shape.read(value[key], style);
        problems.push(...read.problems.map((problem) => ({ ...problem, path: [key] })));
        return read.value;
      };
      const [asked, from, given] = [take('level'), take(FROM), take('value')];
      for (const key of Object.keys(value)) {
        if (Object.hasOwn(shapes, key)) continue;
        if (problems.length >= MAX_UNKNOWN) break;
        problems.push({
          path: [key],
          message: 'is not a known key',
          found: null,
          mistyped: { word: key, known: [{ prefix: '', names: Object.keys(shapes) }] },
        });
      }
      if (!(needed in value)) problems.push(...wrong(`needs a \`${needed}\``).problems);
      const written =
        'level' in value ? (LEVELS.find((known) => known === asked) ?? null) : text === null ? null : 'enforce';
      if (from !== null && written !== null && written !== 'enforce') {
        problems.push(
          ...wrong('goes with `level = "enforce"` alone').problems.map((problem) => ({ ...problem, path: [FROM] })),
        );
      }
      // A wrong `from` leaves the level as it is: stricter than what was meant, never milder.
      const isWhole = written !== null && (text === null || given !== null);
      return { value: isWhole ? { level: written, from, value: given } : null, problems };
    },
  };
}

/** A version of PEP 440. */
export const versionText: Shape<string> = {
  read: (value) =>
    typeof value === 'string' && parseVersion(value) !== null
      ? right(value.trim())
      : wrongValue('must be a version such as "23.1"', value),
};

/** `>=0.2`: the oldest pipward. What it leads to depends on whose file it is. */
export const leastVersion: Shape<WrittenDemand> = {
  read: (value) => {
    const version = typeof value === 'string' && value.length < MAX_SPECIFIER ? /^\s*>=\s*(.*)/s.exec(value)?.[1] : '';
    return version !== undefined && parseVersion(version) !== null
      ? right({ level: 'enforce', from: null, value: `>=${version.trim()}` })
      : wrongValue('must be ">=" and a version, such as ">=0.2"', value);
  },
};

/** Version specifiers of PEP 440. */
export const specifierText: Shape<string> = {
  read: (value) => {
    if (typeof value === 'string' && value.length > MAX_SPECIFIER) {
      return wrong(`must be at most ${MAX_SPECIFIER} characters, not ${value.length}`);
    }
    return typeof value === 'string' && parseSpecifier(value) !== null
      ? right(value.trim())
      : wrongValue('must be a specifier such as ">=3.10, <3.14"', value);
  },
};

/** PEP 508. (The first class with the flag `i` takes 0.2 ms to be compiled, here and in package-names.ts.) */
export const NAME_PATTERN = '^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$';
const NAME = new RegExp(NAME_PATTERN);

/** Names of packages, normalized. */
export const packageNames: Shape<readonly string[]> = {
  read: (value) => {
    if (!Array.isArray(value)) return wrongValue('must be a list of package names', value);
    const names: string[] = [];
    for (const item of value) {
      if (typeof item !== 'string' || !NAME.test(item)) {
        return wrongValue('must list names of packages alone', item);
      }
      names.push(normalizeName(item));
    }
    return right(names);
  },
};
