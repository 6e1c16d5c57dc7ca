import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/admin/render-markdown.ts';

const PAGE = `# venv-required

## What to do

A \`word\` and a [page](../x.md) with **weight**
that goes on.

- an item
  in two lines
- another

    pip install x

\`\`\`toml
[policy]
# not a heading
\`\`\`
`;

test('headings and fences lose their marks, paragraphs and list items are wrapped, code stays', () => {
  expect(renderMarkdown(PAGE, { columns: 40, colour: false })).toBe(`venv-required

What to do

A \`word\` and a page with weight that
goes on.

- an item in two lines
- another

    pip install x

    [policy]
    # not a heading
`);
});

test('with colours code spans lose their marks', () => {
  const text = renderMarkdown(PAGE, { columns: 80, colour: true });
  expect(text).toContain('\u001b[1mWhat to do\u001b[22m');
  expect(text).toContain('A \u001b[32mword\u001b[39m and a page');
  expect(text).toContain('\u001b[32m    pip install x\u001b[39m');
});

test('no page of docs/diagnostics keeps a heading mark or a link, and commands stay as they are', () => {
  const folder = path.join(import.meta.dirname, '../../docs/diagnostics');
  for (const name of readdirSync(folder)) {
    const page = readFileSync(path.join(folder, name), 'utf8');
    const text = renderMarkdown(page, { columns: 80, colour: false });
    expect(text).not.toMatch(/^#{1,6} [A-Z]|\]\(|^```/m);
    for (const command of page.match(/^ {4}\S.*$/gm) ?? []) expect(text).toContain(command);
  }
});
