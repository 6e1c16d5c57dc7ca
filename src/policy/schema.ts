import type { LayerScope } from '../model/policy.ts';
import { demandOf, demandOfLevel, packageNames, specifierText, versionText } from './demand-shapes.ts';
import { absolutePath, choiceOf, choicesOf, plainNames, textOf, type Shape } from './shapes.ts';

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
        shape: demandOfLevel,
        meaning: 'Whether install and uninstall need a virtual environment',
      },
      'project-environment-only': {
        shape: demandOfLevel,
        meaning: 'Whether the environment must lie in the project that the call is made in',
      },
      'forbid-user-install': {
        shape: demandOfLevel,
        meaning: "Whether installs into the user site are refused, pip's own fallback too",
      },
      'forbid-break-system-packages': {
        shape: demandOfLevel,
        meaning: 'Whether --break-system-packages is refused outside of virtual environments',
      },
      'forbid-root': { shape: demandOfLevel, meaning: 'Whether root may change packages at all' },
      'minimum-pip': {
        shape: demandOf(versionText, 'a version such as "23.1"'),
        meaning: 'The oldest pip that may be used',
      },
      'requires-python': {
        shape: demandOf(specifierText, 'a specifier such as ">=3.10"'),
        meaning: 'The Pythons that may be installed for',
      },
      accept: {
        shape: choicesOf(['venv', 'conda', 'conda-base']),
        meaning: 'What counts as a virtual environment',
      },
      exempt: {
        shape: choicesOf(['ci', 'container', 'target']),
        meaning: 'Where this file does not judge; target is --target, --prefix, --root',
      },
      'exempt-packages': {
        shape: packageNames,
        meaning: 'Packages that may be installed anywhere, if nothing else is',
      },
      'allow-bypass': {
        shape: choiceOf(['with-reason', 'never']),
        meaning: 'Whether PIPWARD_BYPASS="why" lifts what this file says',
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
