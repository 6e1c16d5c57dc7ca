import type { FileView, CallContext } from '../../model/call-context.ts';
import type { PolicyLayer } from '../../model/policy.ts';
import { parsePolicyFile } from '../../policy/file/parse-policy-file.ts';

/** A user with a trusted environment in a repository, as files in memory: no machine has to have one. */
const HOME = '/home/ada';
const PROJECT = `${HOME}/code`;
const PYTHON = '/usr/bin/python3.12';
const CONFIG = `home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.1\n`;
const ENVIRONMENT = `${PROJECT}/.venv`;
const RECORD = {
  prefix: ENVIRONMENT,
  places: [ENVIRONMENT],
  inode: 1,
  config: CONFIG,
  configInode: 1,
  configChanged: 0,
  python: PYTHON,
};
const FILES: Readonly<Record<string, string>> = {
  [`${HOME}/.local/state/pipward/trust.json`]: JSON.stringify({ schema: 1, environments: [RECORD] }),
  [`${PROJECT}/.git/index`]: `DIRC\0\0\0\u0002\0\0\0\0${'\0'.repeat(20)}`,
  [`${ENVIRONMENT}/pyvenv.cfg`]: CONFIG,
  [`${ENVIRONMENT}/bin/python`]: '',
  [`${ENVIRONMENT}/lib/python3.12/site-packages/pip/__main__.py`]: '',
  [PYTHON]: '',
  '/usr/lib/python3.12/os.py': '',
  '/etc/pip.conf': '[global]\nindex-url = https://pypi.org/simple\n',
};
const USE = '[resolve]\nproject-environment = "use"\n';

/** Returns the same call with the environment active, and pip told what it is told on many machines. */
export function observeActive(): { readonly context: CallContext; readonly layers: readonly PolicyLayer[] } {
  const { context } = observeTrusting();
  const env = { ...context.env, VIRTUAL_ENV: ENVIRONMENT, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  return { context: { ...context, env }, layers: [] };
}

/** Returns the call and the configuration of that user. */
export function observeTrusting(): { readonly context: CallContext; readonly layers: readonly PolicyLayer[] } {
  const layer = parsePolicyFile({ scope: 'user', file: `${HOME}/config.toml`, text: USE, kind: 'pipward-toml' });
  return {
    layers: layer === null ? [] : [layer],
    context: {
      platform: 'linux',
      env: { PATH: '/usr/bin', HOME },
      cwd: PROJECT,
      home: HOME,
      userId: 1000,
      name: 'pip',
      arguments: ['install', '-r', 'requirements.txt'],
      shimsDirectory: null,
      today: '2026-01-01',
      files: VIEW,
    },
  };
}

const VIEW: FileView = {
  status: (name) => {
    const isFile = Object.hasOwn(FILES, name);
    if (!isFile && !Object.keys(FILES).some((file) => file.startsWith(`${name}/`))) return null;
    return {
      kind: isFile ? 'file' : 'directory',
      executable: name.includes('/bin/'),
      owner: name.startsWith(HOME) ? 1000 : 0,
      mode: name.endsWith('.json') ? 0o600 : 0o755,
      device: 1,
      inode: 1,
      modified: 0,
      changed: 0,
    };
  },
  isLink: (name) => name === `${ENVIRONMENT}/bin/python`,
  linkOwner: (name) => (name === `${ENVIRONMENT}/bin/python` ? 1000 : null),
  readLink: (name) => (name === `${ENVIRONMENT}/bin/python` ? PYTHON : null),
  list: () => ['pip', 'pip-24.0.dist-info'],
  realPath: (name) => (name === `${ENVIRONMENT}/bin/python` ? PYTHON : VIEW.status(name) === null ? null : name),
  readText: (name) => {
    const text = FILES[name];
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
  },
  readBytes: (name) => Buffer.from(FILES[name] ?? '', 'latin1'),
  readBlocks: (name, _, use) => {
    const bytes = Buffer.from(FILES[name] ?? '', 'latin1');
    return use((keep) => bytes.subarray(0, keep || bytes.length), bytes.length);
  },
  writable: () => true,
};
