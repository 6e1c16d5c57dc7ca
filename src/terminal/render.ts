import type { Block, Diagnostic, FactRow, ShellKind } from '../model/diagnostic.ts';
import { cleanText } from './clean.ts';
import { paint } from './style.ts';
import { balanceText, cutLines, wrapText } from './wrap.ts';

export type RenderOptions = {
  readonly form: 'full' | 'short';
  readonly colour: boolean;
  /** Width of the terminal; null when unknown. */
  readonly columns: number | null;
  /** The shell that several commands are joined for. */
  readonly shell: ShellKind;
};

const MAX_COLUMNS = 80;
const MIN_COLUMNS = 30;
const MAX_LINES = 18;
/** Where the text of a fact begins: two columns, a label of at most 12, two columns. */
const FACT_COLUMN = 16;
/** The longest path that Linux takes, and a few words. Only a word of the command line can be longer, up to 128 KiB. */
const MAX_FACT = 4096 + 200;
/** What a one-line form may take before its command is left to `pipward explain`. */
const MAX_SHORT = 240;

/** Returns the diagnostic as text, line end included: one line (short), or the form of DESIGN.md section 5. */
export function renderDiagnostic(diagnostic: Diagnostic, { form, colour, columns, shell }: RenderOptions): string {
  if (form === 'short') return `${renderShort(diagnostic, colour, shell)}\n`;
  // Cutting facts at 80 columns keeps a diagnostic on one screen; on a narrow terminal it would leave nothing of them.
  const width = Math.max(MIN_COLUMNS, Math.min(columns ?? MAX_COLUMNS, MAX_COLUMNS));
  const limits = width < MAX_COLUMNS ? [6] : [6, 2, 1];
  const shown = width < MAX_COLUMNS ? diagnostic : leaveOut(diagnostic, true, width, 6);
  let lines: readonly string[] = [];
  for (const limit of limits) {
    lines = renderFull(shown, colour, width, limit);
    if (lines.length <= MAX_LINES) break;
  }
  if (lines.length > MAX_LINES) {
    const limit = limits.at(-1) ?? 1;
    const blocks = shown.blocks.filter(({ optional }) => optional !== true);
    const least = { ...shown, blocks };
    lines = renderFull(width < MAX_COLUMNS ? least : leaveOut(least, 'at-last', width, limit), colour, width, limit);
  }
  return `${lines.join('\n')}\n`;
}

/** Rows that may be missing go, the last first, until the whole fits on one screen. */
function leaveOut(diagnostic: Diagnostic, kind: FactRow['optional'], width: number, limit: number): Diagnostic {
  const last = diagnostic.facts.findLastIndex(({ optional }) => optional === kind);
  if (last === -1 || renderFull(diagnostic, false, width, limit).length <= MAX_LINES) return diagnostic;
  return leaveOut({ ...diagnostic, facts: diagnostic.facts.toSpliced(last, 1) }, kind, width, limit);
}

/**
 * Returns a workflow command of GitHub Actions with its line end
 * (docs.github.com, "Workflow commands"; escapes as in actions/toolkit, packages/core/src/command.ts).
 */
export function renderGitHubAnnotation(diagnostic: Diagnostic): string {
  const { severity, code, headline, place } = diagnostic;
  const level = severity === 'error' ? 'error' : severity === 'note' ? 'notice' : 'warning';
  const way = findWay(diagnostic);
  const named = place === undefined ? headline : `${headline} (${place})`;
  const lines = [
    named,
    ...listPolicy(diagnostic),
    ...(way === undefined ? [] : [`${way.kind}: ${way.title}`, ...way.commands]),
  ].map(cleanText);
  const title = escapeData(cleanText(`pipward: ${code}`))
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
  return `::${level} title=${title}::${escapeData(lines.join('\n'))}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The rules that advise against the call, one text each. */
function listPolicy({ policy }: Diagnostic): readonly string[] {
  return (policy ?? []).map((text) => `policy: ${text.replaceAll('  ', ' ')}`);
}

/** What is to be done now: the fix, else where to look. */
function findWay({ blocks }: Diagnostic): Block | undefined {
  const find = (wanted: Block['kind']) => blocks.find(({ kind, commands }) => kind === wanted && commands.length > 0);
  return find('fix') ?? find('check');
}

function renderShort(diagnostic: Diagnostic, colour: boolean, shell: ShellKind): string {
  const { severity, code, headline, place } = diagnostic;
  // Where nothing is to be done now, a note with a command is for the next time.
  const way =
    findWay(diagnostic) ?? diagnostic.blocks.find(({ kind, commands }) => kind === 'note' && commands.length > 0);
  const explain = `(pipward explain ${code})`;
  const plain = cleanText(place === undefined ? headline : `${headline} (${place})`);
  const words = [plain, ...listPolicy(diagnostic).map(cleanText)].join('; ');
  const head = `${paint(`${severity}[${code}]`, severity, colour)}: ${words}`;
  const command = way === undefined ? null : joinCommands(way, shell);
  if (command === null || severity.length + code.length + plain.length + command.length > MAX_SHORT) {
    return `${head} ${explain}`;
  }
  // Nothing follows the command: the rest of the line can be pasted.
  return `${head}; ${way === undefined || way.kind === 'note' ? 'next time' : way.kind}: ${paint(cleanText(command), 'command', colour)}`;
}

/** Returns the block's commands as one that is complete and can be pasted; null if something has to be put into it first. */
function joinCommands({ commands, applicability }: Block, shell: ShellKind): string | null {
  const [first = ''] = commands;
  const isWhole = applicability === 'ready' && !commands.some((command) => command.endsWith(' ...'));
  if (!isWhole || commands.length < 2) return isWhole ? first : null;
  // In a cell of a notebook one `!` begins the whole line, and a magic command stands alone.
  if (commands.some((command) => command.startsWith('%'))) return null;
  const words = first.startsWith('!') ? commands.map((command) => command.replace(/^!/, '')) : commands;
  // A notebook's `!` starts cmd on Windows, whatever shell started the notebook.
  if (shell === 'powershell' && !first.startsWith('!')) return joinPowerShell(words);
  return `${first.startsWith('!') ? '!' : ''}${words.join(' && ')}`;
}

/** Windows PowerShell 5 has no `&&`; and behind `;` pip would run without the environment whose activation failed. */
function joinPowerShell([first = '', ...rest]: readonly string[]): string {
  return rest.length === 0 ? first : `${first}; if ($?) { ${joinPowerShell(rest)} }`;
}

function renderFull(diagnostic: Diagnostic, colour: boolean, width: number, factLines: number): readonly string[] {
  const { code, facts, blocks } = diagnostic;
  const notes = blocks.filter(({ commands }) => commands.length === 0);
  const parts = [
    renderHeadline(diagnostic, colour, width),
    renderFacts(facts, width, factLines),
    ...blocks.filter(({ commands }) => commands.length > 0).map((block) => renderBlock(block, colour, width)),
    [
      ...notes.flatMap((note) => renderBlock(note, colour, width)),
      `${paint('more:', 'label', colour)} pipward explain ${code}`,
    ],
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}

function renderHeadline({ severity, code, headline }: Diagnostic, colour: boolean, width: number): readonly string[] {
  const label = `${severity}[${code}]:`;
  const [first = '', ...rest] = wrapText(`${label} ${cleanText(headline)}`, width, 2, 0);
  const start = paint(label.slice(0, -1), severity, colour);
  return [
    `${start}:${paint(first.slice(label.length), 'headline', colour)}`,
    ...rest.map((line) => paint(line, 'headline', colour)),
  ];
}

function renderFacts(facts: readonly FactRow[], width: number, limit: number): readonly string[] {
  return facts.flatMap(({ label, text, whole }) => {
    const [first = '', ...rest] = cutLines(
      balanceText(cutText(cleanParagraph(text)), width, FACT_COLUMN),
      whole === true ? Infinity : limit,
      width - FACT_COLUMN,
    );
    return [`  ${cleanText(label)}`.padEnd(FACT_COLUMN) + first, ...rest];
  });
}

function renderBlock({ kind, title, commands }: Block, colour: boolean, width: number): readonly string[] {
  const label = `${kind}:`;
  // A command that holds a password, or characters that do not print, is not repeated.
  const rest = commands.some((command) => command.endsWith(' ...')) ? '; for ... put the rest of what you typed' : '';
  const [first = '', ...more] = wrapText(cleanParagraph(title + rest), width, label.length + 1);
  return [
    `${paint(label, 'label', colour)} ${first}`,
    ...more,
    ...commands.map((command) => `    ${paint(cleanText(command), 'command', colour)}`),
  ];
}

/** Wrapping a text takes many looks at it. */
function cutText(text: string): string {
  return text.length > MAX_FACT ? `${text.slice(0, MAX_FACT)} ...` : text;
}

/** Line ends of a text from a policy file become spaces; anything else that could move the cursor is shown as `?`. */
function cleanParagraph(text: string): string {
  return cleanText(text.replace(/[\n\r\t]+/g, ' '));
}
