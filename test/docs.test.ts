import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const MAX_ARCHITECTURE_LINES = 120;
const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const list = (folder: string, end: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

const internals = list('docs/internals', '.md');
const developerPages = ['docs/architecture.md', 'CONTRIBUTING.md', ...internals];
const allPages = ['README.md', 'CONTRIBUTING.md', ...list('docs', '.md')];

/** Paths of this repository that a text names; placeholders such as NAME.test.ts and <code>.ts are left out. */
function listPaths(text: string): readonly string[] {
  const found = text.match(/(?<![\w./~-])(?:src|test|docs|shims|bin|bench)\/[\w./<>*-]*\w/g) ?? [];
  return found.filter((name) => !/[A-Z]{3}|[<*]/.test(name));
}

/** The anchors of a page's headings, as GitHub makes them. */
function listAnchors(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  test('has at most 120 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_ARCHITECTURE_LINES);
  });

  test('links to every page of docs/internals', () => {
    expect(internals.filter((page) => !text.includes(`](${page.replace('docs/', '')})`))).toEqual([]);
  });

  test('has a row for every folder of src', () => {
    const folders = readdirSync(path.join(root, 'src'));
    expect(folders.filter((name) => !text.includes(`\n| \`src/${name}\` |`))).toEqual([]);
  });
});

test('every file or folder that a page for developers names exists', () => {
  const missing = developerPages.flatMap((page) =>
    listPaths(read(page))
      .filter((name) => !existsSync(path.join(root, name)))
      .map((name) => `${page}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('every page that a comment names exists', () => {
  const sources = [...list('src', '.ts'), ...list('src', '.cjs'), ...list('test', '.ts'), 'shims/pip', 'bench/run.mjs'];
  const missing = sources.flatMap((file) =>
    [...new Set(listPaths(read(file)))]
      .filter((name) => name.startsWith('docs/') && name.endsWith('.md') && !existsSync(path.join(root, name)))
      .map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('every link to another page leads to a file and a heading', () => {
  const broken = allPages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
        if (!existsSync(path.join(root, target))) return true;
        return anchor !== undefined && !listAnchors(target).includes(anchor);
      })
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});
