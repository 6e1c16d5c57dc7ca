import { conda, debian, installed, pipIn, script, windows } from '../../../interpreter/layouts.ts';
import { program, type Tree } from '../../tree.ts';
import { add, choosePip, join, PIPS, PYTHONS, type Draft } from './draft.ts';

/** Pythons of every kind, some of them; the first on PATH is what `python` means. */
export function addInstallations(draft: Draft): void {
  if (draft.isWindows) addWindows(draft);
  else {
    if (draft.platform === 'darwin') addMac(draft);
    if (draft.random.chance(0.75)) addSystem(draft);
    if (draft.random.chance(0.35)) addLocal(draft);
    if (draft.random.chance(0.35)) addPyenv(draft);
    if (draft.random.chance(0.25)) addConda(draft);
    if (draft.pythons.length === 0 && draft.random.chance(0.8)) addSystem(draft);
    addPrograms(draft);
  }
  if (draft.random.chance(0.6)) addShims(draft);
  if (draft.random.chance(0.06)) draft.path.unshift(draft.random.pick(['', '.', 'bin']));
}

function put(draft: Draft, prefix: string, version: string, tree: Tree, executable: string): void {
  const { random } = draft;
  add(draft, tree);
  draft.pythons.push({ prefix, executable, version });
  const stdlib = draft.isWindows ? join(draft, prefix, 'Lib') : join(draft, prefix, 'lib', `python${version}`);
  if (random.chance(0.8)) add(draft, { [join(draft, stdlib, 'venv', '__init__.py')]: '' });
  if (random.chance(0.7)) {
    add(draft, {
      [join(draft, stdlib, 'ensurepip', '__init__.py')]: '',
      [join(draft, stdlib, 'ensurepip', '_bundled', `pip-${random.pick(PIPS)}-py3-none-any.whl`)]: '',
    });
  }
  if (random.chance(0.05)) {
    const value = random.pick(['prefix = /opt/app', 'install-lib=/opt/lib/site-packages', 'user=1']);
    add(draft, { [join(draft, stdlib, 'distutils', 'distutils.cfg')]: `[install]\n${value}\n` });
  }
}

function addSystem(draft: Draft): void {
  const { random } = draft;
  const version = random.pick(PYTHONS);
  const isDebian = draft.platform === 'linux' && random.chance(0.7);
  const links = random.chance(0.5) ? ['python3'] : ['python3', 'python'];
  const tree: Tree = isDebian
    ? debian(version, choosePip(random))
    : installed('/usr', version, choosePip(random), links);
  put(draft, '/usr', version, tree, `/usr/bin/python${version}`);
  const marker = `/usr/lib/python${version}/EXTERNALLY-MANAGED`;
  if (isDebian && random.chance(0.4)) delete draft.files[marker];
  if (isDebian && random.chance(0.3)) add(draft, { '/usr/bin/python': { link: 'python3' } });
  if (random.chance(0.04))
    add(draft, { '/usr/bin/python3': { text: '#!/bin/sh\nexec /opt/wrapped "$@"\n', executable: true } });
  if (random.chance(0.03))
    add(draft, { [`/usr/bin/python${version}`]: { executable: false, mode: random.pick([0o644, 0o755]) } });
  draft.path.push('/usr/bin');
}

function addLocal(draft: Draft): void {
  const { random } = draft;
  const version = random.pick(PYTHONS);
  const prefix = random.pick(['/usr/local', '/opt/py', join(draft, draft.home, '.local/share/uv/python/cpython')]);
  put(draft, prefix, version, installed(prefix, version, choosePip(random)), `${prefix}/bin/python${version}`);
  if (random.chance(0.7)) draft.path.unshift(`${prefix}/bin`);
  const site = `${prefix}/lib/python${version}/site-packages`;
  // An upgrade of pip that was broken off, and pips that are found by a .pth file or not at all.
  if (random.chance(0.04)) add(draft, pipIn(site, random.pick(PIPS)));
  if (random.chance(0.05)) {
    add(draft, {
      [`${site}/more.pth`]: random.pick(['/opt/more\n', 'import __editable___pip_24_0_finder\n', '# nothing\n']),
    });
  }
}

function addPyenv(draft: Draft): void {
  const { random, home } = draft;
  const root = random.chance(0.85) ? `${home}/.pyenv` : '/opt/pyenv';
  const versions = random.sample(['3.8.18', '3.11.7', '3.12.1', '3.12.9', '3.13.0', '3.13.0t'], random.between(1, 3));
  for (const name of versions) {
    const version = name.replace(/^(\d+\.\d+)\.\d+/, '$1');
    const prefix = `${root}/versions/${name}`;
    put(draft, prefix, version, installed(prefix, version, choosePip(random)), `${prefix}/bin/python${version}`);
  }
  const shim = `#!/usr/bin/env bash\nset -e\nexport PYENV_ROOT="${root}"\nexec "${root}/libexec/pyenv" exec "$program" "$@"\n`;
  for (const name of ['python', 'python3', 'python3.12', 'pip'])
    add(draft, { [`${root}/shims/${name}`]: script(shim) });
  if (random.chance(0.9)) draft.path.unshift(`${root}/shims`);
  if (random.chance(0.3)) draft.env['PYENV_ROOT'] = root;
  const selection = () =>
    random.pick([...versions, '3.12', 'system', '3.9.99', '../../x', 'python-3.11.7', '3.9.99:system']);
  if (random.chance(0.2)) draft.env['PYENV_VERSION'] = selection();
  if (random.chance(0.5)) add(draft, { [`${root}/version`]: `${selection()}\n` });
  const many = random.chance(0.05) ? Array.from({ length: 60 }, (_, index) => `3.9.${index}\n`).join('') : '';
  const folder = random.pick([draft.project, draft.project, draft.home, draft.other]);
  if (random.chance(0.5))
    add(draft, { [`${folder}/.python-version`]: `# for us\n${many}${selection()}\n${selection()}\n` });
}

function addConda(draft: Draft): void {
  const { random, home } = draft;
  const base = random.pick([`${home}/miniconda3`, '/opt/conda']);
  put(draft, base, '3.11', conda(base, '3.11', choosePip(random)), `${base}/bin/python3.11`);
  add(draft, { [`${base}/condabin/conda`]: program });
  const named = `${base}/envs/ml`;
  if (random.chance(0.6)) {
    const version = random.pick(PYTHONS);
    put(draft, named, version, conda(named, version, choosePip(random)), `${named}/bin/python${version}`);
  }
  if (random.chance(0.6)) draft.env['CONDA_PREFIX'] = random.pick([base, named, named, `${base}/envs/gone`, '/opt']);
  if (random.chance(0.5)) draft.path.unshift(`${draft.env['CONDA_PREFIX'] ?? base}/bin`);
}

function addMac(draft: Draft): void {
  const { random } = draft;
  if (random.chance(0.5)) {
    const prefix = '/Library/Frameworks/Python.framework/Versions/3.12';
    put(draft, prefix, '3.12', installed(prefix, '3.12', choosePip(random)), `${prefix}/bin/python3.12`);
    draft.path.push(`${prefix}/bin`);
  }
  if (random.chance(0.5)) {
    const prefix = '/opt/homebrew';
    put(draft, prefix, '3.13', installed(prefix, '3.13', choosePip(random), ['python3']), `${prefix}/bin/python3.13`);
    add(draft, { [`${prefix}/lib/python3.13/EXTERNALLY-MANAGED`]: '' });
    draft.path.unshift(`${prefix}/bin`);
  }
  if (random.chance(0.4)) {
    add(draft, { '/usr/bin/python3': program });
    draft.path.push('/usr/bin');
    if (random.chance(0.5)) add(draft, { '/Library/Developer/CommandLineTools/usr/bin/python3': program });
  }
}

function addWindows(draft: Draft): void {
  const { random, home } = draft;
  const local = join(draft, home, 'AppData', 'Local');
  for (const version of random.sample(['3.9', '3.11', '3.12', '3.13'], random.between(0, 2))) {
    const digits = version.replace('.', '');
    const prefix = join(draft, local, 'Programs', 'Python', `Python${digits}`);
    put(draft, prefix, version, windows(prefix, digits, choosePip(random)), join(draft, prefix, 'python.exe'));
    if (random.chance(0.8)) draft.path.push(prefix);
  }
  const store = join(draft, local, 'Microsoft', 'WindowsApps');
  if (random.chance(0.4)) add(draft, { [join(draft, store, 'python.exe')]: program });
  if (random.chance(0.5)) draft.path.push(store);
  Object.assign(draft.env, {
    USERPROFILE: home,
    [random.pick(['LOCALAPPDATA', 'LocalAppData'])]: local,
    APPDATA: join(draft, home, 'AppData', 'Roaming'),
    ...(random.chance(0.5) ? { ProgramData: 'C:\\ProgramData' } : {}),
    ...(random.chance(0.5) ? { PSModulePath: 'C:\\ps' } : { PROMPT: '$P$G' }),
  });
}

/** What advice asks for: tools that a printed command needs. */
function addPrograms(draft: Draft): void {
  const { random } = draft;
  const tools = ['sudo', 'pipx', 'virtualenv', 'apt', 'cc', 'gcc', 'git', 'cargo'];
  for (const tool of random.sample(tools, random.between(0, tools.length)))
    add(draft, { [`/usr/bin/${tool}`]: program });
  add(draft, { '/bin/stty': program });
  if (random.chance(0.15)) draft.path.push(`${draft.home}/.local/bin`);
  if (random.chance(0.1)) add(draft, { [`${draft.home}/.local/bin/tool`]: program });
}

/** Our own shims, first on PATH as they should be; a copy elsewhere is recognised by its mark. */
function addShims(draft: Draft): void {
  const folder = join(draft, draft.home, '.local', 'share', 'pipward', 'shims');
  draft.path.unshift(folder);
  const name = draft.random.pick(['pip', 'pip', 'python3']);
  const file = join(draft, draft.random.chance(0.9) ? folder : (draft.path.at(-1) ?? folder), name);
  add(draft, { [file]: script('#!/bin/sh\n# pipward-shim 1\nexec node\n') });
}
