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

/** A note that the user need not act on is information: it is neither counted nor printed first. */
type Mark = Finding['state'] | 'info';

const MARKS = {
  ok: { sign: '✓', word: 'ok     ', style: 'command' },
  info: { sign: '·', word: 'info   ', style: 'label' },
  note: { sign: '!', word: 'note   ', style: 'warning' },
  wrong: { sign: '✗', word: 'problem', style: 'error' },
} as const satisfies Record<Mark, { sign: string; word: string; style: Style }>;

const LABEL_COLUMNS = 16;

/** Returns what doctor prints: problems and notes with their fixes, then the areas, then a count. */
export function renderFindings(areas: readonly Area[], style: FindingStyle): string {
  const urgent = (['wrong', 'note'] as const).flatMap((state) =>
    areas.flatMap((area) => listUrgent(area).filter((finding) => finding.state === state)),
  );
  const rows = areas.flatMap((area) =>
    style.verbose && area.findings.length > 0 ? renderRows(area, style) : [renderArea(area, style)],
  );
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
  const words = `${subject}: ${cleanText(shortenHomes(text, style.home))}`;
  const [first = '', ...rest] = style.columns === null ? [words] : wrapText(words, style.columns, margin);
  const indent = ' '.repeat(margin);
  return [
    `${paintMark(state, style)} ${paint(first, 'headline', style.colour)}`,
    ...rest.map((line) => paint(line, 'headline', style.colour)),
    // A command is never wrapped.
    ...(fix === null ? [] : [`${indent}${paint('fix:', 'label', style.colour)} ${cleanText(fix)}`]),
  ];
}

function renderRows(area: Area, style: FindingStyle): readonly string[] {
  const urgent = listUrgent(area);
  return area.findings.flatMap((finding) => {
    const { state, subject, text, fix } = finding;
    const mark = state === 'note' && !urgent.includes(finding) ? 'info' : state;
    const margin = ' '.repeat(chooseMark(mark, style).length + LABEL_COLUMNS + 3);
    const row = renderLine(mark, subject, text, style);
    return fix === null ? [row] : [row, `${margin}fix: ${cleanText(fix)}`];
  });
}

function renderArea(area: Area, style: FindingStyle): string {
  const { name, findings } = area;
  const urgent = listUrgent(area);
  const problems = urgent.filter(({ state }) => state === 'wrong').length;
  if (problems > 0) return renderLine('wrong', name, countOf(problems, 'problem'), style);
  const summary = summarize(area);
  if (urgent.length > 0) {
    const notes = countOf(urgent.length, 'note');
    return renderLine('note', name, summary === null ? notes : `${summary} (${notes})`, style);
  }
  return renderLine(summary === null ? 'info' : 'ok', name, summary ?? findings[0]?.text ?? '', style);
}

function renderLine(mark: Mark, label: string, text: string, style: FindingStyle): string {
  return `${paintMark(mark, style)} ${label.padEnd(LABEL_COLUMNS)}  ${cleanText(shortenHomes(text, style.home))}`;
}

/** Writes `~` for the home directory at the start of each word. A quoted word is left as it is: a shell expands no `~` there. */
function shortenHomes(text: string, home: string | null): string {
  return text.replaceAll(/[^\s,]+/g, (word) => shortenHome(word, home));
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

function chooseMark(mark: Mark, { signs }: FindingStyle): string {
  return signs ? MARKS[mark].sign : MARKS[mark].word;
}

function paintMark(mark: Mark, style: FindingStyle): string {
  return paint(chooseMark(mark, style), MARKS[mark].style, style.colour);
}
