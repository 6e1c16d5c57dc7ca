import { normalizeName } from '../../util/project-name.ts';
import { isOwnExtra, type Demand, type Dispute } from '../cause/find-dispute.ts';
import { listClauses } from '../shared/requirements/specifier-sets.ts';

/** Returns what pip failed on, longest first. `isTwice`: pip said only that the project was asked for twice. */
export function nameDispute(dispute: Dispute, isTwice: boolean): readonly string[] {
  if (dispute.isContradiction) return nameContradiction(dispute);
  return isTwice ? [`this pip does not accept ${dispute.project} twice`] : nameMissing(dispute);
}

function nameContradiction({ project, demands }: Dispute): readonly string[] {
  const any = `no version of ${project} meets all requirements`;
  const [one, other] = demands.toSorted((a, b) => rankDemand(a) - rankDemand(b));
  if (one === undefined || demands.length > 2) return [any];
  if (other === undefined) return [`${nameDemand(one)}, which no version can match`, any];
  const [first, second] = [requirementOf(one), requirementOf(other)];
  if (isOwnExtra(other) && !isOwnExtra(one)) {
    const [extra = '', version = ''] = other.cause.split(' ');
    return [`${nameDemand(one)}, but ${extra} is ${version}`, `${nameDemand(one)}, not ${version}`, any];
  }
  if (one.dependent === null) {
    return other.isConstraint
      ? [`you asked for ${first}, a constraint says ${second}`, `a constraint excludes ${first}`, any]
      : [`you asked for both ${first} and ${second}`, any];
  }
  const { name, version } = one.dependent;
  if (other.dependent === null) {
    const by = other.isConstraint ? 'a constraint says' : 'you asked for';
    return [
      `${name} ${version} needs ${first}, but ${by} ${second}`,
      `${name} needs ${first}, but ${by} ${second}`,
      `${name} needs ${first}, not ${second}`,
      any,
    ];
  }
  if (normalizeName(other.dependent.name) === normalizeName(name)) {
    return [`${name} ${version} needs both ${first} and ${second}`, `${name} needs both ${first} and ${second}`, any];
  }
  return [
    `${name} ${version} needs ${first}, ${other.dependent.name} ${other.dependent.version} needs ${second}`,
    `${name} needs ${first}, ${other.dependent.name} needs ${second}`,
    `${name} and ${other.dependent.name} disagree about ${project}`,
    any,
  ];
}

/** Packages first, then the user, then constraints; an extra last. */
function rankDemand(demand: Demand): number {
  const { dependent, isConstraint } = demand;
  return isOwnExtra(demand) ? 3 : dependent !== null ? 0 : isConstraint ? 2 : 1;
}

function nameDemand(demand: Demand): string {
  const { dependent, isConstraint } = demand;
  if (dependent !== null) return `${dependent.name} ${dependent.version} needs ${requirementOf(demand)}`;
  return `${isConstraint ? 'a constraint says' : 'you asked for'} ${requirementOf(demand)}`;
}

/** A version could meet the requirements, and pip found none: the project may not exist, or not in that version. */
function nameMissing({ project, demands }: Dispute): readonly string[] {
  const [first] = demands;
  const constraint = demands.find(({ isConstraint }) => isConstraint);
  const isAlone = demands.every(({ isConstraint, specifier }) => isConstraint || !specifier);
  if (constraint !== undefined && isAlone) {
    return [`a constraint says ${requirementOf(constraint)}, pip found none`, `a constraint excludes every ${project}`];
  }
  const isOne = new Set(demands.map(requirementOf)).size === 1 || areAlternatives(demands);
  if (first === undefined || !isOne) {
    const clauses = [...new Set(demands.flatMap(({ specifier }) => listClauses(specifier ?? '')))];
    return [
      `pip found no ${project} that matches ${clauses.join(', ')}`,
      `pip found no ${project} that meets all requirements`,
    ];
  }
  const needed = requirementOf(first);
  const by = first.dependent === null ? [] : [`pip did not find ${needed}, which ${first.dependent.name} needs`];
  return [...by, `pip did not find ${needed}`, `pip did not find ${project}`];
}

/** Only one package needs it, in each of the versions that pip tried. */
function areAlternatives(demands: readonly Demand[]): boolean {
  const versions = new Set(demands.map(({ dependent }) => dependent?.version));
  const names = new Set(demands.map(({ dependent }) => dependent && normalizeName(dependent.name)));
  return names.size === 1 && !names.has(null) && versions.size === demands.length;
}

function requirementOf({ project, specifier, cause }: Demand): string {
  return specifier === null ? cause.replace(/^.* (?=\S+ ?@)/, '') : `${project}${specifier}`;
}
