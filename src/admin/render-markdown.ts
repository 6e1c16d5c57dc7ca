import { paint } from '../terminal/style.ts';
import { wrapText } from '../terminal/wrap.ts';

export type MarkdownStyle = { readonly columns: number; readonly colour: boolean };

/** What begins a paragraph of its own: a heading, a list item, code, a table, a fence. */
const OWN_LINE = /^(?:#{1,6} |\s*(?:[-*+]|\d+\.) | {4}|\||```|$)/;
const CODE_SPAN = /`([^`]+)`/g;

/** Returns one of our pages for a terminal: headings and code without their marks, paragraphs wrapped, links as text. */
export function renderMarkdown(text: string, style: MarkdownStyle): string {
  const lines: string[] = [];
  let isFenced = false;
  for (const paragraph of joinParagraphs(text)) {
    if (paragraph.startsWith('```')) isFenced = !isFenced;
    else if (isFenced || paragraph.startsWith('    '))
      lines.push(paint(indentCode(paragraph), 'command', style.colour));
    else lines.push(...renderParagraph(paragraph, style));
  }
  return lines.join('\n');
}

/** Joins the lines of each paragraph and of each list item; code stays line by line. */
function joinParagraphs(text: string): readonly string[] {
  const paragraphs: string[] = [];
  let isFenced = false;
  for (const line of text.split('\n')) {
    const last = paragraphs.at(-1) ?? '';
    const isFence = line.startsWith('```');
    // A list item goes on in indented lines; what follows code or a heading is a paragraph of its own.
    const isOpen = last !== '' && !/^(?:#{1,6} | {4}|\||```)/.test(last);
    const goesOn = !isFenced && isOpen && (!OWN_LINE.test(line) || /^ {2,3}[^\s]/.test(line));
    if (goesOn) paragraphs[paragraphs.length - 1] = `${last} ${line.trim()}`;
    else paragraphs.push(line);
    if (isFence) isFenced = !isFenced;
  }
  return paragraphs;
}

function renderParagraph(paragraph: string, { columns, colour }: MarkdownStyle): readonly string[] {
  const heading = /^#{1,6} (.*)$/.exec(paragraph)?.[1];
  if (heading !== undefined) return [paint(heading.replaceAll(CODE_SPAN, '$1'), 'headline', colour)];
  if (paragraph.startsWith('|')) return [paragraph];
  const hanging = /^\s*(?:[-*+]|\d+\.) /.exec(paragraph)?.[0].length ?? 0;
  const plain = paragraph.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll(/\*\*([^*]+)\*\*/g, '$1');
  const lines = wrapText(plain, columns, hanging, 0);
  // Without colour the marks around code are what tells it from prose. Code that is broken over two lines keeps them, too.
  return colour
    ? lines.map((line) => line.replaceAll(CODE_SPAN, (_, code: string) => paint(code, 'command', true)))
    : lines;
}

function indentCode(line: string): string {
  return line === '' || line.startsWith('    ') ? line : `    ${line}`;
}
