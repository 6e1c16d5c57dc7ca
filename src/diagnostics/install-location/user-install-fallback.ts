import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import { startModule } from '../../pip/module-command.ts';
import type { Environment } from '../../model/environment.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { InstalledPackage } from '../../model/observation.ts';
import { joinCommand, quoteForShell } from '../../terminal/quote.ts';
import { isClean, shortenHome } from '../../terminal/clean.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import { pipNeed, readyBlock } from '../shared/fixes.ts';
import { hasCredentials, repeatForUser, repeatInEnvironment, repeatRegardless } from '../shared/rewrite-command.ts';
import { listUninstallWords } from '../shared/uninstall-targets.ts';
import {
  chooseHeadline,
  displayPath,
  findRecommended,
  foundRow,
  interpreterRow,
  otherPipRow,
} from '../shared/fact-rows.ts';
import type { UserInstallFallback } from '../cause/install-location.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherFallbackFacts, type FallbackFacts } from './user-site-facts.ts';
import { userSiteRows } from './user-site-rows.ts';
import { isWorking } from '../obstacles/working-environment.ts';

const CODE = 'user-install-fallback';

type Facts = CallFacts & FallbackFacts;

export const userInstallFallback = defineDiagnostic<UserInstallFallback, FallbackFacts>({
  code: CODE,
  title: 'pip fell back to the user site',
  asksInterpreter: true,
  gather: ({ installed }, source) => gatherFallbackFacts(installed ?? [], source),
  unknown: { prefixOwner: null, shadowedPip: null, userSitePython: null, userSite: null },
  describe,
  guessRequest: ({ installed }) => installed?.slice(0, 1).map(({ name }) => name) ?? ['PACKAGE'],
});

/** Describes the fallback to --user: a warning if an environment was likely meant, else a note. */
function describe(finding: UserInstallFallback, facts: Facts, command: PipCommand): Diagnostic {
  const { installed, scripts } = finding;
  const environment = facts.interpreter?.environment ?? null;
  if (environment?.kind === 'virtual') return describeReadOnlyEnvironment(environment, installed, facts, command);
  const { project } = facts;
  const isAlone = project.directory === null && project.environments.length === 0;
  const note = nextTimeBlock(facts, command);
  // Where the user site is not to be used, a policy say, an environment is the answer here, too.
  if (isAlone && isWorking(note, facts)) return describePlainNote(note, scripts, facts);

  const recommended = findRecommended(facts);
  const place = recommended === null ? 'a venv' : displayPath(recommended.prefix, facts);
  return {
    severity: 'warning',
    code: CODE,
    headline: chooseHeadline(
      'warning',
      CODE,
      `pip installed into your user site, not ${place}`,
      'pip installed into your user site, not a venv',
    ),
    facts: [
      ...interpreterRow(facts),
      ...placeRow(facts),
      causeRow(facts),
      ...foundRow(recommended, facts),
      ...otherPipRow(facts),
      ...userSiteRows(scripts, facts),
    ],
    blocks: [environmentFix(recommended, facts, command), ...undoBlock(installed, facts, command)],
  };
}

function nextTimeBlock(facts: Facts, command: PipCommand): Block {
  const { text, applicability, arguments: words } = repeatForUser(command, facts.caller.shell);
  return {
    kind: 'note',
    title: 'next time, say --user to choose the user site explicitly',
    commands: [text],
    applicability,
    needs: [pipNeed(words)],
  };
}

function describePlainNote(note: Block, scripts: UserInstallFallback['scripts'], facts: Facts): Diagnostic {
  return {
    severity: 'note',
    code: CODE,
    headline: 'pip installed into your user site',
    facts: [...placeRow(facts), causeRow(facts), ...userSiteRows(scripts, facts)],
    blocks: [note],
  };
}

function describeReadOnlyEnvironment(
  { prefix }: Extract<Environment, { kind: 'virtual' }>,
  installed: readonly InstalledPackage[] | null,
  facts: Facts,
  command: PipCommand,
): Diagnostic {
  const { prefixOwner, platform, caller } = facts;
  const owner = prefixOwner === null ? '' : ` (it belongs to ${prefixOwner.isCaller ? 'you' : prefixOwner.name})`;
  const removal = removalCommand(installed, facts, command);
  // While Python sees the user copy, an ordinary install finds nothing to do.
  const repeated =
    removal === null ? repeatRegardless(command, caller.shell) : repeatInEnvironment(command, caller.shell);
  const isOwn = prefixOwner?.isCaller === true && platform !== 'win32' && isClean(prefix);
  const drop = removal === null ? '' : `, drop the user ${removal.words.length === 1 ? 'copy' : 'copies'}`;
  const ownFix: Block = {
    kind: 'fix',
    title: `make the environment writable${drop}, install again`,
    commands: [
      `chmod -R u+w ${quoteForShell(prefix, caller.shell)}`,
      ...(removal === null ? [] : [removal.text]),
      repeated.text,
    ],
    applicability: repeated.applicability,
    needs: [pipNeed(repeated.arguments, { writable: true })],
  };
  return {
    severity: 'warning',
    code: CODE,
    headline: 'environment is not writable, so pip used --user',
    facts: [
      ...interpreterRow(facts),
      ...placeRow(facts),
      {
        label: 'because',
        text: `${displayPath(prefix, facts)} is not writable${owner} and it sees the system's packages, so pip fell back to --user`,
      },
      ...foundRow(findRecommended(facts), facts),
    ],
    blocks:
      isOwn && isWorking(ownFix, facts)
        ? [ownFix]
        : [environmentFix(findRecommended(facts), facts, command), ...undoBlock(installed, facts, command)],
  };
}

function placeRow(facts: Facts): readonly FactRow[] {
  if (facts.report === null) return [];
  return [{ label: 'installed to', text: shortenHome(facts.report.userSite, facts.caller.home) }];
}

function causeRow({ interpreter, source, staleEnvironment, activeElsewhere, caller, isLog }: Facts): FactRow {
  const conda = interpreter?.environment.kind === 'conda';
  const site = conda ? 'the conda environment' : 'the system site-packages';
  // A Python that was asked for by name or variable says nothing about what is active.
  const noneActive =
    !isLog && !conda && source !== 'pipward-python' && source !== 'versioned-name' && activeElsewhere.length === 0;
  const active =
    staleEnvironment === null
      ? 'no virtual environment is active'
      : `VIRTUAL_ENV names ${shortenHome(staleEnvironment.path, caller.home)}, which is ${
          staleEnvironment.exists ? 'no working environment' : 'not there'
        },`;
  const start = noneActive ? `${active} and ${site}` : site;
  return { label: 'because', text: `${start} is not writable, so pip fell back to --user` };
}

function undoBlock(installed: readonly InstalledPackage[] | null, facts: Facts, command: PipCommand): readonly Block[] {
  const removal = removalCommand(installed, facts, command);
  if (removal === null) return [];
  const { text, words } = removal;
  const copies = words.length === 1 ? 'copy (its' : 'copies (their';
  const alone = installed !== null && installed.length === words.length;
  const title = alone ? `remove the user ${copies.split(' ')[0]}` : `remove the user ${copies} dependencies stay)`;
  return [readyBlock('undo', title, text)];
}

/** What takes the copies out of the user site again; null where no such command is known to work. */
function removalCommand(
  installed: readonly InstalledPackage[] | null,
  facts: Facts,
  command: PipCommand,
): { readonly text: string; readonly words: readonly string[] } | null {
  const { userSitePython, caller, report, interpreter, isShadowed } = facts;
  const words = listUninstallWords(command, installed);
  if (words === null || userSitePython === null || hasCredentials(command)) return null;
  const isManaged = command.breakSystemPackages || (report?.managedMarker ?? null) !== null;
  const consent = isManaged ? ['--break-system-packages'] : [];
  // The user site counts there, whatever the call's own environment is.
  const python = { word: userSitePython, version: interpreter?.version ?? null, isEnvironment: false };
  const start = startModule(python, 'pip', isShadowed);
  const text = joinCommand([...start, 'uninstall', ...consent, ...words], caller.shell);
  return isClean(text) ? { text, words } : null;
}
