import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const MAX_FILES = 14;
const root = path.join(import.meta.dirname, '..');

/** What each folder may import; it may always import itself. Packages and node: modules are listed by name. */
const PURE = ['model', 'util', 'node:path'];
const STAGES = [...PURE, 'invocation', 'interpreter', 'policy', 'pip', 'terminal', 'decision', 'messages'];
const allowed: Record<string, readonly (string | RegExp)[]> = {
  model: [],
  util: ['model', 'node:path'],
  invocation: ['model', 'util'],
  interpreter: PURE,
  policy: [...PURE, 'smol-toml'],
  pip: [...PURE, 'invocation', 'node:string_decoder', 'strip-ansi'],
  terminal: [...PURE, 'node:util'],
  decision: STAGES.filter((stage) => stage !== 'messages'),
  messages: [...PURE, 'terminal'],
  diagnostics: STAGES,
  host: [...PURE, /^node:/, 'cross-spawn'],
  shim: [...STAGES, 'diagnostics', 'host'],
  admin: [...STAGES, 'diagnostics', 'host', 'shim', /^node:/, /^yargs/, 'execa'],
  bin: ['shim', 'admin', 'host', 'decision', 'policy', /^node:/],
};

const isAllowed = (stage: string, target: string) =>
  allowed[stage]?.some((entry) => (typeof entry === 'string' ? entry === target : entry.test(target))) ?? false;

type Import = { readonly file: string; readonly stage: string; readonly target: string };

const imports: Import[] = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => {
    const text = readFileSync(path.join(root, 'src', name), 'utf8');
    const stage = name.split(path.sep)[0] ?? '';
    return [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(([, specifier = '']) => ({
      file: name,
      stage,
      target: specifier.startsWith('.')
        ? (path.join(path.dirname(name), specifier).split(path.sep)[0] ?? '')
        : specifier,
    }));
  });

describe('architecture', () => {
  test('each stage imports only what the table above allows', () => {
    const violations = imports
      .filter(({ stage, target }) => target !== stage && !isAllowed(stage, target))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(violations).toEqual([]);
  });

  test('the packages that were asked for are used, each where it belongs', () => {
    const users = (name: string) =>
      imports.filter(({ target }) => target === name || target.startsWith(`${name}/`)).map(({ file }) => file);
    expect(users('execa')).not.toEqual([]);
    expect(users('cross-spawn')).toEqual(['host/process/run-pip.ts']);
    expect(users('strip-ansi')).toEqual(['pip/output/output-watcher.ts']);
    expect([...new Set(users('yargs'))]).toEqual(['admin/cli.ts']);
  });

  test('no folder of src holds more than 14 files', () => {
    const folders = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true });
    const counts = new Map<string, number>();
    for (const entry of folders.filter((item) => item.isFile())) {
      const folder = path.relative(root, entry.parentPath);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    const full = [...counts].filter(([, count]) => count > MAX_FILES);
    expect(full, 'move those of its files that belong together into a folder below it').toEqual([]);
  });

  test('no file of src is a barrel or grows past 250 lines', () => {
    const long = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter(
        (name) =>
          path.basename(name) === 'index.ts' ||
          readFileSync(path.join(root, 'src', name), 'utf8').split('\n').length > 251,
      );
    expect(long).toEqual([]);
  });
});
