import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/admin/cli.ts';

const admin = path.join(import.meta.dirname, '../../dist/admin.cjs');

/** To be read from top to bottom after each change: `npx vitest run test/admin/help.test.ts --update` writes it. */
test('the help of every command is what help.snap.txt shows', async () => {
  const names = COMMANDS.map(({ usage }) => usage.split(' ')[0] ?? '');
  const pages = [[], ...names.map((name) => [name])].map((words) => {
    const { stdout, stderr } = spawnSync(process.execPath, [admin, ...words, '--help'], { encoding: 'utf8' });
    return `$ ${['pipward', ...words, '--help'].join(' ')}\n${stdout}${stderr}`;
  });
  await expect(pages.join('\n')).toMatchFileSnapshot('help.snap.txt');
});
