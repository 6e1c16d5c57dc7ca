import { expect, test } from 'vitest';
import type { CallContext } from '../../src/model/call-context.ts';
import { MAX_DISTUTILS_BYTES } from '../../src/pip/distutils-settings.ts';
import { findPolicyLayers } from '../../src/policy/file/find-layers.ts';
import { decide } from '../../src/decision/decide.ts';
import { program, viewOf, type Tree, type TreeEntry } from '../support/tree.ts';

const VENV = 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.1\n';
const shared = VENV.replace('false', 'true');

const site = (prefix: string, pip = '24.0'): Tree => ({
  [`${prefix}/lib/python3.12/site-packages/pip/__main__.py`]: '',
  [`${prefix}/lib/python3.12/site-packages/pip-${pip}.dist-info/METADATA`]: '',
});
const venv = (prefix: string, cfg = VENV): Tree => ({
  [`${prefix}/pyvenv.cfg`]: cfg,
  [`${prefix}/bin/python`]: { link: '/usr/bin/python3.12' },
  ...site(prefix),
});

/** Debian's Python, its packages read-only; environments in and outside of the project /code/api in the repository /code. */
const machine: Tree = {
  '/usr': { directory: true, readOnly: true },
  '/usr/bin/python3': { link: 'python3.12' },
  '/usr/bin/python3.12': program,
  '/usr/lib/python3.12/os.py': '',
  '/usr/lib/python3/dist-packages/pip/__main__.py': '',
  '/usr/lib/python3/dist-packages/pip-23.0.1.dist-info/METADATA': '',
  '/etc/pipward': { directory: true, owner: 0 },
  '/code/.git/HEAD': '',
  '/code/api/setup.py': '',
  '/code/api/vendor/': '',
  '/code/api/escape': { link: '/usr/lib/python3/dist-packages' },
  ...venv('/code/api/.venv'),
  ...venv('/code/.venv'),
  ...venv('/envs/other'),
  ...venv('/envs/shared', shared),
  '/code/api/linked': { link: '/envs/other' },
  '/conda/conda-meta/history': '',
  '/conda/bin/python': program,
  '/conda/envs/x/conda-meta/history': '',
  '/conda/envs/x/bin/python': program,
  ...site('/conda'),
  ...site('/conda/envs/x'),
  '/conda/lib/python3.12/os.py': '',
  '/conda/envs/x/lib/python3.12/os.py': '',
};

const files = {
  S: '/etc/pipward/policy.toml',
  U: '/home/ada/.config/pipward/config.toml',
  P: '/code/pipward.toml',
  Q: '/code/api/pipward.toml',
} as const;

const LETTERS = ['S', 'U', 'P', 'Q'] as const;

const own = { VIRTUAL_ENV: '/code/api/.venv' };
const outer = { VIRTUAL_ENV: '/code/.venv' };
const other = { VIRTUAL_ENV: '/envs/other' };
const sees = { VIRTUAL_ENV: '/envs/shared' };
const conda = { CONDA_PREFIX: '/conda/envs/x' };
const base = { CONDA_PREFIX: '/conda' };
const need = 'require-virtual-environment="enforce"';
const warn = 'require-virtual-environment="advise"';
const inside = 'project-environment-only="enforce"';
const noUser = 'forbid-user-install="enforce"';
const noBreak = 'forbid-break-system-packages="enforce"';
const noRoot = 'forbid-root="enforce"';
const newer = 'required-version=">=99.1"';
const ROOT = { userId: 0 };
/** A script: only running it would tell what it starts. */
const WRAPPER: Tree = { '/opt/wrapper': { text: '#!/bin/sh\nexec python3 "$@"\n', executable: true } };
const DOCKER = { tree: { '/.dockerenv': { owner: 0 } } };

const TARGET_EXEMPT = `${need}\nexempt=["target"]`;

/** Environments of which links lead out. */
const LED: Tree = {
  '/opt/py38/bin/python3.8': program,
  '/opt/py38/lib/python3.8/os.py': '',
  '/opt/py38/lib/python3.12/site-packages/pip/__main__.py': '',
  ...Object.fromEntries(
    ['/envs/led', '/envs/led-lib', '/code/api/.led'].flatMap((prefix) => [
      [`${prefix}/pyvenv.cfg`, VENV],
      [`${prefix}/bin/python`, { link: '/usr/bin/python3.12' }],
    ]),
  ),
  '/envs/led/lib/python3.12/site-packages': { link: '/home/ada/.local/lib/python3.12/site-packages' },
  '/home/ada/.local/lib/python3.12/site-packages/pip/__main__.py': '',
  '/envs/led-lib/lib': { link: '/opt/py38/lib' },
  '/code/api/.led/lib/python3.12/site-packages': { link: '/srv/mine' },
  '/srv/mine/pip/__main__.py': '',
  '/envs/led-shared/pyvenv.cfg': shared,
  '/envs/led-shared/bin/python': { link: '/usr/bin/python3.12' },
  '/envs/led-shared/lib/python3.12/site-packages': { link: '/srv/fixed' },
  '/srv/fixed': { directory: true, readOnly: true },
  '/srv/fixed/pip/__main__.py': '',
};
/** Environments at the user base, above it and below it. */
const AT_BASE: Tree = Object.fromEntries(
  ['/home/ada/.local', '/home/ada', '/home/ada/.local/share/env', '/srv/base'].flatMap((prefix) => [
    [`${prefix}/pyvenv.cfg`, VENV],
    [`${prefix}/bin/python`, { link: '/usr/bin/python3.12' }],
    ...Object.entries(site(prefix)),
  ]),
);
const atBase = { VIRTUAL_ENV: '/home/ada/.local' };
const aboveBase = { VIRTUAL_ENV: '/home/ada' };
const belowBase = { VIRTUAL_ENV: '/home/ada/.local/share/env' };
const led = { VIRTUAL_ENV: '/envs/led' };
const ledLib = { VIRTUAL_ENV: '/envs/led-lib' };
const ledOut = { VIRTUAL_ENV: '/code/api/.led' };

/** What only looks like a conda environment: a copied python works with the library that it was made with. */
const COPIED: Tree = {
  '/fake/conda-meta/history': '',
  '/fake/bin/python': program,
  '/fake/lib/python3.12/site-packages/pip/__main__.py': '',
};
const fake = { CONDA_PREFIX: '/fake' };

/** Another Python, what this one imports from, and folders with links that lead there. */
const TARGETS: Tree = {
  '/opt/py38/bin/python3.8': program,
  '/opt/py38/lib/python3.8/os.py': '',
  '/opt/py38/lib/app/': '',
  '/opt/py38/share/app/': '',
  '/code/api/to38': { link: '/opt/py38/lib/python3.8' },
  '/usr/lib/python3/dist-packages/project.pth': '# one\n/srv/imported\nimport sys\n',
  '/srv/imported/vendor/': '',
  '/srv/mine/': '',
  '/code/api/plain/usr/lib/': '',
  '/code/api/rooted/usr': { link: '/usr' },
  '/code/api/rooted2/usr/lib': { link: '/opt/py38/lib' },
  '/code/api/rooted3/usr/lib/python3/dist-packages/flask': { link: '/opt/py38/lib/python3.8/flask' },
  '/opt/py38/lib/python3.8/flask/__init__.py': '',
  '/code/api/chroot/usr/bin/python3': program,
  '/code/api/linked-lib/lib': { link: '/opt/py38/lib' },
  '/code/api/linked-site/lib/python3.12/site-packages': { link: '/usr/lib/python3/dist-packages' },
  '/code/api/linked-package/lib/python3.12/site-packages/flask': { link: '/opt/py38/lib/python3.8/flask' },
};

const PY39: Tree = {
  '/opt/py39/bin/python3.9': program,
  '/opt/py39/lib/python3.9/os.py': '',
  '/opt/py39/lib/python3.9/site-packages/pip/__main__.py': '',
  '/opt/py39/lib/python3.9/site-packages/pip-23.0.1.dist-info/METADATA': '',
  '/envs/py39/pyvenv.cfg': VENV.replaceAll('3.12.1', '3.9.18').replace('/usr/bin', '/opt/py39/bin'),
  '/envs/py39/bin/python': { link: '/opt/py39/bin/python3.9' },
  '/envs/py39/lib/python3.9/site-packages/pip/__main__.py': '',
  '/envs/py39/lib/python3.9/site-packages/pip-23.0.1.dist-info/METADATA': '',
};
const ALIASES: Tree = { '/home/ada/.pydistutils.cfg': '[aliases]\nbdist_wheel = install --user\n' };
const USER_CFG: Tree = { '/home/ada/.pydistutils.cfg': '[install]\nuser = 1\ninstall-lib = /usr/lib/python3\n' };

/** Files of pip's configuration that we cannot read, and whether pip can neither. */
const UNREADABLE: readonly (readonly [entry: TreeEntry, isSkippedByPip: boolean])[] = [
  [{ unreadable: 'too-large' }, false],
  [{ unreadable: 'not-a-file' }, false],
  [{ unreadable: 'failed' }, false],
  [{ unreadable: 'permission' }, true],
  [{ directory: true }, true],
];
const latin = (text: string): Tree => ({ '/etc/pip.conf': { text, unreadable: 'not-utf-8' } });
const LATIN = latin('# f\xfcr alle\n[install]\nuser = yes\n');
const LATIN_COMMENT = latin('# f\xfcr alle\n[install]\nindex-url = http://f\xfcr/\n');
/** With GBK the second bracket belongs to a letter, and `user` is a setting of install. */
const SWALLOWED: Tree = { '/etc/pip.conf': '[install]\nx = 1\n[\u5800] = 2\nuser = yes\n' };

/** What each file has under [policy], by its letter; a line break between two keys. */
type Layers = Partial<Record<keyof typeof files, string>>;
type Row = readonly [
  layers: Layers,
  line: string,
  env: CallContext['env'],
  /** `allowed`; or verdict, file, line of the file; with `+` another rule or file said the same. */
  expected: string,
  options?: {
    readonly userId?: number;
    readonly tree?: Tree;
    readonly name?: string;
    readonly cwd?: string;
    readonly accountHome?: string;
  },
];

const rows: readonly Row[] = [
  // The environment.
  [{}, 'install x', {}, 'allowed'],
  [{ P: need }, 'install x', {}, 'refused P2'],
  [{ P: need }, 'uninstall x', {}, 'refused P2'],
  [{ P: need }, 'install x', own, 'allowed'],
  [{ P: need }, 'uninstall x', own, 'allowed'],
  [{ P: need }, 'install x', conda, 'allowed'],
  [{ P: need }, 'install x', base, 'refused P2'],
  [{ P: `${need}\naccept=["conda-base"]` }, 'install x', base, 'allowed'],
  [{ P: `${need}\naccept=["venv"]` }, 'install x', conda, 'refused P2'],
  [{ P: `accept=["conda"]\n${need}` }, 'install x', own, 'refused P3'],
  [{ P: need }, 'install --dry-run x', {}, 'allowed'],
  [{ P: need }, 'install --help', {}, 'allowed'],
  [{ P: need }, 'list', {}, 'allowed'],
  [{ P: need }, 'download x', {}, 'allowed'],
  [{ P: warn }, 'install x', {}, 'advised P2'],
  [{ P: warn }, 'install x', own, 'allowed'],
  [{ P: need }, 'install --user x', own, 'refused P2'],
  [{ P: need }, 'install --user x', sees, 'refused P2'],
  [{ P: need }, 'install x', { ...sees, PIP_USER: '1' }, 'refused P2'],
  [{ P: need }, 'install --target vendor x', own, 'allowed'],
  [{ P: need }, 'install --target vendor x', {}, 'refused P2'],
  [{ P: need }, 'install --prefix /usr x', own, 'refused P2'],
  [{ P: need }, 'install x', { ...own, PIP_PREFIX: '/usr' }, 'refused P2'],
  [{ P: need }, 'install --target /usr/lib/python3/dist-packages x', own, 'refused P2'],
  [{ P: need }, 'install --target escape x', own, 'refused P2'],
  [{ P: need }, 'install --prefix /code/api/.venv x', own, 'allowed'],
  [{ P: need }, '--python /usr/bin/python3 install x', own, 'refused P2'],
  [{ P: need }, 'install x', { ...own, PIP_PYTHON: '/usr/bin/python3' }, 'refused P2'],
  [{ P: need }, '--python /envs/other install x', {}, 'allowed'],
  // Several layers.
  [{ S: need, P: 'require-virtual-environment="off"' }, 'install x', {}, 'refused S2'],
  [{ S: warn, P: need }, 'install x', {}, 'refused P2'],
  [{ S: need, U: need, P: need }, 'install x', {}, 'refused S2 U2 P2'],
  [{ S: need, P: need, Q: warn }, 'install x', {}, 'refused S2 P2'],
  [{ S: warn, U: warn }, 'install x', {}, 'advised S2 U2'],
  [{ S: `${need}\naccept=["venv"]`, P: `${need}\naccept=["conda"]` }, 'install x', own, 'refused P2'],
  [{ S: `${need}\naccept=["venv"]`, P: `${need}\naccept=["conda"]` }, 'install x', conda, 'refused S2'],
  [{ S: 'acept=1', P: need }, 'install x', own, 'unreadable S'],
  [{ S: 'acept=1', P: need }, 'install x', {}, 'refused P2'],
  [{ U: 'acept=1' }, 'install x', {}, 'allowed'],
  [{ U: `acept=1\n${need}` }, 'install x', {}, 'refused U3'],
  [{ Q: 'broken' }, 'uninstall x', own, 'unreadable Q'],
  [{ Q: 'broken' }, 'freeze', own, 'allowed'],
  // Days.
  [{ P: 'forbid-root={level="enforce",from=2026-11-24}' }, 'install x', {}, 'refused P2', ROOT],
  [{ P: 'forbid-root={level="enforce",from=2026-11-25}' }, 'install x', {}, 'advised P2 2026-11-25', ROOT],
  [{ P: 'forbid-root={level="enforce",from=2025-01-01}' }, 'install x', {}, 'refused P2', ROOT],
  [{ P: 'forbid-root={level="enforce",from="soon"}' }, 'install x', {}, 'unreadable P', ROOT],
  // The project's own environment.
  [{ Q: inside }, 'install x', own, 'allowed'],
  [{ Q: inside }, 'install x', outer, 'refused Q2'],
  [{ P: inside }, 'install x', outer, 'allowed'],
  [{ P: inside }, 'install x', other, 'refused P2'],
  [{ S: inside }, 'install x', outer, 'refused S2'],
  [{ S: inside }, 'install x', own, 'allowed'],
  [{ S: inside }, 'install x', own, 'refused S2', { cwd: '/envs' }],
  [{ Q: inside }, 'install x', { VIRTUAL_ENV: '/code/api/linked' }, 'refused Q2'],
  [{ Q: inside }, 'install x', {}, 'refused Q2'],
  // The user site.
  [{ P: noUser }, 'install x', {}, 'refused P2'],
  [{ P: noUser }, 'install --no-user x', {}, 'allowed'],
  [{ P: noUser }, 'install x', {}, 'allowed', { tree: { '/usr': { directory: true } } }],
  [{ P: noUser }, 'install --user x', own, 'refused P2'],
  [{ P: noUser }, 'install x', { ...own, PIP_USER: 'yes' }, 'refused P2'],
  [{ P: noUser }, 'install x', { ...own, PIP_USER: 'no' }, 'allowed'],
  [{ P: noUser }, 'install x', own, 'refused P2', { tree: { '/code/api/.venv/pip.conf': '[install]\nuser = yes\n' } }],
  [{ P: noUser }, 'install x', own, 'allowed'],
  [
    { P: noUser },
    'install x',
    { ...own, HOME: 'h' },
    'refused P2',
    { tree: { '/code/api/h/.config/pip/pip.conf': '[install]\nuser = yes\n' } },
  ],
  [
    { P: noUser },
    '--python /envs/other install x',
    own,
    'refused P2',
    { tree: { '/envs/other/pip.conf': '[install]\nuser = yes\n' } },
  ],
  [
    { P: noUser },
    '--python /envs/other install x',
    own,
    'allowed',
    { tree: { '/code/api/.venv/pip.conf': '[install]\nuser = yes\n' } },
  ],
  [{ P: noUser }, 'install --us x', own, 'refused P2'],
  [{ P: noUser }, 'install x', { PIPWARD_PYTHON: '/opt/wrapper' }, 'refused P2', { tree: WRAPPER }],
  [{ P: noUser }, 'install x', { PIPWARD_PYTHON: '/opt/wrapper', PIP_USER: '0' }, 'allowed', { tree: WRAPPER }],
  [{ P: noUser }, 'install --no-user x', { PIPWARD_PYTHON: '/opt/wrapper' }, 'allowed', { tree: WRAPPER }],
  [
    { P: noUser },
    '--isolated install x',
    { PIPWARD_PYTHON: '/opt/wrapper', PIP_USER: '0' },
    'refused P2',
    { tree: WRAPPER },
  ],
  [{ P: noUser }, 'uninstall x', {}, 'allowed'],
  [{ P: noUser }, 'install --target vendor x', {}, 'allowed'],
  [{ P: 'forbid-user-install="advise"' }, 'install x', {}, 'advised P2'],
  // --break-system-packages.
  [{ P: noBreak }, 'install x', {}, 'allowed'],
  [{ P: noBreak }, 'install --break-system-packages x', {}, 'refused P2'],
  [{ P: noBreak }, 'uninstall --break-system-packages x', {}, 'refused P2'],
  [{ P: noBreak }, 'install --break x', {}, 'refused P2'],
  [{ P: noBreak }, 'install --b x', {}, 'refused P2'],
  [{ P: need }, '--de 5 install x', {}, 'refused P2'],
  [{ P: noBreak }, 'install x', { PIP_BREAK_SYSTEM_PACKAGES: '1' }, 'refused P2'],
  [{ P: noBreak }, 'install x', { ...own, PIP_BREAK_SYSTEM_PACKAGES: '1' }, 'allowed'],
  // Root.
  [{ S: noRoot }, 'install x', own, 'refused S2', ROOT],
  [{ S: noRoot }, 'list', own, 'allowed', ROOT],
  [{ S: noRoot }, 'install x', own, 'allowed'],
  [{ S: `${noRoot}\nexempt=["container"]` }, 'install x', own, 'allowed', { ...ROOT, ...DOCKER }],
  [{ S: `${noRoot}\nexempt=["container"]` }, 'install x', { ...own, container: 'podman' }, 'refused S2', ROOT],
  // Versions.
  [{ P: 'minimum-pip="23.1"' }, 'install x', {}, 'refused P2'],
  [{ P: 'minimum-pip="23.1"' }, 'install x', own, 'allowed'],
  [{ P: 'minimum-pip="23.0.1"' }, 'install x', {}, 'allowed'],
  [{ P: 'minimum-pip="23.1"' }, 'install -U pip setuptools', {}, 'allowed'],
  [{ P: 'minimum-pip="99"' }, 'install -U pip', own, 'allowed'],
  [{ P: 'minimum-pip="99"' }, 'install -U pip flask', own, 'refused P2'],
  [{ P: 'minimum-pip={value="99",level="advise"}' }, 'install x', own, 'advised P2'],
  [{ P: 'requires-python=">=3.12"' }, 'install x', {}, 'allowed'],
  [{ P: 'requires-python=">=3.12.1"' }, 'install x', own, 'allowed'],
  [{ P: 'requires-python=">=3.12.2"' }, 'install x', own, 'refused P2'],
  [{ P: 'requires-python=">=3.12.2"' }, 'install x', {}, 'refused P2'],
  [{ P: 'requires-python={value=">=3.12.2",level="advise"}' }, 'install x', {}, 'allowed'],
  [{ P: 'requires-python="<3.12"' }, 'install x', {}, 'refused P2'],
  // The version of pipward itself: refused by the machine's file, advised by the others, whatever would lift another rule.
  [{ S: newer }, 'install x', own, 'refused S2'],
  [{ S: newer }, 'uninstall x', own, 'refused S2'],
  [{ S: newer }, 'list', own, 'allowed'],
  [{ S: newer }, 'install --dry-run x', own, 'allowed'],
  [{ S: 'required-version=">=0.1"' }, 'install x', own, 'allowed'],
  [{ S: 'required-version=" >= 0.1.0rc1 "' }, 'install x', own, 'allowed'],
  [{ S: 'required-version=">=99.0.dev1"' }, 'install x', own, 'refused S2'],
  [{ U: newer }, 'install x', own, 'advised U2'],
  [{ P: newer }, 'install x', own, 'advised P2'],
  [{ P: newer, Q: newer }, 'install x', own, 'advised P2 Q2'],
  [{ S: `${newer}\nexempt=["ci"]` }, 'install x', { ...own, CI: 'true' }, 'refused S2'],
  [{ S: `${newer}\nexempt-packages=["x"]` }, 'install x', own, 'refused S2'],
  [{ S: newer }, 'install x', { ...own, PIPWARD_BYPASS: 'why' }, 'refused S2'],
  [{ P: newer }, 'install x', { ...own, PIPWARD_BYPASS: 'why' }, 'advised P2'],
  // Known rules still count, and unknown keys do not stop the call.
  [{ P: `${newer}\n${need}` }, 'install x', {}, 'refused P3'],
  [{ P: `${newer}\nrule-to-come="enforce"\naccept=["pixi"]` }, 'install x', own, 'advised P2'],
  [{ P: `rule-to-come="enforce"\n${newer}` }, 'install x', own, 'advised P3'],
  [{ S: `${newer}\nrule-to-come="enforce"\n[report]\nlog="file"` }, 'install x', own, 'refused S2'],
  [{ P: `required-version=">=0.1"\nrule-to-come="enforce"` }, 'install x', own, 'unreadable P'],
  [{ P: 'required-version="0.1"' }, 'install x', own, 'unreadable P'],
  [{ P: 'required-version=">=0.1, <1"' }, 'install x', own, 'unreadable P'],
  [{ P: 'required-version={value=">=0.1"}' }, 'install x', own, 'unreadable P'],
  [{ U: 'required-version="new"' }, 'install x', own, 'allowed'],
  // Exemptions.
  [{ S: `${need}\nexempt=["ci"]` }, 'install x', { CI: 'true' }, 'allowed'],
  [{ S: `${need}\nexempt=["ci"]`, P: need }, 'install x', { CI: 'true' }, 'refused P2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --target vendor x', {}, 'allowed'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root out x', {}, 'allowed'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root / x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --prefix /usr x', {}, 'refused S2'],
  // What the call before left there is no Python.
  [
    { S: `${need}\nexempt=["target"]` },
    'install --prefix /srv/p x',
    {},
    'allowed',
    { tree: { '/srv/p/lib/python3.12/site-packages/x.py': '' } },
  ],
  [
    { S: `${need}\nexempt=["target"]` },
    'install --prefix /srv/p x',
    {},
    'refused S2',
    { tree: { '/srv/p/lib/python3.12/os.py': '' } },
  ],
  [{ S: `${need}\nexempt=["target"]` }, 'install --prefix /envs/other x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --prefix ~/.local x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root /home/ada --prefix /.local x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --prefix /.local x', { PIP_ROOT: '/home/ada' }, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root / --prefix /usr x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --roo /home/ada --prefix /.local x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --prefix base x', { PYTHONUSERBASE: 'base' }, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --prefix base/x x', { PYTHONUSERBASE: '../api/base' }, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --prefix base x', { PYTHONUSERBASE: 'other' }, 'allowed'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root out --prefix /usr x', {}, 'allowed'],
  // os.path.join of the two: a relative prefix leads out of the root.
  [{ S: `${need}\nexempt=["target"]` }, 'install --root out/x --prefix ../../../../usr x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root / --prefix usr x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root /home/ada --prefix .local x', {}, 'refused S2'],
  [{ S: `${need}\nexempt=["target"]` }, 'install --root out --prefix packages x', {}, 'allowed'],
  [{ S: need }, 'install --root out/x --prefix ../../../../usr x', own, 'refused S2'],
  // `setup.py develop` takes no notice of --root.
  ...(
    [
      ['install --root out -e /code/lib', '', 'refused S2'],
      ['install --root out -r list.txt', 'x\ny>=1  # -e z\n', 'allowed'],
      ['install --root out -r list.txt', 'x\n -e /code/lib\n', 'refused S2'],
      ['install --root out -r list.txt', '--editable /code/lib', 'refused S2'],
      ['install --root out -r list.txt', '-r other.txt', 'refused S2'],
      ['install --root out -r list.txt', '--requirement other.txt', 'refused S2'],
      ['install --root out -r list.txt', '--extra-index-url https://h/simple\n--require-hashes\nx', 'allowed'],
      ['install --root out -r list.txt', 'x\f-e /code/lib', 'refused S2'],
      ['install --root out -r list.txt', 'x\u2028-e /code/lib', 'refused S2'],
      ['install --root out -r list.txt', '-\\\ne /code/lib', 'refused S2'],
      ['install --root out -r list.txt', '# x \\\n-e /code/lib', 'refused S2'],
      ['install --root out -r list.txt', '${X} /code/lib', 'refused S2'],
      ['install --root out -r list.txt', '--e${X} /code/lib', 'refused S2'],
      ['install --root out -r list.txt', '# -*- coding: utf-7 -*-\n+AC0-e /code/lib', 'refused S2'],
      ['install --root out -r missing.txt', 'x', 'refused S2'],
      ['install --target out -e /code/lib', '', 'allowed'],
    ] as const
  ).map(([line, list, expected]): Row => {
    const tree = { '/code/api/list.txt': list };
    return [{ S: `${need}\nexempt=["target"]` }, line, {}, expected, { tree }];
  }),
  // Links that lead out of an environment.
  ...(
    [
      [{ S: need }, led, 'refused S2'],
      [{ S: noUser }, led, 'refused S2'],
      [{ S: TARGET_EXEMPT }, led, 'refused S2'],
      [{ S: need }, ledLib, 'refused S2'],
      [{ S: noUser }, ledLib, 'allowed'],
      // pip falls back where such a folder may not be written.
      [{ S: noUser }, { VIRTUAL_ENV: '/envs/led-shared' }, 'refused S2'],
      [{ P: inside }, ledOut, 'refused P2'],
      [{ P: inside }, own, 'allowed'],
    ] as const
  ).map(([policies, env, verdict]): Row => [policies, 'install x', env, verdict, { tree: LED }]),
  // Debian's Python installs to /usr/local, unless a variable says otherwise.
  ...(
    [
      [{}, 'allowed'],
      [{ DEB_PYTHON_INSTALL_LAYOUT: '' }, 'allowed'],
      [{ DEB_PYTHON_INSTALL_LAYOUT: 'deb' }, 'refused S2'],
    ] as const
  ).map(([env, verdict]): Row => {
    const tree: Tree = {
      '/usr/local/lib/python3.12/dist-packages': { directory: true },
      '/usr/lib/python3/dist-packages': { directory: true, readOnly: true },
    };
    return [{ S: noUser }, 'install x', env, verdict, { tree }];
  }),
  // An environment at the user base would install to the user site.
  ...(
    [
      [{ S: noUser }, 'install x', atBase, 'refused S2'],
      [{ S: need }, 'install x', atBase, 'refused S2'],
      [{ S: need }, 'install x', aboveBase, 'allowed'],
      [{ S: noUser }, 'install --prefix ~/.local x', aboveBase, 'refused S2'],
      [{ S: need }, 'install --prefix ~/.local x', aboveBase, 'refused S2'],
      [{ S: need }, 'install --target ~/.local/lib/python3.12/site-packages x', aboveBase, 'refused S2'],
      [{ S: need }, 'install --target /home/ada/lib/python3.12/site-packages x', aboveBase, 'allowed'],
      [{ S: need }, 'install x', belowBase, 'allowed'],
      [{ S: noUser }, 'install --prefix ~/.local/share/env x', belowBase, 'allowed'],
      [{ S: need }, 'install x', { VIRTUAL_ENV: '/srv/base', PYTHONUSERBASE: '/srv/base' }, 'allowed'],
      [{ S: noUser }, 'install x', { ...atBase, PYTHONUSERBASE: '/home/ada/.local' }, 'refused S2'],
    ] as const
  ).map(([policies, line, env, verdict]): Row => [policies, line, env, verdict, { tree: AT_BASE }]),
  // A python whose library is not beside it, or that PYTHONHOME moves, does not belong to the environment.
  [{ S: need }, 'install x', fake, 'refused S2', { tree: COPIED }],
  [{ S: noUser }, 'install x', fake, 'refused S2', { tree: COPIED }],
  [{ S: need }, 'install x', { ...conda, PYTHONHOME: '/usr' }, 'refused S2'],
  [{ S: need }, 'install x', { ...conda, PYTHONHOME: '' }, 'allowed'],
  // Another pip by PYTHONPATH: relative, an empty entry, an archive.
  ...(
    [
      ['old', 'refused P2'],
      ['/x:old', 'refused P2'],
      ['/srv/pip-9.whl', 'refused P2'],
      ['src:/srv/other.zip:/nowhere', 'allowed'],
      ['', 'allowed'],
    ] as const
  ).map(([PYTHONPATH, verdict]): Row => {
    const tree = {
      '/code/api/old/pip/__main__.py': '',
      '/code/api/src/': '',
      '/srv/pip-9.whl': 'PK...pip/__main__.py...',
      '/srv/other.zip': 'PK...flask/__main__.py...',
    };
    return [{ P: 'minimum-pip="23.1"' }, 'install x', { ...own, PYTHONPATH }, verdict, { tree }];
  }),
  // The account's home counts, whatever HOME is.
  [{ S: noUser }, 'install --prefix /home/eve/.local x', {}, 'allowed'],
  [{ S: noUser }, 'install --prefix /home/eve/.local x', {}, 'refused S2', { accountHome: '/home/eve' }],
  [{ S: TARGET_EXEMPT }, 'install --prefix /home/eve/.local x', {}, 'refused S2', { accountHome: '/home/eve' }],
  // What settings of pip ask for as well is installed by the old pip.
  [{ P: 'minimum-pip="99"' }, 'install -U pip', { ...own, PIP_REQUIREMENT: 'r.txt' }, 'refused P2'],
  [
    { P: 'minimum-pip="99"' },
    'install -U pip',
    own,
    'refused P2',
    { tree: { '/etc/pip.conf': '[install]\nrequirement = r.txt\n' } },
  ],
  // Where files end up: links, other Pythons, folders that are imported from.
  ...(
    [
      ['install --target /opt/py38/lib/python3.8 x', 'refused S2'],
      ['install --target /opt/py38/lib/python3.8/lib-dynload x', 'refused S2'],
      ['install --target /opt/py38/lib x', 'refused S2'],
      ['install --target /opt/py38/bin x', 'refused S2'],
      ['install --target /opt/py38/share/app x', 'allowed'],
      ['install --target /opt/py38/lib/app x', 'allowed'],
      ['install --target vendor/../../../opt/py38/lib/python3.8 x', 'refused S2'],
      ['install --target to38 x', 'refused S2'],
      ['install --target to38/new x', 'refused S2'],
      ['install --target ~root/../opt/py38/lib/python3.8 x', 'refused S2'],
      ['install --target ~/../../opt/py38/lib/python3.8 x', 'refused S2'],
      ['install --target /srv/imported x', 'refused S2'],
      ['install --target /srv/imported/vendor x', 'allowed'],
      ['install --target /srv/mine x', 'allowed'],
      ['install --root rooted x', 'refused S2'],
      ['install --root rooted2 x', 'refused S2'],
      ['install --root rooted3 x', 'refused S2'],
      ['install --root plain x', 'allowed'],
      ['install --root chroot x', 'refused S2'],
      ['install --prefix linked-lib x', 'refused S2'],
      ['install --prefix linked-site x', 'refused S2'],
      ['install --prefix linked-package x', 'refused S2'],
      ['install --prefix plain x', 'allowed'],
      // After an option that is not known.
      ['install --target vendor --newopt --target= x', 'allowed'],
      ['install --target /usr/lib/python3/dist-packages --newopt --target vendor x', 'refused S2'],
      ['install --target vendor --newopt x', 'allowed'],
      ['install --newopt --target vendor x', 'refused S2'],
    ] as const
  ).map(([line, expected]): Row => {
    const isHeld = line.endsWith('--target= x') ? 'refused S2' : expected;
    return [{ S: `${need}\nexempt=["target"]` }, line, {}, isHeld, { tree: TARGETS }];
  }),
  [{ S: TARGET_EXEMPT }, 'install --target /srv/mine x', { PYTHONPATH: '/a:/srv/mine' }, 'refused S2'],
  [{ S: TARGET_EXEMPT }, 'install --target vendor x', { PYTHONPATH: 'vendor' }, 'refused S2'],
  [{ S: TARGET_EXEMPT }, 'install --target vendor x', { PYTHONPATH: 'src' }, 'allowed'],
  [{ P: need }, 'install --root rooted x', own, 'allowed', { tree: TARGETS }],
  [{ P: noUser }, 'install --prefix ~/.local x', {}, 'refused P2'],
  [{ P: noUser }, 'install --target ~/.local/lib/python3.12/site-packages x', {}, 'refused P2'],
  [{ P: noUser }, 'install --target ~/.local/share/app x', {}, 'allowed'],
  [{ P: noUser }, 'install --prefix base x', { PYTHONUSERBASE: 'base' }, 'refused P2'],
  // Options of pips to come: what follows them only makes a call stricter.
  [{ P: need }, 'install --target /usr/lib/python3/dist-packages --newopt --target= x', own, 'refused P2'],
  [{ P: noUser }, 'install --user --newopt --no-user x', own, 'refused P2'],
  [{ P: noUser }, 'install --newopt --user x', own, 'refused P2'],
  [{ P: noUser }, 'install --newopt --no-user x', {}, 'refused P2'],
  [{ P: noUser }, 'install --no-user --newopt x', {}, 'allowed'],
  [{ P: noUser }, 'install --no-user --newopt --user x', {}, 'refused P2'],
  [{ P: noUser }, 'install -Z --no-user x', {}, 'refused P2'],
  [{ P: noUser }, 'install --no-user -Zq --user x', {}, 'refused P2'],
  [{ P: need }, '--newopt install x', {}, 'refused P2'],
  [{ P: need }, '--newopt list install x', {}, 'refused P2'],
  [{ P: need }, '--newopt list', {}, 'allowed'],
  [{ P: need }, '--newopt=list install x', {}, 'refused P2'],
  [{ P: need }, '-Z list install x', {}, 'refused P2'],
  [{ P: need }, 'install --newopt --dry-run x', {}, 'refused P2'],
  [{ P: need }, 'install --newopt --help x', {}, 'refused P2'],
  [{ P: need }, 'install --newopt x', own, 'allowed'],
  [{ P: need }, '--python /usr/bin/python3 --newopt --python /envs/other install x', {}, 'refused P2'],
  [{ P: need }, '--newopt --python /envs/other install x', {}, 'refused P2'],
  [{ P: need }, '--python /envs/other --newopt --python /usr/bin/python3 install x', {}, 'refused P2'],
  [{ P: need }, 'install --prefix /usr --newopt --prefix /tmp/x x', own, 'refused P2'],
  [{ P: need }, 'install --prefix /usr --newopt --prefix= x', own, 'refused P2'],
  [{ P: need }, `install ${'--new '.repeat(9)}x`, own, 'refused P2'],
  [{ P: need }, `list ${'--new '.repeat(9)}x`, {}, 'allowed'],
  [{ P: need }, 'install --pref /usr x', own, 'refused P2'],
  [{ P: noUser }, 'install --user --newopt a b --no-user x', own, 'refused P2'],
  [{ P: need }, 'install --target /usr/lib/python3/dist-packages --newopt a --target vendor x', own, 'refused P2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install --newopt virtualenv', {}, 'allowed'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install --newopt flask virtualenv', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv --newopt -r r.txt', {}, 'refused S2'],
  // pip's settings where they cannot be read: nothing shows that a rule about them is kept.
  ...UNREADABLE.flatMap(([tree, isKnown]): readonly Row[] => {
    const options = { tree: { '/etc/pip.conf': tree } };
    const [refused, kept] = isKnown ? ['allowed', 'allowed'] : ['refused P2', 'allowed'];
    return [
      [{ P: noUser }, 'install x', own, refused, options],
      [{ P: need }, 'install x', own, refused, options],
      [{ P: need }, 'uninstall x', own, refused, options],
      [{ P: noBreak }, 'install x', own, refused, options],
      [{ P: 'requires-python=">=3.12"' }, 'install x', own, refused, options],
      [{ P: 'minimum-pip="23.1"' }, 'install x', own, kept, options],
      [{ P: noRoot }, 'install x', own, kept, options],
      [{ P: noUser }, 'uninstall x', own, kept, options],
      [{ P: noUser }, 'list', own, kept, options],
      [{ P: warn }, 'install x', own, kept, options],
      [{ S: TARGET_EXEMPT }, 'install --target vendor x', {}, isKnown ? 'allowed' : 'refused S2', options],
      [
        { S: `${need}\nexempt-packages=["virtualenv"]` },
        'install virtualenv',
        {},
        isKnown ? 'allowed' : 'refused S2',
        options,
      ],
    ];
  }),
  [{ P: noUser }, 'install x', { ...own, LC_ALL: 'de_DE.ISO-8859-1' }, 'refused P2', { tree: LATIN }],
  [{ P: noUser }, 'install x', { ...own, LC_ALL: 'de_DE' }, 'refused P2', { tree: LATIN }],
  [{ P: noUser }, 'install x', { ...own, LC_ALL: 'de_DE' }, 'allowed', { tree: LATIN_COMMENT }],
  [{ P: noUser }, 'install x', { ...own, LC_ALL: 'zh_CN.GBK' }, 'refused P2', { tree: SWALLOWED }],
  [{ P: noUser }, 'install x', { ...own, LC_ALL: 'de_DE.UTF-8', LOCPATH: '/x' }, 'refused P2', { tree: SWALLOWED }],
  [{ P: noUser }, 'install x', { ...own, LC_ALL: 'de_DE.UTF-8' }, 'allowed', { tree: SWALLOWED }],
  // setup.py of an sdist is told where to install.
  [{ P: noUser }, 'install --install-option=--user x', own, 'refused P2'],
  [{ P: noUser }, 'install x', { ...own, PIP_INSTALL_OPTION: '--user' }, 'refused P2'],
  [{ P: noUser }, 'install --global-option=build_ext x', own, 'allowed'],
  [{ P: noUser }, 'install --global-option=install --global-option=--user x', own, 'refused P2'],
  // distutils' own files: Python up to 3.9.
  ...(
    [
      ['/home/ada/.pydistutils.cfg', '[install]\nuser = 1\n', 'install x', 'refused P2'],
      ['/code/api/setup.cfg', '[install]\nuser = 1\n', 'install x', 'refused P2'],
      ['/opt/py39/lib/python3.9/distutils/distutils.cfg', '[install]\nuser=yes\n', 'install x', 'refused P2'],
      ['/home/ada/.pydistutils.cfg', '[install]\nuser = 1\n', 'install --no-user x', 'refused P2'],
      ['/home/ada/.pydistutils.cfg', '[install]\nuser = 1\n', '--isolated install x', 'allowed'],
      ['/code/api/setup.cfg', '[install]\nuser = 1\n', '--isolated install x', 'refused P2'],
      ['/home/ada/.pydistutils.cfg', '[install]\nuser = 0\n', 'install x', 'allowed'],
      ['/home/ada/.pydistutils.cfg', '[DEFAULT]\nuser = 1\n[install]\n', 'install x', 'refused P2'],
      ['/home/ada/.pydistutils.cfg', '[install]\nx = 1\nuser = %(x)s\n', 'install x', 'refused P2'],
      ['/home/ada/.pydistutils.cfg', '[bdist]\nuser = 1\n', 'install x', 'allowed'],
      ['/home/ada/.pydistutils.cfg', '[install]\nprefix = ~/.local\n', 'install x', 'refused P2'],
      [
        '/home/ada/.pydistutils.cfg',
        '[install]\ninstall-lib = /home/ada/.local/lib/python3.9/site-packages\n',
        'install x',
        'refused P2',
      ],
      ['/home/ada/.pydistutils.cfg', '[install]\nprefix = /usr/nowhere\n', 'install x', 'refused P2'],
      ['/home/ada/.pydistutils.cfg', '[install]\nprefix = /opt/py39\n', 'install x', 'allowed'],
      ['/home/ada/.pydistutils.cfg', '[install]\nuser = 1\n', 'uninstall x', 'allowed'],
      [
        '/home/ada/.pydistutils.cfg',
        '[aliases]\nbdist-wheel = install --user bdist_wheel\n',
        'install x',
        'refused P2',
      ],
      ['/code/api/setup.cfg', '[aliases]\nbuild = develop --user\n', 'install x', 'refused P2'],
      ['/code/api/setup.cfg', '[aliases]\ndev = develop easy_install x[dev]\ntest = pytest\n', 'install x', 'allowed'],
      ['/code/api/setup.cfg', { unreadable: 'too-large' }, 'install x', 'refused P2'],
      ['/code/api/setup.cfg', '#'.repeat(MAX_DISTUTILS_BYTES), 'install x', 'allowed'],
      ['/code/api/setup.cfg', `${'#'.repeat(MAX_DISTUTILS_BYTES)}\n[x]\n`, 'install x', 'refused P2'],
    ] as const
  ).map(([file, text, line, expected]): Row => {
    const env = { PIPWARD_PYTHON: '/opt/py39/bin/python3.9' };
    return [{ P: noUser }, line, env, expected, { tree: { ...PY39, [file]: text } }];
  }),
  // setuptools takes its aliases from them under every Python.
  [{ P: noUser }, 'install x', own, 'refused P2', { tree: ALIASES }],
  [{ P: noUser }, 'uninstall x', own, 'allowed', { tree: ALIASES }],
  [{ P: noUser }, 'install x', own, 'allowed', { tree: { '/code/api/setup.cfg': { unreadable: 'too-large' } } }],
  // A folder of distutils' that leads elsewhere does not keep pip from falling back.
  [
    { P: noUser },
    'install x',
    { PIPWARD_PYTHON: '/opt/py39/bin/python3.9' },
    'refused P2',
    {
      tree: {
        ...PY39,
        '/opt/py39/lib/python3.9/site-packages': { directory: true, readOnly: true },
        '/home/ada/.pydistutils.cfg': '[easy_install]\nroot = $HOME/x\n',
      },
    },
  ],
  [{ P: need }, 'install x', { VIRTUAL_ENV: '/envs/py39' }, 'allowed', { tree: { ...PY39, ...USER_CFG } }],
  [
    { P: need },
    'install x',
    { VIRTUAL_ENV: '/envs/py39' },
    'refused P2',
    // distutils skips `install-lib` in an environment, and forgets this spelling.
    { tree: { ...PY39, '/code/api/setup.cfg': '[install]\ninstall_lib = /usr/lib/python3/dist-packages\n' } },
  ],
  [{ P: noUser }, 'install x', own, 'allowed', { tree: USER_CFG }],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv==20', {}, 'allowed'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv flask', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv@http://x/y.zip', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install ./virtualenv', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv -r r.txt', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv --requirem r.txt', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv --g dev', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv', { PIP_REQUIREMENT: 'r.txt' }, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv>=20,<21', {}, 'allowed'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv==1.zip', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv==1.tlz', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv==1.zip[a]', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'install virtualenv==1.zip;python_version>"2"', {}, 'refused S2'],
  [{ S: `${need}\nexempt-packages=["virtualenv"]` }, 'uninstall virtualenv', {}, 'refused S2'],
  // A bypass.
  [{ S: need, P: need }, 'install x', { PIPWARD_BYPASS: 'why' }, 'allowed'],
  [{ S: `${need}\nallow-bypass="never"`, P: need }, 'install x', { PIPWARD_BYPASS: 'why' }, 'refused S2 P2'],
  [{ S: 'allow-bypass="never"', P: need }, 'install x', { PIPWARD_BYPASS: 'why' }, 'refused P2'],
  [{ S: need, U: 'allow-bypass="never"' }, 'install x', { PIPWARD_BYPASS: 'why' }, 'refused S2'],
  [{ S: need, P: 'allow-bypass="never"' }, 'install x', { PIPWARD_BYPASS: 'why' }, 'refused S2'],
  [{ P: need, Q: 'allow-bypass="never"' }, 'install x', { PIPWARD_BYPASS: 'why' }, 'refused P2'],
  [{ P: need, Q: 'allow-bypass="with-reason"' }, 'install x', { PIPWARD_BYPASS: 'why' }, 'allowed'],
  [
    { S: `${need}\nallow-bypass="with-reason"`, Q: 'allow-bypass="never"' },
    'install x',
    { PIPWARD_BYPASS: 'why' },
    'refused S2',
  ],
  // Where the file that forbids it is exempt by its own words, it forbids it all the same.
  [
    { P: need, Q: 'allow-bypass="never"\nexempt=["ci"]' },
    'install x',
    { PIPWARD_BYPASS: 'why', CI: '1' },
    'refused P2',
  ],
  [
    { P: `${need}\nexempt=["ci"]`, Q: 'allow-bypass="never"' },
    'install x',
    { PIPWARD_BYPASS: 'why', CI: '1' },
    'allowed',
  ],
  [{ S: need }, 'install x', { PIPWARD_BYPASS: '' }, 'refused S2'],
  [{ S: 'broken' }, 'install x', { PIPWARD_BYPASS: 'why' }, 'unreadable S'],
  // Several rules at once: each is named.
  [{ S: `${need}\n${noRoot}` }, 'install x', {}, 'refused S2 S3', ROOT],
  [{ S: `${need}\nforbid-root="advise"` }, 'install x', {}, 'refused S2', ROOT],
];

test('there are 80 rows or more', () => {
  expect(rows.length).toBeGreaterThanOrEqual(80);
});

const cases = rows.map(([layers, line, env, expected, options = {}]) => ({ layers, line, env, expected, options }));

test.each(cases)('$layers: pip $line with $env: $expected', ({ layers, line, env, expected, options }) => {
  const policies = Object.fromEntries(
    LETTERS.filter((letter) => layers[letter] !== undefined).map((letter) => [
      files[letter],
      { text: `[policy]\n${layers[letter]}\n`, owner: letter === 'S' ? 0 : 1000 },
    ]),
  );
  const context: CallContext = {
    platform: 'linux',
    env: { PATH: '/usr/bin', HOME: '/home/ada', ...env },
    cwd: options.cwd ?? '/code/api',
    home: '/home/ada',
    userId: options.userId ?? 1000,
    accountHome: options.accountHome ?? null,
    name: 'pip',
    arguments: line.split(' '),
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({ ...machine, ...policies, ...options.tree }),
  };
  const decision = decide(context, findPolicyLayers(context), 0);
  const letterOf = (file: string) => Object.entries(files).find(([, name]) => name === file)?.[0] ?? file;
  const said = decision.verdict.layers.map((each) =>
    each.kind === 'unreadable'
      ? letterOf(each.layer.file)
      : `${letterOf(each.layer.file)}${each.line}${each.from === null ? '' : ` ${each.from}`}`,
  );
  expect([decision.verdict.kind, ...said].join(' ')).toBe(expected);
  const stops = /^(refused|unreadable)/.test(expected);
  expect(decision.kind === 'refuse' ? decision.status : null).toBe(stops ? 3 : null);
});
