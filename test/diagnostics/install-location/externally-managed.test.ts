import { expect, test } from 'vitest';
import type { Finding } from '../../../src/diagnostics/registry.ts';
import { cleanEnvironment, managedFacts, print, systemPython, systemReport } from '../build.ts';

const finding: Finding = { code: 'externally-managed' };

test('Debian, a requirements file, at 80 columns', () => {
  expect(print(finding, managedFacts(), 'pip install -r requirements.txt')).toMatchInlineSnapshot(`
    "advice[externally-managed]: apt manages this Python; use a virtual environment

      interpreter   /usr/bin/python3 (Python 3.11.2), first on PATH
      marked by     /usr/lib/python3.11/EXTERNALLY-MANAGED
      result        pip refused, nothing was installed

    fix: create an environment for this project once, then install there
        python3 -m venv .venv
        source .venv/bin/activate
        pip install -r requirements.txt

    note: --break-system-packages can break programs that apt installed
    more: pipward explain externally-managed
    "
  `);
});

test('the same at 50 columns', () => {
  expect(print(finding, managedFacts(), 'pip install -r requirements.txt', { columns: 50 })).toMatchInlineSnapshot(`
    "advice[externally-managed]: apt manages this
      Python; use a virtual environment

      interpreter   /usr/bin/python3
                    (Python 3.11.2), first on PATH
      marked by     /usr/lib/python3.11/EXTERNALLY-MANAGED
      result        pip refused, nothing was installed

    fix: create an environment for this project once,
         then install there
        python3 -m venv .venv
        source .venv/bin/activate
        pip install -r requirements.txt

    note: --break-system-packages can break programs
          that apt installed
    more: pipward explain externally-managed
    "
  `);
});

test('an environment in the home directory is not called one for the project', () => {
  const facts = managedFacts({
    project: { homePlace: '/home/ada/.venv' },
    findObstacle: (need) =>
      need.kind === 'folder' && need.path.startsWith('/home/ada/code/')
        ? { kind: 'not-writable', path: need.path }
        : null,
  });
  const text = print(finding, facts, 'pip install -r requirements.txt');
  expect(text).toContain(
    'fix: create a virtual environment once, then install there\n    python3 -m venv /home/ada/.venv\n',
  );
});

test('the same, short', () => {
  expect(print(finding, managedFacts(), 'pip install -r requirements.txt', { form: 'short' })).toMatchInlineSnapshot(`
    "advice[externally-managed]: apt manages this Python; use a virtual environment; fix: python3 -m venv .venv && source .venv/bin/activate && pip install -r requirements.txt
    "
  `);
});

test('a program, pipx is there, no ensurepip', () => {
  const facts = managedFacts({ tools: { pipx: '/usr/bin/pipx', ensurepip: false } });
  expect(print(finding, facts, 'pip install httpie')).toMatchInlineSnapshot(`
    "advice[externally-managed]: apt manages this Python; use a virtual environment

      interpreter   /usr/bin/python3 (Python 3.11.2), first on PATH
      marked by     /usr/lib/python3.11/EXTERNALLY-MANAGED
      result        pip refused, nothing was installed

    fix: create an environment for this project once, then install there
        sudo apt install python3.11-venv
        python3 -m venv .venv
        source .venv/bin/activate
        pip install httpie

    once: if it is a program and not a library, install it with pipx
        pipx install httpie

    note: --break-system-packages can break programs that apt installed
    more: pipward explain externally-managed
    "
  `);
});

test.each([
  'pip install requests',
  'pip install a b',
  'pip install -r x.txt',
  'pip install ./x',
  'pip install -e .',
  'pip install x>=1',
])('pipx is there, but the call does not name a program: %s', (line) => {
  expect(print(finding, managedFacts({ tools: { pipx: '/usr/bin/pipx' } }), line)).not.toContain('pipx install');
});

test('an environment is there; --user and --break-system-packages are not repeated', () => {
  const facts = managedFacts({ project: { environments: [cleanEnvironment] } });
  expect(print(finding, facts, 'pip install --user flask')).toMatchInlineSnapshot(`
    "advice[externally-managed]: apt manages this Python; use a virtual environment

      interpreter   /usr/bin/python3 (Python 3.11.2), first on PATH
      marked by     /usr/lib/python3.11/EXTERNALLY-MANAGED
      found         ./.venv (Python 3.10.12), not active in this shell
      result        pip refused, nothing was installed

    fix: install into the project's virtual environment
        source .venv/bin/activate
        pip install flask

    note: --break-system-packages can break programs that apt installed
    more: pipward explain externally-managed
    "
  `);
});

test('uninstall', () => {
  expect(print(finding, managedFacts(), 'pip uninstall -y requests')).toMatchInlineSnapshot(`
    "advice[externally-managed]: apt manages this Python; pip may not remove from it

      interpreter   /usr/bin/python3 (Python 3.11.2), first on PATH
      marked by     /usr/lib/python3.11/EXTERNALLY-MANAGED
      result        pip refused, nothing was removed

    check: see where it is; what apt installed, apt removes
        /usr/bin/python3 -m pip show requests

    note: --break-system-packages can break programs that apt installed
    more: pipward explain externally-managed
    "
  `);
});

test('root in a container', () => {
  const facts = managedFacts({
    caller: { isRoot: true, container: '/.dockerenv', cwd: '/app', home: '/root' },
    project: { directory: '/app' },
    tools: { ensurepip: false },
  });
  expect(print(finding, facts, 'pip install flask')).toMatchInlineSnapshot(`
    "advice[externally-managed]: apt manages this Python; use a virtual environment

      interpreter   /usr/bin/python3 (Python 3.11.2), first on PATH
      marked by     /usr/lib/python3.11/EXTERNALLY-MANAGED
      result        pip refused, nothing was installed

    fix: in a container, create a separate environment and call its pip by path
        apt install python3.11-venv
        python3 -m venv /opt/venv
        /opt/venv/bin/pip install flask

    note: --break-system-packages can break programs that apt installed
    more: pipward explain externally-managed
    "
  `);
});

test.each(['--user', '--break-system-packages', '--break-system', '--no-user'])(
  'in a container %s is not repeated',
  (option) => {
    const facts = managedFacts({ caller: { isRoot: true, container: '/.dockerenv' } });
    expect(print(finding, facts, `pip install ${option} flask`)).toContain('\n    /opt/venv/bin/pip install flask\n');
  },
);

test.each<[owner: string, marker: string, apt: boolean]>([
  ['apt', '/usr/lib/python3.11/EXTERNALLY-MANAGED', true],
  ['the system', '/usr/lib/python3.11/EXTERNALLY-MANAGED', false],
  ['the system', '/usr/lib64/python3.13/EXTERNALLY-MANAGED', false],
  ['uv', '/home/ada/.local/share/uv/python/cpython-3.12/lib/python3.12/EXTERNALLY-MANAGED', true],
  ['Homebrew', '/opt/homebrew/Cellar/python@3.12/3.12.1/lib/python3.12/EXTERNALLY-MANAGED', false],
])('%s: %s', (owner, marker, apt) => {
  const facts = managedFacts({ report: { ...systemReport, managedMarker: marker }, tools: { apt } });
  const text = print(finding, facts, 'pip install flask');
  expect(text).toContain(`: ${owner} manages this Python; use `);
  expect(text).toContain(`programs that ${owner} installed`);
});

test('an unknown distributor', () => {
  const facts = managedFacts({
    interpreter: { ...systemPython, executable: '/opt/py/bin/python3', realPath: '/opt/py/bin/python3' },
    report: { ...systemReport, managedMarker: '/opt/py/lib/python3.12/EXTERNALLY-MANAGED' },
  });
  expect(print(finding, facts, 'pip install flask')).toMatch(
    /^advice\[externally-managed\]: another tool manages this Python; use a/,
  );
});
