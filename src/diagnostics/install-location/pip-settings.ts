import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { AdviceFacts, SettingFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Need } from '../../model/trial.ts';
import { unsetCommand } from '../../terminal/activation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { environmentFix, noteBlock } from '../shared/fixes.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { repeatInEnvironment, repeatWithOption } from '../shared/rewrite-command.ts';
import { chooseHeadline, findRecommended, foundRow, interpreterRow } from '../shared/fact-rows.ts';

/** Returns where a setting of pip was made, with what stands there: `PIP_USER=1`, `~/pip.conf:3  user = yes`. */
export function describeSetting({ origin }: SettingFacts, option: string, home: string | null): string {
  switch (origin.kind) {
    case 'command-line':
      return `${option} on the command line`;
    case 'variable':
      return `${origin.name}=${origin.value}`;
    case 'file':
      return `${shortenHome(origin.path, home)}${origin.line === null ? '' : `:${origin.line}`}  ${origin.text}`;
  }
}

function settingRow({ setting, caller }: AdviceFacts, option: string): readonly FactRow[] {
  return setting === null ? [] : [{ label: 'asked for by', text: describeSetting(setting, option, caller.home) }];
}

/** pip's own require-virtualenv: somebody chose it, so the way out is an environment. */
export function describePipVenvRequired(facts: AdviceFacts, command: PipCommand): Diagnostic {
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
export function describeUserInstallInVenv(facts: AdviceFacts, command: PipCommand): Diagnostic {
  const code = 'user-install-in-venv';
  return {
    severity: 'advice',
    code,
    headline: chooseHeadline('advice', code, '--user cannot work in a virtual environment'),
    facts: [
      ...interpreterRow(facts),
      ...settingRow(facts, '--user'),
      { label: 'because', text: 'this environment does not look into the user site' },
      { label: 'result', text: 'pip refused, nothing was installed' },
    ],
    blocks: withoutUser(facts, command),
  };
}

function withoutUser({ setting, caller }: AdviceFacts, command: PipCommand): readonly Block[] {
  const origin = setting?.origin ?? { kind: 'command-line' };
  const title = 'install into the environment';
  if (origin.kind === 'file') {
    const printed = repeatWithOption('--no-user', command, caller.shell);
    const place = `${shortenHome(origin.path, caller.home)}${origin.line === null ? '' : `:${origin.line}`}`;
    return [
      printedFix(`${title}, whatever is set`, printed),
      noteBlock(`take the line out of ${place}, and pip goes where the environment is`),
    ];
  }
  const { text, applicability, arguments: words } = repeatInEnvironment(command, caller.shell, [command.name]);
  const unset = origin.kind === 'variable' ? [origin.name] : [];
  const commands = [...unset.map((name) => unsetCommand(name, caller.shell)), text];
  const needs: readonly Need[] = [{ kind: 'pip', arguments: words, place: { kind: 'same' }, unset }];
  return [{ kind: 'fix', title, commands, applicability, needs }];
}
