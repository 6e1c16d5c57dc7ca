import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { paint, type Style } from '../../terminal/style.ts';
import { wrapText } from '../../terminal/wrap.ts';
import type { StdoutStyle } from '../stdout-style.ts';
import type { Area, Finding } from './finding.ts';

export type FindingStyle = Pick<StdoutStyle, 'colour' | 'signs' | 'columns'> & {
  /** Every finding, instead of one line per area. */
  readonly verbose: boolean;
  readonly home: string | null;
};

type State = Finding['state'];

const MARKS = {
  ok: { sign: '✓', word: 'ok     ', style: 'command' },
  note: { sign: '!', word: 'note   ', style: 'warning' },
  wrong: { sign: '✗', word: 'problem', style: 'error' },
} as const satisfies Record<State, { sign: string; word: string; style: Style }>;

const LABEL_COLUMNS = 16;

/** Returns what doctor prints: problems and notes with their fixes, then the areas, then a count. */
export function renderFindings(areas: readonly Area[], style: FindingStyle): string {
  const urgent = (['wrong', 'note'] as const).flatMap((state) =>
    areas.flatMap((area) => listUrgent(area).filter((finding) => finding.state === state)),
  );
  const rows = style.verbose
    ? areas.flatMap(({ findings }) => findings.flatMap((finding) => renderRow(finding, style)))
    : areas.map((area) => renderArea(area, style));
  return [
    ...urgent.flatMap((finding) => [...renderUrgent(finding, style), '']),
    ...rows,
    '',
    renderCount(urgent, style),
  ].join('\n');
}

/** The findings that the user can do something about. */
function listUrgent({ findings, urgent }: Area): readonly Finding[] {
  return findings.filter(({ state, fix }) => {
    if (state === 'note') return urgent === 'notes' || (urgent === 'fixes' && fix !== null);
    return state === 'wrong';
  });
}

function renderUrgent({ state, subject, text, fix }: Finding, style: FindingStyle): readonly string[] {
  const mark = chooseMark(state, style);
  const margin = mark.length + 1;
  const words = `${subject}: ${cleanText(shortenHome(text, style.home))}`;
  const [first = '', ...rest] = style.columns === null ? [words] : wrapText(words, style.columns, margin);
  const indent = ' '.repeat(margin);
  return [
    `${paintMark(state, style)} ${paint(first, 'headline', style.colour)}`,
    ...rest.map((line) => paint(line, 'headline', style.colour)),
    // A command is never wrapped.
    ...(fix === null ? [] : [`${indent}${paint('fix:', 'label', style.colour)} ${cleanText(fix)}`]),
  ];
}

function renderRow({ state, subject, text, fix }: Finding, style: FindingStyle): readonly string[] {
  const start = `${paintMark(state, style)} ${subject.padEnd(LABEL_COLUMNS)}  `;
  const margin = ' '.repeat(chooseMark(state, style).length + LABEL_COLUMNS + 3);
  const row = `${start}${cleanText(shortenHome(text, style.home))}`;
  return fix === null ? [row] : [row, `${margin}fix: ${cleanText(fix)}`];
}

function renderArea(area: Area, style: FindingStyle): string {
  const { name, findings } = area;
  const urgent = listUrgent(area);
  const problems = urgent.filter(({ state }) => state === 'wrong').length;
  const isGood = urgent.length === 0 && summarize(area) !== null;
  const state = problems > 0 ? 'wrong' : isGood ? 'ok' : 'note';
  const text =
    problems > 0
      ? countOf(problems, 'problem')
      : (summarize(area) ?? (urgent.length > 0 ? countOf(urgent.length, 'note') : (findings[0]?.text ?? '')));
  return `${paintMark(state, style)} ${name.padEnd(LABEL_COLUMNS)}  ${cleanText(shortenHome(text, style.home))}`;
}

/** Returns what the line of an area without a problem says; null if all that it has are notes. */
function summarize({ summary, findings }: Area): string | null {
  return summary ?? findings.find(({ state }) => state === 'ok')?.text ?? null;
}

function renderCount(urgent: readonly Finding[], { verbose }: FindingStyle): string {
  const problems = urgent.filter(({ state }) => state === 'wrong').length;
  const notes = urgent.length - problems;
  const counts = [
    ...(problems > 0 ? [countOf(problems, 'problem')] : ['No problems']),
    ...(notes > 0 ? [countOf(notes, 'note')] : []),
  ];
  const found = `${counts.join(', ')} found.`;
  return verbose ? found : `${found} \`pipward doctor --verbose\` lists every check.`;
}

function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function chooseMark(state: State, { signs }: FindingStyle): string {
  return signs ? MARKS[state].sign : MARKS[state].word;
}

function paintMark(state: State, style: FindingStyle): string {
  return paint(chooseMark(state, style), MARKS[state].style, style.colour);
}
