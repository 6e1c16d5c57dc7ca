import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CoverageRow } from '../../src/admin/coverage/model.ts';
import { createSandbox, hasProgram, isRoot, NOBODY, type Sandbox } from '../support/sandbox.ts';

type Answer = {
  readonly schema: number;
  readonly open: number;
  readonly host: string;
  readonly notes: readonly string[];
  readonly rows: readonly CoverageRow[];
};
const parse = (text: string): Answer => {
  const answer: Answer = JSON.parse(text);
  return answer;
};

let box: Sandbox;
let trace = '';
/** A name that would clear a screen, end a line and turn text round. */
const HOSTILE = 'e\u001b[2J\n\u202e"x';

beforeAll(() => {
  box = createSandbox();
  trace = path.join(box.home, 'started');
  const trap = `#!/bin/sh\necho "$0 $@" >>'${trace}'\n`;
  for (const name of [
    'python3',
    'pip',
    'sudo',
    'bash',
    'env',
    'sh',
    '.venv/bin/python',
    '.venv/bin/pip',
    '.venv/bin/bash',
  ]) {
    box.write(name, trap, 0o755);
  }
  box.write('.venv/pyvenv.cfg', 'home = /usr/bin\n');
  const environment = path.join(box.home, '.virtualenvs', HOSTILE);
  const site = path.join(environment, 'lib/python3.11/site-packages/pip');
  mkdirSync(site, { recursive: true });
  mkdirSync(path.join(environment, 'bin'));
  writeFileSync(path.join(site, '__main__.py'), '');
  writeFileSync(path.join(environment, 'pyvenv.cfg'), 'home = /usr/bin\nversion = 3.11.2\n');
  writeFileSync(path.join(environment, 'bin/python'), trap, { mode: 0o755 });
  writeFileSync(
    path.join(box.home, '.bashrc'),
    `alias pip3='python3 -m pip'\nexport UV_SYSTEM_PYTHON=1\nPATH="${box.bin}:$PATH"\n`,
  );
  mkdirSync(path.join(box.home, '.config/pipward'), { recursive: true });
  mkdirSync(path.join(box.home, '.config/pip'), { recursive: true });
  for (const file of ['bin/pip3.9', 'home/.config/pip/pip.conf', 'home/.config/pipward/config.toml']) {
    spawnSync('mkfifo', ['-m', '755', path.join(box.folder, file)]);
  }
  box.write('../bin/uv', trap, 0o755);
  box.write('../bin/pip', `#!/bin/sh\nexec /usr/bin/python3 -m pip "$@"\n`, 0o755);
  if (isRoot) spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, box.home]);
});
afterAll(() => box.remove());

const PATH = () => `${box.project}/.venv/bin:${box.project}:.:${box.shims}:/usr/bin:/bin`;

test('nothing of the project is started, FIFOs are not waited for, and names are correct in JSON and escaped in text', async () => {
  const env = { PATH: PATH(), VIRTUAL_ENV: `${box.project}/.venv`, PIPWARD_BYPASS: 'no' };
  const { stdout, status } = await box.run([box.pipward, 'coverage', '--json'], { env });
  const { schema, rows } = parse(stdout);
  expect([status, schema, stdout.split('\n').length]).toEqual([0, 1, 2]);
  const way = (name: string, environment: string) =>
    rows.find((row) => row.way === name && row.environment === environment);
  expect(rows.map((row) => row.way)).toContain(path.join(box.home, '.virtualenvs', HOSTILE, 'bin/pip'));
  expect(way('pip3', 'interactive')).toMatchObject({ path: null, reason: expect.stringContaining('an alias') });
  expect(way('uv', 'interactive')).toMatchObject({ worth: 'open', close: 'unset UV_SYSTEM_PYTHON' });
  expect(way('pip', 'interactive')?.path).toBe(path.join(box.bin, 'pip'));
  expect(way('pip3.9', 'interactive')).toBeUndefined();
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(['way', 'environment', 'path', 'interpreter', 'worth', 'reason', 'asks', 'close']);
  }

  const text = (await box.run([box.pipward, 'coverage'], { env })).stdout;
  expect(text.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f\u202e]/);
  expect(text).toContain('.virtualenvs/e?[2J??"x/bin/pip');
  expect(existsSync(trace) ? readFileSync(trace, 'utf8') : '').toBe('');
});

test.skipIf(!hasProgram('jq'))(
  'the commands of docs/reference/coverage.md merge the answers of several machines (needs jq)',
  async () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../docs/reference/coverage.md'), 'utf8');
    const commands = [...page.matchAll(/^jq -.*$/gm)].map(([command]) => command);
    expect(commands.length).toBe(2);
    const row = { way: 'pip', environment: 'cron', path: null, interpreter: null, reason: '', close: null };
    const machine = (host: string, worth: string) => {
      const rows = [
        { ...row, worth, asks: ['forbid-root'] },
        { ...row, way: 'uv', worth: 'open', asks: [] },
      ];
      return JSON.stringify({ schema: 1, host, open: worth === 'open' ? 1 : 0, rows });
    };
    box.write('coverage/a.json', machine('a', 'open'));
    box.write('coverage/b.json', machine('b', 'deters'));
    box.write('coverage/c.json', machine('c', 'open'));
    const said = [];
    for (const command of commands) said.push((await box.shell(command, { env: { PATH: '/usr/bin:/bin' } })).stdout);
    expect(said).toEqual(['a\t1\tpip\nc\t1\tpip\n', '2\tpip\n']);
  },
);
