import { describe, expect, test } from 'vitest';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import { readPipVersion } from '../../../src/interpreter/inspect/pip-presence.ts';
import type { Platform } from '../../../src/model/call-context.ts';
import { program, viewOf, type Tree } from '../../support/tree.ts';
import {
  conda,
  debian,
  installed,
  pipIn,
  script,
  surroundingsOf,
  virtual,
  windows,
  windowsVirtual,
} from '../layouts.ts';

const inspect = (
  executable: string,
  tree: Tree | readonly Tree[],
  env: Record<string, string> = {},
  platform: Platform = 'linux',
) => inspectInterpreter(executable, surroundingsOf({ tree, env, platform }));

const pythonOrg = '/Library/Frameworks/Python.framework/Versions/3.12';
const brew = '/opt/homebrew/Cellar/python@3.12/3.12.1/Frameworks/Python.framework/Versions/3.12';
const win = 'C:\\Python312';

/** Kind and prefix, version, stdlib, site directories. */
const layouts: readonly (readonly [
  string,
  string,
  Tree | readonly Tree[],
  Platform,
  readonly [string, string | null, string | null, readonly string[]],
])[] = [
  [
    'a Python built from source',
    '/opt/py/bin/python',
    installed('/opt/py', '3.12'),
    'linux',
    ['base /opt/py', '3.12', '/opt/py/lib/python3.12', ['/opt/py/lib/python3.12/site-packages']],
  ],
  [
    "Debian's, externally managed",
    '/usr/bin/python3',
    debian(),
    'linux',
    [
      'base /usr, managed by /usr/lib/python3.11/EXTERNALLY-MANAGED',
      '3.11',
      '/usr/lib/python3.11',
      [
        '/usr/local/lib/python3.11/dist-packages',
        '/usr/lib/python3/dist-packages',
        '/usr/lib/python3.11/dist-packages',
      ],
    ],
  ],
  [
    "Debian's by /bin, a link to /usr/bin",
    '/bin/python3',
    { ...debian(), '/bin': { link: 'usr/bin' } },
    'linux',
    [
      'base /usr, managed by /usr/lib/python3.11/EXTERNALLY-MANAGED',
      '3.11',
      '/usr/lib/python3.11',
      [
        '/usr/local/lib/python3.11/dist-packages',
        '/usr/lib/python3/dist-packages',
        '/usr/lib/python3.11/dist-packages',
      ],
    ],
  ],
  [
    "Debian's Python 2.7",
    '/usr/bin/python2',
    { ...installed('/usr', '2.7', null, ['python2']), '/usr/lib/python2.7/dist-packages/': '' },
    'linux',
    [
      'base /usr',
      '2.7',
      '/usr/lib/python2.7',
      ['/usr/local/lib/python2.7/dist-packages', '/usr/lib/python2.7/dist-packages'],
    ],
  ],
  [
    'a Debian /usr/local/lib/python3.11 does not make a Python in /usr/local',
    '/usr/local/bin/python3.11',
    { ...debian(), '/usr/local/bin/python3.11': program },
    'linux',
    ['unknown', '3.11', null, []],
  ],
  [
    'free-threaded',
    '/opt/py/bin/python3.13t',
    { '/opt/py/bin/python3.13t': program, '/opt/py/lib/python3.13t/os.py': '', '/opt/py/lib/python3.13/os.py': '' },
    'linux',
    ['base /opt/py', '3.13', '/opt/py/lib/python3.13t', ['/opt/py/lib/python3.13t/site-packages']],
  ],
  [
    'PyPy',
    '/opt/pypy/bin/python',
    {
      '/opt/pypy/bin/pypy3.10': program,
      '/opt/pypy/bin/python': { link: 'pypy3.10' },
      '/opt/pypy/lib/pypy3.10/os.py': '',
    },
    'linux',
    ['base /opt/pypy', '3.10', '/opt/pypy/lib/pypy3.10', ['/opt/pypy/lib/pypy3.10/site-packages']],
  ],
  [
    'no version in the name, one library',
    '/opt/py/bin/python',
    { '/opt/py/bin/python': program, '/opt/py/lib/python3.9/os.py': '', '/opt/py/lib/python3.8/site-packages/': '' },
    'linux',
    ['base /opt/py', '3.9', '/opt/py/lib/python3.9', ['/opt/py/lib/python3.9/site-packages']],
  ],
  [
    'no version in the name, two libraries',
    '/opt/py/bin/python',
    { '/opt/py/bin/python': program, '/opt/py/lib/python3.9/os.py': '', '/opt/py/lib/python3.8/os.py': '' },
    'linux',
    ['unknown', null, null, []],
  ],
  [
    "python.org's for macOS",
    '/usr/local/bin/python3',
    { ...installed(pythonOrg, '3.12'), '/usr/local/bin/python3': { link: `${pythonOrg}/bin/python3.12` } },
    'darwin',
    [`base ${pythonOrg}`, '3.12', `${pythonOrg}/lib/python3.12`, [`${pythonOrg}/lib/python3.12/site-packages`]],
  ],
  [
    "Homebrew's, through its links",
    '/opt/homebrew/bin/python3',
    {
      ...installed(brew, '3.12'),
      [`${brew}/lib/python3.12/EXTERNALLY-MANAGED`]: '',
      '/opt/homebrew/bin/python3': { link: '../Cellar/python@3.12/3.12.1/bin/python3.12' },
      '/opt/homebrew/Cellar/python@3.12/3.12.1/bin/python3.12': { link: `${brew}/bin/python3.12` },
    },
    'darwin',
    [
      `base ${brew}, managed by ${brew}/lib/python3.12/EXTERNALLY-MANAGED`,
      '3.12',
      `${brew}/lib/python3.12`,
      [`${brew}/lib/python3.12/site-packages`],
    ],
  ],
  [
    "Apple's /usr/bin/python3 only looks for Xcode's",
    '/usr/bin/python3',
    { '/usr/bin/python3': program },
    'darwin',
    ['unknown', null, null, []],
  ],
  [
    "python.org's for Windows",
    `${win}\\python.exe`,
    windows(win, '312'),
    'win32',
    [`base ${win}`, '3.12', `${win}\\Lib`, [`${win}\\Lib\\site-packages`]],
  ],
  [
    'Windows, the version by its folder alone',
    'C:\\Python310\\python.exe',
    { 'C:\\Python310\\python.exe': program, 'C:\\Python310\\Lib\\os.py': '' },
    'win32',
    ['base C:\\Python310', '3.10', 'C:\\Python310\\Lib', ['C:\\Python310\\Lib\\site-packages']],
  ],
  [
    'the embeddable package: a zip file instead of Lib',
    'C:\\e\\python.exe',
    { 'C:\\e\\python.exe': program, 'C:\\e\\python312.dll': '' },
    'win32',
    ['unknown', null, null, []],
  ],
  [
    'venv',
    '/p/.venv/bin/python',
    [installed('/opt/py', '3.12'), virtual('/p/.venv', '/opt/py/bin/python3', '3.12')],
    'linux',
    ['virtual /p/.venv', '3.12.1', '/opt/py/lib/python3.12', ['/p/.venv/lib/python3.12/site-packages']],
  ],
  [
    'a link to the python of a venv is the base Python (PEP 405)',
    '/home/me/bin/python',
    [
      installed('/opt/py', '3.12'),
      virtual('/p/.venv', '/opt/py/bin/python3', '3.12'),
      { '/home/me/bin/python': { link: '/p/.venv/bin/python' } },
    ],
    'linux',
    ['base /opt/py', '3.12', '/opt/py/lib/python3.12', ['/opt/py/lib/python3.12/site-packages']],
  ],
  [
    'venv that sees the system site',
    '/p/.venv/bin/python',
    [
      debian(),
      virtual('/p/.venv', '/usr/bin/python3', '3.11'),
      { '/p/.venv/pyvenv.cfg': 'home = /usr/bin\ninclude-system-site-packages = true\nversion = 3.11.2' },
    ],
    'linux',
    [
      'virtual /p/.venv, sees system',
      '3.11.2',
      '/usr/lib/python3.11',
      [
        '/p/.venv/lib/python3.11/site-packages',
        '/usr/local/lib/python3.11/dist-packages',
        '/usr/lib/python3/dist-packages',
        '/usr/lib/python3.11/dist-packages',
      ],
    ],
  ],
  [
    'venv with a copied python: home tells the base',
    '/p/.venv/bin/python',
    [
      installed('/opt/py', '3.12'),
      virtual('/p/.venv', '/opt/py/bin/python3', '3.12'),
      { '/p/.venv/bin/python': program },
    ],
    'linux',
    ['virtual /p/.venv', '3.12.1', '/opt/py/lib/python3.12', ['/p/.venv/lib/python3.12/site-packages']],
  ],
  [
    'venv whose base is gone',
    '/p/.venv/bin/python',
    virtual('/p/.venv', '/gone/bin/python3', '3.12'),
    'linux',
    ['virtual /p/.venv', '3.12.1', null, ['/p/.venv/lib/python3.12/site-packages']],
  ],
  [
    'venv after an upgrade of the system: its link leads to 3.12 now',
    '/p/.venv/bin/python',
    [debian('3.12'), virtual('/p/.venv', '/usr/bin/python3', '3.11')],
    'linux',
    ['virtual /p/.venv', '3.12', '/usr/lib/python3.12', ['/p/.venv/lib/python3.12/site-packages']],
  ],
  [
    'venv of a free-threaded Python',
    '/p/.venv/bin/python',
    [
      { '/opt/py/bin/python3.13t': program, '/opt/py/lib/python3.13t/os.py': '' },
      {
        '/p/.venv/pyvenv.cfg': 'home = /opt/py/bin\ninclude-system-site-packages = false\nversion = 3.13.0',
        '/p/.venv/bin/python': { link: '/opt/py/bin/python3.13t' },
      },
    ],
    'linux',
    ['virtual /p/.venv', '3.13.0', '/opt/py/lib/python3.13t', ['/p/.venv/lib/python3.13t/site-packages']],
  ],
  [
    'venv with a lib64 of its own where the platform uses it',
    '/p/.venv/bin/python',
    [
      { '/usr/bin/python3.12': program, '/usr/lib64/python3.12/os.py': '' },
      virtual('/p/.venv', '/usr/bin/python3.12', '3.12'),
      { '/p/.venv/lib64/python3.12/site-packages/': '' },
    ],
    'linux',
    [
      'virtual /p/.venv',
      '3.12.1',
      '/usr/lib64/python3.12',
      ['/p/.venv/lib64/python3.12/site-packages', '/p/.venv/lib/python3.12/site-packages'],
    ],
  ],
  [
    'venv whose lib64 is a link to lib',
    '/p/.venv/bin/python',
    [
      { '/usr/bin/python3.12': program, '/usr/lib64/python3.12/os.py': '' },
      virtual('/p/.venv', '/usr/bin/python3.12', '3.12'),
      { '/p/.venv/lib64': { link: 'lib' } },
    ],
    'linux',
    ['virtual /p/.venv', '3.12.1', '/usr/lib64/python3.12', ['/p/.venv/lib/python3.12/site-packages']],
  ],
  [
    'venv on Windows',
    'C:\\p\\.venv\\Scripts\\python.exe',
    [windows(win, '312'), windowsVirtual('C:\\p\\.venv', win, '3.12.1')],
    'win32',
    ['virtual C:\\p\\.venv', '3.12.1', `${win}\\Lib`, ['C:\\p\\.venv\\Lib\\site-packages']],
  ],
  [
    'virtualenv before 20: no pyvenv.cfg, python copied, modules linked',
    '/p/env/bin/python',
    [
      installed('/opt/py', '2.7'),
      {
        '/p/env/bin/python': program,
        '/p/env/bin/activate_this.py': '',
        '/p/env/lib/python2.7/os.py': { link: '/opt/py/lib/python2.7/os.py' },
        '/p/env/lib/python2.7/orig-prefix.txt': '/opt/py',
        '/p/env/lib/python2.7/no-global-site-packages.txt': '',
      },
    ],
    'linux',
    ['virtual /p/env', '2.7', '/opt/py/lib/python2.7', ['/p/env/lib/python2.7/site-packages']],
  ],
  [
    'activate_this.py beside a link says nothing of the Python that it leads to',
    '/p/env/bin/python',
    [debian(), { '/p/env/bin/python': { link: '/usr/bin/python3' }, '/p/env/bin/activate_this.py': '' }],
    'linux',
    [
      'base /usr, managed by /usr/lib/python3.11/EXTERNALLY-MANAGED',
      '3.11',
      '/usr/lib/python3.11',
      [
        '/usr/local/lib/python3.11/dist-packages',
        '/usr/lib/python3/dist-packages',
        '/usr/lib/python3.11/dist-packages',
      ],
    ],
  ],
  [
    'pyvenv.cfg beside the executable: the environment is the folder above (site.py)',
    '/p/env/bin/python',
    [
      installed('/opt/py', '3.12'),
      {
        '/p/env/bin/python': { link: '/opt/py/bin/python' },
        '/p/env/bin/pyvenv.cfg': 'home = /opt/py/bin\ninclude-system-site-packages = false',
        '/p/env/pyvenv.cfg': 'home = /opt/py/bin',
      },
    ],
    'linux',
    ['virtual /p/env', '3.12', '/opt/py/lib/python3.12', ['/p/env/lib/python3.12/site-packages']],
  ],
  ...['/p/env/pyvenv.cfg', '/p/env/bin/pyvenv.cfg'].flatMap((file): (typeof layouts)[number][] =>
    [{ [`${file}/`]: '' }, { [file]: { unreadable: 'not-a-file' as const } }].map((tree): (typeof layouts)[number] => [
      `${file} that is not a regular file does not count`,
      '/p/env/bin/python',
      [installed('/opt/py', '3.12'), { '/p/env/bin/python': { link: '/opt/py/bin/python' }, ...tree }],
      'linux',
      ['base /opt/py', '3.12', '/opt/py/lib/python3.12', ['/opt/py/lib/python3.12/site-packages']],
    ]),
  ),
  [
    'conda, base',
    '/home/me/conda/bin/python',
    { ...conda('/home/me/conda', '3.11'), '/home/me/conda/condabin/conda': program },
    'linux',
    [
      'conda base /home/me/conda',
      '3.11',
      '/home/me/conda/lib/python3.11',
      ['/home/me/conda/lib/python3.11/site-packages'],
    ],
  ],
  [
    'conda, a named environment with conda in it',
    '/home/me/conda/envs/x/bin/python',
    { ...conda('/home/me/conda/envs/x', '3.11'), '/home/me/conda/envs/x/condabin/conda': program },
    'linux',
    [
      'conda /home/me/conda/envs/x',
      '3.11',
      '/home/me/conda/envs/x/lib/python3.11',
      ['/home/me/conda/envs/x/lib/python3.11/site-packages'],
    ],
  ],
  [
    'conda on Windows',
    'C:\\conda\\envs\\x\\python.exe',
    { ...windows('C:\\conda\\envs\\x', '311'), 'C:\\conda\\envs\\x\\conda-meta\\history': '' },
    'win32',
    ['conda C:\\conda\\envs\\x', '3.11', 'C:\\conda\\envs\\x\\Lib', ['C:\\conda\\envs\\x\\Lib\\site-packages']],
  ],
  [
    'a script beside a real library may start anything',
    '/usr/bin/python3.11',
    { ...debian(), '/usr/bin/python3.11': script('#!/bin/sh\nexec /opt/other/bin/python "$@"\n') },
    'linux',
    ['unknown', '3.11', null, []],
  ],
  [
    'a script in a folder that looks like one of conda',
    '/code/x/bin/python',
    { '/code/x/conda-meta/history': '', '/code/x/bin/python': script('#!/bin/sh\nexec evil\n') },
    'linux',
    ['unknown', null, null, []],
  ],
  [
    'an empty conda-meta is not of conda',
    '/opt/py/bin/python3.11',
    { ...installed('/opt/py', '3.11'), '/opt/py/conda-meta/': '' },
    'linux',
    ['base /opt/py', '3.11', '/opt/py/lib/python3.11', ['/opt/py/lib/python3.11/site-packages']],
  ],
  [
    'a shim of mise is a link to mise',
    '/home/me/.local/share/mise/shims/python',
    { ...debian(), '/usr/bin/mise': program, '/home/me/.local/share/mise/shims/python': { link: '/usr/bin/mise' } },
    'linux',
    ['unknown', null, null, []],
  ],
];

test.each(layouts)('%s', (_, executable, tree, platform, [place, version, stdlib, siteDirectories]) => {
  const found = inspect(executable, tree, {}, platform);
  const { environment, version: v } = found;
  const shown = {
    virtual: () => (environment.kind === 'virtual' && environment.seesSystemSite ? ', sees system' : ''),
    base: () =>
      environment.kind === 'base' && environment.managedMarker !== null
        ? `, managed by ${environment.managedMarker}`
        : '',
    conda: () => '',
    unknown: () => '',
  }[environment.kind]();
  const kind = environment.kind === 'conda' && environment.isBase ? 'conda base' : environment.kind;
  expect(environment.kind === 'unknown' ? kind : `${kind} ${environment.prefix}${shown}`).toBe(place);
  expect(v === null ? null : [v.major, v.minor, v.patch].filter((part) => part !== null).join('.')).toBe(version);
  expect(found.stdlib).toBe(stdlib);
  expect(found.siteDirectories).toEqual(siteDirectories);
});

test.each([
  ['/opt/py', 'base'],
  ['/opt/link', 'base'],
  ['', 'base'],
  ['/opt/other', 'unknown'],
  ['/opt/py:/opt/py', 'unknown'],
  ['/nowhere', 'unknown'],
])('under PYTHONHOME=%s a Python of /opt/py is %s', (home, kind) => {
  const tree = [installed('/opt/py', '3.12'), installed('/opt/other', '3.12'), { '/opt/link': { link: '/opt/py' } }];
  expect(inspect('/opt/py/bin/python', tree, { PYTHONHOME: home }).environment.kind).toBe(kind);
});

test("Fedora's own layout, with /usr/local first", () => {
  const tree = {
    '/usr/bin/python3.12': program,
    '/usr/lib64/python3.12/os.py': '',
    ...pipIn('/usr/lib/python3.12/site-packages'),
  };
  const found = inspect('/usr/bin/python3.12', tree);
  expect(found.siteDirectories).toEqual([
    '/usr/local/lib64/python3.12/site-packages',
    '/usr/local/lib/python3.12/site-packages',
    '/usr/lib64/python3.12/site-packages',
    '/usr/lib/python3.12/site-packages',
  ]);
  expect(found.pip).toEqual({ state: 'present', directory: '/usr/lib/python3.12/site-packages' });
});

describe('pip', () => {
  const bare = installed('/opt/py', '3.12', null);
  const site = '/opt/py/lib/python3.12/site-packages';
  const user = '/home/me/.local/lib/python3.12/site-packages';
  const venv = [installed('/opt/py', '3.12'), virtual('/p/.venv', '/opt/py/bin/python3', '3.12', null)];
  const framework = installed(pythonOrg, '3.12', null);
  const rows: readonly (readonly [
    string,
    string,
    Tree | readonly Tree[],
    Record<string, string>,
    string,
    Platform?,
  ])[] = [
    ['in site-packages', '/opt/py/bin/python', installed('/opt/py', '3.12'), {}, site],
    ['nowhere', '/opt/py/bin/python', bare, {}, 'absent'],
    [
      'a pip folder without a __main__.py does not count',
      '/opt/py/bin/python',
      { ...bare, [`${site}/pip/__init__.py`]: '' },
      {},
      'absent',
    ],
    ['in the user site', '/opt/py/bin/python', { ...bare, ...pipIn(user) }, {}, user],
    [
      'the user site comes first on sys.path',
      '/opt/py/bin/python',
      { ...installed('/opt/py', '3.12'), ...pipIn(user) },
      {},
      user,
    ],
    ['user site switched off', '/opt/py/bin/python', { ...bare, ...pipIn(user) }, { PYTHONNOUSERSITE: '1' }, 'absent'],
    [
      'user site elsewhere',
      '/opt/py/bin/python',
      { ...bare, ...pipIn('/u/lib/python3.12/site-packages') },
      { PYTHONUSERBASE: '/u' },
      '/u/lib/python3.12/site-packages',
    ],
    [
      'user site of a framework build',
      `${pythonOrg}/bin/python3`,
      { ...framework, ...pipIn('/home/me/Library/Python/3.12/lib/python/site-packages') },
      {},
      '/home/me/Library/Python/3.12/lib/python/site-packages',
      'darwin',
    ],
    ['user site on macOS otherwise', '/opt/py/bin/python', { ...bare, ...pipIn(user) }, {}, user, 'darwin'],
    [
      'user site on Windows',
      `${win}\\python.exe`,
      { ...windows(win, '312', null), 'C:\\R\\Python\\Python312\\site-packages\\pip\\__main__.py': '' },
      { AppData: 'C:\\R' },
      'C:\\R\\Python\\Python312\\site-packages',
      'win32',
    ],
    ['a venv does not see the user site', '/p/.venv/bin/python', [...venv, pipIn(user)], {}, 'absent'],
    ["a venv does not see its base's", '/p/.venv/bin/python', venv, {}, 'absent'],
    ['on PYTHONPATH', '/opt/py/bin/python', { ...bare, ...pipIn('/x') }, { PYTHONPATH: '/y:/x' }, '/x'],
    [
      'a relative PYTHONPATH is not looked at',
      '/opt/py/bin/python',
      { ...bare, ...pipIn('/code/x') },
      { PYTHONPATH: 'x:' },
      'absent',
    ],
    [
      'a wheel on PYTHONPATH may hold it',
      '/opt/py/bin/python',
      { ...bare, '/x/pip.whl': '' },
      { PYTHONPATH: '/x/pip.whl' },
      'unknown',
    ],
    ['PYTHONHOME moves everything', '/opt/py/bin/python', bare, { PYTHONHOME: '/z' }, 'unknown'],
    [
      'an editable pip',
      '/opt/py/bin/python',
      { ...bare, [`${site}/__editable__.pip-25.0.pth`]: '/src/pip/src\n', ...pipIn('/src/pip/src') },
      {},
      '/src/pip/src',
    ],
    [
      'an editable pip by an import hook',
      '/opt/py/bin/python',
      { ...bare, [`${site}/x.pth`]: 'import __editable___pip_25_0_finder\n' },
      {},
      'unknown',
    ],
    [
      'an egg, relative, as easy_install writes it',
      '/opt/py/bin/python',
      {
        ...bare,
        [`${site}/easy-install.pth`]: '# eggs\n./pip-9-py3.12.egg\r\n',
        [`${site}/pip-9-py3.12.egg/pip/__main__.py`]: '',
      },
      {},
      `${site}/pip-9-py3.12.egg`,
    ],
    [
      'a zipped egg',
      '/opt/py/bin/python',
      { ...bare, [`${site}/easy-install.pth`]: './pip-9.egg\n', [`${site}/pip-9.egg`]: '' },
      {},
      'unknown',
    ],
    [
      "uv's and setuptools' .pth files add nothing",
      '/p/.venv/bin/python',
      [
        ...venv,
        {
          '/p/.venv/lib/python3.12/site-packages/_virtualenv.pth': 'import _virtualenv\n',
          '/p/.venv/lib/python3.12/site-packages/distutils-precedence.pth':
            "import os; var = 'X'; __import__('_distutils_hack').add_shim();\n",
        },
      ],
      {},
      'absent',
    ],
    [
      'of a hundred .pth files all are read',
      '/opt/py/bin/python',
      { ...bare, ...Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${site}/${n}.pth`, 'import x\n'])) },
      {},
      'absent',
    ],
    [
      'of more it is not known',
      '/opt/py/bin/python',
      { ...bare, ...Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`${site}/${n}.pth`, 'import x\n'])) },
      {},
      'unknown',
    ],
    [
      'nor of more than a thousand lines',
      '/opt/py/bin/python',
      { ...bare, [`${site}/x.pth`]: `${'# x\n'.repeat(2000)}${'./nowhere\n'.repeat(1001)}` },
      {},
      'unknown',
    ],
    ['of a wrapper nothing is known', '/s/python', { '/s/python': script('#!/bin/sh\n') }, {}, 'unknown'],
  ];
  test.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, executable, tree, env, expected, platform]) => {
    const { pip } = inspect(executable, tree, env, platform);
    expect(pip.state === 'present' ? pip.directory : pip.state).toBe(expected);
  });
});

test.each([
  ['a wheel', { '/s/pip-24.0.dist-info/METADATA': '' }, '24.0'],
  ['distutils', { '/s/pip-9.0.1.egg-info': '' }, '9.0.1'],
  ['setuptools', { '/s/pip-20.3.4-py2.7.egg-info/PKG-INFO': '' }, '20.3.4'],
  [
    "other packages' names begin alike",
    { '/s/pip_tools-7.0.dist-info/METADATA': '', '/s/pip-audit-2.0.dist-info/METADATA': '' },
    null,
  ],
  [
    'the first directory that has one',
    { '/t/pip-22.0.dist-info/METADATA': '', '/s/pip-24.0.dist-info/METADATA': '' },
    '24.0',
  ],
  [
    'two after a broken upgrade: its own word',
    { '/s/pip-23.0.dist-info/M': '', '/s/pip-24.0.dist-info/M': '', '/s/pip/__init__.py': '__version__ = "24.0"\n' },
    '24.0',
  ],
  ['two and no word', { '/s/pip-23.0.dist-info/M': '', '/s/pip-24.0.dist-info/M': '' }, null],
  ['none', {}, null],
])('version of pip: %s', (_, tree, expected) => {
  expect(readPipVersion({ pip: { state: 'unknown' }, siteDirectories: ['/s', '/t'] }, viewOf(tree as Tree))).toBe(
    expected,
  );
});
