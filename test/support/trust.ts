import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyInterpreter, listPyenvPythons } from './pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, NOBODY, type RunOptions, type Sandbox } from './sandbox.ts';

const copied = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));

/** Why tests of other people and their Python are skipped, as the end of a title; empty where they are not. */
export function whyNoPeople(...programs: readonly string[]): string {
  if (copied === undefined) return ' (skipped: no pyenv Python 3.12 to copy)';
  return hasSetpriv && programs.every(hasProgram)
    ? ''
    : ` (skipped: needs ${['root', 'setpriv', ...programs].join(', ')})`;
}

/** A sandbox, and a Python that an unprivileged user may read and not write. */
export function createSandboxWithPython(): { readonly box: Sandbox; readonly executable: string } {
  if (copied === undefined) throw new Error('no Python to copy: whyNoPeople() says so');
  const box = createSandbox();
  const { executable } = copyInterpreter(copied, path.join(box.folder, 'python'));
  // A shared libpython is looked for where the original is, which this user may not read.
  box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
  return { box, executable };
}

/** A user with a home and a project of their own, whose configuration says `project-environment = "use"`. */
export type Person = ReturnType<typeof createPerson>;

/** `unprivileged`: user `nobody`, else the user who runs the tests. `python`: what `python3` means to this user. */
export function createPerson(box: Sandbox, name: string, unprivileged: boolean, python: string) {
  const folder = path.join(box.folder, name);
  const [home, cwd] = [path.join(folder, 'home'), path.join(folder, 'project')];
  const trace = path.join(home, 'trace');
  for (const each of [folder, home, cwd]) mkdirSync(each);
  mkdirSync(path.join(home, '.config/pipward'), { recursive: true });
  writeFileSync(path.join(home, '.config/pipward/config.toml'), '[resolve]\nproject-environment = "use"\n');
  writeFileSync(path.join(cwd, 'pyproject.toml'), '');
  const env = { HOME: home, PATH: `${box.shims}:${path.dirname(python)}:/usr/bin:/bin` };

  const person = {
    home,
    cwd,
    /** Written by planted code. */
    trace,
    store: path.join(home, '.local/state/pipward/trust.json'),
    /** Gives all that is theirs to them: the tests write as another user. */
    own: () => {
      if (unprivileged) spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, home, cwd]);
    },
    run: (command: readonly [string, ...string[]], options: RunOptions = {}) =>
      box.run(command, { cwd, unprivileged, ...options, env: { ...env, ...options.env } }),
    pip: (words: string, options?: RunOptions) => person.run(['pip', ...words.split(' ')], options),
    pipward: (words: string, options?: RunOptions) => person.run([box.pipward, ...words.split(' ')], options),
    /** A program that leaves a trace. */
    plantProgram: (file: string) => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\necho "$0 $*" >>'${trace}'\n`);
      chmodSync(file, 0o755);
    },
    /** Python source that leaves a trace. */
    plantedCode: `open(${JSON.stringify(trace)}, "a").write(__name__ + "\\n")\n`,
    /** An environment as venv makes it, without pip. `home`, `python`: what pyvenv.cfg and bin/python say. */
    makeEnvironment: (prefix: string, says: { readonly home?: string; readonly python?: string } = {}) => {
      const site = path.join(prefix, 'lib/python3.12/site-packages');
      mkdirSync(site, { recursive: true });
      mkdirSync(path.join(prefix, 'bin'));
      writeFileSync(
        path.join(prefix, 'pyvenv.cfg'),
        `home = ${says.home ?? path.dirname(python)}\ninclude-system-site-packages = false\nversion = 3.12.1\n`,
      );
      if (says.python !== '') symlinkSync(says.python ?? python, path.join(prefix, 'bin/python'));
      person.own();
      return { prefix, site };
    },
    /** A file that is code at every start of the environment's python. */
    plantPth: (site: string) => {
      writeFileSync(path.join(site, 'evil.pth'), `import os; open(${JSON.stringify(trace)}, "a").write("pth\\n")\n`);
      person.own();
    },
    /** Puts everything into a repository, as a clone would have it. */
    commit: () => {
      person.own();
      return person.run(['/bin/sh', '-c', 'git init -q . && git add -fA .']);
    },
    giveTo: (file: string, user: number) => chownSync(file, user, user),
  };
  person.own();
  return person;
}
