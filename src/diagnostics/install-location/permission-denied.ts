import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCall, PipSetting } from '../../model/pip-call.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { isClean } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { findCopyCheck } from './externally-managed.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import { noteBlock, pipNeed, readyBlock, scriptRow } from '../shared/fixes.ts';
import type { PermissionDenied } from '../cause/install-location.ts';
import { defineDiagnostic } from '../define.ts';
import { describeOrigin } from '../policy/setting-origin.ts';
import { findDenied, isName, type DeniedFacts } from './denied-place.ts';
import { describeSetting, findUserSetting } from './pip-settings.ts';
import { repeatAsTyped, repeatForUser } from '../shared/rewrite-command.ts';
import { chooseWorking } from '../obstacles/working-environment.ts';
import { displayPath, findRecommended, foundRow, interpreterRow, nothingDoneRow } from '../shared/fact-rows.ts';
import { mayFallBackToUserSite } from '../../pip/releases.ts';
import { liesWithin, pathsOf } from '../../util/paths.ts';
import { forWindows, isWindowsPath, NO_ADMINISTRATOR } from '../windows/windows-words.ts';

const CODE = 'permission-denied';

type Own = {
  readonly denied: DeniedFacts | null;
  /** `user` of pip, as it counted for this call. */
  readonly setting: PipSetting | null;
  readonly pipVersion: string | null;
  /** What sent the files to where they were denied: `--target`, `PIP_PREFIX`, `-d`; null if nothing did. */
  readonly sentBy: string | null;
};
type Facts = CallFacts & Own;

export const permissionDenied = defineDiagnostic<PermissionDenied, Own>({
  code: CODE,
  title: 'pip cannot write to its install location',
  asksInterpreter: true,
  gather: ({ path }, source) => {
    const pip = source.decision?.pip ?? null;
    return {
      denied: findDenied(path, source, pip?.interpreter ?? null),
      setting: pip === null ? null : findUserSetting(pip),
      pipVersion: pip?.version() ?? null,
      sentBy: pip === null ? null : (findOptionFor(path, pip, source.context) ?? findSender(pip, source.context.home)),
    };
  },
  unknown: { denied: null, setting: null, pipVersion: null, sentBy: null },
  describe,
});

const HERE = 'the current directory';
/** Where these put their files; without that, in the current directory. */
const OUTPUT_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  download: ['--dest', '-d'],
  wheel: ['--wheel-dir', '-w'],
};

/** Options that name a file or folder that pip writes beside what it installs. */
const BESIDE = ['--report', '--log', '--src', '--cache-dir'];

/** The typed option that leads to what was denied. A repository of -e is cloned into ./src, outside of environments. */
function findOptionFor(
  denied: string | null,
  { command }: PipCall,
  { cwd, platform }: Pick<CallContext, 'cwd' | 'platform'>,
): string | null {
  if (denied === null) return null;
  const paths = pathsOf(platform);
  const resolve = (name: string) => paths.resolve(cwd ?? paths.sep, name);
  const leadsTo = (place: string) => liesWithin(resolve(denied), resolve(place), platform);
  const found = command.options.find(
    ({ name, value }) => BESIDE.includes(name) && value !== null && value !== '' && leadsTo(value),
  );
  const isClone = command.editables.some((source) => source.includes('+'));
  return found?.name ?? (isClone && leadsTo('src') ? HERE : null);
}

function findSender({ command, settings }: PipCall, home: string | null): string | null {
  const { subcommand, options } = command;
  if (subcommand === null || subcommand === 'uninstall') return null;
  if (subcommand !== 'install') {
    const [option = '', short] = OUTPUT_OPTIONS[subcommand] ?? [];
    return options.some(({ name }) => name === option || name === short) ? option : HERE;
  }
  const { redirection, origins } = settings();
  return redirection === null || origins.redirection === null
    ? null
    : describeOrigin(origins.redirection, home, redirection.option);
}

/** pip could not write. Whose the place is decides what to do; sudo for the place at most, never for pip. */
function describe(finding: PermissionDenied, known: Facts, command: PipCommand): Diagnostic {
  const facts = isWindowsPath(finding.path ?? '') ? forWindows(known) : known;
  const isRemoval = command.subcommand === 'uninstall';
  const recommended = findRecommended(facts);
  return {
    severity: 'advice',
    code: CODE,
    headline: `pip has no permission to ${isRemoval ? 'remove these files' : 'write its files'}`,
    facts: [
      ...interpreterRow(facts),
      ...placeRow(finding, facts),
      ...causeRow(finding, facts, command),
      ...scriptRow(facts),
      ...foundRow(recommended, facts),
      resultRow(finding, command),
    ],
    blocks: chooseFix(finding, facts, command),
  };
}

function resultRow({ path }: PermissionDenied, command: PipCommand): FactRow {
  if (command.subcommand === 'uninstall') return { label: 'result', text: 'nothing was removed' };
  // What pip replaces it removes at the end, when the new version is there.
  if (path !== null && isName(path)) return { label: 'result', text: 'pip stopped before it was done' };
  // pip says "Successfully installed" before it moves things to --target.
  const isMoved = command.redirection?.option === '--target';
  return isMoved ? { label: 'result', text: 'nothing was installed there' } : nothingDoneRow(command);
}

function placeRow({ path, readOnly }: PermissionDenied, facts: Facts): readonly FactRow[] {
  const { denied } = facts;
  if (denied === null)
    return path === null || isName(path) ? [] : [{ label: 'denied', text: displayPath(path, facts) }];
  const whose = readOnly
    ? 'on a read-only file system'
    : denied.owner.isCaller
      ? 'yours, but not writable'
      : `belongs to ${denied.owner.name}`;
  return [{ label: 'denied', text: `${displayPath(denied.place, facts)}, ${whose}` }];
}

function causeRow(finding: PermissionDenied, facts: Facts, command: PipCommand): readonly FactRow[] {
  const { denied, interpreter, platform } = facts;
  const text = (() => {
    if (finding.readOnly || denied?.owner.isCaller === true) return null;
    if (denied !== null && isLeftBySudo(denied))
      return 'it is in your own folder: probably an earlier `sudo pip` created it';
    if (facts.sentBy !== null) return facts.sentBy === HERE ? null : `${facts.sentBy} leads there`;
    if (isOwnOnWindows(finding, facts)) return 'it is in your own folder: a program that runs may use it';
    if (interpreter?.environment.kind === 'virtual') {
      if (platform === 'win32') return 'you may not change this environment';
      const isInside = denied !== null && liesWithin(denied.place, interpreter.environment.prefix, platform);
      return isInside ? 'the environment was made by another user' : null;
    }
    return command.subcommand === 'install' ? explainNoFallback(facts) : null;
  })();
  return text === null ? [] : [{ label: 'because', text }];
}

/** Windows says the same of what you may not change and of what a program uses; whose a file is, Node does not know there. */
function isOwnOnWindows({ path }: PermissionDenied, { caller, platform }: Facts): boolean {
  return platform === 'win32' && path !== null && caller.home !== null && liesWithin(path, caller.home, 'win32');
}

/** pip's own conditions for a user install (pip/_internal/commands/install.py, decide_user_install). */
function explainNoFallback({ pipVersion, setting, report, caller }: Facts): string | null {
  const start = 'pip did not fall back to --user:';
  if (!mayFallBackToUserSite(pipVersion)) {
    return `${start} pip ${pipVersion} never does that (20.0 and later do)`;
  }
  if (setting?.value === 'no') return `${start} ${describeSetting(setting, '--no-user', caller.home)}`;
  return report?.userSiteEnabled === false ? `${start} the user site is switched off for this Python` : null;
}

function isLeftBySudo({ isInOwnPlace, owner }: DeniedFacts): boolean {
  return isInOwnPlace && owner.name === 'root' && !owner.isCaller;
}

function chooseFix(finding: PermissionDenied, facts: Facts, command: PipCommand): readonly Block[] {
  const { denied, interpreter, caller, platform } = facts;
  const recommended = findRecommended(facts);
  const isKnown = denied !== null && platform !== 'win32' && isClean(denied.top) && !finding.readOnly;
  if (isKnown && !caller.isRoot && denied.owner.isCaller) {
    const chmod = joinCommand(['chmod', '-R', 'u+w', denied.place], caller.shell);
    return [repeatAfter('make it writable for you again', [chmod], facts, command)];
  }
  if (isKnown && !caller.isRoot && isLeftBySudo(denied)) return giveBack(denied, facts, command);
  if (facts.sentBy !== null) return redirectionBlocks(facts);
  if (isOwnOnWindows(finding, facts) && interpreter?.environment.kind === 'virtual') {
    return [noteBlock('close what uses this environment (a notebook, an IDE, a server), then try again')];
  }
  const isRemoval = command.subcommand === 'uninstall';
  if (isRemoval && recommended === null) {
    return [
      findCopyCheck(null, facts, command),
      noteBlock(
        platform === 'win32'
          ? 'what an administrator installed for all users, an administrator removes'
          : 'what belongs to root, root removes: with the tool that put it there',
      ),
    ];
  }
  const isBase = interpreter?.environment.kind === 'base';
  const isAlone = facts.project.directory === null && recommended === null;
  if (!isRemoval && isBase && isAlone && facts.report?.userSiteEnabled === true && !finding.readOnly) {
    const { text, applicability, arguments: words } = repeatForUser(command, caller.shell);
    const alone: Block = {
      kind: 'fix',
      title: 'install only for yourself',
      commands: [text],
      applicability,
      needs: [pipNeed(words)],
    };
    return [chooseWorking([alone, environmentFix(recommended, facts, command)], facts), adviseAgainstRights(facts)];
  }
  return [environmentFix(recommended, facts, command), ...(caller.isRoot ? [] : [adviseAgainstRights(facts)])];
}

function adviseAgainstRights({ platform }: CallFacts): Block {
  return noteBlock(platform === 'win32' ? NO_ADMINISTRATOR : 'do not use sudo: it can break system programs');
}

function giveBack({ top }: DeniedFacts, facts: Facts, command: PipCommand): readonly Block[] {
  const { caller, tools } = facts;
  const sudo = tools.hasSudo ? ['sudo'] : [];
  const chown = joinCommand([...sudo, 'chown', '-R', caller.user, top], caller.shell);
  const warning = noteBlock('use sudo for this chown only: `sudo pip` would leave more files that belong to root');
  const title = `take ${displayPath(top, facts)} back`;
  // Without sudo the user has to become root in another way: the next command is not for that user.
  return tools.hasSudo
    ? [repeatAfter(title, [chown], facts, command), warning]
    : [readyBlock('fix', `as root: give ${displayPath(top, facts)} back to ${caller.user}`, chown)];
}

function redirectionBlocks({ denied, caller, sentBy }: Facts): readonly Block[] {
  const look = denied === null ? [] : [joinCommand(['ls', '-ld', denied.place], caller.shell)];
  const where = sentBy === HERE ? 'work in a folder of your own' : `choose a folder of your own for ${sentBy}`;
  return [
    ...(look.length === 0 ? [] : [readyBlock('check', 'see who may write there', ...look)]),
    noteBlock(`${where}, or ask ${denied?.owner.name ?? 'its owner'} for this one`),
  ];
}

function repeatAfter(title: string, first: readonly string[], facts: Facts, command: PipCommand): Block {
  const { text, applicability, arguments: words } = repeatAsTyped(command, facts.caller.shell);
  const verb = command.subcommand === 'uninstall' ? 'uninstall' : 'install';
  return {
    kind: 'fix',
    title: `${title}, then ${verb}`,
    commands: [...first, text],
    applicability,
    needs: [pipNeed(words, { writable: true })],
  };
}
