import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');

/** Who may import what; a stage may always import its own folder. Packages and node: modules are listed by name. */
const allowed: Record<string, readonly RegExp[]> = {
  model: [],
  invocation: [/^model$/],
  interpreter: [/^model$/, /^node:path$/],
  policy: [/^model$/, /^node:path$/, /^smol-toml$/],
  pip: [/^model$/, /^invocation$/, /^node:path$/, /^node:string_decoder$/, /^strip-ansi$/],
  terminal: [/^model$/, /^node:path$/, /^node:util$/],
  diagnostics: [/^model$/, /^invocation$/, /^terminal$/, /^node:path$/],
  host: [/^model$/, /^node:/, /^execa$/, /^cross-spawn$/],
  shim: [/^(model|invocation|interpreter|policy|pip|terminal|diagnostics|host)$/, /^node:path$/],
  admin: [/^(model|invocation|interpreter|policy|pip|terminal|diagnostics|host|shim)$/, /^node:/, /^yargs/],
  bin: [/^(shim|admin|host)$/, /^node:/],
};

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
      .filter(({ stage, target }) => target !== stage && !allowed[stage]?.some((pattern) => pattern.test(target)))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(violations).toEqual([]);
  });

  test('the packages that were asked for are used, each where it belongs', () => {
    const users = (name: string) =>
      imports.filter(({ target }) => target === name || target.startsWith(`${name}/`)).map(({ file }) => file);
    expect(users('execa')).not.toEqual([]);
    expect(users('cross-spawn')).toEqual(['host/run-pip.ts']);
    expect(users('strip-ansi')).toEqual(['pip/output-watcher.ts']);
    expect([...new Set(users('yargs'))]).toEqual(['admin/cli.ts']);
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
