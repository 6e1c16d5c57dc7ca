import type { Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Conflict } from '../../model/observation.ts';
import type { DependencyConflict } from '../cause/index-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherIndexFacts, isNoIndex, WITHOUT_INDEX, type WithIndex } from './facts.ts';
import { noteBlock } from '../shared/fixes.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { pipUpgrade } from '../shared/pip-upgrade.ts';
import { repeatFor } from '../shared/rewrite-command.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { normalizeName } from '../../util/project-name.ts';
import { chooseHeadline, limitRows, MAX_ROWS } from '../shared/fact-rows.ts';

type Facts = CallFacts & WithIndex;

export const dependencyConflict = defineDiagnostic<DependencyConflict, WithIndex>({
  code: 'dependency-conflict',
  title: 'installed packages have conflicting requirements',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe: describeDependencyConflict,
  guessRequest: () => [],
});

/** pip installed what was asked for; a package that was there before does not fit to it. */
function describeDependencyConflict({ conflicts }: DependencyConflict, facts: Facts, command: PipCommand): Diagnostic {
  const code = 'dependency-conflict';
  const [first] = conflicts;
  const names = conflicts
    .slice(0, MAX_ROWS)
    .flatMap((each) => [each.dependent, each.dependency ?? splitRequirement(each.requirement).name])
    .filter((name, at, all) => name !== '' && all.findIndex((other) => isSameName(other, name)) === at);
  const sourced = withSource(command, facts);
  const isOld = conflicts.some(({ oldResolver }) => oldResolver);
  const upgrade = isOld ? pipUpgrade(facts, sourced) : null;
  // Such a pip looks at what is asked for by name alone: it is asked for what fits.
  const chooses = !isOld || upgrade !== null;
  const wanted = chooses ? names : listFitting(conflicts);
  const repeated = repeatFor(sourced, withUpgrade(command, wanted), facts.caller.shell);
  const printed = sourced === command ? repeated : { ...repeated, applicability: 'has-placeholder' as const };
  const is = first?.found ? `but ${first.found} is installed` : 'but it is not installed';
  return {
    severity: 'warning',
    code,
    headline: chooseHeadline(
      'warning',
      code,
      ...(first === undefined ? [] : [`${first.dependent} needs ${first.requirement}, ${is}`]),
      'installed packages have conflicting requirements',
    ),
    facts: [
      ...limitRows('conflict', conflicts.map(describeConflict)),
      { label: 'result', text: 'pip installed anyway' },
    ],
    blocks: [
      printedFix(
        !chooses
          ? 'install what these packages require'
          : sourced === command
            ? 'let pip choose versions that fit together'
            : 'let pip choose versions of both from a directory of wheels, since it uses no index',
        printed,
        ...(upgrade === null ? [] : [upgrade]),
      ),
      noteBlock('put packages with conflicting requirements into separate environments'),
    ],
  };
}

/** The requirements themselves, the first of each project. */
function listFitting(conflicts: readonly Conflict[]): readonly string[] {
  const wanted = conflicts.map(({ requirement }) => splitRequirement(requirement));
  return wanted
    .filter(({ name }, at) => wanted.findIndex((other) => isSameName(other.name, name)) === at)
    .slice(0, MAX_ROWS)
    .map(({ name, extras, specifier }) => `${name}${extras}${specifier}`);
}

/** Without an index pip finds other versions only in --find-links: files that were named by path do not help. */
function withSource(command: PipCommand, { index }: Facts): PipCommand {
  const isTyped = (option: string) => command.options.some(({ name }) => name === option);
  const hasNoIndex = isTyped('--no-index') || isNoIndex(index?.noIndex ?? null);
  const hasLinks = (index?.findLinks ?? null) !== null || isTyped('--find-links');
  if (hasLinks || !hasNoIndex) return command;
  return { ...command, options: [...command.options, { name: '--find-links', value: 'DIRECTORY' }] };
}

function withUpgrade({ options }: PipCommand, names: readonly string[]): readonly string[] {
  return options.some(({ name }) => name === '--upgrade') ? names : ['--upgrade', ...names];
}

function describeConflict({ dependent, version, requirement, dependency, found }: Conflict): string {
  const start = `${dependent} ${version} requires ${requirement}`;
  return found === null ? `${start}, which is not installed` : `${start}, but ${dependency ?? ''} is ${found}`;
}

function isSameName(one: string, other: string): boolean {
  return normalizeName(one) === normalizeName(other);
}
