import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';

/** As the first process of a container may be: it waits for pip, and never for a process that it did not start. */
const FIRST_PROCESS = `
const { spawnSync } = require('child_process');
const [pip, word] = process.argv.slice(1);
const { status } = spawnSync(pip, [word, 'x'], { stdio: 'inherit' });
const others = require('fs').readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name) && name !== '1');
console.log(JSON.stringify({ status, others }));
`;

describe.skipIf(!isRoot || !hasProgram('unshare'))(
  'no process is left when pip has ended (needs root, unshare and process namespaces)',
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      box.write('../bin/python3', '#!/bin/dash\nexit 7\n', 0o755);
    });
    afterAll(() => box?.remove());

    test.each(['list', 'install'])('pip %s, below a first process that does not reap', async (word) => {
      const { stdout } = await box.run(
        ['unshare', '--pid', '--fork', '--mount-proc', process.execPath, '-e', FIRST_PROCESS, box.pip, word],
        { unprivileged: false },
      );
      expect(JSON.parse(stdout)).toEqual({ status: 7, others: [] });
    });
  },
);
