import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGES } from '../src/diagnostics/registry.ts';
import { EXIT } from '../src/model/exit.ts';
import { parsePolicyFile } from '../src/policy/file/parse-policy-file.ts';
import { SCHEMA } from '../src/policy/file/schema.ts';

const MAX_ARCHITECTURE_LINES = 120;
const MAX_README_LINES = 90;
const MAX_SENTENCE_WORDS = 30;
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

/** The sentences of a page: of its paragraphs, list items and table cells. Blocks of code are left out, a link counts as its text. */
function listSentences(page: string): readonly string[] {
  const prose = read(page)
    .replaceAll(/^ *```[^]*?^ *```$/gm, '')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
  const parts = prose.split('\n').flatMap((line) => {
    const text = line.trim();
    return text.startsWith('|') ? text.split('|').flatMap((cell) => ['', cell]) : [text];
  });
  const paragraphs = parts
    .map((text) =>
      text === '' || /^(?:#|[-*] |\d+\. )/.test(text) ? `\n${text.replace(/^(?:[-*]|\d+\.) /, '')}` : text,
    )
    .join(' ')
    .split('\n');
  return paragraphs.flatMap((text) => text.split(/(?<=[.!?]["')*`]*)\s+(?=[A-Z"'(*`]|pip)/)).map((text) => text.trim());
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

test('two commands in the README do all the set-up, for users and for developers; CI runs the second one', () => {
  const [, block = ''] = /## Install\n[^]*?```sh\n([^]*?)```/.exec(read('README.md')) ?? [];
  const commands = block.split('\n').map((line) => line.replace(/ +#.*/, ''));
  expect(commands).toEqual(['./install.sh', 'npm cit', '']);
  expect(read('.ci/run')).toContain('\nnpm cit\n');
});

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  test('has at most 120 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_ARCHITECTURE_LINES);
  });

  test('links to every page of docs/internals', () => {
    expect(internals.filter((page) => !text.includes(`](${page.replace('docs/', '')})`))).toEqual([]);
  });

  test('has a row for every folder of src', () => {
    const folders = readdirSync(path.join(root, 'src')).filter((name) => !name.endsWith('.ts'));
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

test('CONTRIBUTING.md: a name that is given with its file is in that file', () => {
  const pairs = [...read('CONTRIBUTING.md').matchAll(/`(\w+)` (?:in |of |\()`((?:src|test)\/[\w./-]+\.ts)`/g)];
  expect(pairs.length).toBeGreaterThan(5);
  const wrong = pairs.filter(([, name = '', file = '']) => !new RegExp(`\\b${name}\\b`).test(read(file)));
  expect(wrong.map(([text]) => text)).toEqual([]);
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

describe('README.md and the guides', () => {
  const guides = list('docs/guides', '.md');

  test('README.md has at most 90 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
  });

  test.each(['README.md', ...guides])('%s has no sentence of more than 30 words', (page) => {
    const sentences = listSentences(page);
    expect(sentences.length).toBeGreaterThan(1);
    expect(sentences.filter((text) => text.split(/\s+/).length > MAX_SENTENCE_WORDS)).toEqual([]);
  });
});

test('docs/guides/team.md: each row of "what holds against whom" names a test that exists', () => {
  const [, table = ''] = read('docs/guides/team.md').split('## What holds against whom');
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| case'));
  expect(rows.length).toBeGreaterThan(20);
  const wrong = rows.filter((row) => {
    const [, file = '', title = ''] = /\| `(test\/[\w./-]+\.test\.ts)`: "([^|]+)" \|$/.exec(row) ?? [];
    if (file === '' || !existsSync(path.join(root, file))) return true;
    // Of a row of a table of cases, which has a quotation mark before it.
    return !read(file).replaceAll("\\'", "'").includes(title);
  });
  expect(wrong).toEqual([]);
});

test('docs/index.md links to every page of guides, reference and explanation', () => {
  const text = read('docs/index.md');
  const pages = ['guides', 'reference', 'explanation'].flatMap((folder) => list(`docs/${folder}`, '.md'));
  expect(pages.length).toBeGreaterThan(8);
  expect(pages.filter((page) => !text.includes(`](${page.replace('docs/', '')})`))).toEqual([]);
});

test.each(['README.md', ...list('docs', '.md')].filter((page) => read(page).includes('```toml')))(
  '%s: the examples of policy files have no mistake',
  (page) => {
    const examples = [...read(page).matchAll(/^ *```toml\n([^]*?)^ *```$/gm)].map(([, text = '']) => text);
    expect(examples.length).toBeGreaterThan(0);
    for (const text of examples) {
      const layer = parsePolicyFile({ scope: 'user', file: '/pipward.toml', text, kind: 'pipward-toml' });
      expect([...(layer?.problems ?? []), ...(layer?.warnings ?? [])]).toEqual([]);
    }
  },
);

describe('docs/reference', () => {
  const sources = [...list('src', '.ts'), ...list('src', '.cjs'), 'shims/pip', 'bin/pipward', 'install.sh'];
  const code = sources.map((file) => read(file)).join('\n');

  test('settings.md names every variable that pipward reads', () => {
    // Those of Windows itself; pip's own, which are documented as `PIP_*`; what the build puts in.
    const left =
      /^(?:_.*|PIP_.*|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|USERPROFILE|SYSTEMROOT|PROMPT|PSMODULEPATH|MSYSTEM|PIPWARD_VERSION|PIPWARD_FOR)$/;
    const variables = [
      ...code.matchAll(/\benv(?:\.|\[')(\w+)/g),
      ...code.matchAll(/\breadVariable\(\w+, '(\w+)'/g),
      ...code.matchAll(/(?<!\w)(PIPWARD_[A-Z]+)/g),
    ].map(([, name = '']) => name);
    const names = [...new Set(variables)].filter((name) => /^[A-Z]/.test(name) && !left.test(name));
    expect(names).toEqual(expect.arrayContaining(['PIPWARD_BYPASS', 'PIPWARD_HOME', 'VIRTUAL_ENV', 'NO_COLOR']));
    const text = read('docs/reference/settings.md');
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test('settings.md names no variable of pipward that does not exist', () => {
    const named = read('docs/reference/settings.md').match(/(?<!\w)PIPWARD_[A-Z]+/g) ?? [];
    expect([...new Set(named)].filter((name) => !code.includes(name))).toEqual([]);
  });

  test('settings.md and policy.md have every key of a policy file', () => {
    const { policy, ...settings } = SCHEMA;
    const rules = read('docs/reference/policy.md');
    expect(Object.keys(policy.keys).filter((key) => !rules.includes(`\`${key}\``))).toEqual([]);
    const keys = Object.entries(settings).flatMap(([table, { keys: own }]) =>
      Object.keys(own).map((key) => `\`[${table}] ${key}\``),
    );
    for (const page of [rules, read('docs/reference/settings.md')]) {
      expect(keys.filter((key) => !page.includes(key))).toEqual([]);
    }
  });

  test('exit-status.md has every exit status that a program of pipward ends with by itself', () => {
    const literals = [
      ...code.matchAll(/(?:\bexit|process\.exit\(|process\.exitCode (?:\|\|)?=) ?(\d+)\b(?! \+)/g),
      ...code.matchAll(/\bfail '[^']*' (\d+)/g),
    ].map(([, status]) => Number(status));
    const statuses = [...new Set([...Object.values<number>(EXIT), ...literals])];
    expect(statuses).toEqual(expect.arrayContaining([0, 1, 2, 3, 70, 120, 126, 127]));
    const text = read('docs/reference/exit-status.md');
    expect(statuses.filter((status) => !text.includes(`\n| ${status} |`))).toEqual([]);
  });

  test('diagnostics.md has the codes and titles of the registry, in its order: UPDATE_DOCS=1 writes them', () => {
    const page = 'docs/reference/diagnostics.md';
    const rows = PAGES.map(({ code: name, title }) => `| [${name}](../diagnostics/${name}.md) | ${title} |`);
    const [start = '', end = ''] = read(page).split(/(?:^\| \[.*\n)+/m);
    const expected = `${start}${rows.join('\n')}\n${end}`;
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path.join(root, page), expected);
    expect(read(page)).toBe(expected);
  });
});
