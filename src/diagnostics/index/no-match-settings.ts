import type { FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipSetting } from '../../model/pip-call.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { describeOrigin } from '../policy/setting-origin.ts';
import { hideCredentials, settingRow } from '../shared/requirements/requirement-origin.ts';
import type { NoMatch } from '../cause/index-failure.ts';
import { isAddressOf } from '../network/network-facts.ts';
import { isNoIndex, type Reading, type WithIndex } from './facts.ts';
import { checkBlocks, hintSimple, readAnswers, readUnlisted } from '../network/index-answers.ts';
import { readLocalPlaces } from '../network/local-places.ts';
import { noteBlock } from '../shared/fixes.ts';
import { liftBlock, printedFix } from '../shared/unset-setting.ts';
import { isOldPip, pipUpgrade } from '../shared/pip-upgrade.ts';
import { KNOWN_PROJECTS } from './names/known-projects.ts';
import { repeatAsTyped } from '../shared/rewrite-command.ts';
import { normalizeName } from '../../util/project-name.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { describeTarget, targetRow } from '../shared/install-target.ts';
import { interpreterRow } from '../shared/fact-rows.ts';

type Facts = CallFacts & WithIndex;

/**
 * Returns the setting or the answer that keeps pip from seeing anything; null if none is known. Without -vv pip says nothing of an index that answers 403 or 503, or not at
 * all (_handle_get_simple_fail in its collector.py): what an index has is not claimed.
 */
export function readSettings(finding: NoMatch, facts: Facts, command: PipCommand): Reading | null {
  const { requirement, versions, addresses, untrusted, answers } = finding;
  const { index, caller } = facts;
  if (versions !== null && versions.length > 0) return null;
  // Without a list of versions it is not known whether the name or the version is wrong.
  const name = versions === null ? requirement : splitRequirement(requirement).name;
  if (untrusted !== null) {
    return {
      headlines: [`pip skipped the index at ${untrusted}: it does not use https`, 'pip skipped an index without https'],
      facts: [describeSkipped(untrusted, facts)],
      blocks: [noteBlock('use its https URL; with --trusted-host, anyone on the network can change what you install')],
    };
  }
  const local = readLocalPlaces(name, facts, command);
  if (local !== null) return local;
  const noIndex = index?.noIndex ?? null;
  if (noIndex !== null && isNoIndex(noIndex)) {
    return {
      headlines: [`pip was told to use no index, and found no ${name}`, 'pip was told to use no index'],
      facts: [{ label: 'set by', text: describeOrigin(noIndex.origin, caller.home, '--no-index') }],
      blocks: [liftBlock(noIndex, '--no-index', 'let pip look at the index', facts, command)],
    };
  }
  if (answers.length > 0) return readAnswers(name, answers, facts);
  const unlisted = readUnlisted(finding, facts, command);
  if (unlisted !== null) return unlisted;
  const retries = index?.retries ?? null;
  if (retries !== null && Number(retries.value) <= 0) return readRetries(name, retries, facts, command);
  const target = describeTarget(command);
  if (target !== null) {
    return {
      headlines: [`pip found no ${name} for ${target}`, 'pip found no file for the Python or system that you named'],
      facts: [
        ...targetRow(command),
        ...(index?.index ? [settingRow('index', index.index, caller.home, '--index-url')] : []),
      ],
      // pip refuses these options without --only-binary: to leave that out leads nowhere.
      blocks: checkBlocks('with these options pip takes wheels only', 'see which files pip ignores', facts, command),
    };
  }
  const onlyBinary = index?.onlyBinary ?? null;
  if (concerns(onlyBinary, requirement)) {
    return {
      headlines: [`pip found no ${name}, and only wheels are allowed`, 'pip found none, and only wheels are allowed'],
      facts: [settingRow('set by', onlyBinary, caller.home, '--only-binary')],
      blocks: [
        liftBlock(
          onlyBinary,
          '--only-binary',
          'let pip build it from source, if the index has the source',
          facts,
          command,
        ),
      ],
    };
  }
  const noBinary = index?.noBinary ?? null;
  if (concerns(noBinary, requirement)) {
    return {
      headlines: [`pip found no ${name}, and wheels are not allowed`, 'pip found none, and wheels are not allowed'],
      facts: [settingRow('set by', noBinary, caller.home, '--no-binary')],
      blocks: [liftBlock(noBinary, '--no-binary', 'let pip take wheels, if the index has one', facts, command)],
    };
  }
  const [address] = index?.index ? [index.index.value] : addresses;
  if (address === undefined) return null;
  const from = index?.index
    ? settingRow('index', index.index, caller.home, '--index-url')
    : { label: 'index', text: hideCredentials(address) };
  if (WITHOUT_SCHEME.test(address)) {
    return {
      headlines: ['the index URL lacks https://'],
      facts: [from],
      blocks: [noteBlock(`pip takes it for a folder: write https://${hideCredentials(address)}`)],
    };
  }
  if (OTHER_SCHEME.test(address)) {
    return {
      headlines: ['pip cannot use the address of the index'],
      facts: [from],
      blocks: [noteBlock('an address of an index begins with https://, http:// or file://')],
    };
  }
  return {
    headlines: [
      ...(name === '' ? [] : [`pip found no ${name} in the index in use`]),
      'pip found no such package in the index in use',
    ],
    facts: [...interpreterRow(facts), from, ...proxyRows(facts)],
    blocks: checkBlocks(
      `pip looked only there: check the name and the URL${hintSimple(address)}`,
      'see what the index answers',
      facts,
      command,
    ),
  };
}

/** Whether --only-binary or --no-binary is about a project: `:all:` or its name. */
function concerns(setting: PipSetting | null, requirement: string): setting is PipSetting {
  const own = normalizeName(splitRequirement(requirement).name);
  const names = setting?.value.split(/[,\s]+/).map((name) => (name === ':all:' ? own : normalizeName(name)));
  return names?.includes(own) === true;
}

/** A host's name where an address should begin. */
const WITHOUT_SCHEME = /^(?:[\w-]+(?:\.[\w-]+)+|localhost)(?::\d+)?(?:\/|$)/;

/** pip takes such an address (`htps://x`) for a path. */
const OTHER_SCHEME = /^(?!https?:|file:)[a-z][\w+.-]+:/i;

/** The address that pip skipped, and where it comes from; its host alone if no setting names that. */
function describeSkipped(host: string, { index, caller }: Facts): FactRow {
  const settings = [
    ['--index-url', index?.index],
    ['--extra-index-url', index?.extraIndex],
    ['--find-links', index?.findLinks],
  ] as const;
  for (const [option, setting] of settings) {
    const found = setting?.value.split(/\s+/).find((each) => isAddressOf(each, { host, detail: '' }));
    if (setting && found !== undefined) return settingRow('index', { ...setting, value: found }, caller.home, option);
  }
  return { label: 'index', text: host };
}

/** Without a second try pip prints nothing of a connection that failed: whether there was one is not known. */
function readRetries(name: string, retries: PipSetting, facts: Facts, command: PipCommand): Reading {
  const { index, caller } = facts;
  return {
    headlines: [
      ...(name === '' ? [] : [`pip found no ${name}; maybe no index was reached`]),
      'pip may not have reached the index',
    ],
    facts: [
      ...(index?.index ? [settingRow('index', index.index, caller.home, '--index-url')] : []),
      ...proxyRows(facts),
      { label: 'because', text: `with --retries 0, pip does not report a failed connection` },
    ],
    blocks: [liftBlock(retries, '--retries', 'let pip try again and report what fails', facts, command)],
  };
}

/** The proxy may answer in place of an index. */
function proxyRows({ index, caller }: Facts): readonly FactRow[] {
  return (index?.proxy ?? []).slice(0, 1).map((proxy) => settingRow('proxy', proxy, caller.home, '--proxy'));
}

/** Returns what is left where nothing explains it: the package itself, an old pip, a network that gives no answer, or a name that only looks right. */
export function readKnown({ requirement, versions }: NoMatch, facts: Facts, command: PipCommand): Reading {
  const { name } = splitRequirement(requirement);
  const wanted = versions === null ? requirement : name;
  const rows = [...interpreterRow(facts, isOldPip(facts) ? `pip ${facts.index?.pipVersion}` : ''), ...proxyRows(facts)];
  if (!KNOWN_PROJECTS.includes(normalizeName(name))) {
    return {
      headlines: [
        ...(wanted === '' ? [] : [`pip found no ${wanted}, and does not say why`]),
        ...(wanted === '' ? [] : [`pip found no ${wanted}`]),
        'pip found no such package',
      ],
      facts: rows,
      blocks: checkBlocks(
        'check the name; a private package needs its own index: --index-url URL',
        'see what the index answers',
        facts,
        command,
      ),
    };
  }
  const upgrade = pipUpgrade(facts, command);
  const older = facts.index?.pythons[0];
  const spare = older === undefined ? '' : `; there is ${shortenHome(older.interpreter.executable, facts.caller.home)}`;
  return {
    headlines: [`pip found no ${name} that it could use`, 'pip found no file that it could use'],
    facts: rows,
    blocks:
      upgrade !== null
        ? [
            printedFix(
              'upgrade pip if the index answers: this version is too old for many current wheels',
              repeatAsTyped(command, facts.caller.shell),
              upgrade,
            ),
          ]
        : checkBlocks(
            `if the index answers, the package may not support this Python or system: try another Python${spare}`,
            'see what the index answers',
            facts,
            command,
          ),
  };
}
