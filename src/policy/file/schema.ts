import { ON_REFUSAL, type LayerScope } from '../../model/policy.ts';
import { demandOf, demandOfLevel, leastVersion, packageNames, specifierText, versionText } from './rule-validators.ts';
import { absolutePath, choiceOf, choicesOf, plainNames, textOf, type Shape } from './validators.ts';

export type KeySchema = {
  readonly shape: Shape<unknown>;
};

export type TableSchema = {
  /** Where the table is read; elsewhere it is ignored, with a warning. */
  readonly scopes: readonly LayerScope[];
  readonly keys: Readonly<Record<string, KeySchema>>;
};

/** Of settings that a repository must not choose. */
const NOT_PROJECT = ['system', 'user'] as const;

/** Every table and key that a policy file may have: there is no other list. */
export const SCHEMA = {
  policy: {
    scopes: ['system', 'user', 'project'],
    keys: {
      'required-version': { shape: leastVersion },
      'require-virtual-environment': { shape: demandOfLevel },
      'project-environment-only': { shape: demandOfLevel },
      'forbid-user-install': { shape: demandOfLevel },
      'forbid-break-system-packages': { shape: demandOfLevel },
      'forbid-root': { shape: demandOfLevel },
      'minimum-pip': { shape: demandOf(versionText, 'a version such as "23.1"') },
      'requires-python': { shape: demandOf(specifierText, 'a specifier such as ">=3.10"') },
      accept: { shape: choicesOf(['venv', 'conda', 'conda-base']) },
      exempt: { shape: choicesOf(['ci', 'container', 'target']) },
      'exempt-packages': { shape: packageNames },
      'allow-bypass': { shape: choiceOf(['with-reason', 'never']) },
      'on-refusal': { shape: choiceOf(ON_REFUSAL) },
      reason: { shape: textOf(500) },
      contact: { shape: textOf(500) },
    },
  },
  resolve: {
    scopes: NOT_PROJECT,
    keys: {
      python: { shape: absolutePath },
      'project-environment': { shape: choiceOf(['use', 'advise', 'ignore']) },
      'environment-names': { shape: plainNames },
    },
  },
  advice: {
    scopes: NOT_PROJECT,
    keys: {
      form: { shape: choiceOf(['full', 'short', 'off']) },
    },
  },
  audit: {
    scopes: NOT_PROJECT,
    keys: {
      log: { shape: choiceOf(['off', 'file', 'journal']) },
    },
  },
} as const satisfies Readonly<Record<string, TableSchema>>;

/** The table's schema; null if there is no such table. */
export function findTable(name: string): TableSchema | null {
  const tables: Readonly<Record<string, TableSchema>> = SCHEMA;
  return Object.hasOwn(tables, name) ? (tables[name] ?? null) : null;
}
