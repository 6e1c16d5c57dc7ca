import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyInterpreter, findPyenvPython } from '../support/pythons.ts';
import { createSandbox, hasSetpriv, NOBODY, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

const document = path.join(import.meta.dirname, '../../docs/guides/team.md');
const python = findPyenvPython();
const text = readFileSync(document, 'utf8');
/** A policy file, and behind it what a terminal shows of `pip install rocket` under it. */
const STEPS = /```toml\n(\[policy\]\n[^]*?)```\n\n```console\n\$ ([^\n]*)\n([^]*?)```\n/g;

describe.skipIf(!hasSetpriv || python === null)('docs/guides/team.md (needs root and a Python of pyenv)', () => {
  let box: Sandbox;
  let interpreter = '';

  beforeAll(() => {
    box = createSandbox();
    // A short path: rows are wrapped at 80 columns.
    interpreter = path.join(mkdtempSync('/tmp/t-'), 'py');
    chmodSync(path.dirname(interpreter), 0o755);
    if (python !== null) copyInterpreter(python, interpreter);
    const pip = `#!/bin/sh\nexec ${interpreter}/bin/python -m pip "$@"\n`;
    writeFileSync(path.join(box.bin, 'pip'), pip, { mode: 0o755 });
    // The message mentions sudo only where there is one.
    writeFileSync(path.join(box.bin, 'sudo'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    makeWheel(box.wheels, 'rocket');
    box.set('LD_LIBRARY_PATH', path.join(interpreter, 'lib'));
    box.set('PATH', `${box.shims}:${box.bin}:${interpreter}/bin:/usr/bin:/bin`);
    box.set('PIPWARD_ADVICE', 'full');
    box.write('pyproject.toml', '[project]\nname = "orbit"\nversion = "1"\n');
    spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, box.home]);
  });
  afterAll(() => {
    box.remove();
    rmSync(path.dirname(interpreter), { recursive: true, force: true, maxRetries: 20 });
  });

  /** What differs between machines and days. */
  const normalise = (said: string) =>
    said.replaceAll(/(?:\b|python)\d+\.\d+(?:\.\d+)*\b/g, 'N').replaceAll(/ +$/gm, '');

  test('what people see at each step is what the page shows', async () => {
    let page = text;
    const steps = [...text.matchAll(STEPS)];
    expect(steps.length).toBe(4);
    for (const [, policy = '', line = '', shown = ''] of steps) {
      box.write('pipward.toml', policy);
      rmSync(path.join(box.home, '.local'), { recursive: true, force: true });
      const { stdout, stderr } = await box.shell(line);
      const said = (stdout.includes('Successfully installed') ? `...\n${stderr}` : stderr)
        .replaceAll(box.project, '~/orbit')
        .replaceAll(box.home, '~')
        .replaceAll(interpreter, '/opt/python3')
        .replaceAll(/^.*(?:Defaulting to user|WARNING: The script|Consider adding).*\n/gm, '');
      page = page.replace(shown, said);
    }
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(document, page);
    expect(normalise(page)).toBe(normalise(readFileSync(document, 'utf8')));
  });
});
