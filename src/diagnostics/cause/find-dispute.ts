import { normalizeName } from '../../util/project-name.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { canMeet, listClauses } from '../shared/requirements/specifier-sets.ts';

/** One line below "The conflict is caused by:". */
export type Demand = {
  /** The line, as pip printed it. */
  readonly cause: string;
  /** The package that needs it; null for the user and for a constraints file. */
  readonly dependent: { readonly name: string; readonly version: string } | null;
  readonly isConstraint: boolean;
  /** Name of the project, as written there. */
  readonly project: string;
  /** `>=1,<2`; null if it is not one: an address. */
  readonly specifier: string | null;
};

/** What a resolution failed on. */
export type Dispute = {
  /** Whether no version of the project can meet the demands; else one can, but pip found none. */
  readonly isContradiction: boolean;
  readonly project: string;
  /** Of a contradiction, as few as possible. */
  readonly demands: readonly Demand[];
};

/** Returns the demands that exclude each other, or that nothing was found for; null if pip's lines do not tell. */
export function findDispute(causes: readonly string[]): Dispute | null {
  const demands = [...new Set(causes)].map(readCause).filter((demand) => demand !== null);
  const names = [...new Set(demands.map(({ project }) => normalizeName(project)))];
  const groups = names.map((name) => demands.filter(({ project }) => normalizeName(project) === name));
  const clash = [...groups.map((group) => group.filter((each) => !isOwnExtra(each))), ...groups]
    .map(findContradiction)
    .find((found) => found !== null);
  if (clash) return dispute(true, clash);
  const [only = [], ...others] = groups;
  const isKnown = only.length > 0 && only.every(({ specifier }) => specifier !== null);
  return isKnown && others.length === 0 ? dispute(false, only) : null;
}

/**
 * `aa[x] 1.0 depends on aa 1.0`: up to 23, pip takes a project with an extra for one of its own. Who asked for the extra, and for
 * which versions, it may not say.
 */
export function isOwnExtra({ dependent, project }: Demand): boolean {
  return dependent !== null && normalizeName(dependent.name) === normalizeName(project);
}

function dispute(isContradiction: boolean, demands: readonly Demand[]): Dispute {
  return { isContradiction, project: demands[0]?.project ?? '', demands };
}

/** pip/_internal/resolution/resolvelib/factory.py, get_installation_error. */
function readCause(cause: string): Demand | null {
  const [, name, version = '', constraint, text = ''] =
    /^(?:(\S+) (\S+) depends on|The user requested( \(constraint\))?) (.+)$/.exec(cause) ?? [];
  const found = readDemanded(text);
  if (found === null) return null;
  const dependent = name === undefined ? null : { name: name.replace(/\[.*/, ''), version };
  return { cause, dependent, isConstraint: constraint !== undefined, ...found };
}

/** `aa!=12 and >=10`, `aa[x and y]<3; python_version > "3"`, `aa 10 (from ./aa-10-py3-none-any.whl)`. */
function readDemanded(text: string): Pick<Demand, 'project' | 'specifier'> | null {
  const [, built, version] = /^([\w.-]+) (\d\S*) \(from .+\)$/.exec(text) ?? [];
  if (built !== undefined) return { project: built, specifier: `==${version}` };
  const { name, specifier } = splitRequirement(text.replace(/;.*$/s, '').replaceAll(' and ', ','));
  if (name !== '') return { project: name, specifier };
  const addressed = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])? ?@/.exec(text)?.[1];
  return addressed === undefined ? null : { project: addressed, specifier: null };
}

/** Returns two demands that no version meets, else the fewest of all; null if every choice of them can be met. */
function findContradiction(demands: readonly Demand[]): readonly Demand[] | null {
  for (const [index, one] of demands.entries()) {
    const other = demands.slice(index).find((each) => !isAlternative(one, each) && excludes([one, each]));
    if (other !== undefined) return one === other ? [one] : [one, other];
  }
  const together = demands.filter(
    (each, index) => !demands.slice(0, index).some((other) => isAlternative(other, each)),
  );
  if (!excludes(together)) return null;
  return together.reduce((kept, each) => {
    const fewer = kept.filter((other) => other !== each);
    return excludes(fewer) ? fewer : kept;
  }, together);
}

/** Two versions of one package: pip tried one after the other, they are never wanted together. */
function isAlternative({ dependent: one }: Demand, { dependent: other }: Demand): boolean {
  if (one === null || other === null) return false;
  return normalizeName(one.name) === normalizeName(other.name) && one.version !== other.version;
}

function excludes(demands: readonly Demand[]): boolean {
  return canMeet(demands.flatMap(({ specifier }) => (specifier === null ? [] : listClauses(specifier)))) === false;
}
