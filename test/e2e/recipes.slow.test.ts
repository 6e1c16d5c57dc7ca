import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runForAll, withoutForAll } from '../support/for-all.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt } from '../support/product.ts';
import { hasProgram } from '../support/sandbox.ts';

const checkout = path.join(import.meta.dirname, '../..');
const page = readFileSync(path.join(checkout, 'docs/recipes.md'), 'utf8');

/** The blocks of code below a heading. */
function readBlocks(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```\w+\n([^]*?)^```$/gm)].map(([, block = '']) => block);
}

/** The scripts of the steps of a workflow: `- run: LINE`, or `run: |` and what is indented more; `uses` by its name. */
function readSteps(block: string): readonly string[] {
  return block
    .split(/^ {2}- /m)
    .slice(1)
    .map((step) => {
      const lines = /^ *run: \|\n((?: {6}.*\n)+)/m.exec(step)?.[1]?.replaceAll(/^ {6}/gm, '');
      return lines ?? /^ *run: (.*)$/m.exec(step)?.[1] ?? step.split('\n')[0] ?? '';
    });
}

let scratch = '';
let project = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-recipes-'));
  chmodSync(scratch, 0o755);
  copyProduct(path.join(scratch, 'package'));
  project = path.join(scratch, 'project');
  mkdirSync(project);
  execFileSync('tar', ['-czf', path.join(project, 'pipward.tar.gz'), '-C', scratch, 'package']);
  writeFileSync(path.join(project, 'requirements.txt'), '');
  writeFileSync(path.join(project, 'pipward.toml'), '[policy]\nrequire-virtual-environment = "advise"\n');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

/** A folder with a pip and a Python that come first, as setup-python's do. */
function makeOtherPython(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'pip'), '#!/bin/sh\necho other pip\n');
  writeFileSync(path.join(folder, 'python3'), '#!/bin/sh\nexec /usr/bin/python3 "$@"\n');
  for (const name of ['pip', 'python3']) chmodSync(path.join(folder, name), 0o755);
  return folder;
}

const usual = `${path.dirname(findOwnNode())}:/usr/bin:/bin`;

describe('the recipes of docs/recipes.md', () => {
  test('GitHub Actions: after setup-python, pip is pipward in the steps that follow', () => {
    const home = mkdtempSync(path.join(scratch, 'github-'));
    let PATH = usual;
    const set: Record<string, string> = { CI: 'true', GITHUB_ACTIONS: 'true', RUNNER_TEMP: path.join(home, 'temp') };
    mkdirSync(path.join(home, 'temp'));
    const ends: string[] = [];
    for (const [index, step] of readSteps(readBlocks('GitHub Actions')[0] ?? '').entries()) {
      if (step.startsWith('uses: actions/setup-python')) PATH = `${makeOtherPython(path.join(home, 'python'))}:${PATH}`;
      if (step.startsWith('uses: ')) continue;
      // As the runner does it: new files for each step; what is in them counts from the next step on.
      const [added, variables] = [path.join(home, `path-${index}`), path.join(home, `env-${index}`)];
      for (const file of [added, variables]) writeFileSync(file, '');
      const env = { ...set, PATH, PIP_NO_INDEX: '1', GITHUB_PATH: added, GITHUB_ENV: variables };
      const script = `cd "$1"; set -e; echo "pip $(command -v pip)"; ${step}`;
      const { status, stdout } = runAt(home, ['bash', '-c', script, 'bash', project], env);
      ends.push(`${status} ${/^pip (.*)$/m.exec(stdout)?.[1]}`);
      for (const line of readFileSync(added, 'utf8').split('\n').filter(Boolean)) PATH = `${line}:${PATH}`;
      for (const line of readFileSync(variables, 'utf8').split('\n').filter(Boolean)) {
        set[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
      }
    }
    const shim = path.join(home, '.local/share/pipward/shims/pip');
    expect(ends[0]).toBe(`0 ${path.join(home, 'python/pip')}`);
    // pip itself refuses to install into a Python that apt manages, where the tests have such a one.
    expect(ends.slice(1)).toEqual([`0 ${shim}`, expect.stringMatching(new RegExp(`^[01] ${shim}$`))]);
    expect(set['PIPWARD_HOME']).toBe(path.dirname(path.dirname(shim)));
  });

  test('GitLab CI: in the one shell of a job', () => {
    const home = mkdtempSync(path.join(scratch, 'gitlab-'));
    const lines = [...(readBlocks('GitLab CI and others')[0] ?? '').matchAll(/^ {4}- (.*)$/gm)].map(
      ([, line = '']) => line,
    );
    expect(lines.length).toBe(4);
    const script = lines.map((line) => line.replaceAll('/tmp/pipward', '"$HOME/unpacked"')).slice(0, 3);
    const { status, stdout } = runAt(
      home,
      [
        'sh',
        '-ec',
        `cd "$1"\n${script.join('\n')}\ncommand -v pip; ${lines[3]} --dry-run >&2 || echo "pip: $?"`,
        'sh',
        project,
      ],
      { PATH: `${makeOtherPython(path.join(home, 'python'))}:${usual}`, GITLAB_CI: 'true', PIP_NO_INDEX: '1' },
    );
    expect([status, stdout.split('\n')[0]]).toEqual([0, path.join(home, '.local/share/pipward/shims/pip')]);
  });

  test('pre-commit: the hook finds a mistake in a policy file, and passes over other projects', () => {
    const hooks = readFileSync(path.join(checkout, '.pre-commit-hooks.yaml'), 'utf8');
    const read = (key: string) => new RegExp(`^(?:- | {2})${key}: (.*)$`, 'm').exec(hooks)?.[1] ?? '';
    expect(readBlocks('pre-commit')[0]).toContain(`- id: ${read('id')}\n`);
    const files = new RegExp(read('files'));
    const all = ['pipward.toml', 'a/pyproject.toml', 'setup.cfg', 'a/pipward.toml.bak', 'mypipward.toml'];
    expect(all.filter((name) => files.test(name))).toEqual(['pipward.toml', 'a/pyproject.toml']);
    const [program = '', ...words] = read('entry').split(' ');
    expect(program).toBe('pipward');
    const check = (text: string) => {
      const folder = mkdtempSync(path.join(scratch, 'commit-'));
      writeFileSync(path.join(folder, 'pyproject.toml'), text);
      const command = ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', folder] as const;
      return runAt('/', [...command, path.join(scratch, 'package/bin/pipward'), ...words, 'pyproject.toml'], {
        PATH: usual,
      });
    };
    expect(check('[project]\nname = "x"\n').status).toBe(0);
    expect(check('[tool.pipward.policy]\nrequire-virtual-environment = "enforce"\n').status).toBe(0);
    const wrong = check('[tool.pipward.policy]\nrequire-virtual-env = "enforce"\n');
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('pyproject.toml:2:1: error: ')]);
  });

  const withoutPreCommit = hasProgram('pre-commit') && hasProgram('git') ? '' : ' (needs pre-commit and git)';
  test.skipIf(withoutPreCommit !== '')(`pre-commit itself stops the commit of a mistake${withoutPreCommit}`, () => {
    const home = mkdtempSync(path.join(scratch, 'pre-commit-'));
    const config = (readBlocks('pre-commit')[0] ?? '').replace(/repo: .*/, `repo: ${home}/hooks`);
    const script = `set -e; cd
      export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x
      git init -q hooks; cp "$1" hooks; cd hooks; git add .; git commit -qm hooks; git tag v0.2.0; cd ..
      git init -q team; cd team; printf '%s' "$2" >.pre-commit-config.yaml; pre-commit install; git add .
      git commit -qm 'no policy yet'
      printf '[policy]\\nrequire-virtual-env = "enforce"\\n' >pipward.toml; git add .
      if git commit -qm mistake; then echo committed; else echo stopped; fi
      sed -i s/env/environment/ pipward.toml; git add .; git commit -qm correct; git log --format=%s`;
    const { status, stdout } = runAt(
      home,
      ['sh', '-c', `exec 2>&1; ${script}`, 'sh', path.join(checkout, '.pre-commit-hooks.yaml'), config],
      { PATH: `${path.join(scratch, 'package/bin')}:${usual}`, HOME: home },
    );
    expect(stdout).toContain('/team/pipward.toml:2:1: error: ');
    expect([status, stdout.split('\n').slice(-4)]).toEqual([
      0,
      [expect.stringMatching(/Passed$/), 'correct', 'no policy yet', ''],
    ]);
  });

  test.skipIf(withoutForAll !== '')(`cron: with the PATH line it finds the link${withoutForAll}`, () => {
    const [, line = ''] = /^PATH=(.*)$/m.exec(readBlocks('cron')[0] ?? '') ?? [];
    const { said } = runForAll(
      path.join(scratch, 'package'),
      `install "$1"; for folders in /usr/bin:/bin ${line}; do env -i PATH=$folders /bin/sh -c 'command -v pip || echo none'; done`,
    );
    expect(said).toMatch(/^(?:none|\/usr\/bin\/pip)\n\/usr\/local\/bin\/pip\n$/);
  });

  const withoutCron = withoutForAll === '' && !existsSync('/usr/sbin/cron') ? ' (needs cron)' : withoutForAll;
  test.skipIf(withoutCron !== '')(
    `cron: jobs of the real daemon obey the machine's policy with that line, and pass it by without${withoutCron}`,
    () => {
      const [, line = ''] = /^(PATH=.*)$/m.exec(readBlocks('cron')[0] ?? '') ?? [];
      const run = (first: string) =>
        runForAll(
          path.join(scratch, 'package'),
          `install "$1"; printf '[policy]\\nrequire-virtual-environment = "enforce"\\n' >/etc/pipward/policy.toml
mount -t tmpfs none /run; mount -t tmpfs none /var/spool/cron; mount -t tmpfs -o mode=1777 none /mnt
cd /var/spool/cron; mkdir crontabs; touch crontabs/nobody; chmod 600 crontabs/nobody; chown nobody:crontab crontabs/nobody
echo '${first}
@reboot { pip install ./nothing.whl; echo "status $?"; } >/mnt/said 2>&1' >crontabs/nobody
/usr/sbin/cron -f & daemon=$!
until grep -qs '^status ' /mnt/said || ! kill -0 $daemon; do sleep 0.1; done
kill $daemon; cat /mnt/said`,
        ).said;
      expect(run(line)).toMatch(/^error\[venv-required\]: [^]*\nstatus 3\n$/m);
      const passed = run('');
      expect(passed).not.toContain('venv-required');
      expect(passed).toMatch(/status (?!3)\d+\n$/);
    },
  );
});
