import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

const pipward = path.join(import.meta.dirname, '../../bin/pipward');

function run(script: string) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', pipward], { encoding: 'utf8' });
  // dash says this by itself, before our first line.
  return { status, stdout, stderr: stderr.replaceAll(/^.*getcwd.*\n/gm, '') };
}

describe('pipward where something is not as usual', () => {
  beforeAll(() => {
    execFileSync(pipward, ['--version']);
  });

  test('a directory that is gone: one line, no trace of Node', () => {
    const { status, stdout, stderr } = run('d=$(mktemp -d) && cd "$d" && rmdir "$d" && "$1" explain');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('pipward: the current directory is gone; change to another one, for instance: cd\n');
  });

  test('its own Node does not run: says why, and how to remove pipward without one', () => {
    const make = 'd=$(mktemp -d) && mkdir "$d/bin" "$d/dist" && cp "$1" "$d/bin" && : >"$d/dist/admin.cjs" && ';
    const node = `printf '#!/bin/sh\\necho "libatomic.so.1 is missing" >&2\\necho more >&2\\nexit 127\\n' >"$d/node"; chmod +x "$d/node"; `;
    const doctor = run(`${make}${node}PATH=/nope "$d/bin/pipward" doctor`);
    expect(doctor.status).toBe(1);
    expect(doctor.stderr).toMatch(
      /^pipward: its own Node\.js, \S+\/node, does not run \(libatomic\.so\.1 is missing\), and no other was found on PATH\n$/,
    );
    const unsetup = run(`${make}PATH=/nope "$d/bin/pipward" unsetup`);
    expect(unsetup.stderr).toMatch(
      /no node was found on PATH; to remove pipward without one, delete \/\S+: what startup files say of it does nothing then\n$/,
    );
  });

  test('--help says how to tell whether pipward is to blame', () => {
    const text = run('"$1" --help').stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Is pipward to blame? Run the command that `pipward which` prints after "starts"');
    expect(text).toContain('PIPWARD_ADVICE=off');
  });

  test.each([
    ['doctr', 'did you mean `pipward doctor`?'],
    ['doc', 'did you mean `pipward doctor`?'],
    ['wich', 'see `pipward --help`'],
    [String.raw`"$(printf 'a\302\23331m\342\200\256')"`, 'no command "a?31m?"'],
  ])('a command that is not there, %s: %s', (word, hint) => {
    const { status, stderr } = run(`"$1" ${word}`);
    expect(status).toBe(2);
    expect(stderr).toContain(hint);
  });

  test.each([
    ['policy', 2, 'pipward: `pipward policy` needs an action:\n  pipward policy init '],
    ['completion', 2, 'pipward: name the shell: bash, zsh, fish, powershell\n'],
    ['diagnose', 2, 'pipward: name the log: `pipward diagnose FILE`, or `-` for standard input\n'],
    ['diagnose /nonexistent/log', 1, 'pipward: /nonexistent/log cannot be read: there is no such file\n'],
    ['diagnose /', 1, 'pipward: / cannot be read: it is a folder, not a file\n'],
    ['audit /nonexistent/log', 1, 'pipward: /nonexistent/log cannot be read: there is no such file\n'],
    [
      'policy check --json',
      2,
      'pipward: `pipward policy check` has no --json; it is for show, test, schema, apply, verify, revert\n',
    ],
    ['run pytest', 2, 'pipward: Unknown argument: pytest; write: pipward run -- COMMAND\n'],
    ['venv .venv flask', 2, 'pipward: Unknown argument: flask; write: pipward venv [dir] [-- PIP_ARGUMENTS]\n'],
    ['which --jsn', 2, 'pipward: Unknown argument: jsn; see `pipward which --help`\n'],
    ['which flask', 2, 'pipward: "flask" is not a name of pip (pip, pip3, pip3.12); a call goes after `--`: '],
    [
      'policy test install flask',
      2,
      'pipward: `pipward policy test` takes no files; the call goes after `--`: `pipward policy test -- install flask`\n',
    ],
    ['policy check /nonexistent/x.toml', 1, '/nonexistent/x.toml: error: there is no such file\n'],
    ['policy init /nonexistent/x.toml', 1, 'pipward: /nonexistent/x.toml could not be read or written: a folder'],
  ])('%s: status %s, and what is wrong in words', (words, status, said) => {
    const result = run(`"$1" ${words}`);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr.slice(0, said.length)).toBe(said);
    expect(result.stderr).not.toMatch(/ENOENT: |EISDIR: |EBADF: |non-option/);
  });

  test('policy check without a file: fails in CI where no file counts, since nothing was checked', () => {
    const check = 'd=$(mktemp -d) && cd "$d" && git init -q . 2>/dev/null; mkdir -p .git; HOME=$d "$1" policy check';
    expect(run(`unset CI GITHUB_ACTIONS; ${check}`)).toMatchObject({
      status: 0,
      stdout: 'no policy file applies here\n',
    });
    const inCi = run(`export CI=true; ${check}`);
    expect(inCi.status).toBe(1);
    expect(inCi.stderr).toContain('nothing was checked');
  });

  test.each([
    ['--help', /^ {2}pipward run -- COMMAND +Run /m],
    ['run --help', /^pipward run -- COMMAND$/m],
    ['venv --help', /^pipward venv \[dir\] \[-- PIP_ARGUMENTS\]$/m],
    ['policy --help', /^pipward policy <action> \[files\.\.\] \[-- PIP_ARGUMENTS\]$/m],
    ['completion --help', /^pipward completion <shell>$/m],
    ['diagnose --help', /^pipward diagnose <file>$/m],
    ['which --help', /^pipward which \[name\] \[-- PIP_ARGUMENTS\]$/m],
  ])('%s says what may follow', (words, line) => {
    expect(run(`"$1" ${words}`).stdout).toMatch(line);
  });

  test('completion knows the actions of policy', () => {
    const { stdout } = run(
      'eval "$("$1" completion bash | sed "s/^complete.*//")"; COMP_WORDS=(pipward policy ch) COMP_CWORD=2; _pipward; echo "${COMPREPLY[@]}"'
        .replace(/^/, "exec bash -c '")
        .replace(/$/, '\' sh "$1"'),
    );
    expect(stdout).toBe('check\n');
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk (needs /dev/full): it says so, and fails', () => {
    const { status, stderr } = run('"$1" explain >/dev/full');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pipward: its output could not be written: ENOSPC.*\n$/);
  });

  test('a reader that goes away is not a failure', () => {
    expect(run('{ "$1" policy schema; echo "status $?" >&2; } | :')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'status 0\n',
    });
  });
});

test.each([[''], ['which'], ['policy check']])('pipward %s -h is --help', (words) => {
  const help = run(`"$1" ${words} --help`);
  expect(help).toMatchObject({ status: 0, stderr: '' });
  expect(run(`"$1" ${words} -h`)).toEqual(help);
});
