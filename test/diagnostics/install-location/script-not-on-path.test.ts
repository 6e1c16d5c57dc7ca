import { expect, test } from 'vitest';
import { factsWith, print } from '../build.ts';

test.each<[what: string, directory: string, shown: string]>([
  ['as pip names it', '/home/ada/.local/bin', '$HOME/.local/bin'],
  ['of a relative --prefix', 'ro/bin', '$HOME/code/api/ro/bin'],
])('PATH gets an absolute folder: %s', (_, directory, shown) => {
  const finding = { code: 'script-not-on-path', scripts: ['rocket'], directory } as const;
  expect(print(finding, factsWith(), 'pip install rocket')).toContain(`export PATH="$PATH:${shown}"`);
});
