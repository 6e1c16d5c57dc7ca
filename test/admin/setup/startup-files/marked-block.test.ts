import { describe, expect, test } from 'vitest';
import { insertBlock, removeBlock, renderBlock } from '../../../../src/admin/setup/startup-files/marked-block.ts';

const BLOCK = renderBlock(['# a hint', ". '/home/é/env.sh'"]);
const OLDER = renderBlock(['# an older hint', ". '/home/é/env.sh'"]);
const FOREIGN = renderBlock(['# a hint', ". '/elsewhere/env.sh'"]);
const BLOCK_CRLF = "# >>> pipward >>>\r\n# a hint\r\n. '/home/é/env.sh' #\r\n# <<< pipward <<<\r\n";

const bytes = (text: string) => Buffer.from(text);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const insert = (before: Buffer, recorded: string | null = null) => insertBlock(before, BLOCK, recorded);

test('a block is four lines that both ends can be found of', () => {
  expect(BLOCK).toBe("# >>> pipward >>>\n# a hint\n. '/home/é/env.sh'\n# <<< pipward <<<\n");
});

describe('insertion', () => {
  test.each([
    ['an empty file', '', BLOCK],
    ['a file of whole lines', 'a\n', `a\n${BLOCK}`],
    ['no final newline: the block brings one along', 'a', `a\n${BLOCK}`],
    ['one line without any line end is not a CR LF file', 'a\r', `a\r\n${BLOCK}`],
    ['CR LF', 'a\r\nb\r\n', `a\r\nb\r\n${BLOCK_CRLF}`],
    ['CR LF without a final newline', 'a\r\nb', `a\r\nb\r\n${BLOCK_CRLF}`],
    ['mixed line ends: as most lines', 'a\r\nb\nc\n', `a\r\nb\nc\n${BLOCK}`],
    ['blank lines at the end stay', 'a\n\n\n', `a\n\n\n${BLOCK}`],
    ['an older block is replaced where it is', `a\n${OLDER}b\n`, `a\n${BLOCK}b\n`],
    ['so is one of another installation', `${FOREIGN}b\n`, `${BLOCK}b\n`],
    ['copies of the block go', `a\n${OLDER}b\n${OLDER}c\n${FOREIGN}`, `a\n${BLOCK}b\nc\n`],
    ['a mention of the marker is not a block', 'echo "# >>> pipward >>>"\n', `echo "# >>> pipward >>>"\n${BLOCK}`],
  ])('%s', (_, before, after) => {
    const inserted = insert(bytes(before));
    expect(inserted.kind).toBe('changed');
    expect(inserted.kind === 'changed' && inserted.bytes.toString()).toBe(after);
  });

  test.each([
    ['the same block', `a\n${BLOCK}b\n`],
    ['the same block, CR LF', `a\r\n${BLOCK_CRLF}`],
  ])('%s: nothing changes', (_, before) => {
    expect(insert(bytes(before)).kind).toBe('unchanged');
  });

  test('our own lines are still recognised if the block exists already', () => {
    const first = insert(bytes('a'));
    const after = first.kind === 'changed' ? first : null;
    expect(after?.block).toBe(`\n${BLOCK}`);
    expect(insert(after?.bytes ?? bytes(''), after?.block)).toEqual({ kind: 'unchanged', block: `\n${BLOCK}` });
    // An update knows it too.
    expect(insertBlock(after?.bytes ?? bytes(''), OLDER, after?.block)).toMatchObject({ block: `\n${OLDER}` });
  });

  test.each([
    ['a start without an end', `a\n# >>> pipward >>>\nb\n`, 2],
    ['an end without a start', `# <<< pipward <<<\n`, 1],
    ['two starts', `# >>> pipward >>>\n${BLOCK}`, 1],
    ['a whole block, then a start', `${BLOCK}# >>> pipward >>>\n`, 5],
  ])('%s is damaged, and left alone', (_, before, line) => {
    expect(insert(bytes(before))).toEqual({ kind: 'damaged', line });
  });
});

describe('removal', () => {
  test.each([
    ['an empty file', ''],
    ['whole lines', 'a\nb\n'],
    ['no final newline', 'a\nb'],
    ['CR LF', 'a\r\nb\r\n'],
    ['CR LF, no final newline', 'a\r\nb'],
    ['blank lines at the end', 'a\n\n\n'],
    ['only a newline', '\n'],
    ['a backslash at the end', 'a \\'],
    ['bytes that are not UTF-8', 'caf\xe9 \xff\xfe\n'],
    ['NUL bytes', 'a\0b'],
  ])('gives back %s byte for byte', (_, before) => {
    const inserted = insert(latin1(before));
    if (inserted.kind !== 'changed') throw new Error(inserted.kind);
    const removed = removeBlock(inserted.bytes, inserted.block);
    expect(removed.kind === 'changed' && removed.bytes.toString('latin1')).toBe(before);
  });

  test.each([
    ['what was appended since', `a\n${BLOCK}b\n`, BLOCK, 'a\nb\n'],
    ['what was appended to a line without an end', `a\n${BLOCK}b\n`, `\n${BLOCK}`, 'a\nb\n'],
    ['what was put before it since', `c\na\n${BLOCK}`, BLOCK, 'c\na\n'],
    ['the rest of a file whose block was changed by hand', `a\n${OLDER}b\n`, BLOCK, 'a\nb\n'],
    ['what is between copies', `${BLOCK}a\n${BLOCK}b\n${OLDER}`, BLOCK, 'a\nb\n'],
    ['a file that was converted to CR LF', `a\r\n${BLOCK_CRLF}b\r\n`, BLOCK, 'a\r\nb\r\n'],
    ["another installation's block", `${FOREIGN}${BLOCK}`, BLOCK, FOREIGN],
  ])('keeps %s', (_, before, recorded, after) => {
    const removed = removeBlock(bytes(before), recorded);
    expect(removed.kind === 'changed' && removed.bytes.toString()).toBe(after);
  });

  test.each([
    ['no block', 'a\n', { kind: 'absent' }],
    ["only another installation's", `a\n${FOREIGN}`, { kind: 'foreign' }],
    ['a start without an end', 'a\nb\n# >>> pipward >>>\n', { kind: 'damaged', line: 3 }],
  ])('%s: nothing is removed', (_, before, outcome) => {
    expect(removeBlock(bytes(before), BLOCK)).toEqual(outcome);
  });
});
