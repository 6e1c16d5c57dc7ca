import { describe, expect, test } from 'vitest';
import type { ShellKind } from '../../../src/model/diagnostic.ts';
import {
  type FactChanges,
  cleanEnvironment,
  factsWith,
  fallback,
  nothingNear,
  print,
  sharedEnvironment,
  systemPython,
  systemReport,
} from '../build.ts';

describe('an environment is there', () => {
  const facts = factsWith({ project: { environments: [cleanEnvironment] } });

  test('full, at 80 columns', () => {
    expect(print(fallback('requests', 'idna'), facts, 'pip install requests')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not ./.venv

        interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH
        installed to  ~/.local/lib/python3.10/site-packages
        because       no virtual environment is active and the system
                      site-packages is not writable, so pip fell back to --user
        found         ./.venv (Python 3.10.12), not active in this shell

      fix: install into the project's virtual environment
          source .venv/bin/activate
          pip install requests

      undo: remove the user copy (its dependencies stay)
          /usr/bin/python3 -m pip uninstall requests

      more: pipward explain user-install-fallback
      "
    `);
  });

  test('full, at 50 columns', () => {
    expect(print(fallback('requests', 'idna'), facts, 'pip install requests', { columns: 50 })).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into
        your user site, not ./.venv

        interpreter   /usr/bin/python3
                      (Python 3.10.12), first on PATH
        installed to  ~/.local/lib/python3.10/site-packages
        because       no virtual environment is
                      active and the system
                      site-packages is not writable,
                      so pip fell back to --user
        found         ./.venv (Python 3.10.12),
                      not active in this shell

      fix: install into the project's virtual
           environment
          source .venv/bin/activate
          pip install requests

      undo: remove the user copy (its dependencies stay)
          /usr/bin/python3 -m pip uninstall requests

      more: pipward explain user-install-fallback
      "
    `);
  });

  test('short', () => {
    expect(print(fallback('requests'), facts, 'pip install requests', { form: 'short' })).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not ./.venv; fix: source .venv/bin/activate && pip install requests
      "
    `);
  });

  test('above the current directory, in fish, with a space in its path', () => {
    const environment = { ...cleanEnvironment, prefix: '/home/ada/my work/venv' };
    const above = factsWith({
      caller: { shell: 'fish', cwd: '/home/ada/my work/src' },
      project: { directory: '/home/ada/my work', environments: [environment] },
    });
    expect(print(fallback('requests'), above, 'pip install requests[socks]>=2')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not a venv

        interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH
        installed to  ~/.local/lib/python3.10/site-packages
        because       no virtual environment is active and the system
                      site-packages is not writable, so pip fell back to --user
        found         ~/my work/venv (Python 3.10.12), not active in this shell

      fix: install into the project's virtual environment
          source '/home/ada/my work/venv/bin/activate.fish'
          pip install 'requests[socks]>=2'

      undo: remove the user copy
          /usr/bin/python3 -m pip uninstall requests

      more: pipward explain user-install-fallback
      "
    `);
  });
});

describe('a project without an environment', () => {
  test('venv works', () => {
    expect(print(fallback('flask', 'jinja2'), factsWith(), 'pip3 install --user-agent=x flask')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not a venv

        interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH
        installed to  ~/.local/lib/python3.10/site-packages
        because       no virtual environment is active and the system
                      site-packages is not writable, so pip fell back to --user

      fix: create an environment for this project once, then install there
          python3 -m venv .venv
          source .venv/bin/activate
          pip install --user-agent=x flask

      undo: remove the user copy (its dependencies stay)
          /usr/bin/python3 -m pip uninstall flask

      more: pipward explain user-install-fallback
      "
    `);
  });

  test('Debian without python3-venv, the interpreter asked for by name', () => {
    const facts = factsWith({
      tools: { ensurepip: false },
      source: 'versioned-name',
      evidence: { kind: 'name', name: 'pip3.10' },
      commandName: null,
    });
    expect(print(fallback('flask', 'jinja2'), facts, 'pip3.10 install -r requirements.txt')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not a venv

        interpreter   /usr/bin/python3 (Python 3.10.12), requested as pip3.10
        installed to  ~/.local/lib/python3.10/site-packages
        because       the system site-packages is not
                      writable, so pip fell back to --user

      fix: create an environment for this project once, then install there
          sudo apt install python3.10-venv
          /usr/bin/python3 -m venv .venv
          source .venv/bin/activate
          pip install -r requirements.txt

      undo: remove the user copies
          /usr/bin/python3 -m pip uninstall flask jinja2

      more: pipward explain user-install-fallback
      "
    `);
  });

  test('an environment that the user may not write to is not recommended', () => {
    const facts = factsWith({
      project: { environments: [{ ...cleanEnvironment, isWritable: false }], freeName: '.venv-2' },
    });
    const text = print(fallback('flask'), facts, 'pip install flask');
    expect(text).toContain('  found         ./.venv, but you may not write to it: not recommended\n');
    expect(text).toContain('    source .venv-2/bin/activate\n');
  });

  test('its environment leads into the project: a new one, under another name', () => {
    const suspicious = { ...cleanEnvironment, issues: ['python-inside-project'] as const };
    const facts = factsWith({
      project: { environments: [suspicious], freeName: '.venv-2' },
      tools: { ensurepip: false },
    });
    expect(print(fallback('flask', 'jinja2'), facts, 'pip install flask')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not a venv

        interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH
        installed to  ~/.local/lib/python3.10/site-packages
        because       no virtual environment is active and the system
                      site-packages is not writable, so pip fell back to --user
        found         ./.venv, but its python leads into the project: not recommended

      fix: create an environment for this project once, then install there
          sudo apt install python3.10-venv
          python3 -m venv .venv-2
          source .venv-2/bin/activate
          pip install flask

      undo: remove the user copy (its dependencies stay)
          /usr/bin/python3 -m pip uninstall flask

      more: pipward explain user-install-fallback
      "
    `);
  });

  test('without report (the interpreter did not answer), Python not from Debian, no ensurepip', () => {
    const facts = factsWith({
      report: null,
      interpreter: { ...systemPython, executable: '/opt/py/bin/python3', stdlib: '/opt/py/lib/python3.10' },
      source: 'configured',
      evidence: { kind: 'file', path: '/home/ada/.config/pipward/config.toml', line: 2, text: '/opt/py/bin/python3' },
      commandName: null,
      tools: { ensurepip: false, apt: false },
    });
    expect(print(fallback('flask', 'jinja2'), facts, 'pip install flask')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not a venv

        interpreter   /opt/py/bin/python3 (Python 3.10.12),
                      named in ~/.config/pipward/config.toml:2
        because       no virtual environment is active and the system
                      site-packages is not writable, so pip fell back to --user

      fix: create an environment for this project once, then install there
          virtualenv --python /opt/py/bin/python3 .venv
          source .venv/bin/activate
          pip install flask

      undo: remove the user copy (its dependencies stay)
          /opt/py/bin/python3 -m pip uninstall flask

      more: pipward explain user-install-fallback
      "
    `);
  });
});

test('nothing near: a plain note', () => {
  expect(print(fallback('httpie'), factsWith(nothingNear), 'pip3 -v install httpie')).toMatchInlineSnapshot(`
    "note[user-install-fallback]: pip installed into your user site

      installed to  ~/.local/lib/python3.10/site-packages
      because       no virtual environment is active and the system
                    site-packages is not writable, so pip fell back to --user

    note: next time, say --user to choose the user site explicitly
        pip3 -v install --user httpie

    more: pipward explain user-install-fallback
    "
  `);
});

test('nothing near, short: nothing needs to be done now', () => {
  expect(print(fallback('httpie'), factsWith(nothingNear), 'pip install httpie', { form: 'short' })).toBe(
    'note[user-install-fallback]: pip installed into your user site; next time: pip install --user httpie\n',
  );
});

describe('the environment in use is not writable', () => {
  const inUse = {
    interpreter: sharedEnvironment,
    source: 'active-environment',
    evidence: { kind: 'variable', name: 'VIRTUAL_ENV', value: '/srv/shared' },
    commandName: null,
    report: { ...systemReport, prefix: '/srv/shared' },
  } as const;

  test('another user owns it', () => {
    const facts = factsWith({ ...inUse, prefixOwner: { name: 'root', isCaller: false } });
    expect(print(fallback('flask'), facts, 'pip install flask')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: environment is not writable, so pip used --user

        interpreter   /srv/shared/bin/python (Python 3.10.12), the active environment
        installed to  ~/.local/lib/python3.10/site-packages
        because       /srv/shared is not writable (it belongs to root) and it
                      sees the system's packages, so pip fell back to --user

      fix: create an environment for this project once, then install there
          /srv/shared/bin/python -m venv .venv
          source .venv/bin/activate
          pip install flask

      undo: remove the user copy
          /usr/bin/python3.10 -m pip uninstall flask

      more: pipward explain user-install-fallback
      "
    `);
  });

  test('the caller owns it', () => {
    const facts = factsWith({ ...inUse, prefixOwner: { name: 'ada', isCaller: true } });
    // What Python sees already pip does not install, so that no second copy is needed where none can be removed.
    const alone = factsWith({ ...inUse, prefixOwner: { name: 'ada', isCaller: true }, userSitePython: null });
    expect(print(fallback('flask'), alone, 'pip install flask')).toContain(
      'fix: make the environment writable, install again\n' +
        '    chmod -R u+w /srv/shared\n    pip install --ignore-installed flask\n\nmore:',
    );
    expect(print(fallback('flask'), facts, 'pip install flask')).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: environment is not writable, so pip used --user

        interpreter   /srv/shared/bin/python (Python 3.10.12), the active environment
        installed to  ~/.local/lib/python3.10/site-packages
        because       /srv/shared is not writable (it belongs to you) and it
                      sees the system's packages, so pip fell back to --user

      fix: make the environment writable, drop the user copy, install again
          chmod -R u+w /srv/shared
          /usr/bin/python3.10 -m pip uninstall flask
          pip install flask

      more: pipward explain user-install-fallback
      "
    `);
  });
});

describe('undo', () => {
  const undoOf = (line: string, ...installed: readonly string[]) =>
    /^undo: .*\n {4}(.*)$/m.exec(print(fallback(...installed), factsWith(), line))?.[1];

  test.each<[case_: string, line: string, installed: readonly string[], words: string | undefined]>([
    ['what was asked for', 'pip install flask', ['flask', 'jinja2'], 'flask'],
    [
      'extras, versions and other spellings',
      'pip install Flask[async]==3.0 typing_extensions',
      ['Flask', 'typing-extensions', 'x'],
      'Flask typing_extensions',
    ],
    ['what was there before stays', 'pip install flask six', ['flask', 'jinja2'], 'flask'],
    ['a requirements file', 'pip install -r requirements.txt flask', ['flask', 'jinja2'], 'flask jinja2'],
    ['a wheel', 'pip install ./dist/My_App-1.0-py3-none-any.whl', ['my-app', 'x'], 'my-app'],
    ['an sdist by address', 'pip install https://h.example/a/my.app-1.0.tar.gz#sha256=0', ['My-App', 'x'], 'My-App'],
    ['an egg fragment', 'pip install git+https://h.example/x.git#egg=thing', ['thing', 'x'], 'thing'],
    ['a folder, and one package came of it', 'pip install .', ['thing'], 'thing'],
    ['a folder, and more than one came of it', 'pip install .', ['thing', 'x'], 'thing x'],
    ['an editable folder among others', 'pip install -e . flask', ['thing', 'flask'], 'thing flask'],
    ['a managed Python', 'pip install --break-system-packages flask', ['flask'], '--break-system-packages flask'],
    ['nothing of what was asked for', 'pip install flask', ['jinja2'], undefined],
  ])('%s', (_, line, installed, words) => {
    expect(undoOf(line, ...installed)).toBe(
      words === undefined ? undefined : `/usr/bin/python3 -m pip uninstall ${words}`,
    );
  });
});

test.each<[case_: string, line: string, isThere: boolean]>([
  ['what replaced another version', 'pip install -U jinja2', false],
  ['only a dependency did', 'pip install flask', true],
  ['one of all that a file lists', 'pip install -r requirements.txt', false],
])('undo is left out where it would not bring back what was there: %s', (_, line, isThere) => {
  const installed = [
    { name: 'flask', version: '1' },
    { name: 'Jinja2', version: '2', isReplacement: true },
  ];
  const text = print({ code: 'user-install-fallback', installed, scripts: null }, factsWith(), line);
  expect(text.includes('\nundo: ')).toBe(isThere);
});

test.each<[case_: string, line: string, title: string | undefined]>([
  ['pip was not read: a requirements file may name what was there', 'pip install -r requirements.txt', undefined],
  ['pip was not read: a folder', 'pip install .', undefined],
  ['pip was not read: a name', 'pip install flask', 'remove the user copy (its dependencies stay)'],
])('%s', (_, line, title) => {
  const text = print({ code: 'user-install-fallback', installed: null, scripts: null }, factsWith(), line);
  expect(/^undo: (.*)$/m.exec(text)?.[1]).toBe(title);
});

test('all that was installed is listed: nothing stays', () => {
  const text = print(fallback('flask', 'jinja2'), factsWith(), 'pip install -r requirements.txt');
  expect(text).toContain('undo: remove the user copies\n    /usr/bin/python3 -m pip uninstall flask jinja2\n');
});

test.each<[case_: string, facts: FactChanges, because: RegExp]>([
  [
    'gone',
    { staleEnvironment: { path: '/x/gone', exists: false } },
    /VIRTUAL_ENV names \/x\/gone, which is not there,/,
  ],
  ['broken', { staleEnvironment: { path: '/x/y', exists: true } }, /names \/x\/y, which is no working environment,/],
])('VIRTUAL_ENV is stale: %s', (_, facts, because) => {
  const text = print(fallback('flask'), factsWith(facts), 'pip install flask').replace(/\s+/g, ' ');
  expect(text).toMatch(because);
  expect(text).not.toContain('no virtual environment is active');
});

test.each<[shell: ShellKind, folder: string, commands: readonly string[]]>([
  ['bash', '/home/ada/a$(id)', ["'a$(id)/.venv/bin/python' -m pip install flask"]],
  ['fish', '/home/ada/a"b', ["'a\"b/.venv/bin/python' -m pip install flask"]],
  ['bash', '/home/ada/ab', ['source ab/.venv/bin/activate', 'pip install flask']],
])('%s, %s: activation that would run the path is left out (CVE-2024-9287)', (shell, folder, commands) => {
  const caller = { shell, cwd: '/home/ada' };
  const prefix = `${folder}/.venv`;
  const there = factsWith({
    caller,
    project: { directory: folder, environments: [{ ...cleanEnvironment, prefix }] },
  });
  expect(print(fallback('flask'), there, 'pip install --user flask')).toContain(`    ${commands.join('\n    ')}\n\n`);
  const fresh = factsWith({ caller, project: { directory: folder } });
  expect(print(fallback('flask'), fresh, 'pip install flask')).toMatch(/ -m venv .*\.venv'?\n/);
  expect(print(fallback('flask'), fresh, 'pip install flask')).toContain(`\n    ${commands.join('\n    ')}\n\n`);
});

describe('credentials are never printed', () => {
  test.each([
    'pip install --index-url https://ada:s3cret@index.example/simple flask',
    'pip install git+https://s3cret@host.example/x.git',
    'pip install https://ada:s3/cret@host.example/x.whl',
    'pip install --proxy ada:s3cret@proxy.example:80 flask',
    'pip install https://host.example/x.whl?X-Amz-Signature=s3cret',
    'pip install -r https://ada:s3cret@host.example/requirements.txt',
    'pip install https://host.example/x.whl?x=s3cret',
    'pip install git+ada:s3cret@host.example/x.git',
    'pip install ada:s3cret@host.example/x',
    'pip install https:/ada:s3cret@host.example/x.whl',
    'pip install https:/s3cret@host.example/x.whl',
    'pip install x --global-option=--password=s3cret',
    'pip install x --config-settings Api-Key=s3cret',
    'pip install x -C SECRET=s3cret',
    'pip install x MY_TOKEN=s3cret',
    'pip install x AUTH=key-s3cret',
  ])('%s', (line) => {
    const text = print(fallback('flask'), factsWith(), line);
    expect(text).not.toMatch(/s3.?cret/);
    expect(text).toContain('    pip install ...\n');
  });

  test.each([
    ['git@host is a user name of every repository there', 'pip install git+ssh://git@host.example/x.git'],
    ['a revision', 'pip install git+https://host.example/x.git@v1.0'],
    ['packages with such names', 'pip install keyring==24.0 passlib>=1 tokenizers==0.15'],
    ['settings of a build', 'pip install x --config-settings=editable_mode=compat'],
  ])('%s', (_, line) => {
    expect(print(fallback('x'), factsWith(), line)).toContain(`    ${line.replace(/(\S*>=\S*)/, "'$1'")}\n`);
  });
});

test('a path from a repository cannot move the cursor or hide', () => {
  const environment = { ...cleanEnvironment, prefix: '/home/ada/code/api/\x1b[2J\u202e.venv' };
  const text = print(fallback('x'), factsWith({ project: { environments: [environment] } }), 'pip install x');
  expect(text).toContain('found         ./?[2J?.venv');
  expect(text).toContain("source $'\\x1b[2J\\xe2\\x80\\xae.venv/bin/activate'");
});

test('an environment whose Python is gone: doctor has the way to repair it', () => {
  const broken = { ...cleanEnvironment, hasPip: false, issues: ['broken'] } as const;
  const facts = factsWith({ project: { environments: [broken], freeName: '.venv-2' } });
  expect(print(fallback('x'), facts, 'pip install x').replaceAll(/\n {2,}/g, ' ')).toContain(
    'found         ./.venv, but its python does not work: `pipward doctor` tells how to repair it',
  );
});

describe('several environments in one folder', () => {
  const beside = { ...cleanEnvironment, prefix: cleanEnvironment.prefix.replace(/\.venv$/, 'env2') };
  const above = { ...cleanEnvironment, prefix: '/home/ada/.venv' };

  test('the fix names the one that it chose, and the other is shown', () => {
    const facts = factsWith({ project: { environments: [cleanEnvironment, beside, above] } });
    const text = print(fallback('x'), facts, 'pip install x');
    expect(text).toContain('  also there    ./env2 (Python 3.10.12), not chosen\n');
    expect(text).toContain('fix: install into the virtual environment ./.venv\n');
  });

  test.each([
    ['one above', above],
    ['one that will not do', { ...beside, isWritable: false }],
  ])('%s is not another choice', (_, other) => {
    const facts = factsWith({ project: { environments: [cleanEnvironment, other] } });
    const text = print(fallback('x'), facts, 'pip install x');
    expect(text).not.toContain('also there');
    expect(text).toContain("fix: install into the project's virtual environment\n");
  });
});

test('virtualenv gets the path of the Python: by `python` it would take its own', () => {
  const tools = { ensurepip: false, apt: false, pipx: null };
  const facts = factsWith({ commandName: 'python', tools, project: { directory: '/home/ada/code' } });
  const text = print(fallback('x'), facts, 'pip install x');
  expect(text).toContain(`    virtualenv --python ${facts.interpreter?.executable} `);
});

test('a conda environment of the project is told of, and not used without its activation', () => {
  const facts = factsWith({ project: { directory: '/home/ada/code', condaPrefix: '/home/ada/code/env' } });
  const text = print(fallback('x'), facts, 'pip install x').replaceAll(/\n {2,}/g, ' ');
  expect(text).toMatch(/found +\S*env, a conda environment: to use it, run conda activate \S*env first/);
  expect(text).toContain('-m venv ');
});
