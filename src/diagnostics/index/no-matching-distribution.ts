import type { Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { NoMatch } from '../cause/index-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherIndexFacts, WITHOUT_INDEX, type Reading, type WithIndex } from './facts.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { askedRow } from '../shared/requirements/requirement-origin.ts';
import { noteBlock } from '../shared/fixes.ts';
import { replaceBlock } from './replace-block.ts';
import { readKnown, readSettings } from './no-match-settings.ts';
import { repeatReplacing } from '../shared/rewrite-command.ts';
import { isProjectFile, isRequirementsFile, splitRequirement } from '../shared/requirements/requirement.ts';
import { describeTrouble } from '../network/network-facts.ts';
import { chooseHeadline, nothingDoneRow } from '../shared/fact-rows.ts';
import { readOtherSystem } from './other-system.ts';
import { missingTkBlock } from './names/standard-modules.ts';
import { suggestProject } from './names/suggest-project.ts';
import { compareReleases, isPreRelease, satisfies } from '../shared/requirements/versions.ts';
import { canMeet } from '../shared/requirements/specifier-sets.ts';
import { describeTarget, targetVersion, whereRow } from '../shared/install-target.ts';
import { isPipBefore } from '../../pip/releases.ts';

const CODE = 'no-matching-distribution';

export const noMatchingDistribution = defineDiagnostic<NoMatch, WithIndex>({
  code: CODE,
  title: 'pip found nothing to install under that name or version',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe,
  guessRequest: ({ origin, requirement }) => [origin === null ? requirement : 'PACKAGE'],
});

type Facts = CallFacts & WithIndex;

/** pip found nothing under that name and version: the most likely reason, from what is known of names and settings. */
function describe(finding: NoMatch, facts: Facts, command: PipCommand): Diagnostic {
  const reading =
    readFileName(finding, facts, command) ??
    readOtherSystem(finding, facts, command) ??
    readName(finding, facts, command) ??
    readVersions(finding, facts, command) ??
    readSettings(finding, facts, command) ??
    readKnown(finding, facts, command);
  return {
    severity: 'advice',
    code: CODE,
    headline: chooseHeadline('advice', CODE, ...reading.headlines, 'pip found nothing to install'),
    facts: [
      ...(reading.facts ?? []),
      ...askedRow(finding.origin, splitRequirement(finding.requirement).name, facts, command),
      nothingDoneRow(command),
    ],
    blocks: reading.blocks,
  };
}

/** `pip install requirements.txt`. */
function readFileName({ requirement, origin, connection }: NoMatch, facts: Facts, command: PipCommand): Reading | null {
  const isList = isRequirementsFile(requirement);
  if (origin !== null || (!isList && !isProjectFile(requirement))) return null;
  const by = isList ? ['-r', requirement] : ['.'];
  const printed = repeatReplacing(command, requirement, by, facts.caller.shell);
  const isHere = facts.index === null || facts.index.files.includes(requirement);
  return {
    headlines: isHere
      ? [
          `${requirement} is a file; ${isList ? '-r was left out' : 'name its folder'}`,
          `that is a file; ${isList ? '-r was left out' : 'name its folder'}`,
        ]
      : [isList ? `-r is missing before ${requirement}` : `${requirement} is not a project; name a folder`],
    facts: connection ? [{ label: 'network', text: describeTrouble(connection, facts.index) }] : [],
    blocks:
      printed !== null && isHere
        ? [printedFix(isList ? 'install what the file lists' : 'install the project in this folder', printed)]
        : [noteBlock(`there is no ${requirement} in this directory`)],
  };
}

/** The name of a module, of Python itself, or mistyped. With versions the name was right. */
function readName(finding: NoMatch, facts: Facts, command: PipCommand): Reading | null {
  const { name, extras, specifier } = splitRequirement(finding.requirement);
  if (name === '' || [...(finding.versions ?? []), ...(finding.yanked ?? [])].length > 0) return null;
  const suggestion = suggestProject(name, facts.interpreter?.version ?? null, facts.platform === 'win32');
  switch (suggestion?.kind) {
    case undefined:
      return null;
    case 'standard':
      return readStandard(name, facts);
    case 'known': {
      const { project, isModule } = suggestion;
      return {
        headlines: isModule
          ? [`the module ${name} comes from the project ${project}`, `${name} is provided by ${project}`]
          : [`${name} is called ${project} on the index`, `${name} is called ${project}`],
        blocks: [replaceBlock(finding, name, `${project}${extras}${specifier}`, 'install it instead', facts, command)],
      };
    }
    case 'guess': {
      const asked = `did you mean ${suggestion.projects.join(' or ')}?`;
      // Someone may have registered a name because it is easily mistyped: the user decides.
      return {
        headlines: [`${name} was not found; ${asked}`, `${name} not found; ${asked}`, `${name} was not found`],
        blocks: [noteBlock(`this is a guess: look at ${suggestion.projects.join(' and ')} on the index first`)],
      };
    }
  }
}

function readStandard(name: string, facts: Facts): Reading {
  const headlines = [
    `${name} is part of Python itself, so there is nothing to install`,
    `${name} is part of Python itself`,
  ];
  if (name.toLowerCase() !== 'tkinter') return { headlines, blocks: [noteBlock(`import ${name} works without pip`)] };
  return {
    headlines: ['tkinter is part of Python itself, not on an index'],
    blocks: [missingTkBlock(facts)],
  };
}

/** The name is right, the version is not. */
function readVersions(finding: NoMatch, facts: Facts, command: PipCommand): Reading | null {
  const { name, extras, specifier } = splitRequirement(finding.requirement);
  const sorted = (finding.versions ?? []).toSorted(compareReleases);
  const takesEarly = command.options.some((option) => option.name === '--pre');
  const newest = sorted.findLast((version) => takesEarly || !isPreRelease(version)) ?? sorted.at(-1);
  const withdrawn = readYanked(finding, facts, command);
  if (withdrawn !== null) return withdrawn;
  if (newest === undefined || name === '') return null;
  const shown = sorted.slice(-6).join(', ');
  const there = { label: 'available', text: sorted.length > 6 ? `${shown}; ${sorted.length} versions in all` : shown };
  const [, bare] = /(?:^|,)([<>=!~]+)(?=,|$)/.exec(specifier) ?? [];
  const isImpossible = canMeet([specifier]) === false;
  if (bare !== undefined || isImpossible) {
    const newestFix = replaceBlock(
      finding,
      name,
      `${name}${extras}`,
      'install the newest version that pip finds',
      facts,
      command,
    );
    return {
      headlines: [
        ...(bare === undefined
          ? [`no version can match ${specifier}`]
          : [`the version after ${bare} is missing in ${name}${specifier}`]),
        `no version of ${name} can match this requirement`,
      ],
      facts: [there],
      blocks: [newestFix],
    };
  }
  const fitting = sorted.filter((version) => satisfies(version, specifier));
  if (specifier === '' || fitting.some((version) => !isPreRelease(version)))
    return readUntaken(name, there, finding, facts, command);
  const early = fitting.at(-1);
  if (early !== undefined) {
    return {
      headlines: [`${name}${specifier} exists only as a pre-release`],
      facts: [there],
      blocks: [replaceBlock(finding, name, `${name}${extras}==${early}`, 'install the pre-release', facts, command)],
    };
  }
  const target = targetVersion(command);
  const python = target === null ? 'this Python' : `Python ${target}`;
  return {
    headlines: [
      describeTarget(command) !== null && target === null
        ? `${name} has no version ${specifier} for this target`
        : `${name} has no version ${specifier} for ${python}`,
      `${name} has no version ${specifier}`,
      `${name} has no such version`,
    ],
    facts: [...whereRow(facts, command), there],
    blocks: [replaceBlock(finding, name, `${name}${extras}==${newest}`, titleOfNewest(newest, facts), facts, command)],
  };
}

/** 19.2 to 23.2, and maybe some later ones, list withdrawn versions with the others; a pinned one is installed, with a warning. */
function titleOfNewest(newest: string, { index }: Facts): string {
  if (isPreRelease(newest)) return 'install the newest version that pip finds, a pre-release';
  const pip = index?.pipVersion ?? null;
  const isMixed = isPipBefore(pip, 24, 2) && !isPipBefore(pip, 19, 2);
  return `install the newest version that pip finds${isMixed ? ' (pip warns if it is yanked)' : ''}`;
}

/** The versions that were asked for are there, and all are withdrawn: pip takes one only if exactly that is asked for. */
function readYanked(finding: NoMatch, facts: Facts, command: PipCommand): Reading | null {
  const { name, extras, specifier } = splitRequirement(finding.requirement);
  const yanked = (finding.yanked ?? []).toSorted(compareReleases);
  const fitting = yanked.filter((version) => satisfies(version, specifier));
  const hasOthers = (finding.versions ?? []).length > 0;
  const asked = fitting.length > 0 || hasOthers ? fitting : yanked;
  const newest = asked.at(-1);
  const fits = (version: string) => satisfies(version, specifier) && !isPreRelease(version);
  if (newest === undefined || name === '' || (finding.versions ?? []).some(fits)) return null;
  const others = (finding.versions ?? []).toSorted(compareReleases).slice(-6);
  return {
    headlines: [
      ...(fitting.length === 0
        ? [`${name} has only withdrawn (yanked) versions`, `${name} has only yanked versions`]
        : []),
      `every ${name}${specifier} was withdrawn (yanked) by its authors`,
      `every ${name} that fits was withdrawn (yanked)`,
      'every version that fits was withdrawn (yanked)',
    ],
    facts: [
      ...whereRow(facts, command),
      { label: 'yanked', text: asked.slice(-6).join(', ') },
      ...(others.length === 0 ? [] : [{ label: 'available', text: others.join(', ') }]),
    ],
    blocks: [
      ...(others.length === 0
        ? []
        : [replaceBlock(finding, name, `${name}${extras}`, 'install one that was not withdrawn', facts, command)]),
      noteBlock(
        `pip installs a withdrawn version only if it is pinned (${name}${extras}==${newest}): find out first why it was withdrawn`,
      ),
    ],
  };
}

/** A version that was asked for is there, and pip did not take it: it does not say why. */
function readUntaken(
  name: string,
  there: FactRow,
  { requirement }: NoMatch,
  facts: Facts,
  command: PipCommand,
): Reading {
  return {
    headlines: [`pip accepted none of the versions of ${requirement}`, `pip accepted no version of ${name}`],
    facts: [...whereRow(facts, command), there],
    blocks: [noteBlock('check whether it is withdrawn (yanked), or excluded by -c, hashes or --only-binary')],
  };
}
