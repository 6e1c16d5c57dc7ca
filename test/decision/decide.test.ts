import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { findPolicyLayers } from '../../src/policy/file/find-layers.ts';
import type { CallContext } from '../../src/model/call-context.ts';
import { program, viewOf, type Tree } from '../support/tree.ts';

const CONFIG = 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.1\n';

/** Debian's Python, an environment with a pip of a given version, one without pip, and a project that asks for one. */
function tree(pipVersion: string): Tree {
  return {
    '/usr/bin/python3': { link: 'python3.12' },
    '/usr/bin/python3.12': program,
    '/usr/lib/python3.12/os.py': '',
    '/usr/lib/python3/dist-packages/pip/__main__.py': '',
    [`/usr/lib/python3/dist-packages/pip-${pipVersion}.dist-info/METADATA`]: '',
    '/venv/pyvenv.cfg': CONFIG,
    '/venv/bin/python': { link: '/usr/bin/python3.12' },
    '/venv/lib/python3.12/site-packages/pip/__main__.py': '',
    '/bare/pyvenv.cfg': CONFIG,
    '/bare/bin/python': { link: '/usr/bin/python3.12' },
    '/bare/lib/python3.12/site-packages/': '',
    '/code/.git/HEAD': '',
    '/code/pipward.toml': '[policy]\nrequire-virtual-environment = "enforce"\n',
  };
}

function call(line: string, env: CallContext['env'] = {}, { pip = '24.0', cwd = '/code', name = 'pip' } = {}) {
  const context: CallContext = {
    platform: 'linux',
    env: { PATH: '/usr/bin', HOME: '/home/ada', ...env },
    cwd,
    home: '/home/ada',
    userId: 1000,
    name,
    arguments: line.split(' '),
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf(tree(pip)),
  };
  return decide(context, findPolicyLayers(context), 0);
}

describe('what a call comes to', () => {
  test.each([
    ['read-only commands run', 'list', {}, {}, 'run', null],
    ['a base Python is refused', 'install x', {}, {}, 'refuse', 3],
    ['outside the project it is watched', 'install x', {}, { cwd: '/home' }, 'watch', null],
    ['an environment is watched', 'install x', { VIRTUAL_ENV: '/venv' }, {}, 'watch', null],
    ['advice is switched off', 'install x', { VIRTUAL_ENV: '/venv', PIPWARD_ADVICE: 'off' }, {}, 'run', null],
    ['help is never refused', 'install --help', {}, {}, 'run', null],
    ['--python into an environment', '--python /venv install x', {}, {}, 'watch', null],
    ['--python into an environment, pip 23.0', '--python /venv install x', {}, { pip: '23.0.1' }, 'watch', null],
    ['--python behind install, pip 23.0 ignores it', 'install --python /venv x', {}, { pip: '23.0.1' }, 'refuse', 3],
    ['--python behind install, pip 24', 'install --python /venv x', {}, {}, 'watch', null],
    ['PIP_PYTHON into an environment', 'install x', { PIP_PYTHON: '/venv/bin/python' }, {}, 'watch', null],
    ['PIP_PYTHON, a pip before 22.3 ignores it', 'install x', { PIP_PYTHON: '/venv' }, { pip: '22.2' }, 'refuse', 3],
    [
      'PIP_PYTHON out of the environment',
      'install x',
      { VIRTUAL_ENV: '/venv', PIP_PYTHON: '/usr/bin/python3' },
      {},
      'refuse',
      3,
    ],
    ['--python that leads nowhere', '--python /gone install x', { VIRTUAL_ENV: '/venv' }, {}, 'refuse', 3],
    ['an environment without pip is driven', 'install x', { VIRTUAL_ENV: '/bare' }, {}, 'watch', null],
    [
      'an environment without pip, nothing to drive it',
      'install x',
      { VIRTUAL_ENV: '/bare' },
      { pip: '20.3' },
      'refuse',
      127,
    ],
    [
      'a version that is not there',
      'install x',
      { VIRTUAL_ENV: '/venv' },
      { name: 'pip3.9', cwd: '/home' },
      'refuse',
      127,
    ],
  ] as const)('%s', (_, line, env, options, kind, status) => {
    const decision = call(line, env, options);
    expect(decision.kind).toBe(kind);
    expect(decision.kind === 'refuse' ? decision.status : null).toBe(status);
  });

  test.each([
    ['-P where the interpreter has it', 'list', {}, ['/usr/bin/python3', '-P', '-m', 'pip']],
    [
      'pip is asked to check again where a rule is enforced',
      'install x',
      { VIRTUAL_ENV: '/venv' },
      ['/venv/bin/python', '-P', '-m', 'pip', '--require-virtualenv'],
    ],
    [
      'an environment without pip is named to the pip that drives it',
      'list',
      { VIRTUAL_ENV: '/bare' },
      ['/usr/bin/python3', '-P', '-m', 'pip', '--python', '/bare/bin/python'],
    ],
  ] as const)('how pip is started: %s', (_, line, env, start) => {
    const decision = call(line, env);
    expect(decision.kind === 'refuse' ? null : decision.start).toEqual(start);
  });
});
