import { describe, expect, test } from 'vitest';
import type { PolicyLayer } from '../../../src/model/policy.ts';
import type { FileView, CallContext } from '../../../src/model/call-context.ts';
import { MAX_LEVELS } from '../../../src/util/upward.ts';
import {
  chargeParsing,
  createBudget,
  MAX_KEYS,
  MAX_PARSED_BYTES,
  MAX_POLICIES,
  MAX_READ_BYTES,
  MAX_SCANNED_BYTES,
} from '../../../src/policy/file/budget.ts';
import { findPolicyLayers } from '../../../src/policy/file/find-layers.ts';
import { viewOf, type Tree } from '../../support/tree.ts';

const rule = 'require-virtual-environment = "enforce"';
const policy = `[policy]\n${rule}\n`;
const ours = `[tool.pipward.policy]\n${rule}\n`;
const MEBIBYTE = 1024 * 1024;

function surround(tree: Tree, changes: Partial<CallContext> = {}): CallContext {
  return {
    platform: 'linux',
    env: {},
    cwd: '/home/ada/api',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: ['install', 'flask'],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({ '/home/ada/api/': { directory: true }, ...tree }),
    ...changes,
  };
}

/** A view that counts what is looked at and read of files below the home directory. */
function counting(view: FileView) {
  const counts = { looks: 0, bytes: 0 };
  const files: FileView = {
    ...view,
    status: (name) => {
      counts.looks += 1;
      return view.status(name);
    },
    isLink: (name) => {
      counts.looks += 1;
      return view.isLink(name);
    },
    readText: (name, limit = MEBIBYTE) => {
      const read = view.readText(name, limit);
      if (read.kind === 'text') counts.bytes += read.text.length;
      return read;
    },
  };
  return { files, counts };
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index} = 1\n`).join('');
const summary = (layers: readonly PolicyLayer[]) =>
  layers.map(({ file, problems, rules }) => [
    file.replace('/home/ada/', ''),
    problems.length > 0 ? 'unreadable' : 'read',
    rules.demands['require-virtual-environment']?.level ?? null,
  ]);

describe('large files of real projects', () => {
  // As poetry, pdm and uv write them: long lists of requirements, a table for each source, groups.
  const dependencies = Array.from(
    { length: 3000 },
    (_, index) => `  "package-${index}[extra]>=1.${index},!=1.9.*,<3",\n`,
  );
  const sources = Array.from(
    { length: 400 },
    (_, index) => `package-${index} = { path = "libs/p${index}", editable = true }\n`,
  );
  const text = `[project]\nname = "x"\ndependencies = [\n${dependencies.join('')}]\n[tool.uv.sources]\n${sources.join('')}\n`;

  test('a policy in 150 kB counts', () => {
    expect(text.length).toBeGreaterThan(150_000);
    const layers = findPolicyLayers(surround({ '/home/ada/api/pyproject.toml': `${text}${ours}` }));
    expect(summary(layers)).toEqual([['api/pyproject.toml', 'read', 'enforce']]);
  });

  test('in a monorepo each counts, whatever those of others have', () => {
    const tree = Object.fromEntries(
      ['', 'libs/', 'libs/core/', 'libs/core/api/'].map((folder) => [`/home/ada/api/${folder}pyproject.toml`, text]),
    );
    const layers = findPolicyLayers(
      surround(
        {
          ...tree,
          '/home/ada/api/.git/': { directory: true },
          '/home/ada/api/libs/core/pyproject.toml': `${text}${ours}`,
        },
        { cwd: '/home/ada/api/libs/core/api' },
      ),
    );
    expect(summary(layers)).toEqual([['api/libs/core/pyproject.toml', 'read', 'enforce']]);
  });

  test.each<[what: string, text: string]>([
    ['nothing of ours', `[project]\nname = "x"\n${'# a comment\n'.repeat(300_000)}`],
    ['our name in a comment', `# see pipward\n${'# a comment\n'.repeat(60_000)}`],
    ['our name in a list', `[project]\ndependencies = ["pipward>=1", "pipward"]\n${keys(20_000)}`],
    ['our name as a key of poetry', `[tool.poetry.dependencies]\npipward = "^1"\n${keys(20_000)}`],
    ['a table that begins alike', `[tool.pipward-extra]\n${keys(20_000)}`],
    ['a text that shows a table', `x = '''\n see [tool.pipward]\n'''\n${keys(20_000)}`],
  ])('a large pyproject.toml without our table does not matter: %s', (_, large) => {
    expect(findPolicyLayers(surround({ '/home/ada/api/pyproject.toml': large }))).toEqual([]);
  });
});

describe('size never switches a policy off', () => {
  const padding: readonly (readonly [what: string, text: string])[] = [
    ['comments', '# x\n'.repeat(200_000)],
    ['keys', `[x]\n${keys(MAX_KEYS + 1)}`],
    ['tables', Array.from({ length: 30_000 }, (_, index) => `[t${index}]\n`).join('')],
    ['lists of tables', '[[t]]\n'.repeat(MAX_KEYS + 1)],
    ['inline tables', `[x]\na = [${'{}, '.repeat(MAX_KEYS + 1)}]\n`],
    ['lists', `[x]\na = [${'[], '.repeat(MAX_KEYS + 1)}]\n`],
    ['list items', `[x]\na = [${'1,'.repeat(MAX_KEYS * 4 + 4)}]\n`],
    ['parts of keys', `[x]\n${'a.'.repeat(MAX_KEYS * 4 + 4)}a = 1\n`],
    ['escapes in strings', `[x]\na = "${String.raw`\n`.repeat(MAX_KEYS * 8 + 8)}"\n`],
    ['parts of headers', `[${'a.'.repeat(MAX_KEYS * 4 + 4)}a]\n`],
    ['parts of keys behind strings', `x = [["", { b = "", ${'a.'.repeat(MAX_KEYS * 4 + 4)}a = "" }]]\n`],
    [
      'parts of keys behind a string of several lines',
      `x = ["""\n""", { ${'a.'.repeat(MAX_KEYS * 4 + 4)}a = 1, b = "" }]\n`,
    ],
    ['a long text', `[x]\na = "${'x'.repeat(MAX_PARSED_BYTES)}"\n`],
    ['two megabytes', '# x\n'.repeat(500_000)],
  ];
  const ways: readonly (readonly [what: string, (padding: string) => string])[] = [
    ['a header', (text) => `${text}[tool.pipward.policy]\n${rule}\n`],
    ['a header with quotes', (text) => `${text}["tool" . 'pipward'.policy]\n${rule}\n`],
    ['a header with escapes', (text) => `${text}["t\\u006fol"."\\u0070ipward".policy]\n${rule}\n`],
    ['a dotted key', (text) => `tool.pipward.policy.${rule}\n${text}`],
    ['a key in [tool]', (text) => `[tool]\n"pipward".policy.${rule}\n${text}`],
    ['an inline table', (text) => `tool = { pipward = { policy = { ${rule} } } }\n${text}`],
  ];
  test.each(padding.flatMap(([by, text]) => ways.map(([what, write]) => [what, by, write(text)] as const)))(
    'a pyproject.toml with %s and too much of it (%s) cannot be read',
    (_, _by, text) => {
      const [layer, ...others] = findPolicyLayers(surround({ '/home/ada/api/pyproject.toml': text }));
      expect(others).toEqual([]);
      expect(layer?.problems).toHaveLength(1);
    },
  );

  test.each(padding)('a pipward.toml with too many %s cannot be read', (_, text) => {
    const layers = findPolicyLayers(surround({ '/home/ada/api/pipward.toml': `${policy}${text}` }));
    expect(summary(layers)).toEqual([['api/pipward.toml', 'unreadable', null]]);
  });

  test('the outer files come first: what lies further in does not use up what they need', () => {
    const layers = findPolicyLayers(
      surround(
        {
          '/home/ada/api/.git/': { directory: true },
          '/home/ada/api/pyproject.toml': ours,
          '/home/ada/api/a/pipward.toml': `[x]\n${keys(MAX_KEYS)}`,
          '/home/ada/api/a/b/pyproject.toml': ours,
        },
        { cwd: '/home/ada/api/a/b' },
      ),
    );
    expect(summary(layers)).toEqual([
      ['api/pyproject.toml', 'read', 'enforce'],
      ['api/a/pipward.toml', 'unreadable', null],
      ['api/a/b/pyproject.toml', 'read', 'enforce'],
    ]);
  });

  test('what outer files leave no room for cannot be read', () => {
    const half = '# x\n'.repeat(MAX_PARSED_BYTES / 4 - 1000);
    const layers = findPolicyLayers(
      surround(
        {
          '/home/ada/api/.git/': { directory: true },
          '/home/ada/api/pipward.toml': `${policy}${half}`,
          '/home/ada/api/a/pyproject.toml': `${ours}${half}`,
          '/home/ada/api/a/b/pipward.toml': policy,
        },
        { cwd: '/home/ada/api/a/b' },
      ),
    );
    expect(summary(layers)).toEqual([
      ['api/pipward.toml', 'read', 'enforce'],
      ['api/a/pyproject.toml', 'unreadable', null],
      ['api/a/b/pipward.toml', 'read', 'enforce'],
    ]);
  });

  test('a file that exceeds the budget is treated as a possible policy', () => {
    const tree = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`/r${'/d'.repeat(index)}/pyproject.toml`, '#'.repeat(MEBIBYTE)]),
    );
    const cwd = `/r${'/d'.repeat(20)}`;
    const layers = findPolicyLayers(
      surround(
        { ...tree, '/r/.git/': { directory: true }, [`${cwd}/pyproject.toml`]: `${ours}${'#'.repeat(2 * MEBIBYTE)}` },
        { cwd },
      ),
    );
    expect(layers.at(-1)).toMatchObject({ file: `${cwd}/pyproject.toml`, problems: [{}] });
  });
});

describe('all that is read', () => {
  const levels = (count: number) => Array.from({ length: count }, (_, index) => '/d'.repeat(index + 1));

  test.each<[what: string, text: string, bytes: number]>([
    ['files without our table', `# pipward\n${'#'.repeat(700_000)}`, MAX_READ_BYTES],
    ['policies', `${policy}${'#'.repeat(100_000)}`, MAX_READ_BYTES],
    ['files of a mebibyte and more', '#'.repeat(MEBIBYTE + 1), MAX_READ_BYTES],
  ])('is %s up to 4 MiB, in whatever many directories', (_, text, bytes) => {
    const folders = levels(100);
    const tree = Object.fromEntries(
      folders.flatMap((folder) => [
        [`${folder}/pyproject.toml`, text],
        [`${folder}/pipward.toml`, text],
      ]),
    );
    const { files, counts } = counting(viewOf(tree));
    findPolicyLayers(surround({}, { cwd: folders.at(-1) ?? '/', files }));
    expect(counts.bytes).toBeLessThanOrEqual(bytes);
  });

  test('is 32 policies; the next one cannot be read', () => {
    const folders = levels(60);
    const tree = Object.fromEntries(folders.map((folder) => [`${folder}/pipward.toml`, policy]));
    const layers = findPolicyLayers(surround(tree, { cwd: folders.at(-1) ?? '/', files: viewOf(tree) }));
    expect(layers.map(({ problems }) => problems.length)).toEqual([
      ...Array.from({ length: MAX_POLICIES }, () => 0),
      ...Array.from({ length: 60 - MAX_POLICIES }, () => 1),
    ]);
  });

  test('in a directory 2,000 levels deep no more is looked at than in one of 128', () => {
    const count = (depth: number) => {
      const { files, counts } = counting(viewOf({}));
      findPolicyLayers(surround({}, { cwd: '/d'.repeat(depth), files, userId: 0 }));
      return counts.looks;
    };
    expect(count(2000)).toBeLessThanOrEqual(count(MAX_LEVELS - 1));
  });

  test('the policies of the outer and of the nearest directories count, and a warning names the others', () => {
    const cwd = `/home/ada${'/d'.repeat(300)}`;
    const middle = `/home/ada${'/d'.repeat(200)}`;
    const tree: Tree = {
      '/home/ada/pipward.toml': policy,
      [`${middle}/pipward.toml`]: policy,
      [`${cwd}/pyproject.toml`]: ours,
    };
    const layers = findPolicyLayers(surround(tree, { cwd }));
    expect(layers.slice(0, -1).map(({ file }) => file)).toEqual(['/home/ada/pipward.toml', `${cwd}/pyproject.toml`]);
    expect(layers.at(-1)).toMatchObject({
      problems: [],
      warnings: [{ message: expect.stringMatching(/^more than 128 directories lead here.* is ignored$/) }],
    });
    const inRepository = findPolicyLayers(surround({ ...tree, [`${cwd}/.git/`]: { directory: true } }, { cwd }));
    expect(inRepository.map(({ file }) => file)).toEqual([`${cwd}/pyproject.toml`]);
  });
});

describe('chargeParsing', () => {
  test('charges bytes and keys of all files together', () => {
    const budget = createBudget();
    const [most, rest] = [keys(MAX_KEYS - 1000), keys(1000)];
    expect(chargeParsing(budget, most)).toBeNull();
    expect(chargeParsing(budget, most)).toBe('too-many-keys');
    expect(chargeParsing(budget, rest)).toBeNull();
    expect(budget.keys).toBe(0);
    expect(budget.parsed).toBe(MAX_PARSED_BYTES - most.length - rest.length);
    expect(budget.scanned).toBe(MAX_SCANNED_BYTES);
  });

  // Short texts are not looked at closely.
  test.each([
    ['a = 1', 1],
    ['a=[1,2,3,4]', 2.75],
    ['a = ["x>=1,<2", "y==3", "z~=4", "w!=5"]', 2.75],
    ['a = ["x[y]>=1", "z-1[y,z]"]', 2.25],
    ['[a]\n[[b]]\nc = {d=1}', 6],
    ['"<"=1\na=1', 2],
    ['a.b.c = "1.2.3" # of [x] = y.z', 1.5],
    ["a = '''\n b = 1 ' ''' # '''", 1],
    [String.raw`a = """ \""" [x] = y.z """ # "`, 1.125],
    [String.raw`a = "\" = \\" # "`, 1.375],
    [String.raw`a = '\' # '`, 1.125],
    [String.raw`a = "${String.raw`\n`.repeat(8)}"`, 2],
    ['', 0],
  ])('counts %j as %s', (text, expected) => {
    const budget = createBudget();
    chargeParsing(budget, `${text}\n`.repeat(400));
    expect((MAX_KEYS - budget.keys) / 400).toBe(expected);
  });
});
