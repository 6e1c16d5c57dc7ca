import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Conflict } from '../../model/observation.ts';
import { fromDirectory } from '../../terminal/activation.ts';
import type { DependencyConflict, ResolutionImpossible } from '../cause/index-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherIndexFacts, WITHOUT_INDEX, type WithIndex } from './facts.ts';
import { describeLine, findOrigin } from '../shared/requirement-origin.ts';
import {
  createCommands,
  newEnvironmentNeed,
  newEnvironmentPrefix,
  noteBlock,
  pipNeed,
  startPipIn,
} from '../shared/fixes.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { pipUpgrade } from '../shared/pip-upgrade.ts';
import { repeatFor } from '../shared/rewrite-command.ts';
import { splitRequirement } from '../shared/requirement.ts';
import { chooseHeadline } from '../shared/fact-rows.ts';

/** More would push the way out off the screen. */
const MAX_ROWS = 3;

type Facts = CallFacts & WithIndex;

export const dependencyConflict = defineDiagnostic<DependencyConflict, WithIndex>({
  code: 'dependency-conflict',
  title: 'installed packages do not fit together',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe: describeDependencyConflict,
  guessRequest: () => [],
});

export const resolutionImpossible = defineDiagnostic<ResolutionImpossible, WithIndex>({
  code: 'resolution-impossible',
  title: 'the packages that were asked for exclude each other',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe: describeResolutionImpossible,
  guessRequest: ({ requested }) => {
    const names = requested.map((each) => splitRequirement(each).name);
    return names.includes('') ? [] : [...new Set(names)];
  },
});

/** pip installed what was asked for; a package that was there before does not fit to it. */
function describeDependencyConflict({ conflicts }: DependencyConflict, facts: Facts, command: PipCommand): Diagnostic {
  const code = 'dependency-conflict';
  const [first] = conflicts;
  const names = unique(
    conflicts
      .slice(0, MAX_ROWS)
      .flatMap((each) => [each.dependent, each.dependency ?? splitRequirement(each.requirement).name]),
  ).filter((name) => name !== '');
  const upgrade = conflicts.some(({ oldResolver }) => oldResolver) ? pipUpgrade(facts, command) : null;
  const printed = repeatFor(command, withUpgrade(command, names), facts.caller.shell);
  const is = first?.found ? `there is ${first.found} now` : 'that is missing';
  return {
    severity: 'warning',
    code,
    headline: chooseHeadline(
      'warning',
      code,
      ...(first === undefined ? [] : [`${first.dependent} needs ${first.requirement}, ${is}`]),
      'installed packages do not fit together',
    ),
    facts: [
      ...limitRows('conflict', conflicts.map(describeConflict)),
      { label: 'result', text: 'pip installed it all the same' },
    ],
    blocks: [
      printedFix(
        'let pip look for versions of both that fit together',
        printed,
        ...(upgrade === null ? [] : [upgrade]),
      ),
      noteBlock('packages with different needs belong in environments of their own'),
    ],
  };
}

function withUpgrade({ options }: PipCommand, names: readonly string[]): readonly string[] {
  return options.some(({ name }) => name === '--upgrade') ? names : ['--upgrade', ...names];
}

function describeConflict({ dependent, version, requirement, dependency, found }: Conflict): string {
  const start = `${dependent} ${version} requires ${requirement}`;
  return found === null ? `${start}, which is not installed` : `${start}, but ${dependency ?? ''} is ${found}`;
}

/** Nothing was installed: no choice of versions meets all that was asked for. */
function describeResolutionImpossible(
  { requested, causes }: ResolutionImpossible,
  facts: Facts,
  command: PipCommand,
): Diagnostic {
  const code = 'resolution-impossible';
  const names = listRivals(requested, causes);
  const pair = names.slice(0, 2).join(' and ');
  return {
    severity: 'advice',
    code,
    headline: chooseHeadline(
      'advice',
      code,
      ...(names.length > 1 ? [`${pair} exclude each other`] : names.length === 1 ? [`no version of ${pair} fits`] : []),
      'these packages exclude each other',
    ),
    facts: [...limitRows('because', causes), { label: 'result', text: 'nothing was installed' }],
    blocks: [chooseWay(causes, facts, command)],
  };
}

/** Who excludes whom; of `-r a.txt (line 1)` the causes tell the name. */
function listRivals(requested: readonly string[], causes: readonly string[]): readonly string[] {
  const names = requested.map((each) => splitRequirement(each).name);
  if (!names.includes('')) return unique(names);
  return unique(
    causes
      .map((cause) => /^(\S+) \S+ depends on /.exec(cause)?.[1] ?? splitRequirement(cause.replace(/^.* /, '')).name)
      .filter((name) => name !== ''),
  );
}

function chooseWay(causes: readonly string[], facts: Facts, command: PipCommand): Block {
  const { words, requirementFiles, editables, options } = command;
  const { shell, cwd } = facts.caller;
  const constraint = options.findLast(({ name }) => name === '--constraint')?.value ?? null;
  if (constraint !== null && causes.some((cause) => cause.includes('(constraint)'))) {
    return noteBlock(`loosen what ${constraint} says of ${listDisputed(causes)}`);
  }
  if (facts.isLog && causes.some((cause) => cause.includes('(constraint)'))) {
    return noteBlock(`loosen what the constraints say of ${listDisputed(causes)}`);
  }
  const [file] = requirementFiles;
  if (file !== undefined) return loosenFile(file, causes, facts, command);
  const parts = words.map(splitRequirement);
  if (parts.some(({ name }) => name === '') || parts.length === 0 || editables.length > 0) {
    return noteBlock('loosen one of these requirements, or leave one out');
  }
  if (parts.some(({ specifier }) => specifier !== '')) {
    const loose = parts.map(({ name, extras }) => `${name}${extras}`);
    return printedFix('let pip choose the versions', repeatFor(command, loose, shell));
  }
  const last = words.at(-1) ?? '';
  if (words.length === 1) return noteBlock('what it depends on excludes itself: try another version of it');
  const prefix = newEnvironmentPrefix(facts);
  const apart = repeatFor(command, [last], shell, startPipIn(prefix, facts));
  const others = repeatFor(command, words.slice(0, -1), shell);
  const made = createCommands(prefix, facts);
  return {
    kind: 'fix',
    title: `install ${last} apart from the others, in an environment of its own (${fromDirectory(prefix, facts.platform, cwd)})`,
    commands: [...made.commands, apart.text, others.text],
    applicability: apart.applicability,
    needs: [...made.needs, ...newEnvironmentNeed(prefix, apart.arguments, facts), pipNeed(others.arguments)],
  };
}

/** A file names what is disputed, or what needs different versions of it. */
function loosenFile(file: string, causes: readonly string[], facts: Facts, command: PipCommand): Block {
  const disputed = listDisputed(causes);
  const [name = ''] = disputed.split(' and ');
  const line = describeLine(findOrigin(null, name, facts, command));
  return noteBlock(
    line === ''
      ? `leave one of those that need ${disputed} out of ${file}, or give it an environment of its own`
      : `loosen what is said of ${disputed}${line}, or leave it out there`,
  );
}

/** What the causes are about: `b` of `a 1.0 depends on b==1`. */
function listDisputed(causes: readonly string[]): string {
  const names = causes.map(
    (cause) => splitRequirement(cause.replace(/^.* (?:depends on|requested(?: \(constraint\))?) /, '')).name,
  );
  return (
    unique(names.filter((name) => name !== ''))
      .slice(0, 3)
      .join(' and ') || 'them'
  );
}

function limitRows(label: string, texts: readonly string[]): readonly FactRow[] {
  const shown = unique(texts);
  const more = shown.length - MAX_ROWS;
  return shown.slice(0, MAX_ROWS).map((text, index) => ({
    label: index === 0 ? label : '',
    text: more > 0 && index === MAX_ROWS - 1 ? `${text}, and ${more} more` : text,
  }));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
