import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { install, type Installation } from './installation.ts';
import { toWindowsPath, WINE_MISSING } from './wine.ts';

/** test/windows/fetch-node.mjs puts it there. */
const { file }: { file: string } = JSON.parse(readFileSync(new URL('node-for-windows.json', import.meta.url), 'utf8'));
const root = path.join(import.meta.dirname, '..', '..');
const NODE_FILE = path.join(root, file);
const isMissing = WINE_MISSING !== null || !existsSync(NODE_FILE);
const POLICY = '[tool.pipward.policy]\nrequire-virtual-environment = "enforce"\n';

let it: Installation;
const inHome = (name: string) => path.join(it.home, name);
const write = (name: string, text = '') => {
  mkdirSync(path.dirname(inHome(name)), { recursive: true });
  writeFileSync(inHome(name), text);
  return inHome(name);
};

beforeAll(() => {
  if (isMissing) return;
  it = install(['pip', 'pip3.12', 'pip3.9']);
  copyFileSync(NODE_FILE, inHome('node.exe'));
  for (const name of ['shim', 'attend', 'reporter', 'recorder']) {
    cpSync(path.join(root, `dist/${name}.cjs`), inHome(`dist/${name}.cjs`));
  }
  // What pipward looks at to tell a Python and its pip.
  for (const name of ['python312.dll', 'Lib/os.py']) write(`python/${name}`);
  write('python/Lib/site-packages/pip/__init__.py', '__version__ = "24.0"\n');
  write('python/Lib/site-packages/pip/__main__.py');
  write('python/Lib/site-packages/pip-24.0.dist-info/METADATA', 'Version: 24.0\n');
  // Environments.
  for (const name of ['active', 'without-pip']) {
    write(
      `${name}/pyvenv.cfg`,
      `home = ${toWindowsPath(inHome('python'))}\ninclude-system-site-packages = false\nversion = 3.12.1\n`,
    );
    for (const folder of ['Scripts', 'Lib/site-packages']) mkdirSync(inHome(`${name}/${folder}`), { recursive: true });
    copyFileSync(inHome('python/python.exe'), inHome(`${name}/Scripts/python.exe`));
  }
  for (const name of ['__init__.py', '__main__.py']) write(`active/Lib/site-packages/pip/${name}`);
});

// pip.exe, the real node.exe and the product's own programs; only Python is a stand-in.
describe.skipIf(isMissing)('the product (needs wine, mingw-w64 and the package of Node for Windows)', () => {
  const words = (python: string, ...args: readonly string[]) => [[toWindowsPath(inHome(python)), ...args]];
  /** Starts of pip. After a failed one pipward asks that Python about its folders. */
  const started = (starts: ReturnType<Installation['pip']>['starts']) =>
    starts.map((start) => start.words).filter((line) => !line.includes('-c'));

  /** Writes what the Python answers to the question about its folders; returns the file. */
  function report(answers: Readonly<Record<string, unknown>>): string {
    const python = toWindowsPath(inHome('python'));
    const usual = {
      version: '3.12.1',
      prefix: python,
      basePrefix: python,
      purelib: `${python}\\Lib\\site-packages`,
      userSite: 'C:\\users\\root\\AppData\\Roaming\\Python\\Python312\\site-packages',
      userScripts: 'C:\\users\\root\\AppData\\Roaming\\Python\\Python312\\Scripts',
      userSiteEnabled: true,
      siteWritable: true,
      managedMarker: null,
    };
    return toWindowsPath(write('report.json', JSON.stringify({ ...usual, ...answers })));
  }

  test('pip runs in the Python on PATH, and its exit code comes back', () => {
    const { status, stdout, stderr, starts } = it.pip(['install', 'rocket; python_version < "4"'], {
      env: { STANDIN_EXIT: '300' },
    });
    expect({ status, stdout, stderr }).toEqual({ status: 300, stdout: 'python ran\n', stderr: '' });
    expect(started(starts)).toEqual(
      words('python/python.exe', '-P', '-m', 'pip', 'install', 'rocket; python_version < "4"'),
    );
  });

  test('an active environment, and a versioned name', () => {
    const VIRTUAL_ENV = toWindowsPath(inHome('active'));
    const [active, versioned] = it.runAll([
      [['install', 'rocket'], { env: { VIRTUAL_ENV } }],
      [['install', 'rocket'], { name: 'pip3.12' }],
    ]);
    expect(started(active?.starts ?? [])).toEqual(
      words('active/Scripts/python.exe', '-P', '-m', 'pip', 'install', 'rocket'),
    );
    expect(started(versioned?.starts ?? [])).toEqual(
      words('python/python.exe', '-P', '-m', 'pip', 'install', 'rocket'),
    );
  });

  test('an active environment without pip: the pip of its Python works on it', () => {
    const VIRTUAL_ENV = toWindowsPath(inHome('without-pip'));
    const { starts } = it.pip(['install', 'rocket'], { env: { VIRTUAL_ENV } });
    expect(started(starts)).toEqual([
      [
        toWindowsPath(inHome('python/python.exe')),
        '-P',
        '-m',
        'pip',
        '--python',
        toWindowsPath(inHome('without-pip/Scripts/python.exe')),
        'install',
        'rocket',
      ],
    ]);
  });

  test('a policy refuses with 3, and pip is not started', () => {
    write('project/pyproject.toml', POLICY);
    const folder = toWindowsPath(inHome('project'));
    const [refused, allowed] = it.runAll([
      [['install', 'rocket'], { folder }],
      [['install', 'rocket'], { folder, env: { VIRTUAL_ENV: toWindowsPath(inHome('active')) } }],
    ]);
    expect(refused).toMatchObject({ status: 3, starts: [], stderr: expect.stringContaining('error[venv-required]') });
    // The path is wrapped.
    expect(refused?.stderr).toContain('pyproject.toml:2');
    expect(allowed).toMatchObject({ status: 0, stderr: '' });
  });

  test('no Python of the name: 127, and what is there', () => {
    const { status, stderr, starts } = it.pip(['install', 'rocket'], { name: 'pip3.9' });
    expect({ status, starts }).toEqual({ status: 127, starts: [] });
    expect(stderr).toContain('error[interpreter-not-found]: python3.9 was not found');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(toWindowsPath(inHome('python/python.exe')));
  });

  test('externally managed: told from facts, since the output of pip was not read', () => {
    const marker = write('python/Lib/EXTERNALLY-MANAGED', '[externally-managed]\nError=no\n');
    const { status, stderr } = it.pip(['install', 'rocket'], {
      env: { STANDIN_EXIT: '1', STANDIN_REPORT: report({ managedMarker: toWindowsPath(marker) }) },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('[externally-managed]');
    expect(stderr).not.toContain('sudo');
    rmSync(marker);
  });

  test('a user installation without --user: told from facts', () => {
    const site = inHome('user/Python312/site-packages');
    mkdirSync(site, { recursive: true });
    const env = {
      STANDIN_MAKES: toWindowsPath(path.join(site, 'rocket.py')),
      STANDIN_REPORT: report({ userSite: toWindowsPath(site), siteWritable: false }),
    };
    const HARNESS_HOLDS = toWindowsPath(inHome('python/Lib/site-packages'));
    const [fallback, asked, writable] = it.runAll([
      [['install', 'rocket'], { env: { ...env, HARNESS_HOLDS } }],
      [['install', '--user', 'rocket'], { env: { ...env, HARNESS_HOLDS } }],
      [['install', 'rocket'], { env }],
    ]);
    expect(fallback?.stderr).toContain('[user-install-fallback]: pip installed into your user site');
    expect(fallback?.stderr).toContain('pip install --user rocket');
    expect(fallback?.stderr).not.toMatch(/sudo|~\/|bin\/activate/);
    for (const result of [asked, writable]) expect(result).toMatchObject({ status: 0, stderr: '' });
  });
});
