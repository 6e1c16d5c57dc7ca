import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasSetpriv, NOBODY, type RunResult, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome } from '../support/matrix.ts';

const python = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));
const missing = python === undefined ? 'no pyenv Python 3.12 to copy' : hasSetpriv ? null : 'needs root and setpriv';

/** Kinds of Python that a call means. */
const PYTHONS = ['plain', 'managed', 'without-pip'] as const;
type Kind = (typeof PYTHONS)[number];
type Call = { readonly line: string; readonly kind: Kind };

const CALLS: Readonly<Record<string, Call>> = {
  'packages cannot be written': { line: 'pip install rocket', kind: 'plain' },
  'the system manages it': { line: 'pip install rocket', kind: 'managed' },
  'the version in the name is not here': { line: 'pip3.9 install rocket', kind: 'plain' },
  'that version is not here, the other is managed': { line: 'pip3.9 install rocket', kind: 'managed' },
  'it has no pip': { line: 'pip install rocket', kind: 'without-pip' },
};

const calls = Object.keys(CALLS);

/** What is special about a place; `set` prepares the folder that the call is made in. */
type Situation = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly set?: (folder: string) => void;
  /** The call is made here in place of the folder. */
  readonly cwd?: string;
  readonly uid?: number;
  /** Before the call, and before what is printed, in the same shell. */
  readonly before?: string;
  /** No way is left, whatever the call. */
  readonly isClosed?: true;
};

const project = (folder: string) => writeFileSync(path.join(folder, 'pyproject.toml'), '');
const closed = (folder: string) => {
  chownSync(folder, 0, 0);
  chmodSync(folder, 0o755);
};
const policy = (text: string) => (folder: string) =>
  writeFileSync(path.join(folder, 'pipward.toml'), `[policy]\n${text}\n`);

const SITUATIONS: Readonly<Record<string, Situation>> = {
  'a plain folder': {},
  'a project': { set: project },
  'a home directory that is not there': { env: { HOME: '/nonexistent' } },
  'no home directory, nothing to write to': { env: { HOME: '/nonexistent' }, cwd: '/', isClosed: true },
  'HOME is /': { env: { HOME: '/' } },
  'HOME is relative': { env: { HOME: 'h' } },
  'HOME is not set': { env: { HOME: undefined } },
  'HOME is not set, nothing to write to': { env: { HOME: undefined }, cwd: '/', isClosed: true },
  'a user without an account': { env: { HOME: undefined }, uid: 54_321 },
  'a user without an account, nothing to write to': { env: { HOME: undefined }, uid: 54_321, cwd: '/', isClosed: true },
  "a home directory of root's": { env: { HOME: '/usr' } },
  "a project of root's": { set: (folder) => (project(folder), closed(folder)) },
  "a project of root's, no home directory": {
    env: { HOME: '/nonexistent' },
    set: (folder) => (project(folder), closed(folder)),
    isClosed: true,
  },
  'the user site is switched off': { env: { PYTHONNOUSERSITE: '1' } },
  'a user base that cannot be written': { env: { PYTHONUSERBASE: '/usr/share' } },
  '.venv is a file': { set: (folder) => writeFileSync(path.join(folder, '.venv'), 'x') },
  ".venv is root's": { set: (folder) => mkdirSync(path.join(folder, '.venv')) },
  'pip is told to use the user site': { env: { PIP_USER: '1' }, set: project },
  'pip is told to want an environment': { env: { PIP_REQUIRE_VIRTUALENV: '1' } },
  'the directory was deleted': { before: 'rmdir "$PWD"' },
  'a policy advises an environment': { set: policy('require-virtual-environment = "advise"') },
  'a policy will ask for an environment': {
    set: policy('require-virtual-environment = { level = "enforce", from = 2099-01-15 }'),
  },
  'a policy wants an environment': { set: policy('require-virtual-environment = "enforce"') },
  'a policy advises against the user site': { set: policy('forbid-user-install = "advise"') },
  "a policy wants the project's environment, which cannot be made": {
    set: (folder) => (policy('project-environment-only = "enforce"')(folder), closed(folder)),
    isClosed: true,
  },
  'a policy allows no Python of this machine': { set: policy('requires-python = "<3"'), isClosed: true },
};

describe.skipIf(missing !== null)(
  `printed commands do what they promise${missing === null ? '' : ` (${missing})`}`,
  () => {
    let box: Sandbox;
    const bins: Partial<Record<Kind, string>> = {};

    beforeAll(() => {
      if (python === undefined) return;
      box = createSandbox();
      makeWheel(box.wheels, 'rocket');
      symlinkSync('pip', path.join(box.shims, 'pip3.9'));
      for (const kind of PYTHONS) {
        const { executable } = copyInterpreter(python, path.join(box.folder, kind));
        bins[kind] = path.dirname(executable);
        const library = path.join(box.folder, kind, 'lib/python3.12');
        if (kind === 'managed')
          writeFileSync(path.join(library, 'EXTERNALLY-MANAGED'), '[externally-managed]\nError=x\n');
        const site = path.join(library, 'site-packages');
        if (kind === 'without-pip')
          for (const name of readdirSync(site))
            if (name.startsWith('pip')) rmSync(path.join(site, name), { recursive: true });
      }
    }, 300_000);
    afterAll(() => box?.remove());

    test.each([
      ['an index', { PIP_NO_INDEX: undefined }, true],
      ['no index', { PIP_NO_INDEX: '1' }, false],
      ['no index by pip.conf', { PIP_NO_INDEX: undefined, PIP_CONFIG_FILE: '../pip.conf' }, false],
    ])('without ensurepip, and with %s: pipx can get virtualenv or not', async (_, env, isPrinted) => {
      if (python === undefined) return;
      const { executable } = copyInterpreter(python, path.join(box.folder, 'without-ensurepip'));
      const library = path.join(box.folder, 'without-ensurepip/lib/python3.12');
      rmSync(path.join(library, 'ensurepip'), { recursive: true });
      writeFileSync(path.join(library, 'EXTERNALLY-MANAGED'), '[externally-managed]\nError=x\n');
      const bin = path.dirname(executable);
      writeFileSync(path.join(bin, 'pipx'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      box.write('../pip.conf', '[global]\nno-index = yes\n');
      const { stderr } = await box.run(['pip', 'install', 'rocket'], {
        env: { ...env, LD_LIBRARY_PATH: path.join(bin, '../lib'), PATH: `${box.shims}:${bin}:/usr/bin:/bin` },
      });
      expect(stderr).toContain('[externally-managed]');
      expect(stderr.includes('pipx run virtualenv')).toBe(isPrinted);
    });

    test('without ensurepip and virtualenv, another Python of this machine makes the environment', async () => {
      if (python === undefined) return;
      const bare = path.dirname(copyInterpreter(python, path.join(box.folder, 'bare')).executable);
      rmSync(path.join(bare, '../lib/python3.12/ensurepip'), { recursive: true });
      const other = bins.plain ?? '';
      const env = { LD_LIBRARY_PATH: path.join(bare, '../lib'), PATH: `${box.shims}:${bare}:${other}:/usr/bin:/bin` };
      const cwd = path.dirname(box.write('spare/pyproject.toml', ''));
      rmSync(path.join(box.home, '.local'), { recursive: true, force: true });
      const { stderr } = await box.run(['pip', 'install', 'rocket'], { cwd, env });
      const fix = readFix(stderr) ?? [];
      expect(stderr).toContain('fix: create an environment with Python 3.12, then install there');
      expect(fix[0]?.startsWith(other)).toBe(true);
      expect(readFollowed(await box.shell(fix.join(' && '), { cwd, env }))).toBe('installed');
    });

    test('an environment that was made without pip gets it, and no second one is made', async () => {
      const bin = bins.plain ?? '';
      const env = { LD_LIBRARY_PATH: path.join(bin, '../lib'), PATH: `${box.shims}:${bin}:/usr/bin:/bin` };
      const cwd = path.dirname(box.write('uv/pyproject.toml', ''));
      const options = { cwd, env };
      await box.run([path.join(bin, 'python3'), '-m', 'venv', '--without-pip', '.venv'], options);
      rmSync(path.join(box.home, '.local'), { recursive: true, force: true });
      const { stderr } = await box.run(['pip', 'install', 'rocket'], options);
      expect(stderr).toContain('./.venv (Python 3.12.1), which has no pip');
      const fix = readFix(stderr) ?? [];
      expect(fix).toEqual(['.venv/bin/python -m ensurepip', '.venv/bin/python -m pip install rocket']);
      expect(readFollowed(await box.shell(fix.join(' && '), options))).toBe('installed');
    });

    // Each place with one call and each call with one place; TEST_EVERY_PAIR tries every call in every place.
    const pairs = Object.keys(SITUATIONS).map((place, index) => [place, calls[index % calls.length] ?? ''] as const);
    const every = Object.keys(SITUATIONS).flatMap((place) => calls.map((call) => [place, call] as const));
    const cases = process.env['TEST_EVERY_PAIR'] === undefined ? pairs : every;

    test.each(chooseSome(cases, 2))('%s: %s', { timeout: 300_000 }, async (place, name) => {
      const call = CALLS[name];
      const situation = SITUATIONS[place];
      if (call === undefined || situation === undefined) throw new Error('no such case');
      const parent = path.join(box.folder, `${place} ${name}`.replaceAll(/\W+/g, '-'));
      const folder = path.join(parent, 'here');
      mkdirSync(folder, { recursive: true });
      const uid = situation.uid ?? NOBODY;
      for (const each of [parent, folder]) chownSync(each, uid, uid);
      situation.set?.(folder);
      rmSync(path.join(box.home, '.local'), { recursive: true, force: true });

      const bin = bins[call.kind] ?? '';
      const env = box.environment({
        LD_LIBRARY_PATH: path.join(bin, '../lib'),
        PATH: `${box.shims}:${bin}:/usr/bin:/bin`,
        // Without it another Python's pip would do.
        ...(call.kind === 'without-pip' ? { PIPWARD_PYTHON: path.join(bin, 'python3') } : {}),
        ...situation.env,
      });
      const run = async (line: string): Promise<RunResult> => {
        const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
        const shell = ['env', '-i', ...variables, '/bin/bash', '-c', `${situation.before ?? ':'} && ${line}`] as const;
        const user = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'] as const;
        return box.run([...user, ...shell], { cwd: situation.cwd ?? folder, unprivileged: false, input: 'y\n' });
      };
      const first = await run(call.line);
      const fix = readFix(first.stderr);
      // A deleted directory is there again for the next shell.
      mkdirSync(folder, { recursive: true });
      if (situation.before !== undefined) chownSync(folder, uid, uid);
      const followed = fix === null ? null : await run(fix.join(' && '));
      const end = followed === null ? readEnd(first) : readFollowed(followed);
      expect(situation.isClosed === true ? ['no way'] : ['installed', 'nothing to do']).toContain(end);
    });
  },
);

/** What a call without a fix says: pip did it, or there is no way; else all of it. */
function readEnd({ status, stderr }: RunResult): string {
  // Another directory is all that a deleted one needs.
  if (status === 0 || stderr.includes('note: start pip in a directory that exists')) return 'nothing to do';
  const text = stderr.replaceAll(/\s+/g, ' ');
  const isNone =
    /note: no command can help here: .+; .*(?:ask|change|take)/.test(text) ||
    /note: none of the Pythons found here matches .+: install one, or ask the administrator/.test(text);
  return isNone ? 'no way' : stderr;
}

function readFollowed({ status, stdout, stderr }: RunResult): string {
  return status === 0 && /Successfully installed (?:pip\S* )?rocket/.test(stdout) ? 'installed' : stdout + stderr;
}

/** Returns the commands of the first fix in a diagnostic; null if it has no fix. */
function readFix(printed: string): readonly string[] | null {
  const lines = printed.split('\n');
  const start = lines.findIndex((line) => line.startsWith('fix:'));
  if (start === -1) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line === '');
  return rest
    .slice(0, end)
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim());
}
