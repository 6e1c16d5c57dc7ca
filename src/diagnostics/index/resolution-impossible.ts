import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { fromDirectory } from '../../terminal/activation.ts';
import { normalizeName } from '../../util/project-name.ts';
import { findDispute, isOwnExtra, type Demand, type Dispute } from '../cause/find-dispute.ts';
import { nameDispute } from './name-dispute.ts';
import type { ResolutionImpossible } from '../cause/index-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { describeOrigin } from '../policy/setting-origin.ts';
import { chooseHeadline, limitRows, nothingDoneRow } from '../shared/fact-rows.ts';
import {
  createCommands,
  newEnvironmentNeed,
  newEnvironmentPrefix,
  noteBlock,
  pipNeed,
  startPipIn,
} from '../shared/fixes.ts';
import { describeLine, findOrigin, hideCredentials } from '../shared/requirements/requirement-origin.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { repeatFor } from '../shared/rewrite-command.ts';
import { listClauses } from '../shared/requirements/specifier-sets.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { gatherIndexFacts, isNoIndex, WITHOUT_INDEX, type WithIndex } from './facts.ts';
import type { RequestedLine } from './list-requested.ts';

const CODE = 'resolution-impossible';

type Facts = CallFacts & WithIndex;

export const resolutionImpossible = defineDiagnostic<ResolutionImpossible, WithIndex>({
  code: CODE,
  title: 'the packages that were asked for exclude each other',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe,
  guessRequest: ({ requested }) => {
    const names = requested.map((each) => splitRequirement(each).name);
    return names.includes('') ? [] : [...new Set(names)];
  },
});

/** Nothing was installed: no choice of versions meets all requirements. */
function describe({ requested, causes: told }: ResolutionImpossible, facts: Facts, command: PipCommand): Diagnostic {
  const causes = told.length > 0 ? told : requested.map((each) => `The user requested ${each}`);
  const dispute = findDispute(causes);
  const rows = dispute === null ? causes : dispute.demands.map((each) => describeDemand(each, facts));
  return {
    severity: 'advice',
    code: CODE,
    headline: chooseHeadline(
      'advice',
      CODE,
      ...(dispute === null ? [] : nameDispute(dispute, told.length === 0)),
      'no choice of versions meets all requirements',
    ),
    facts: [...limitRows('because', rows), ...noIndexRow(dispute, facts), nothingDoneRow(command)],
    blocks: [chooseFix(dispute, facts, command)],
  };
}

/** The requirement in pip's words, with the line of a requirements file that has it. */
function describeDemand(demand: Demand, { index }: Facts): string {
  const { cause, dependent, isConstraint, project, specifier } = demand;
  if (dependent !== null || isConstraint || specifier === null) return cause;
  const found = index?.requested.find(
    ({ requirement }) => isSameProject(requirement, project) && isSameSpecifier(requirement, specifier),
  );
  return found === undefined ? cause : `${cause}${describeLine(`-r ${found.file} (line ${found.line})`)}`;
}

/** Without an index pip finds only what --find-links names. */
function noIndexRow(dispute: Dispute | null, { index }: Facts): readonly FactRow[] {
  if (dispute?.isContradiction !== false || !isNoIndex(index?.noIndex ?? null)) return [];
  return [{ label: 'index', text: 'none: pip was told to use no index' }];
}

function chooseFix(dispute: Dispute | null, facts: Facts, command: PipCommand): Block {
  const demands = dispute?.demands ?? [];
  if (dispute !== null && demands.some(({ isConstraint }) => isConstraint)) {
    return noteBlock(`relax the constraint on ${dispute.project}${describeConstraint(dispute, facts)}`);
  }
  if (dispute?.isContradiction === false && demands.every(({ dependent }) => dependent !== null)) {
    return explainMissing(dispute, facts, command);
  }
  const [file] = command.requirementFiles;
  if (file !== undefined) return loosenFile(file, dispute, facts, command);
  return loosenTyped(dispute, facts, command);
}

/** Where the constraint is written, as far as it is known: a line, else the only file that could not be read. */
function describeConstraint({ project, demands }: Dispute, { index, caller, isLog }: Facts): string {
  if (isLog || index === null) return '';
  const { constraintSetting: setting, constraints, unread } = index;
  const from = (file: string) =>
    setting?.value.split(/\s+/).includes(file) === true
      ? `, from ${describeOrigin(setting.origin, caller.home, '--constraint')}`
      : '';
  const own = constraints.filter(({ requirement }) => isSameProject(requirement, project));
  const isMeant = ({ requirement }: RequestedLine) =>
    demands.some((demand) => demand.isConstraint && isSameSpecifier(requirement, demand.specifier));
  const [line, ...others] = own.length > 1 ? own.filter(isMeant) : own;
  if (line !== undefined && others.length === 0) {
    return `${describeLine(`-r ${line.file} (line ${line.line})`)}${from(line.file)}`;
  }
  const [file, ...more] = own.length > 0 ? [] : unread;
  return file === undefined || more.length > 0 ? '' : ` in ${hideCredentials(file)}${from(file)}`;
}

function isSameProject(requirement: string, project: string): boolean {
  return normalizeName(splitRequirement(requirement).name) === normalizeName(project);
}

function isSameSpecifier(requirement: string, specifier: string | null): boolean {
  const written = splitRequirement(requirement).specifier;
  return specifier !== null && listClauses(written).join() === listClauses(specifier).join();
}

function explainMissing({ project, demands }: Dispute, facts: Facts, command: PipCommand): Block {
  const [needing = ''] = demands.flatMap(({ dependent }) => (dependent === null ? [] : [dependent.name]));
  const line = describeLine(findOrigin(null, needing, facts, command));
  const out = line === '' ? '' : `; or remove ${needing}${line}`;
  return noteBlock(
    `check whether the index has such a version of ${project}; a private package needs its own index: --index-url URL${out}`,
  );
}

/** A file names the disputed project, or what needs different versions of it. */
function loosenFile(file: string, dispute: Dispute | null, facts: Facts, command: PipCommand): Block {
  if (dispute === null) return noteBlock(`relax one of the requirements in ${file}, or remove one`);
  const { project, demands } = dispute;
  const line = describeLine(findOrigin(null, project, facts, command));
  if (line !== '' && demands.some(({ dependent }) => dependent === null)) {
    return noteBlock(`relax the requirement on ${project}${line}, or remove it there`);
  }
  const needing = demands.flatMap(({ dependent }) => (dependent === null ? [] : [dependent.name]));
  const listed = [...new Set(needing)].filter((name) => findOrigin(null, name, facts, command) !== null);
  return noteBlock(
    listed.length === 0
      ? `remove one of the packages that need ${project} from ${file}, or give it its own environment`
      : `remove ${listed.join(' or ')} from ${file}, or give it its own environment`,
  );
}

/** The requirements that were typed: without their versions, or in two environments. */
function loosenTyped(dispute: Dispute | null, facts: Facts, command: PipCommand): Block {
  const { words, editables } = command;
  const parts = words.map(splitRequirement);
  const involved = (dispute?.demands ?? []).flatMap(({ project, dependent }) =>
    [dependent?.name ?? project].map(normalizeName),
  );
  const isInvolved = (name: string) => involved.includes(normalizeName(name));
  if (parts.some(({ name }) => name === '') || parts.length === 0 || editables.length > 0) {
    return noteBlock('relax one of these requirements, or remove one');
  }
  // Where only dependencies of what was typed are in dispute, any of these versions may be what brings them.
  const isAny = !parts.some(({ name }) => isInvolved(name));
  const loose = parts.map(({ name, extras, specifier }, index) =>
    specifier !== '' && (isAny || isInvolved(name)) ? `${name}${extras}` : (words[index] ?? ''),
  );
  if (loose.some((word, index) => word !== words[index])) {
    return printedFix('let pip choose the versions', repeatFor(command, unique(loose), facts.caller.shell));
  }
  // What asked for an extra is unknown: then what is known of the other side goes.
  const demands = (dispute?.demands ?? []).filter((each) => !isOwnExtra(each));
  const hasExtra = demands.length < (dispute?.demands.length ?? 0);
  const names = unique(demands.flatMap(({ dependent }) => (dependent === null ? [] : [dependent.name])));
  const typed = hasExtra
    ? words.filter((word) => names.some((name) => isSameProject(word, name)))
    : words.filter((word) => isInvolved(splitRequirement(word).name));
  const apart = names.length > 1 || hasExtra ? typed.at(-1) : dispute === null ? words.at(-1) : undefined;
  if (words.length > 1 && apart !== undefined) return installApart(apart, facts, command);
  const only =
    words.length === 1 ? (words[0] ?? '') : names.length > 1 ? 'what you asked for' : (names[0] ?? 'one of them');
  return noteBlock(
    names.length > 1
      ? `${names.join(' and ')} are dependencies of ${only}: try another version of it`
      : `try another version of ${only}`,
  );
}

function installApart(word: string, facts: Facts, command: PipCommand): Block {
  const { shell, cwd } = facts.caller;
  const prefix = newEnvironmentPrefix(facts);
  const apart = repeatFor(command, [word], shell, startPipIn(prefix, facts));
  const at = command.words.lastIndexOf(word);
  const others = repeatFor(command, command.words.toSpliced(at, 1), shell);
  const made = createCommands(prefix, facts);
  return {
    kind: 'fix',
    title: `install ${word} separately, in its own environment (${fromDirectory(prefix, facts.platform, cwd)})`,
    commands: [...made.commands, apart.text, others.text],
    applicability: apart.applicability,
    needs: [...made.needs, ...newEnvironmentNeed(prefix, apart.arguments, facts), pipNeed(others.arguments)],
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
