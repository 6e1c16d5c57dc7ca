import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import { readPipSettings } from '../../decision/pip-setting.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCall, PipSetting } from '../../model/pip-call.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Need } from '../../model/trial.ts';
import { unsetCommand } from '../../terminal/activation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import { noteBlock } from '../shared/fixes.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { hasSeen, type EndedRun } from '../cause/ended-run.ts';
import { defineDiagnostic } from '../define.ts';
import { chooseWorking } from '../obstacles/working-environment.ts';
import { repeatInEnvironment, repeatWithOption, startOf } from '../shared/rewrite-command.ts';
import { chooseHeadline, findRecommended, foundRow, interpreterRow } from '../shared/fact-rows.ts';
import { isOfStore } from '../windows/windows-words.ts';

type Own = { /** The setting, as it counted for this call. */ readonly setting: PipSetting | null };
type Facts = CallFacts & Own;
type PipVenvRequired = { readonly code: 'pip-venv-required' };
type UserInstallInVenv = { readonly code: 'user-install-in-venv' };

export const pipVenvRequired = defineDiagnostic<PipVenvRequired, Own>({
  code: 'pip-venv-required',
  title: "pip's own setting asks for a virtual environment",
  gather: (_, { context, decision }) => ({
    setting: decision === null ? null : findRequireVirtualenv(context, decision.pip),
  }),
  unknown: { setting: null },
  describe: (_, facts, command) => describePipVenvRequired(facts, command),
});

export const userInstallInVenv = defineDiagnostic<UserInstallInVenv, Own>({
  code: 'user-install-in-venv',
  title: '--user in a virtual environment',
  gather: (_, { decision }) => ({ setting: decision === null ? null : findUserSetting(decision.pip) }),
  unknown: { setting: null },
  describe: (_, facts, command) => describeUserInstallInVenv(facts, command),
});

export function findPipVenvRequired(run: EndedRun): PipVenvRequired | null {
  return run.status === 3 && hasSeen(run, 'pip-venv-required') ? { code: 'pip-venv-required' } : null;
}

export function findUserInstallInVenv(run: EndedRun): UserInstallInVenv | null {
  return run.status === 1 && hasSeen(run, 'user-install-in-venv') ? { code: 'user-install-in-venv' } : null;
}

function findRequireVirtualenv(context: CallContext, pip: PipCall): PipSetting | null {
  const isTyped = pip.command.options.some(({ name }) => name === '--require-virtualenv');
  return isTyped
    ? { value: '', origin: { kind: 'command-line' } }
    : readPipSettings(context, pip)('--require-virtualenv');
}

/** Returns where `user` of pip was said, as it counted for this call; null where it was not. */
export function findUserSetting(pip: PipCall): PipSetting | null {
  const { user, origins } = pip.settings();
  return user === null || origins.user === null ? null : { value: user ? 'yes' : 'no', origin: origins.user };
}

/** Returns where a setting of pip was made, with what stands there: `PIP_USER=1`, `~/pip.conf:3  user = yes`. */
export function describeSetting({ origin }: PipSetting, option: string, home: string | null): string {
  switch (origin.kind) {
    case 'command-line':
      return `${option} on the command line`;
    case 'variable':
      return `${origin.name}=${origin.value}`;
    case 'file':
      return `${shortenHome(origin.path, home)}${origin.line === null ? '' : `:${origin.line}`}  ${origin.text}`;
  }
}

function settingRow({ setting, caller }: Facts, option: string): readonly FactRow[] {
  return setting === null ? [] : [{ label: 'set by', text: describeSetting(setting, option, caller.home) }];
}

/** pip's own require-virtualenv: a user or an administrator chose it, so the way out is an environment. */
function describePipVenvRequired(facts: Facts, command: PipCommand): Diagnostic {
  const code = 'pip-venv-required';
  const recommended = findRecommended(facts);
  return {
    severity: 'advice',
    code,
    headline: chooseHeadline('advice', code, 'pip is set up to work in virtual environments only'),
    facts: [
      ...interpreterRow(facts),
      ...settingRow(facts, '--require-virtualenv'),
      ...foundRow(recommended, facts),
      { label: 'result', text: 'pip refused, nothing was changed' },
    ],
    blocks: [environmentFix(recommended, facts, command)],
  };
}

/** --user in an environment that has no user site: said where the --user came from, since few typed it. */
function describeUserInstallInVenv(facts: Facts, command: PipCommand): Diagnostic {
  const code = 'user-install-in-venv';
  return {
    severity: 'advice',
    code,
    headline: chooseHeadline('advice', code, '--user cannot work in a virtual environment'),
    facts: [
      ...interpreterRow(facts),
      ...settingRow(facts, '--user'),
      { label: 'because', text: 'this environment does not use the user site' },
      { label: 'result', text: 'pip refused, nothing was installed' },
    ],
    blocks: withoutUser(facts, command),
  };
}

function withoutUser(facts: Facts, command: PipCommand): readonly Block[] {
  const { setting, caller } = facts;
  const origin = setting?.origin ?? { kind: 'command-line' };
  const title = 'install into the environment';
  if (origin.kind === 'file') {
    const printed = repeatWithOption('--no-user', command, caller.shell);
    const place = `${shortenHome(origin.path, caller.home)}${origin.line === null ? '' : `:${origin.line}`}`;
    return [
      printedFix(`${title}, whatever is set`, printed),
      noteBlock(
        isOfStore(origin.path)
          ? "the file is part of the Microsoft Store's Python and cannot be changed; a Python from www.python.org has none"
          : `take the line out of ${place}, and pip goes where the environment is`,
      ),
    ];
  }
  const { text, applicability, arguments: words } = repeatInEnvironment(command, caller.shell, startOf(command));
  const unset = origin.kind === 'variable' ? [origin.name] : [];
  const commands = [...unset.map((name) => unsetCommand(name, caller.shell)), text];
  const needs: readonly Need[] = [{ kind: 'pip', arguments: words, place: { kind: 'same' }, unset }];
  const without: Block = { kind: 'fix', title, commands, applicability, needs };
  // A setting beside what was typed asks for the same.
  const against = printedFix(`${title}, whatever is set`, repeatWithOption('--no-user', command, caller.shell));
  return [chooseWorking([without, against], facts)];
}
