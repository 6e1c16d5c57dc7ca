import type { BuildCause } from '../../src/diagnostics/cause/build-failure.ts';
import type { DiagnosticCode, Finding } from '../../src/diagnostics/registry.ts';
import { POLICY_CODES } from '../../src/model/diagnostic.ts';
import { RULE_NAMES, type PolicyVerdict, type RuleName } from '../../src/model/policy.ts';
import { noRules } from '../../src/policy/file/defaults.ts';
import {
  type AllFacts,
  buildFacts,
  cleanEnvironment,
  factsWith,
  fallback,
  indexFacts,
  layerWith,
  managedFacts,
  nothingNear,
  sharedEnvironment,
  sparePython,
  systemPython,
  verdictOf,
} from './build.ts';

/** What only Windows says. */
export const WINDOWS_CODES = [
  'file-in-use',
  'path-too-long',
  'pip-replaces-itself',
  'launcher-broken',
  'store-alias',
  'leftover-folders',
] as const satisfies readonly DiagnosticCode[];

const windowsSite = 'C:\\Users\\ada\\AppData\\Local\\Programs\\Python\\Python312\\Lib\\site-packages';
const windowsFindings: Readonly<Record<(typeof WINDOWS_CODES)[number], readonly Finding[]>> = {
  'file-in-use': [
    { code: 'file-in-use', path: 'C:\\p\\.venv\\Scripts\\jupyter.exe', isCertain: true },
    { code: 'file-in-use', path: `${windowsSite}\\cv2\\cv2.cp312-win_amd64.pyd`, isCertain: false },
    { code: 'file-in-use', path: `${windowsSite}\\a folder\\data.bin`, isCertain: true },
    { code: 'file-in-use', path: `${windowsSite}\\${'a-long-name-'.repeat(9)}.dll`, isCertain: true },
    { code: 'file-in-use', path: null, isCertain: true },
  ],
  'path-too-long': [
    { code: 'path-too-long', path: `C:\\p\\.venv\\Lib\\site-packages\\${'a-folder\\'.repeat(26)}file.json` },
    { code: 'path-too-long', path: null },
  ],
  'pip-replaces-itself': [{ code: 'pip-replaces-itself' }],
  'launcher-broken': [
    { code: 'launcher-broken', python: 'C:\\old\\python.exe', program: 'C:\\p\\env\\Scripts\\pip3.12.exe' },
    { code: 'launcher-broken', python: 'C:\\old\\python.exe', program: `C:\\p\\${'a-program-'.repeat(9)}.exe` },
    { code: 'launcher-broken', python: null, program: null },
  ],
  'store-alias': [{ code: 'store-alias' }],
  'leftover-folders': [
    { code: 'leftover-folders', names: ['-ip', '-umpy', '-andas', '-cipy', '-equests'], directory: windowsSite },
    { code: 'leftover-folders', names: [], directory: 'C:\\a b\\Lib\\site-packages' },
  ],
};

const suspicious = { ...cleanEnvironment, issues: ['python-inside-project', 'in-repository'] as const };
export const longPath = `/home/ada/${'a-folder-with-a-long-name/'.repeat(3)}`;
const unreadable: Finding = {
  code: 'policy-unreadable',
  problems: Array.from({ length: 3 }, () => ({
    file: `${longPath}pipward.toml`,
    line: 3,
    column: 7,
    key: 'policy.require-virtual-enviroment',
    message: 'this is not a known key; '.repeat(5),
    found: null,
    mistyped: {
      word: 'require-virtual-enviroment',
      known: [{ prefix: 'policy.', names: ['require-virtual-environment'] }],
    },
  })),
};
const refused: Finding = {
  code: 'venv-required',
  refused: true,
  verdict: verdictOf('refused', layerWith({ scope: 'system' }), layerWith(), layerWith()),
};

/** A rule not kept by three layers, and the next one as well. */
function byRule(rule: RuleName): readonly Finding[] {
  const other = RULE_NAMES[RULE_NAMES.indexOf(rule) + 1];
  const demand = {
    level: 'enforce',
    from: '2027-01-15',
    value: rule === 'minimum-pip' ? '99' : rule === 'required-version' ? '>=99' : '>=3.13,<4',
    line: 3,
  } as const;
  const rules = { ...noRules, demands: { [rule]: demand }, allowBypass: 'never', reason: 'Why. '.repeat(40) } as const;
  const layers = [layerWith({ scope: 'system', rules }), layerWith({ rules }), layerWith({ rules })];
  const verdict: PolicyVerdict = {
    kind: 'refused',
    layers: layers.flatMap((layer) => [
      { kind: 'refused', layer, rule, line: 3, from: '2027-01-15' },
      ...(other === undefined ? [] : [{ kind: 'refused', layer, rule: other, line: 4, from: null } as const]),
    ]),
    advised: [],
    lifted: [],
    passRequireVirtualenv: false,
  };
  return [true, false].map((isRefused) => ({ code: POLICY_CODES[rule], refused: isRefused, verdict }));
}
const scripts = {
  scripts: Array.from({ length: 9 }, (_, index) => `a-program-with-a-long-name-${index}`),
  directory: '/home/ada/.local/bin',
};

const noMatch = {
  code: 'no-matching-distribution',
  requirement: 'httpie',
  origin: null,
  versions: [],
  addresses: [],
  untrusted: null,
  answers: [],
} as const;
const causes: readonly BuildCause[] = [
  ...['Python.h', 'openssl/ssl.h', 'own/header-with-a-long-name-of-no-package.hpp'].map(
    (name) => ({ kind: 'header', name }) as const,
  ),
  ...['gcc', '/usr/bin/x86_64-linux-gnu-gcc', 'cmake', 'a-tool-of-its-own'].flatMap((name) =>
    [true, false].map((missing) => ({ kind: 'program', name, missing }) as const),
  ),
  ...['setuptools', 'pkg_resources', 'numpy', 'distutils', 'a_module_of_nobody_with_a_long_name'].map(
    (name) => ({ kind: 'module', name }) as const,
  ),
  { kind: 'rust' },
  { kind: 'bdist-wheel' },
  { kind: 'old-setuptools' },
  { kind: 'no-setup-py' },
  { kind: 'not-editable', by: 'pip' },
  { kind: 'not-editable', by: 'backend' },
  { kind: 'requirement', name: 'setuptools>=40.8.0' },
  { kind: 'fetch', name: 'git' },
  { kind: 'unknown' },
];
const conflictNumber = (number: number) => ({
  dependent: `a-project-with-a-long-name-${number}`,
  version: '1.0',
  requirement: 'httpie<2',
  dependency: 'httpie',
  found: '2.0',
  oldResolver: number === 0,
});

/** Every finding, in the places where most is said. */
export const findings: Readonly<Record<DiagnosticCode, readonly Finding[]>> = {
  'user-install-fallback': [
    { code: 'user-install-fallback', installed: null, scripts },
    { code: 'user-install-fallback', installed: [{ name: 'flask', version: '1' }], scripts },
    fallback('flask', 'jinja2'),
  ],
  'permission-denied': [
    { code: 'permission-denied', path: '/usr/local/lib/python3.10/dist-packages/x.py', readOnly: false },
    { code: 'permission-denied', path: '/nix/store/x', readOnly: true },
    { code: 'permission-denied', path: null, readOnly: false },
  ],
  'script-not-on-path': [
    { code: 'script-not-on-path', ...scripts },
    { code: 'script-not-on-path', scripts: ['a-program'], directory: "/it's here/bin" },
  ],
  'running-as-root': [
    {
      code: 'running-as-root',
      installed: [
        { name: 'httpie', version: '1.0' },
        { name: 'rich', version: '1' },
      ],
    },
    { code: 'running-as-root', installed: [] },
  ],
  'user-install-in-venv': [{ code: 'user-install-in-venv' }],
  'pip-venv-required': [{ code: 'pip-venv-required' }],
  'externally-managed': [{ code: 'externally-managed' }],
  'no-pip-module': [
    { code: 'no-pip-module', started: true },
    { code: 'no-pip-module', started: false },
  ],
  'project-environment-required': byRule('project-environment-only'),
  'user-install-forbidden': byRule('forbid-user-install'),
  'break-system-packages-forbidden': byRule('forbid-break-system-packages'),
  'root-forbidden': byRule('forbid-root'),
  'python-not-allowed': byRule('requires-python'),
  'pip-too-old': byRule('minimum-pip'),
  'pipward-too-old': byRule('required-version'),
  'venv-required': [...byRule('require-virtual-environment'), refused, { ...refused, refused: false }],
  'requires-python': [
    {
      code: 'requires-python',
      requirement: 'rocket==2.0',
      specifier: '!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,>=3.5,<3.10',
      running: '3.10.12',
      origin: '-r requirements/development.txt (line 3)',
      usable: ['1.0', '2.0rc1'],
    },
    { code: 'requires-python', requirement: 'httpie', specifier: '>=3.99', running: '', origin: null, usable: ['1.0'] },
    {
      code: 'requires-python',
      requirement: 'httpie>1',
      specifier: '>=3.99',
      running: '',
      origin: null,
      usable: [],
      ignored: ['>=3.99', '<3.9,>=3.6', '<3.6,>=3.3', '<3'].map((specifier, index) => ({
        version: `${5 - index}.0`,
        specifier,
      })),
    },
  ],
  'no-matching-distribution': [
    { ...noMatch, requirement: 'httpie==99', versions: Array.from({ length: 99 }, (_, index) => `1.${index}`) },
    { ...noMatch, requirement: 'reqeusts' },
    { ...noMatch, requirement: 'cv2', origin: '-r requirements/development.txt (line 3)' },
    { ...noMatch, requirement: 'tensorflow' },
    { ...noMatch, requirement: `a-project-with-${'a-very-long-'.repeat(9)}name`, untrusted: 'index.example.org' },
    { ...noMatch, requirement: 'httpie', addresses: ['https://ada:secret@index.example.org/simple'] },
  ],
  'ssl-module-missing': [{ code: 'ssl-module-missing' }],
  network: (
    [
      ['proxy', ''],
      ['certificate', 'certificate has expired'],
      ['certificate', 'self-signed certificate in certificate chain'],
      ['dns', ''],
      ['timeout', ''],
      ['refused', ''],
      ['broken', ''],
    ] as const
  ).map(([trouble, reason]) => ({
    code: 'network',
    trouble,
    detail: `[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${reason} (_ssl.c:1)`,
    host: trouble === 'dns' ? `index.${'example.'.repeat(12)}org` : 'index.example.org',
    requirement: 'httpie',
  })),
  'dependency-conflict': [
    { code: 'dependency-conflict', conflicts: Array.from({ length: 9 }, (_, index) => conflictNumber(index)) },
  ],
  'resolution-impossible': [
    {
      code: 'resolution-impossible',
      requested: ['httpie==1', 'requests==2'],
      causes: Array.from({ length: 9 }, (_, index) => `httpie 1.${index} depends on requests==1.${index}`),
    },
    {
      code: 'resolution-impossible',
      requested: ['httpie==1', 'a-long-name-of-a-project==2'],
      causes: [
        'a-long-name-of-a-project 2.10.3 depends on another-long-name-of-a-project!=1.5,<3,>=1.2',
        'The user requested (constraint) another-long-name-of-a-project==3.14.159',
      ],
    },
  ],
  'build-failed': causes.flatMap((cause) => [
    {
      code: 'build-failed',
      subject: 'httpie',
      origin: '-r requirements/development.txt (line 3)',
      cause,
      evidence: `src/a-folder/a-file.c:1:10: ${'a long line of a compiler '.repeat(9)}`,
      installing: false,
    },
    {
      code: 'build-failed',
      subject: `./a-folder-with-${'a-long-'.repeat(20)}name`,
      origin: null,
      cause,
      evidence: null,
      installing: true,
    },
  ]),
  'policy-unreadable': [unreadable],
  'interpreter-not-found': [
    {
      code: 'interpreter-not-found',
      wanted: `${longPath}python`,
      known: Array.from({ length: 9 }, () => systemPython),
      trace: [],
    },
    { code: 'interpreter-not-found', wanted: 'python3.12', known: [], trace: [] },
  ],
  'interpreter-not-runnable': [
    { code: 'interpreter-not-runnable', executable: `${longPath}bin/python`, reason: 'missing' },
  ],
  'directory-deleted': [{ code: 'directory-deleted' }],
  'call-loop': [{ code: 'call-loop', depth: 10 }],
  ...windowsFindings,
};

const shellPython = (sees: boolean) => ({
  word: 'python',
  executable: '/usr/bin/python',
  version: { major: 3, minor: 9, patch: 2 },
  sees,
});
const userSite = {
  python: shellPython(false),
  shadowed: [{ name: 'httpie', version: '0.9', directory: '/usr/lib/python3/dist-packages' }],
  activeElsewhere: '/home/ada/code/other/.venv',
};
const configured = {
  value: 'no',
  origin: { kind: 'file', path: '/home/ada/.config/pip/pip.conf', line: 2, text: 'user = no' },
} as const;
const deniedTo = (changes: Partial<NonNullable<AllFacts['denied']>>): AllFacts['denied'] => ({
  place: '/usr/local/lib/python3.10/dist-packages',
  owner: { name: 'root', isCaller: false },
  top: '/usr/local/lib/python3.10/dist-packages',
  isInOwnPlace: false,
  ...changes,
});

/** Callers and machines that texts are printed for. Facts of one diagnostic alone stand where most can be said of them. */
export const places: Readonly<Record<string, AllFacts>> = {
  'all that can be said': factsWith({
    project: { environments: [cleanEnvironment] },
    caller: { script: './tools/set-up-everything.sh' },
    staleEnvironment: { path: '/home/ada/code/other/old-environment', exists: false },
    userSite,
    setting: configured,
    denied: deniedTo({}),
    build: buildFacts({ headers: false, compiler: false, program: false }),
  }),
  'settings from many places': factsWith({
    shadowedPip: { path: `${longPath}bin/pip`, interpreter: sharedEnvironment, isElsewhere: true },
    sentBy: 'PIP_PREFIX',
    otherPython: {
      value: `${longPath}bin/python`,
      origin: { kind: 'file', path: `${longPath}pip.conf`, line: 12, text: 'python = ...' },
    },
    askedBy: { kind: 'file', path: `${longPath}pip.conf`, line: 14, text: 'user = yes' },
    unknownSettings: [
      { path: `${longPath}pip.conf`, reason: 'it is larger than 1 MiB' },
      { path: '/etc/pip.conf', reason: 'it is a FIFO' },
    ],
    hasBypass: true,
    bypassBan: layerWith({ file: `${longPath}pipward.toml` }),
    denied: deniedTo({}),
  }),
  'an earlier sudo': factsWith({
    project: { environments: [suspicious] },
    tools: { ensurepip: false },
    userSite: { ...userSite, python: shellPython(true) },
    denied: deniedTo({ place: `${longPath}x`, top: '/home/ada/a-folder-with-a-long-name', isInOwnPlace: true }),
  }),
  'without sudo': factsWith({
    tools: { hasSudo: false },
    denied: deniedTo({ top: '/home/ada/x', isInOwnPlace: true }),
  }),
  'not writable for its owner': factsWith({ denied: deniedTo({ owner: { name: 'ada', isCaller: true } }) }),
  'root, through sudo': factsWith({ caller: { isRoot: true, sudoUser: 'ada' } }),
  'root in an image': managedFacts({ caller: { isRoot: true, container: '/.dockerenv' }, userSite }),
  'an environment at hand': factsWith({ project: { environments: [cleanEnvironment] } }),
  'a doubtful one, no ensurepip': factsWith({
    project: { environments: [suspicious] },
    tools: { ensurepip: false, pipx: '/usr/bin/pipx' },
  }),
  'managed, no ensurepip, pipx': managedFacts({
    project: { environments: [suspicious] },
    tools: { ensurepip: false, pipx: '/usr/bin/pipx' },
  }),
  'a read-only environment': factsWith({
    interpreter: sharedEnvironment,
    source: 'active-environment',
    evidence: { kind: 'variable', name: 'VIRTUAL_ENV', value: '/srv/shared' },
    prefixOwner: { name: 'root', isCaller: false },
  }),
  'other Pythons, a proxy, an index': factsWith({
    build: buildFacts({}),
    index: indexFacts({
      pipVersion: '18.1',
      pythons: [sparePython('3.13.0'), sparePython('3.9.18', { ensurepip: false })],
      index: {
        value: 'https://ada:secret@index.example.org/simple',
        origin: { kind: 'variable', name: 'PIP_INDEX_URL', value: '' },
      },
      proxy: ['https_proxy', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => ({
        value: 'http://ada:secret@proxy.example.org:3128',
        origin: { kind: 'variable', name, value: '' },
      })),
    }),
  }),
  'no index': factsWith({
    build: buildFacts({ compiler: false, headers: true, isolated: false, program: true, setuptools: '65.0' }),
    index: indexFacts({ noIndex: { value: '1', origin: { kind: 'variable', name: 'PIP_NO_INDEX', value: '1' } } }),
  }),
  'a recipe of make': factsWith({ caller: { keepsState: false, script: 'make', shell: 'posix' } }),
  'a notebook': factsWith({
    caller: { keepsState: false, shell: 'posix', notebook: { python: '/usr/bin/python3', prefix: null } },
    project: { environments: [cleanEnvironment] },
  }),
  'nothing near': factsWith(nothingNear),
  'a bypass is allowed, nothing near': factsWith({ ...nothingNear, bypass: { log: null } }),
  'nothing known': factsWith({ interpreter: null, source: null, evidence: null, commandName: null, report: null }),
};
