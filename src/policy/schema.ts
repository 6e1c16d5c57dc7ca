import type { LayerScope } from '../model/policy.ts';
import { absolutePath, choiceOf, choicesOf, levelOf, plainNames, textOf, type Shape } from './shapes.ts';

export type KeySchema = {
  readonly shape: Shape<unknown>;
  /** One line for the JSON Schema and for people. */
  readonly meaning: string;
};

export type TableSchema = {
  /** Where the table is read; elsewhere it is ignored, with a warning. */
  readonly scopes: readonly LayerScope[];
  readonly keys: Readonly<Record<string, KeySchema>>;
};

/** Every table and key that a policy file may have: there is no other list. */
export const SCHEMA = {
  policy: {
    scopes: ['system', 'user', 'project'],
    keys: {
      'require-virtual-environment': {
        shape: levelOf(['off', 'advise', 'enforce']),
        meaning: 'Whether install and uninstall need a virtual environment',
      },
      accept: {
        shape: choicesOf(['venv', 'conda', 'conda-base']),
        meaning: 'What counts as a virtual environment',
      },
      reason: { shape: textOf(500), meaning: 'Why, printed with every refusal' },
      contact: { shape: textOf(500), meaning: 'Whom to ask, printed with every refusal' },
    },
  },
  resolve: {
    scopes: ['system', 'user'],
    keys: {
      python: { shape: absolutePath, meaning: 'Interpreter to use when no environment is active' },
      'environment-names': { shape: plainNames, meaning: 'Folder names that environments are looked for under' },
    },
  },
  advice: {
    scopes: ['system', 'user'],
    keys: {
      form: { shape: choiceOf(['full', 'short', 'off']), meaning: 'How much advice is printed after pip' },
    },
  },
} as const satisfies Readonly<Record<string, TableSchema>>;

/** The table's schema; null if there is no such table. */
export function findTable(name: string): TableSchema | null {
  const tables: Readonly<Record<string, TableSchema>> = SCHEMA;
  return Object.hasOwn(tables, name) ? (tables[name] ?? null) : null;
}
