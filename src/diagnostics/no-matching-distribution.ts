import type { Block, Diagnostic, FactRow, NoMatch } from '../model/diagnostic.ts';
import type { AdviceFacts } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import { findNearest } from '../model/nearest.ts';
import { shortenHome } from '../terminal/clean.ts';
import { describeOrigin } from './accepted.ts';
import { liftBlock, printedFix } from './lift-setting.ts';
import { askedRow, describeLine, findOrigin, findTyped, hideCredentials, settingRow } from './asked.ts';
import { aptBlock, isDistributionPython, noteBlock } from './fixes.ts';
import { isOldPip, pipUpgrade } from './old-pip.ts';
import { findProjectOf, isStandardModule, KNOWN_PROJECTS } from './project-names.ts';
import { repeatAsTyped, repeatReplacing } from './repeat.ts';
import { normalizeName, splitRequirement } from './requirement.ts';
import { chooseHeadline, interpreterRow } from './rows.ts';
import { compareReleases, isPreRelease, satisfies } from './versions.ts';

const CODE = 'no-matching-distribution';

/** What is likely wrong, and the way out. */
type Reading = {
  /** Longest first. */
  readonly headlines: readonly string[];
  readonly facts?: readonly FactRow[];
  readonly blocks: readonly Block[];
};

/** pip found nothing under that name and version: the most likely reason, from what is known of names and settings. */
export function describeNoMatch(finding: NoMatch, facts: AdviceFacts, command: PipCommand): Diagnostic {
  const reading =
    readFileName(finding, facts, command) ??
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
      { label: 'result', text: 'nothing was installed' },
    ],
    blocks: reading.blocks,
  };
}

/** `pip install requirements.txt`. */
function readFileName({ requirement, origin }: NoMatch, facts: AdviceFacts, command: PipCommand): Reading | null {
  const isList = /\.(?:txt|in)$/i.test(requirement);
  if (origin !== null || (!isList && !/^(?:pyproject\.toml|setup\.(?:py|cfg))$/i.test(requirement))) return null;
  const by = isList ? ['-r', requirement] : ['.'];
  const printed = repeatReplacing(command, requirement, by, facts.caller.shell);
  const isHere = facts.index === null || facts.index.files.includes(requirement);
  return {
    headlines: [
      `${requirement} is a file; ${isList ? '-r was left out' : 'a folder is meant'}`,
      'that is a file; -r was left out',
    ],
    blocks:
      printed !== null && isHere
        ? [printedFix(isList ? 'install what the file lists' : 'install the project in this folder', printed)]
        : [noteBlock(`there is no ${requirement} in this directory`)],
  };
}

/** A module's name, or a slip of the keyboard. With versions the name was right. */
function readName(finding: NoMatch, facts: AdviceFacts, command: PipCommand): Reading | null {
  const { name, extras, specifier } = splitRequirement(finding.requirement);
  if (name === '' || (finding.versions ?? []).length > 0) return null;
  if (isStandardModule(name)) return readStandard(name, facts);
  const project = findProjectOf(name);
  const normal = normalizeName(name);
  const nearest = project ?? (KNOWN_PROJECTS.includes(normal) ? null : findNearest(normal, KNOWN_PROJECTS));
  if (nearest === null) return null;
  return {
    headlines:
      project === null
        ? [`${name} was not found; did you mean ${nearest}?`, `${name}: did you mean ${nearest}?`]
        : [`the module ${name} comes from the project ${project}`, `${name} is in the project ${project}`],
    blocks: [replaceBlock(finding, name, `${nearest}${extras}${specifier}`, 'install that', facts, command)],
  };
}

function readStandard(name: string, facts: AdviceFacts): Reading {
  const headlines = [`${name} comes with Python, there is nothing to install`, `${name} comes with Python`];
  if (name !== 'tkinter') return { headlines, blocks: [noteBlock(`import ${name} works without pip`)] };
  const isDebian = facts.tools.apt && isDistributionPython(facts);
  return {
    headlines: ['tkinter comes with Python, not from an index'],
    blocks: isDebian
      ? [aptBlock('Debian keeps it in a package of its own', facts, 'python3-tk')]
      : [noteBlock('where it is missing, this Python was built without Tk')],
  };
}

/** The name is right, the version is not. */
function readVersions(finding: NoMatch, facts: AdviceFacts, command: PipCommand): Reading | null {
  const { requirement, versions } = finding;
  const { name, extras, specifier } = splitRequirement(requirement);
  const sorted = (versions ?? []).toSorted(compareReleases);
  const newest = sorted.findLast((version) => !isPreRelease(version)) ?? sorted.at(-1);
  if (newest === undefined || name === '') return null;
  const shown = sorted.slice(-6).join(', ');
  const there = { label: 'there is', text: sorted.length > 6 ? `${shown}; ${sorted.length} versions in all` : shown };
  const early = sorted.findLast((version) => isPreRelease(version) && satisfies(version, specifier));
  if (early !== undefined) {
    return {
      headlines: [`${name}${specifier} is only there as a pre-release`],
      facts: [there],
      blocks: [replaceBlock(finding, name, `${name}${extras}==${early}`, 'take the pre-release', facts, command)],
    };
  }
  return {
    headlines: [
      `no version of ${name} for this Python is ${specifier}`,
      `no version of ${name} is ${specifier}`,
      `no such version of ${name}`,
    ],
    facts: [...interpreterRow(facts), there],
    blocks: [
      replaceBlock(finding, name, `${name}${extras}==${newest}`, 'take the newest that pip sees', facts, command),
    ],
  };
}

/** The requirement changed: on the command line, or a hint where else. */
function replaceBlock(
  { origin }: NoMatch,
  name: string,
  by: string,
  title: string,
  facts: AdviceFacts,
  command: PipCommand,
): Block {
  const typed = origin === null ? findTyped(command, name) : null;
  const printed = typed === null ? null : repeatReplacing(command, typed, [by], facts.caller.shell);
  if (printed !== null) return printedFix(title, printed);
  const line = describeLine(findOrigin(origin, name, facts, command));
  return noteBlock(line === '' ? `${title}: ${by}` : `${title}: write ${by}${line}`);
}

/**
 * Settings that keep pip from seeing anything. Without -v pip says nothing of an index that answers 403 or 503, or not at
 * all (_handle_get_simple_fail in its collector.py): what an index has is not claimed.
 */
function readSettings(finding: NoMatch, facts: AdviceFacts, command: PipCommand): Reading | null {
  const { requirement, versions, addresses, untrusted } = finding;
  const { index, caller } = facts;
  if (versions !== null && versions.length > 0) return null;
  // Without a list of versions nobody knows whether it is the name or the version.
  const name = versions === null ? requirement : splitRequirement(requirement).name;
  if (untrusted !== null) {
    return {
      headlines: [
        `pip passed over the index at ${untrusted}: it has no https`,
        'pip passed over an index without https',
      ],
      facts: index?.index ? [settingRow('index', index.index, caller.home, '--index-url')] : [],
      blocks: [noteBlock('use its https address; --trusted-host trusts everybody on the way to it')],
    };
  }
  const noIndex = index?.noIndex ?? null;
  if (noIndex !== null && !/^(?:0|no?|false|off|f)$/i.test(noIndex.value)) {
    return {
      headlines: [`pip was told to use no index, and has no ${name}`, 'pip was told to use no index'],
      facts: [{ label: 'set by', text: describeOrigin(noIndex.origin, caller.home, '--no-index') }],
      blocks: [liftBlock(noIndex, '--no-index', false, 'let pip look at the index', facts, command)],
    };
  }
  const onlyBinary = index?.onlyBinary ?? null;
  if (onlyBinary !== null && onlyBinary.value !== ':none:') {
    return {
      headlines: [`pip found no ${name}, and only wheels are allowed`, 'pip found none, and only wheels are allowed'],
      facts: [settingRow('set by', onlyBinary, caller.home, '--only-binary')],
      blocks: [liftBlock(onlyBinary, '--only-binary', true, 'let pip build it, if it is there', facts, command)],
    };
  }
  const [address] = index?.index ? [index.index.value] : addresses;
  if (address === undefined) return null;
  const from = index?.index
    ? settingRow('index', index.index, caller.home, '--index-url')
    : { label: 'index', text: hideCredentials(address) };
  return {
    headlines: [
      ...(name === '' ? [] : [`pip found no ${name} in the index in use`]),
      'pip found no such package in the index in use',
    ],
    facts: [...interpreterRow(facts), from],
    blocks: [noteBlock('pip looked there and nowhere else: is the name right? does that index answer? pip -v says so')],
  };
}

/** Nothing explains it: what is left is the package itself, an old pip, or a name that only looks right. */
function readKnown({ requirement, versions }: NoMatch, facts: AdviceFacts, command: PipCommand): Reading {
  const { name } = splitRequirement(requirement);
  const wanted = versions === null ? requirement : name;
  const proxies = (facts.index?.proxy ?? []).slice(0, 1);
  const rows = [
    ...interpreterRow(facts, isOldPip(facts) ? `pip ${facts.index?.pipVersion}` : ''),
    ...proxies.map((proxy) => settingRow('proxy', proxy, facts.caller.home, '--proxy')),
  ];
  if (!KNOWN_PROJECTS.includes(normalizeName(name))) {
    return {
      headlines: [
        ...(wanted === '' ? [] : [`pip found no ${wanted} for this Python`]),
        'pip found no such package for this Python',
      ],
      facts: rows,
      blocks: [noteBlock('is the name right? a private package needs its own index: --index-url ADDRESS')],
    };
  }
  const upgrade = pipUpgrade(facts);
  const older = facts.index?.pythons[0];
  const spare = older === undefined ? '' : `; there is ${shortenHome(older.interpreter.executable, facts.caller.home)}`;
  return {
    headlines: [`pip found no ${name} for this Python and system`, 'pip found no file for this Python and system'],
    facts: rows,
    blocks:
      upgrade !== null
        ? [
            printedFix(
              'this pip is too old for the wheels of today: upgrade it',
              repeatAsTyped(command, facts.caller.shell),
              upgrade,
            ),
          ]
        : [
            noteBlock(
              `this Python may be too new or too old for it, or the system unusual: try another Python${spare}`,
            ),
          ],
  };
}
