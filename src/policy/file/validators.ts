import path from 'node:path';
import type { PolicyProblem } from '../../model/policy.ts';

/** What is wrong with a value: `path` leads from the key to the part meant, `message` goes on after the key's name. */
export type ShapeProblem = Pick<PolicyProblem, 'message' | 'found' | 'mistyped'> & {
  readonly path: readonly string[];
};

/** The value, or null and at least one problem. */
export type Reading<T> = { readonly value: T | null; readonly problems: readonly ShapeProblem[] };

/** Paths are judged by the rules of the system that the file was found on. */
export type PathStyle = 'posix' | 'win32';

/** What a key may hold. */
export type Shape<T> = {
  readonly read: (value: unknown, style: PathStyle) => Reading<T>;
  /** What json-schema.ts writes of it, where that depends on more than which shape it is. */
  readonly form?: Form;
};

export type Form =
  | { readonly kind: 'choice' | 'choices'; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly maximum: number }
  /** A level, or the text; or a table with either. */
  | { readonly kind: 'demand'; readonly text: Shape<string> | null };

export type Table = Readonly<Record<string, unknown>>;

/** A TOML table. smol-toml makes them without a prototype, which tells them from its dates. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/** One of some words. */
export function choiceOf<const T extends string>(values: readonly T[]): Shape<T> {
  return {
    form: { kind: 'choice', values },
    read: (value) => {
      const found = values.find((known) => known === value);
      return found === undefined ? wrongValue(`must be ${listWords(values)}`, value, values) : right(found);
    },
  };
}

/** A list of some words, at least one. */
export function choicesOf<const T extends string>(values: readonly T[]): Shape<readonly T[]> {
  const choice = choiceOf(values);
  const expected = `must be a list of ${listWords(values)}`;
  return {
    form: { kind: 'choices', values },
    read: (value, style) => {
      if (!Array.isArray(value)) return wrongValue(expected, value);
      if (value.length === 0) return wrong(`${expected}, not empty`);
      const known = new Set<T>();
      for (const item of value) {
        const read = choice.read(item, style);
        if (read.value === null) return wrongValue(expected, item, values);
        known.add(read.value);
      }
      return right([...known]);
    },
  };
}

/** Text up to a length in characters. */
export function textOf(maximum: number): Shape<string> {
  return {
    form: { kind: 'text', maximum },
    read: (value) => {
      if (typeof value !== 'string') return wrongValue('must be text', value);
      const { length } = Array.from(value);
      return length > maximum ? wrong(`must be at most ${maximum} characters, not ${length}`) : right(value);
    },
  };
}

/** A path that means the same from every directory (and, on Windows, from every drive). */
export const absolutePath: Shape<string> = {
  read: (value, style) => {
    const absolute =
      typeof value === 'string' &&
      !value.includes('\0') &&
      (style === 'posix' ? path.posix.isAbsolute(value) : /^([a-z]:[\\/]|\\\\)/i.test(value));
    return absolute ? right(value) : wrongValue('must be an absolute path', value);
  },
};

/** Names of directory entries: no way out of the directory that they are looked for in. */
export const plainNames: Shape<readonly string[]> = {
  read: (value) => {
    if (!Array.isArray(value)) return wrongValue('must be a list of folder names', value);
    const names: string[] = [];
    for (const item of value) {
      if (typeof item !== 'string' || !/^(?!\.{1,2}$)[^/\\\0]+$/.test(item)) {
        return wrongValue('must list plain folder names', item);
      }
      names.push(item);
    }
    return right(names);
  },
};

export function right<T>(value: T): Reading<T> {
  return { value, problems: [] };
}

/** What is wrong with a value, in words that say all. */
export function wrong(message: string): Reading<never> {
  return { value: null, problems: [{ path: [], message, found: null, mistyped: null }] };
}

/** The value is not what is expected; `known`: the words that it may be. */
export function wrongValue(expected: string, value: unknown, known: readonly string[] = []): Reading<never> {
  const mistyped = typeof value === 'string' ? { word: value, known: [{ prefix: '', names: known }] } : null;
  return { value: null, problems: [{ path: [], message: expected, found: { value }, mistyped }] };
}

function listWords(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
