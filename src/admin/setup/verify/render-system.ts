import { LINK_FOLDER } from '../links/plan-links.ts';
import { CRON_PATH, type Place } from './places.ts';
import { renderOutcome } from './render-verification.ts';
import { SYSTEM_MODES, type SystemResult } from './verify-system.ts';
import type { ShellResult } from './verify.ts';

const NAMES = { login: 'login', interactive: 'interactive', plain: 'script', ssh: 'ssh command' } as const;

/** What is reached on this machine, and what is not: a table of shells, a line for each other program, each NO by itself. */
export function renderSystemResult(
  { shells, places }: SystemResult,
  prefix: string,
  hasLinks: boolean,
): readonly string[] {
  const names = [...new Set(shells.map(({ shell }) => shell))];
  const cell = (result: ShellResult | undefined) =>
    result === undefined ? '-' : result.outcome.kind === 'ours' ? 'ok' : 'NO';
  const row = (cells: readonly string[]) => `  ${cells.map((text) => text.padEnd(13)).join('')}`.trimEnd();
  const missed = shells.filter(({ outcome }) => outcome.kind !== 'ours');
  return [
    row(['', ...SYSTEM_MODES.map((mode) => NAMES[mode])]),
    ...names.map((name) => {
      const results = SYSTEM_MODES.map((mode) =>
        shells.find((result) => result.shell === name && result.mode === mode),
      );
      return row([name, ...results.map((result) => cell(result))]);
    }),
    ...places.map((place) => renderPlace(place, prefix, hasLinks)),
    ...groupReasons(missed),
    ...(hasLinks || missed.length === 0 ? [] : ['', ...renderPathLine(prefix)]),
  ];
}

function renderPlace(place: Place, prefix: string, hasLinks: boolean): string {
  const start = `  ${place.name.padEnd(13)}`;
  if (place.isOurs) return `${start}ok`;
  const folder = hasLinks ? LINK_FOLDER : `${prefix}/shims`;
  const why = place.found === '' ? 'it finds no pip' : `pip is ${place.found}`;
  if (place.name === 'cron') return `${start}NO: ${why}; begin the crontab with this line: PATH=${folder}:${CRON_PATH}`;
  return place.name === 'sudo' ? `${start}NO: ${why}; its secure_path is ${place.path}` : `${start}NO: ${why}`;
}

/** One line for shells and kinds of start that find the same thing. */
function groupReasons(missed: readonly ShellResult[]): readonly string[] {
  const reasonOf = ({ outcome, shell }: ShellResult) => renderOutcome(outcome, shell);
  return [...new Set(missed.map((result) => reasonOf(result)))].map((reason) => {
    const starts = missed
      .filter((result) => reasonOf(result) === reason)
      .map(({ shell, mode }) => `${shell} ${NAMES[mode]}`);
    return starts.length > 3 ? `  NO: ${reason}` : `  NO (${starts.join(', ')}): ${reason}`;
  });
}

function renderPathLine(prefix: string): readonly string[] {
  return [
    `  There are no links in ${LINK_FOLDER}: programs that are not started from a login shell need this PATH`,
    `    PATH=${prefix}/shims:$PATH`,
  ];
}
