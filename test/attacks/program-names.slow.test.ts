import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { copyProduct } from '../support/product.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { setTraps } from '../support/traps.ts';

/** How the folder of traps, which is the current directory, may be on PATH. `SHIMS` are the shims. */
const PATHS = [
  ['the current directory first', '.:SHIMS:/usr/bin:/bin'],
  ['an empty entry first', ':SHIMS:/usr/bin:/bin'],
  ['an empty entry in the middle', 'SHIMS::/usr/bin:/bin'],
  ['an empty entry last', 'SHIMS:/usr/bin:/bin:'],
  ['the current directory last', 'SHIMS:/usr/bin:/bin:.'],
  ['a relative entry first', '../traps:SHIMS:/usr/bin:/bin'],
  ['nothing but the current directory', '.'],
] as const;

/** Programs that the shell of a call may be. */
const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['zsh', '--emulate', 'sh'],
  ['ksh'],
  ['mksh'],
];

describe('programs of the current directory are never run', () => {
  let box: Sandbox;
  let traps: string;
  let listRuns: () => readonly string[];
  let link: string;
  let admin: string;
  /** Starts a program in the folder of traps. (By env: what starts the tests' programs must not be a trap itself.) */
  const call = (entries: string, ...command: readonly string[]) =>
    box.run(['/usr/bin/env', `PATH=${entries.replace('SHIMS', box.shims)}`, ...command], { cwd: traps });

  beforeAll(() => {
    box = createSandbox();
    traps = path.join(box.folder, 'traps');
    listRuns = setTraps(traps, path.join(box.folder, 'trace'));
    chmodSync(box.folder, 0o777);
    mkdirSync(path.join(box.folder, 'links'));
    link = path.join(box.folder, 'links', 'pip');
    admin = path.join(box.folder, 'links', 'pipward');
    symlinkSync('../prefix/shims/pip', link);
    symlinkSync('../prefix/bin/pipward', admin);
  });
  afterAll(() => box?.remove());

  test('the traps work', async () => {
    await call('.', '/bin/sh', '-c', 'readlink /');
    expect(listRuns()).toEqual(['readlink']);
  });

  describe.each(
    chooseSome(
      SHELLS.map((shell) => ({ shell })),
      2,
    ),
  )('$shell.0', ({ shell }) => {
    // What an entry of PATH means is not the shell's business, but for how it finds a program itself.
    const paths = shell[0] === 'dash' || isMatrix ? PATHS : PATHS.filter(([name]) => name.endsWith('entry first'));
    test.skipIf(!hasProgram(shell[0])).each(chooseSome(paths, 2))(
      'pip: %s (skipped without this shell)',
      async (_, entries) => {
        const program = shell[0] === 'bash' ? '/bin/bash' : `/usr/bin/${shell[0]}`;
        for (const args of [['--version'], ['list'], ['install', 'x'], ['completion', '--bash']]) {
          for (const pip of [link, box.pip]) {
            await call(entries, program, ...shell.slice(1), pip, ...args);
            expect({ pip, args, ran: listRuns() }).toEqual({ pip, args, ran: [] });
          }
        }
      },
    );
  });

  test.each(chooseSome(PATHS, 1))('pipward: %s', async (_, entries) => {
    for (const args of [['which'], ['pythons'], ['policy', 'show'], ['trust', '--list'], ['--version'], ['doctor']]) {
      await call(entries, admin, ...args);
      expect({ args, ran: listRuns() }).toEqual({ args, ran: [] });
    }
  });

  test.each(chooseSome(PATHS, 1))('install.sh and what it writes: %s', async (_, entries) => {
    const product = copyProduct(path.join(box.folder, `product-${entries.length}-${entries[0]}`.replaceAll('/', '_')));
    for (const args of [['--dry-run'], ['--help']]) {
      await call(entries, path.join(product, 'install.sh'), ...args);
      expect({ args, ran: listRuns() }).toEqual({ args, ran: [] });
    }
  });
});
