import { virtual, windowsVirtual } from '../../../interpreter/layouts.ts';
import { viewOf } from '../../tree.ts';
import { add, choosePip, join, repeat, type Draft } from './draft.ts';

/** Virtual environments, in the project and elsewhere: whole and broken, active and not, trusted and not. */
export function addEnvironments(draft: Draft): void {
  const { random } = draft;
  const places = [
    ...repeat(join(draft, draft.project, '.venv'), 6),
    join(draft, draft.project, 'venv'),
    join(draft, draft.project, 'src', '.venv'),
    join(draft, draft.other, '.venv'),
    join(draft, draft.home, 'envs', 'tools'),
    join(draft, draft.project, 'env'),
  ];
  const count = random.pick([0, 1, 1, 1, 2, 3]);
  const chosen = draft.isProjectReady ? [join(draft, draft.project, '.venv')] : random.sample(places, count);
  for (const prefix of new Set(chosen)) addEnvironment(draft, prefix);
  if (random.chance(0.06)) addNamedByFile(draft);
  chooseActive(draft);
}

/** Says which Python is active, of what is there and of what is not. */
function chooseActive(draft: Draft): void {
  const { random, environments } = draft;
  if (draft.isProjectReady || !random.chance(0.4)) return;
  const gone = join(draft, draft.project, random.pick(['.venv', 'gone']));
  const chosen = random.chance(0.85) && environments.length > 0 ? random.pick(environments) : gone;
  draft.env['VIRTUAL_ENV'] = random.pick([...repeat(chosen, 12), `${chosen}/`, '.venv']);
  if (random.chance(0.7)) draft.path.unshift(join(draft, chosen, draft.isWindows ? 'Scripts' : 'bin'));
}

function addEnvironment(draft: Draft, prefix: string): void {
  const { random, isWindows } = draft;
  const base = draft.pythons.length === 0 ? null : random.pick(draft.pythons);
  const executable = base?.executable ?? '/usr/bin/python3.12';
  const version = base?.version ?? '3.12';
  const pip = choosePip(random);
  const site = join(draft, prefix, isWindows ? 'Lib' : `lib/python${version}`, 'site-packages');
  draft.environments.push(prefix);
  if (isWindows) {
    add(draft, windowsVirtual(prefix, base?.prefix ?? 'C:\\Python312', `${version}.1`, pip));
    if (pip !== null) add(draft, { [join(draft, site, `pip-${pip}.dist-info`, 'METADATA')]: '' });
  } else add(draft, virtual(prefix, executable, version, pip, random.pick([[], ['prompt = api'], ['uv = 0.5']])));
  const config = join(draft, prefix, 'pyvenv.cfg');
  const text = draft.files[config];
  if (typeof text !== 'string') return;
  const python = join(draft, prefix, isWindows ? 'Scripts' : 'bin', isWindows ? 'python.exe' : 'python');
  const activate = join(draft, prefix, isWindows ? 'Scripts' : 'bin', 'activate');
  if (random.chance(0.3))
    add(draft, { [activate]: `VIRTUAL_ENV="${random.pick([prefix, prefix, join(draft, draft.other, '.venv')])}"\n` });
  spoil(draft, { prefix, config, text, python, site, version });
}

type Spoiled = Readonly<Record<'prefix' | 'config' | 'text' | 'python' | 'site' | 'version', string>>;

/** Leaves most environments as they are, and gives the others what makes them unusable, doubtful or special. */
function spoil(draft: Draft, { prefix, config, text, python, site, version }: Spoiled): void {
  const { random, isWindows, files } = draft;
  if (draft.isProjectReady && random.chance(0.9)) return;
  switch (random.pick([...repeat('whole', 14), 'sees-system', 'sees-system', ...DEFECTS])) {
    case 'sees-system':
      return add(draft, { [config]: text.replace('packages = false', 'packages = true') });
    case 'upgraded':
      return add(draft, { [config]: text.replace(/version = .*/, 'version = 3.7.3') });
    case 'no-config':
      return void delete files[config];
    case 'dangling':
      return isWindows ? void delete files[python] : add(draft, { [python]: { link: '/opt/gone/bin/python3.12' } });
    case 'foreign':
      return add(draft, { [config]: { text, owner: 1001 } });
    case 'open':
      return add(draft, { [prefix]: { directory: true, mode: random.pick([0o777, 0o775, 0o2775]) } });
    case 'old':
      delete files[config];
      return add(draft, {
        [join(draft, prefix, 'bin/activate_this.py')]: '',
        [join(draft, prefix, 'lib', `python${version}`, 'os.py')]: '',
      });
    case 'closed':
      return add(draft, { [site]: { directory: true, readOnly: true, owner: random.pick([0, 1000, 1001]) } });
    case 'repository':
      return add(draft, { [join(draft, prefix, '.git')]: 'gitdir: ../.git/modules/venv\n' });
    case 'pip-conf':
      return add(draft, { [join(draft, prefix, isWindows ? 'pip.ini' : 'pip.conf')]: '[install]\nuser = yes\n' });
  }
}

const DEFECTS = ['upgraded', 'no-config', 'dangling', 'foreign', 'open', 'old', 'closed', 'repository', 'pip-conf'];

/** The draft of PEP 832: `.venv` is a file that names the environment; or it is a link to one. */
function addNamedByFile(draft: Draft): void {
  const target = draft.environments.at(-1) ?? join(draft, draft.home, 'envs', 'api');
  const place = join(draft, draft.project, 'venv');
  if (draft.environments.includes(place)) return;
  add(draft, { [place]: draft.random.pick([`${target}\n`, { link: target }, 'nowhere\n', `${target}\nmore\n`]) });
  draft.environments.push(place);
}

/**
 * Records trust in some of the environments that were found, as `pipward trust` does: the file is part of what users
 * have, so it is written here and not by a build. Comes last, since inodes go by the order of the files.
 */
export function addTrust(draft: Draft): void {
  const { random, isWindows, files, environments, isProjectReady } = draft;
  if (environments.length === 0 || !random.chance(isProjectReady ? 0.95 : 0.6)) return;
  const view = viewOf(files, isWindows ? 'win32' : 'posix');
  const records = environments.flatMap((place) => {
    const prefix = view.realPath(place) ?? place;
    const config = join(draft, prefix, 'pyvenv.cfg');
    const read = view.readText(config);
    const python = view.realPath(join(draft, prefix, isWindows ? 'Scripts/python.exe' : 'bin/python'));
    if (read.kind !== 'text' || python === null) return [];
    const record = {
      prefix,
      places: [...new Set([prefix, place])],
      inode: view.status(prefix)?.inode ?? 0,
      config: read.text,
      configInode: view.status(config)?.inode ?? 0,
      configChanged: view.status(config)?.changed ?? 0,
      python,
    };
    return [
      random.pick([
        ...repeat(record, 9),
        { ...record, inode: 9999 },
        { ...record, config: 'home = /x\n' },
        { ...record, configChanged: 7 },
        { ...record, python: '/usr/bin/other' },
      ]),
    ];
  });
  const text = random.chance(0.03) ? '{"schema": 2}' : JSON.stringify({ schema: 1, environments: records });
  const folder = isWindows
    ? join(draft, draft.home, 'AppData', 'Local', 'pipward')
    : `${draft.home}/.local/state/pipward`;
  add(draft, {
    [folder]: { directory: true, mode: random.pick([...repeat(0o700, 12), 0o777]) },
    [join(draft, folder, 'trust.json')]: {
      text,
      mode: random.pick([...repeat(0o600, 15), 0o644]),
      owner: random.pick([...repeat(draft.userId ?? 1000, 15), 1001]),
    },
  });
}
