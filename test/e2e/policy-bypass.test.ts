import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';

/** Each with what it takes to run one line. */
const SHELLS = [
  ['sh', '-c'],
  ['bash', '-c'],
  ['zsh', '-fc'],
  ['fish', '-c'],
  ['tcsh', '-fc'],
  ['ksh', '-c'],
  ['mksh', '-c'],
  ['busybox sh', '-c'],
  ['pwsh', '-NoProfile -Command'],
  ['nu', '-c'],
  ['xonsh', '--no-rc -c'],
  ['elvish', '-c'],
] as const;

describe('the bypass that a refusal prints', () => {
  let box: Sandbox;
  let printed: string;
  beforeAll(async () => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\n', 0o755);
    box.write('pipward.toml', '[policy]\nrequire-virtual-environment = "enforce"\n');
    const { stderr } = await box.run([box.pip, 'install', 'x']);
    [, printed = ''] = /to override +(env .+?) pip \.\.\. \(the reason is not recorded\)/.exec(stderr) ?? [];
  });
  afterAll(() => box?.remove());

  test.for(SHELLS)('works in %s (needs that shell)', async ([shell, options], context) => {
    const [program = '', ...words] = `${shell} ${options}`.split(' ');
    if (!hasProgram(program)) context.skip();
    const line = `${printed} pip install x`;
    const { status, stdout, stderr } = await box.run([program, ...words, line]);
    expect({ status, stdout: stdout.replace(/.*(?=install)/s, '') }).toEqual({ status: 0, stdout: 'install x\n' });
    expect(stderr).toContain('PIPWARD_BYPASS overrides require-virtual-environment');
  });
});
