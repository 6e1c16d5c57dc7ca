import type { Block, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { isPipBefore } from '../../pip/releases.ts';
import { normalizeName } from '../../util/project-name.ts';
import type { NoMatch } from '../cause/index-failure.ts';
import type { Reading, WithIndex } from '../index/facts.ts';
import { interpreterRow } from '../shared/fact-rows.ts';
import { noteBlock } from '../shared/fixes.ts';
import { hideCredentials, settingRow } from '../shared/requirements/requirement-origin.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { repeatVerbosely } from '../shared/rewrite-command.ts';
import { isAddressOf, LOGIN_PLACES, PROXY_LOGIN } from './network-facts.ts';

type Facts = CallFacts & WithIndex;

/** With so many -v pip tells what each index answered. */
const TELLING = 2;

/**
 * A note, and the same command once more so that pip tells what the index answered; the note alone where it told that already.
 * By now the index may have the package: a pip that can (22.2) installs nothing.
 */
export function checkBlocks(note: string, title: string, facts: Facts, command: PipCommand): readonly Block[] {
  if (isTelling(command)) return [noteBlock(note)];
  const pip = facts.index?.pipVersion ?? null;
  const canTry = command.subcommand === 'install' && !command.dryRun && pip !== null && !isPipBefore(pip, 22, 2);
  const { text, applicability } = repeatVerbosely(command, facts.caller.shell, canTry ? ['--dry-run'] : []);
  if (applicability !== 'ready') return [noteBlock(`${note}; run it again with -vv to ${title}`)];
  return [{ kind: 'check', title, commands: [text], applicability, needs: [] }, noteBlock(note)];
}

function isTelling({ options, arguments: words }: PipCommand): boolean {
  const bundled = words.map((word) => /^-(v+)$/.exec(word)?.[1]?.length ?? 0).reduce((a, b) => a + b, 0);
  return Math.max(bundled, options.filter(({ name }) => name === '--verbose').length) >= TELLING;
}

/** pip was asked to tell what the indexes answer, and told of no error: their pages have nothing that it can use. */
export function readUnlisted({ requirement, addresses }: NoMatch, facts: Facts, command: PipCommand): Reading | null {
  const { name } = splitRequirement(requirement);
  const address = facts.index?.index?.value ?? addresses[0];
  if (!isTelling(command) || facts.index === null || name === '' || address === undefined) return null;
  if (!/^https?:/i.test(address)) return null;
  const page = `${hideCredentials(address).replace(/\/*$/, '/')}${normalizeName(name)}/`;
  return {
    headlines: [`the index lists no file of ${name} that pip can use`, 'the index lists no file that pip can use'],
    facts: [...interpreterRow(facts), { label: 'page', text: page }],
    blocks: [
      noteBlock(
        'open that page in a browser: a proxy or a login page may answer in place of the index, or it lists other files only',
      ),
    ],
  };
}

/** Returns a hint for the URL of an index that may not be one; empty if the URL looks like most. */
export function hintSimple(address: string): string {
  return /^https?:/i.test(address) && !/simple|whl/i.test(address) ? ' (the URLs of most indexes end in /simple/)' : '';
}

/** What the indexes answered, which pip tells with -vv. */
export function readAnswers(name: string, answers: NoMatch['answers'], facts: Facts): Reading {
  const refusal = answers.find(({ status }) => status !== 404);
  const host = (refusal ?? answers[0])?.host ?? null;
  const rows = [...interpreterRow(facts), ...indexRow(host, facts)];
  if (refusal === undefined) {
    const address = facts.index?.index?.value ?? '';
    return {
      headlines: [...(name === '' ? [] : [`the index has no project ${name}`]), 'the index has no such project'],
      facts: rows,
      blocks: [
        noteBlock(
          hintSimple(address) === ''
            ? 'check the name; a private package needs its own index: --index-url URL'
            : `check the name and the URL of the index${hintSimple(address)}`,
        ),
      ],
    };
  }
  const { status } = refusal;
  return {
    headlines: [
      ...(status === 407 ? ['the proxy asks for a user name and a password'] : []),
      `the index answered ${status} for ${name}`,
      `the index answered with the error ${status}`,
    ],
    facts: rows,
    blocks: [noteBlock(adviseOnStatus(status))],
  };
}

function indexRow(host: string | null, { index, caller }: Facts): readonly FactRow[] {
  if (host === null) return [];
  const setting = index?.index ?? null;
  return setting !== null && isAddressOf(setting.value, { host, detail: '' })
    ? [settingRow('index', setting, caller.home, '--index-url')]
    : [{ label: 'index', text: host }];
}

function adviseOnStatus(status: number): string {
  switch (status) {
    case 401:
      return LOGIN_PLACES;
    case 407:
      return PROXY_LOGIN;
    case 429:
      return 'that index gets too many requests from here: try again later';
    case 502:
    case 504:
      return 'try again later: a proxy, or the server that answered, did not reach the index behind it';
    default:
      return status < 500
        ? 'that index, or a proxy before it, does not give pip access to the project: ask its administrator'
        : 'try again later: the index was reached, but has a problem of its own';
  }
}
