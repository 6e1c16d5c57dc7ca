import { renderSourceCommand } from '../startup-files/env-scripts.ts';
import type { ShellName } from '../startup-files/targets.ts';
import { SHELL_MODES, type RefusalResult, type ShellMode, type ShellResult, type VersionResult } from './verify.ts';

/** A table of shells and modes; then each `NO` by itself, and for each shell that does not find our pip, what to do. */
export function renderShellResults(results: readonly ShellResult[], prefix: string): readonly string[] {
  const shells = [...new Set(results.map(({ shell }) => shell))];
  const modes = SHELL_MODES.filter((mode) => results.some((result) => result.mode === mode));
  const cell = (shell: ShellName, mode: ShellMode) => {
    const kind = results.find((result) => result.shell === shell && result.mode === mode)?.outcome.kind;
    return kind === 'ours' ? 'ok' : kind === undefined || kind === 'inherits' ? '-' : 'NO';
  };
  const row = (cells: readonly string[]) => `  ${cells.map((text) => text.padEnd(13)).join('')}`.trimEnd();
  const wrong = results.filter(({ outcome }) => outcome.kind !== 'ours' && outcome.kind !== 'inherits');
  const behind = wrong.filter(
    ({ outcome }) => outcome.kind === 'none' || outcome.kind === 'other-pipward' || isOtherPath(outcome),
  );
  return [
    row(['', ...modes]),
    ...shells.map((shell) => row([shell, ...modes.map((mode) => cell(shell, mode))])),
    ...(modes.includes('plain') ? ['  (plain: neither login nor interactive)'] : []),
    ...(results.some(({ outcome }) => outcome.kind === 'inherits')
      ? ['  (a dash: such a shell reads no startup file; it inherits PATH)']
      : []),
    ...wrong.map(({ shell, mode, outcome }) => `  ${shell} ${mode}: NO: ${renderOutcome(outcome, shell)}`),
    ...[...new Set(behind.map(({ shell }) => shell))].flatMap((shell) => ['', ...renderCure(shell, prefix)]),
  ];
}

export function renderVersionResult(result: VersionResult, how: string): readonly string[] {
  if (result.kind === 'no-pip') return ['  installed; no Python with pip was found on this machine yet'];
  if (result.kind === 'no-python')
    return [`  installed; but the Python that pip means here does not run: ${result.detail}`];
  return [`  ${how}: ${result.kind === 'answered' ? result.line : `NO: ${result.detail}`}`];
}

/** Whether a policy is obeyed. The refusal itself is not shown: an error message in a setup that went well frightens. */
export function renderRefusalResult(result: RefusalResult): readonly string[] {
  if (result.kind === 'failed')
    return [`  policies: NO: in a temporary project, a policy did not refuse pip install (${result.detail})`];
  return ['  policies: ok (in a temporary project, a policy refused pip install with exit status 3)'];
}

/** What a shell that does not find our pip finds. */
export function renderOutcome(outcome: ShellResult['outcome'], shell: ShellName): string {
  switch (outcome.kind) {
    case 'ours':
    case 'inherits':
      return '';
    case 'other-pipward':
      return `pip is ${outcome.found}, of another installation of pipward, which comes first`;
    case 'none':
      return 'it finds no pip at all';
    case 'failed':
      return outcome.detail;
    case 'timed-out':
      return 'no answer in time; start it by hand and run `command -v pip`';
    case 'other':
      return isOtherPath(outcome)
        ? `pip is ${outcome.found}`
        : `pip is ${outcome.found}, an alias or a function, which comes before PATH: remove it from ${shell}'s startup files`;
  }
}

function isOtherPath(outcome: ShellResult['outcome']): boolean {
  return outcome.kind === 'other' && outcome.found.startsWith('/');
}

function renderCure(shell: ShellName, prefix: string): readonly string[] {
  const command = renderSourceCommand(prefix, shell);
  if (shell === 'fish') {
    return [
      "  Something that fish reads later changes PATH. As the last line of fish's config.fish, add",
      `    ${command}`,
    ];
  }
  return [
    `  Either the startup file that ${shell} reads then has no block of pipward's, or something after it changes PATH.`,
    '  Move the block to the end of that file, or add as its last line',
    `    ${command}`,
  ];
}
