import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mirrorFishFolders } from '../../../../src/admin/setup/verify/clean-shell.ts';

let folder = '';
const at = (...names: readonly string[]) => path.join(folder, ...names);

beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'pipward-fish-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['a home that never saw fish', () => {}],
  [
    'completions that fish made',
    () => void mkdirSync(at('home/.local/share/fish/generated_completions'), { recursive: true }),
  ],
  [
    'a link to nothing',
    () => {
      mkdirSync(at('home/.local/share/fish'), { recursive: true });
      symlinkSync('/nonexistent', at('home/.local/share/fish/generated_completions'));
    },
  ],
])('fish has no reason to read all manual pages: %s', (_, prepare) => {
  prepare();
  const folders = mirrorFishFolders(at('scratch'), {}, at('home'));
  for (const name of ['XDG_DATA_HOME', 'XDG_CACHE_HOME']) {
    expect(readdirSync(path.join(folders[name] ?? '', 'fish'))).toContain('generated_completions');
    expect(readdirSync(path.join(folders[name] ?? '', 'fish/generated_completions'))).toEqual([]);
  }
});

test.skipIf(!existsSync('/usr/share/fish/functions/__fish_config_interactive.fish'))(
  'where fish looks for that folder (skipped without fish)',
  () => {
    const text = readFileSync('/usr/share/fish/functions/__fish_config_interactive.fish', 'utf8');
    expect(text).toMatch(/test -d \$__fish_(?:user_data|cache)_dir\/generated_completions/);
  },
);

test("the view has the user's files, and a copy of what fish writes", () => {
  mkdirSync(at('home/.config/fish/conf.d'), { recursive: true });
  writeFileSync(at('home/.config/fish/config.fish'), 'echo hello\n');
  writeFileSync(at('home/.config/fish/fish_variables'), 'SETUVAR a:1\n');
  const { XDG_CONFIG_HOME = '' } = mirrorFishFolders(at('scratch'), {}, at('home'));
  writeFileSync(path.join(XDG_CONFIG_HOME, 'fish/fish_variables'), 'changed\n');
  expect(readFileSync(path.join(XDG_CONFIG_HOME, 'fish/config.fish'), 'utf8')).toBe('echo hello\n');
  expect(readFileSync(at('home/.config/fish/fish_variables'), 'utf8')).toBe('SETUVAR a:1\n');
});
