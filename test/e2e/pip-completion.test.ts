import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAnyPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { chooseSome } from '../support/matrix.ts';

const python = findAnyPython();

/** Loads pip's own completion, as its manual says, and asks for what begins with `ins`. */
const SCRIPTS = {
  bash: 'eval "$(pip completion --bash)"; COMP_WORDS=(pip ins); COMP_CWORD=1; _pip_completion pip ins pip; echo "${COMPREPLY[@]}"',
  // Newer pips have a function for compsys, older ones one for compctl.
  zsh: `compdef() {}; compadd() { print -- "$@" }; compctl() {}
eval "$(pip completion --zsh)"; words=(pip ins); CURRENT=2
if (( $+functions[__pip] )); then __pip; else COMP_WORDS='pip ins' COMP_CWORD=1 PIP_AUTO_COMPLETE=1 pip; fi`,
  fish: "pip completion --fish | source; complete -C 'pip ins'",
} as const;

describe.skipIf(python === null)(`pip's own completion${python === null ? ' (needs a Python)' : ''}`, () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.set('PIP_NO_CACHE_DIR', '1');
    if (python !== null) box.set('PIPWARD_PYTHON', python.executable);
  });
  afterAll(() => box.remove());

  describe.each(chooseSome(['bash', 'zsh', 'fish'] as const, 3))('in %s', (shell) => {
    test.skipIf(!hasProgram(shell))('works through the shim, and we say nothing', async () => {
      const { stdout, stderr } = await box.run([shell, '-c', SCRIPTS[shell]], { unprivileged: false });
      expect({ words: stdout.trim().split(/\s+/), stderr }).toEqual({
        words: expect.arrayContaining(['install']),
        stderr: '',
      });
    });
  });
});
