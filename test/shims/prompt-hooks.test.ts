import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderEnvFish, renderEnvSh } from '../../src/admin/setup/startup-files/env-scripts.ts';
import { HOOK_FILES } from '../../src/admin/setup/startup-files/prompt-hooks.ts';
import { chooseSome } from '../support/matrix.ts';

const isInstalled = (program: string) =>
  spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).status === 0;
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

let root = '';
let prefix = '';
const at = (name: string) => path.join(root, name);

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pipward-hooks-'));
  prefix = install(at('it is *[a] $HOME `id` \\n'));
  mkdirSync(at('zsh'));
  for (const folder of ['e/bin', 'f/bin']) mkdirSync(at(folder), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 20 }));

function install(folder: string): string {
  mkdirSync(path.join(folder, 'shims'), { recursive: true });
  writeFileSync(path.join(folder, 'shims/pip'), '#!/bin/sh\n', { mode: 0o755 });
  for (const [file, render] of HOOK_FILES) writeFileSync(path.join(folder, file), render(folder));
  writeFileSync(path.join(folder, 'env.sh'), renderEnvSh(folder, true));
  writeFileSync(path.join(folder, 'env.fish'), renderEnvFish(folder, true));
  return folder;
}

/** A word of bytes in which no shell finds anything to expand; `text` has one character a byte. */
function quote(text: string, shell: Shell): string {
  const hex = (byte: string) => byte.codePointAt(0)?.toString(16).padStart(2, '0') ?? '';
  const escaped = text.replaceAll(/[^\w./-]/g, (byte) => (shell === 'fish' ? `\\X${hex(byte)}` : `\\x${hex(byte)}`));
  return shell === 'fish' ? escaped || "''" : `$'${escaped}'`;
}

/** Types lines into an interactive shell without a terminal; before each of them it is at its prompt. */
function type(shell: Shell, lines: readonly string[], { startup = [], env = {} }: Typing = {}) {
  const source = (file: string) => `. ${quote(Buffer.from(path.join(prefix, file)).toString('latin1'), shell)}`;
  const start = [...startup, source('env.sh')].join('\n');
  writeFileSync(at('bashrc'), `${start}\nPS1= PS2=\n`, 'latin1');
  writeFileSync(at('zsh/.zshrc'), `${start}\nPS1= PS2=\n`, 'latin1');
  const plain = {
    HOME: root,
    ZDOTDIR: at('zsh'),
    PATH: '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    HISTFILE: '/dev/null',
    ...env,
  };
  const [command, input] =
    shell === 'fish'
      ? // fish has prompts on a terminal only: the event is what they emit.
        [
          ['fish', '--no-config', '-ic', [...startup, source('env.fish'), ...lines].join('\nemit fish_prompt\n')],
          undefined,
        ]
      : [shell === 'bash' ? ['bash', '--rcfile', at('bashrc'), '-i'] : ['zsh', '-is'], `${lines.join('\n')}\n`];
  const [program = '', ...args] = command ?? [];
  const result = spawnSync(program, args, { cwd: root, env: plain, input, encoding: 'latin1' });
  // What an interactive shell says of its missing terminal; what zsh and bash echo of their input.
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}
type Typing = { readonly startup?: readonly string[]; readonly env?: Readonly<Record<string, string>> };

/** PATH as a program gets it after a prompt. In it, S stands for the shims, E and F for the bins of two environments. */
function movePath(shell: Shell, variables: Readonly<Record<string, string>>, before: string): string {
  const folders = { S: Buffer.from(`${prefix}/shims`).toString('latin1'), E: at('e/bin'), F: at('f/bin') };
  const entries = before
    .split(':')
    .map((entry) =>
      entry.replace(/^[SEF](?=$|\/)/, (letter) => folders[letter === 'S' ? 'S' : letter === 'E' ? 'E' : 'F']),
    );
  const set = (name: string, value: string) =>
    shell === 'fish' ? `set -gx ${name} ${quote(value, shell)}` : `export ${name}=${quote(value, shell)}`;
  const lines = [
    ...Object.entries(variables).map(([name, value]) => set(name, value.replace('@', root))),
    shell === 'fish'
      ? `set -gx PATH ${entries.map((entry) => quote(entry, shell)).join(' ')}`
      : `PATH=${quote(entries.join(':'), shell)}`,
    '/usr/bin/env -0',
  ];
  const { stdout } = type(shell, lines);
  const found = stdout.split('\0').find((variable) => /^(?:[^\n]*\n)?PATH=/.test(variable)) ?? '';
  const letters = (entry: string) =>
    Object.entries(folders).reduce((text, [letter, folder]) => text.replace(folder, letter), entry);
  return found
    .slice(found.indexOf('PATH=') + 5)
    .split(':')
    .map(letters)
    .join(':');
}

const active = { VIRTUAL_ENV: '@/e' };
const PATHS: readonly (readonly [title: string, variables: Record<string, string>, before: string, after: string])[] = [
  ['the shims move in front of it', active, 'E:S:/usr/bin', 'S:E:/usr/bin'],
  ['what is in front of it stays there', active, '/a:E:/b:S:/c', '/a:S:E:/b:/c'],
  ['nothing moves if they are in front, wherever', active, '/a:S:/b:E:/c', '/a:S:/b:E:/c'],
  ['nothing moves without an environment', {}, 'E:S:/usr/bin', 'E:S:/usr/bin'],
  ['the environment is not put on PATH', active, '/a:/b:S', '/a:/b:S'],
  ['an environment that is behind the shims stays there', active, '/a:S:E', '/a:S:E'],
  ['shims that are not on PATH stay off it', active, 'E:/usr/bin', 'E:/usr/bin'],
  ['copies of the shims become one', active, 'E:S:/a:S:S:/b:S', 'S:E:/a:/b'],
  ['copies behind it stay if one is in front', active, '/a:S:E:/b:S', '/a:S:E:/b:S'],
  ['copies of other entries stay', active, 'E:/a:E:S:/a:/a', 'S:E:/a:E:/a:/a'],
  ['an entry with a slash at its end', active, 'E/:S:/a', 'S:E/:/a'],
  ['a variable with a slash at its end', { VIRTUAL_ENV: '@/e/' }, 'E:S:/a', 'S:E:/a'],
  ['conda', { CONDA_PREFIX: '@/f' }, 'F:/condabin:S:/a', 'S:F:/condabin:/a'],
  ['venv over conda', { VIRTUAL_ENV: '@/e', CONDA_PREFIX: '@/f' }, 'E:F:S:/a', 'S:E:F:/a'],
  ['conda over venv', { VIRTUAL_ENV: '@/e', CONDA_PREFIX: '@/f' }, 'F:E:S:/a', 'S:F:E:/a'],
  ['the shims between the two', { VIRTUAL_ENV: '@/e', CONDA_PREFIX: '@/f' }, 'E:S:F:/a', 'S:E:F:/a'],
  ['other folders whose names are like it', active, '/xE:E2:E:S:S2', '/xE:E2:S:E:S2'],
  [
    'bytes that mean something elsewhere',
    active,
    '* ?:a b:$HOME:`id`:\\n:\'":E:\xff\xfe:é\n/x:S:~',
    '* ?:a b:$HOME:`id`:\\n:\'":S:E:\xff\xfe:é\n/x:~',
  ],
  ['a relative environment', { VIRTUAL_ENV: 'e' }, 'e/bin:S:/a', 'e/bin:S:/a'],
  ['an empty one', { VIRTUAL_ENV: '' }, '/bin:S', '/bin:S'],
  ['the root folder', { VIRTUAL_ENV: '/' }, '/bin:S', '/bin:S'],
  ['one with a colon', { VIRTUAL_ENV: '/x:/y' }, '/x:/y/bin:S', '/x:/y/bin:S'],
  ['one that is a pattern', { VIRTUAL_ENV: '/*' }, '/a/bin:S', '/a/bin:S'],
];
/** fish itself makes a dot of an empty entry. */
const EMPTY: typeof PATHS = [['empty entries stay', active, ':E::S::/a:', ':S:E:::/a:']];

describe.each(SHELLS)('the hook of %s', (shell) => {
  const isMissing = !isInstalled(shell);

  test.skipIf(isMissing).each(chooseSome([...PATHS, ...(shell === 'fish' ? [] : EMPTY)], 27))(
    '%s',
    (_, variables, before, after) => {
      expect(movePath(shell, variables, before)).toBe(after);
    },
  );

  test.skipIf(isMissing)('shims that were uninstalled while the shell runs do not move', () => {
    const gone = install(at('gone'));
    const file = path.join(gone, shell === 'fish' ? 'env.fish' : 'env.sh');
    const activate = `VIRTUAL_ENV='${at('e')}' PATH='${at('e')}/bin:${gone}/shims:/usr/bin:/bin'`;
    const { stdout } = type(shell, [
      `. '${file}'`,
      `rm '${gone}/shims/pip'`,
      shell === 'fish'
        ? activate
            .replaceAll(/(\w+)='([^']*)' ?/g, "set -gx $1 '$2'; ")
            .replace(/PATH '(.*)'/, (_, list: string) => `PATH ${list.replaceAll(':', ' ')}`)
        : activate,
      '/usr/bin/env | grep -a ^PATH=',
    ]);
    expect(stdout).toContain(`PATH=${at('e')}/bin:${gone}/shims:`);
  });
});

describe.skipIf(!isInstalled('strace'))('no process (needs strace)', () => {
  // (fish makes a thread now and then.)
  test.each(SHELLS.filter((shell) => isInstalled(shell)))('the prompts of %s start nothing', (shell) => {
    const count = (prompts: number) => {
      const trace = at('trace');
      const activate =
        shell === 'fish'
          ? `set -gx VIRTUAL_ENV '${at('e')}'; set -gx PATH $VIRTUAL_ENV/bin $PATH; emit fish_prompt`
          : `VIRTUAL_ENV='${at('e')}'; PATH=$VIRTUAL_ENV/bin:$PATH; _pipward_prompt`;
      const file = path.join(prefix, `in-environments.${shell}`);
      const lines = [`. "$HOOK"`, ...Array.from({ length: prompts }, () => activate)].join('\n');
      const options = { bash: ['--norc', '--noprofile'], zsh: ['-f'], fish: ['--no-config'] }[shell];
      spawnSync(
        'strace',
        ['-f', '-o', trace, '-e', 'trace=fork,vfork,clone,clone3,execve', shell, ...options, '-c', lines],
        {
          env: { HOME: root, PATH: `${prefix}/shims:/usr/bin:/bin`, HOOK: file, LANG: 'C.UTF-8' },
        },
      );
      return readFileSync(trace, 'utf8')
        .split('\n')
        .filter((line) => /(?:fork|clone3?|execve)\(/.test(line) && !line.includes('CLONE_THREAD')).length;
    };
    expect(count(20)).toBe(count(1));
  });
});

describe.skipIf(!isInstalled('bash'))('PROMPT_COMMAND', () => {
  const show = 'declare -p PROMPT_COMMAND';
  const activate = () => `VIRTUAL_ENV='${at('e')}' PATH='${at('e')}/bin:'$PATH`;
  const isFirst = () => `case $PATH in *shims:'${at('e')}'/bin:*) echo FIRST ;; esac`;

  /** What was there runs as before, once at each prompt, and the shims are in front; read three times, nothing grows. */
  test.each([
    ['unset', 'unset PROMPT_COMMAND', 0],
    ['empty', "PROMPT_COMMAND=''", 0],
    ['white space', "PROMPT_COMMAND=' '", 0],
    ['a string', "PROMPT_COMMAND='echo ran'", 1],
    ['a semicolon at its end', "PROMPT_COMMAND='echo ran;'", 1],
    ['a semicolon and blanks', "PROMPT_COMMAND='echo ran ; '", 1],
    ['a line feed at its end', "PROMPT_COMMAND=$'echo ran\\n'", 1],
    ['a comment at its end', "PROMPT_COMMAND='echo ran # \"it is'", 1],
    ['a comment and a semicolon', "PROMPT_COMMAND='echo ran #;'", 1],
    ['a backslash at its end', "PROMPT_COMMAND='echo ran; : \\'", 1],
    ['in the background', "PROMPT_COMMAND='{ :; } & echo ran; :&'", 1],
    ['two lines', "PROMPT_COMMAND=$'echo ran\\necho ran'", 2],
    ['a here-document', "PROMPT_COMMAND=$'cat <<X\\nran\\nX'", 1],
    ['an array', "PROMPT_COMMAND=('echo ran' '' 'echo ran;')", 2],
    ['an empty array', 'PROMPT_COMMAND=()', 0],
  ])('%s', (_, before, times) => {
    for (const isExported of [false, true]) {
      const startup = ['set -u', before, ...(isExported ? ['export PROMPT_COMMAND'] : [])];
      const env = `. '${prefix.replaceAll("'", "'\\''")}/env.sh'`;
      const { stdout, stderr } = type('bash', [activate(), isFirst(), env, env, show, 'echo END'], { startup });
      expect(stderr).not.toMatch(/syntax|unbound|not found|error/);
      expect(stdout).toContain('FIRST\n');
      expect(stdout.match(/_pipward_(?:prompt|hook)/g)).toHaveLength(1);
      // Six prompts before a line, and the one at the end.
      expect(stdout.match(/^ran$/gm)?.length ?? 0).toBe(7 * times);
    }
  });

  test('a string that a program assigns later replaces only what it knows of', () => {
    const { stdout } = type('bash', ["PROMPT_COMMAND='echo theirs'", activate(), isFirst()]);
    expect(stdout).toContain('theirs\n');
    expect(stdout).toContain('FIRST\n');
  });

  test('a readonly one: the startup file goes on, and nothing is said', () => {
    const { stdout, stderr } = type('bash', ['echo alive', show], { startup: ["readonly PROMPT_COMMAND=':'"] });
    expect(stdout).toContain('alive\n');
    expect(stdout).not.toContain('_pipward');
    expect(stderr).not.toContain('readonly');
  });

  test('a bash that inherits it, without the function, has nothing to say', () => {
    const startup = ["export PROMPT_COMMAND='echo ran'"];
    const { stdout, stderr } = type('bash', ['printf "echo inner\\n" | bash --norc --noprofile -i', 'echo END'], {
      startup,
    });
    expect(stdout).toContain('ran\ninner\nran\n');
    expect(stderr).not.toContain('not found');
  });

  test('a comparison that ignores case, and no glob: PATH stays whole', () => {
    const startup = ['set -f', 'shopt -s nocasematch extglob', 'IFS=:/_p'];
    const upper = `${at('E')}/bin`;
    const { stdout } = type('bash', [`PATH='${upper}:'$PATH; VIRTUAL_ENV='${at('e')}'`, 'printf "%s\\n" "$PATH"'], {
      startup,
    });
    expect(stdout).toContain(`${upper}:${prefix}/shims:/usr/bin:/bin\n`);
  });
});

describe("the user's own state", () => {
  const states = {
    bash: {
      ask: [
        'echo "status $?"',
        'true | (exit 4) | false',
        'echo "pipe ${PIPESTATUS[*]}"',
        'echo one two',
        'echo "last $_"',
      ],
      says: ['status 3', 'pipe 0 4 1', 'last two'],
      options: [
        'set -u',
        'set -f; IFS=x',
        'set -E; trap "echo TRAPPED" ERR',
        'set -o posix',
        'shopt -s failglob nullglob extglob nocasematch',
      ],
      list: 'echo "OPTIONS $- $(set +o | cksum) $(shopt | cksum) $(printf %s "$IFS" | cksum)"',
    },
    zsh: {
      ask: ['echo "status $?"', 'true | (exit 4) | false', 'echo "pipe $pipestatus"', 'echo one two', 'echo "last $_"'],
      says: ['status 3', 'pipe 0 4 1', 'last two'],
      options: [
        'setopt no_unset',
        'setopt sh_word_split ksh_arrays',
        'setopt warn_create_global warn_nested_var',
        'setopt no_glob glob_subst sh_glob',
        'IFS=x; setopt err_return',
        'TRAPZERR() { echo TRAPPED }',
      ],
      list: 'echo "OPTIONS $(setopt | cksum) $(printf %s "$IFS" | cksum)"',
    },
  };
  test.each(
    (['bash', 'zsh'] as const).flatMap((shell) => states[shell].options.map((option) => [shell, option] as const)),
  )('%s, %s', (shell, option) => {
    if (!isInstalled(shell)) return;
    const { ask, says, list } = states[shell];
    const activate = `export VIRTUAL_ENV='${at('e')}'; PATH=$VIRTUAL_ENV/bin:$PATH`;
    const run = (isHooked: boolean) => {
      const lines = [option, `echo; ${list}`, activate, `echo; ${list}`, '(exit 3)', ...ask];
      if (!isHooked) lines.unshift(shell === 'bash' ? 'unset PROMPT_COMMAND' : 'precmd_functions=()');
      return type(shell, lines);
    };
    const [hooked, bare] = [run(true), run(false)];
    // (These two change what the question itself prints.)
    const expected = /ksh_arrays|IFS/.test(option) ? [] : says;
    expect(expected.filter((line) => !hooked.stdout.includes(`${line}\n`))).toEqual([]);
    // Nothing differs from a shell without the hook: neither a status nor an option, nor an ERR trap that runs.
    expect(hooked.stdout).toBe(bare.stdout);
    expect(hooked.stderr).not.toMatch(/_pipward|parameter not set|unbound/);
    expect(hooked.status).toBe(bare.status);
  });

  test.skipIf(!isInstalled('bash'))(
    'set -e: a status that does not end the shell does not end it at the prompt either',
    () => {
      const { stdout } = type('bash', ['set -e', '! true', 'echo "alive $?"']);
      expect(stdout).toContain('alive 1\n');
    },
  );

  test.skipIf(!isInstalled('bash'))('bash: a later command of the same PROMPT_COMMAND sees the status', () => {
    const { stdout } = type('bash', ['(exit 3)', ':'], {
      startup: [
        "export PROMPT_COMMAND=':'",
        `. '${prefix.replaceAll("'", "'\\''")}/env.sh'`,
        "PROMPT_COMMAND=${PROMPT_COMMAND#:;}'; echo saw $?'",
      ],
    });
    expect(stdout).toContain('saw 3\n');
  });

  test.skipIf(!isInstalled('bash'))("bash: the history has the user's lines alone", () => {
    const { stdout } = type('bash', ['echo first', 'history']);
    expect(stdout).toMatch(/ 1 {2}echo first\n +2 {2}history\n$/);
  });

  test.skipIf(!isInstalled('zsh'))('zsh: the hook is there once, at the end, whatever else is there', () => {
    const again = `. '${prefix.replaceAll("'", "'\\''")}/env.sh'`;
    const { stdout } = type(
      'zsh',
      [again, 'later() { : }; precmd_functions+=(later)', again, 'print -l "$precmd_functions[@]"'],
      {
        startup: ['theirs() { : }', 'precmd_functions=(theirs)'],
      },
    );
    expect(stdout).toBe('theirs\nlater\n_pipward_prompt\n');
  });

  test.skipIf(!isInstalled('zsh'))(
    'zsh: it stays the last one, and gives way to a hook that wants to be that as well',
    () => {
      const show = 'print -- "order $precmd_functions"';
      const last = 'later() { : }; precmd_functions+=(later)';
      const activate = `VIRTUAL_ENV='${at('e')}' PATH='${at('e')}/bin:'$PATH`;
      expect(type('zsh', [last, activate, show]).stdout).toBe('order later _pipward_prompt\n');
      const rival =
        'start=$PATH; rival() { precmd_functions=(${precmd_functions:#rival} rival) }; precmd_functions+=(rival)';
      const waiting = Array.from({ length: 30 }, () => activate.replace('$PATH', '$start'));
      expect(type('zsh', [rival, ...waiting, show, show]).stdout).toBe('order _pipward_prompt rival\n'.repeat(2));
    },
  );
});

test.skipIf(!isInstalled('shellcheck'))('the hook of bash has no finding of shellcheck', () => {
  // That a string and an array have one name is on purpose.
  const result = spawnSync('shellcheck', ['-s', 'bash', '-e', 'SC2016,SC2030,SC2031,SC2128,SC2178', '-'], {
    encoding: 'utf8',
    input: readFileSync(path.join(prefix, 'in-environments.bash')),
  });
  expect(existsSync(path.join(prefix, 'in-environments.bash'))).toBe(true);
  expect(result.stdout).toBe('');
});
