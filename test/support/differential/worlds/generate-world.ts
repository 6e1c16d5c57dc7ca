import { createRandom, type Random } from '../../../fidelity/random.ts';
import type { Tree, TreeEntry } from '../../tree.ts';
import type { World } from '../world.ts';
import { addCaller } from './callers.ts';
import { chooseArguments, chooseName } from './commands.ts';
import { join, repeat, type Draft } from './draft.ts';
import { addEnvironments, addTrust } from './environments.ts';
import { addInstallations } from './installations.ts';
import { chooseRun, type Outputs } from './outputs.ts';
import { addPolicies } from './policies.ts';
import { addPipSettings } from './settings.ts';

/** An index of git in which nothing is tracked. */
const EMPTY_INDEX = `DIRC\0\0\0\u0002\0\0\0\0${'\0'.repeat(20)}`;

/** The world with this number; the same for the same seed, on every machine. */
export function generateWorld(seed: number, number: number, outputs: Outputs): World {
  const random = createRandom(`world ${seed} ${number}`);
  const draft = startDraft(random);
  addInstallations(draft);
  addEnvironments(draft);
  addPolicies(draft);
  addPipSettings(draft);
  addCaller(draft);
  addProject(draft);
  const { platform, home, userId, env } = draft;
  const pip = chooseRun(random, outputs);
  addScripts(draft, pip);
  const withOwners = addOwners(draft);
  addTrust(withOwners);
  if (random.chance(0.97)) env['PATH'] = draft.path.join(draft.isWindows ? ';' : ':');
  if (random.chance(0.95) && !draft.isWindows) env['HOME'] = home;
  return {
    platform,
    files: withOwners.files,
    env,
    cwd: chooseDirectory(draft),
    home: random.chance(0.98) ? home : null,
    accountHome: random.pick([...repeat(home, 8), draft.isWindows ? 'C:\\Users\\Bob' : '/home/bob', null]),
    userId,
    name: chooseName(random),
    arguments: chooseArguments(draft),
    program: `${home}/.local/share/pipward`,
    today: random.pick(['2026-11-24', '2026-11-24', '2027-01-15', '2025-12-31']),
    depth: random.pick([...repeat(0, 17), 1, 2, 10]),
    terminal: random.chance(0.2) && !draft.isWindows ? random.pick([80, 100, 40, 20, 0]) : null,
    pip,
    report: random.chance(0.8) ? chooseReport(random, home) : null,
  };
}

function startDraft(random: Random): Draft {
  const platform = random.pick([...repeat('linux' as const, 8), 'darwin' as const, 'win32' as const]);
  const isWindows = platform === 'win32';
  const home = isWindows ? 'C:\\Users\\Ada' : platform === 'darwin' ? '/Users/ada' : '/home/ada';
  const code = join({ isWindows }, home, 'code');
  return {
    random,
    platform,
    isWindows,
    files: isWindows ? {} : { '/tmp': { directory: true, owner: 0, mode: 0o1777 } },
    env: {},
    home,
    userId: isWindows ? null : random.pick([...repeat(1000, 7), 0]),
    isProjectReady: random.chance(0.25),
    project: random.chance(0.9) || isWindows ? join({ isWindows }, code, 'api') : '/tmp/api',
    other: join({ isWindows }, code, 'web'),
    path: [],
    pythons: [],
    environments: [],
  };
}

function addProject(draft: Draft): void {
  const { random, files, project } = draft;
  const git = random.pick(
    draft.isProjectReady
      ? ['none', 'folder', 'index']
      : ['none', 'folder', 'folder', 'index', 'tracked', 'file', 'foreign'],
  );
  const at = (...parts: readonly string[]) => join(draft, project, ...parts);
  if (['folder', 'index', 'tracked'].includes(git)) files[at('.git', 'HEAD')] = 'ref: refs/heads/main\n';
  if (git === 'index') files[at('.git', 'index')] = EMPTY_INDEX;
  if (git === 'tracked') files[at('.git', 'index')] = random.pick(['damaged', `${EMPTY_INDEX}.venv/pyvenv.cfg`]);
  if (git === 'file') files[at('.git')] = 'gitdir: ../web/.git/worktrees/api\n';
  if (git === 'foreign') files[at('.git', 'HEAD')] = { text: '', owner: 1001 };
  const markers = ['setup.py', 'requirements.txt', 'Pipfile', 'poetry.lock', 'uv.lock', 'tox.ini'];
  for (const marker of random.sample(markers, random.pick([0, 1, 1, 2]))) files[at(marker)] = '';
  if (random.chance(0.3))
    files[at('requirements.txt')] = random.pick(['flask\n', '-e ./pkg\nflask\n', '-r more.txt\n']);
  files[at('src', 'app.py')] = '';
  if (random.chance(0.3)) files[join(draft, draft.other, 'pyproject.toml')] ??= '';
  if (random.chance(0.04))
    files[project] = { directory: true, mode: random.pick([0o777, 0o2775]), owner: random.pick([1000, 1001]) };
  if (random.chance(0.06)) files[project] = { directory: true, readOnly: true, owner: 0 };
}

/** Programs that pip warns of, which are there as a rule. */
function addScripts({ random, files, isWindows }: Draft, { stdout, stderr }: World['pip']): void {
  const warned = /The scripts? ([\w-]+).* installed in '(\/[^']+)' which is not on PATH/.exec(stdout + stderr);
  const [, script = '', folder = ''] = warned ?? [];
  if (warned !== null && !isWindows && random.chance(0.85)) files[`${folder}/${script}`] = { executable: true };
}

const OF_SYSTEM = /^\/(?:usr|etc|opt|Library|bin|run|\.dockerenv|$)/;
const ROOTS = ['/', '/home', '/Users', '/usr', '/etc', '/opt'];

/** Files of the system are root's, and so are the folders that they are in; most users cannot write there. */
function addOwners(draft: Draft): Draft {
  if (draft.isWindows) return draft;
  const { random, userId } = draft;
  const readOnly = userId !== 0 && random.chance(0.75);
  const owned: Record<string, TreeEntry> = {};
  for (const root of ROOTS) owned[root] = { directory: true, owner: 0, readOnly };
  for (const [name, entry] of Object.entries(draft.files)) {
    if (!OF_SYSTEM.test(name)) {
      owned[name] = entry;
      continue;
    }
    for (let folder = parentOf(name); folder !== '/' && owned[folder] === undefined; folder = parentOf(folder)) {
      owned[folder] = { directory: true, owner: 0, readOnly };
    }
    if (name.endsWith('/')) owned[name.slice(0, -1)] = { directory: true, owner: 0, readOnly };
    else owned[name] = typeof entry === 'string' ? { text: entry, owner: 0, readOnly } : { owner: 0, ...entry };
  }
  return { ...draft, files: owned };
}

function parentOf(name: string): string {
  return name.replace(/\/?[^/]+\/?$/, '') || '/';
}

function chooseDirectory(draft: Draft): string | null {
  const { random, project, home, isWindows } = draft;
  const outside = isWindows ? ['C:\\', 'C:\\work'] : ['/', '/tmp', '/srv/deep/er'];
  const src = join(draft, project, 'src');
  // Windows does not let a current directory be deleted.
  const deleted = isWindows ? [] : [null];
  const places = [...repeat(project, 12), ...repeat(src, 4), home, draft.other, join(draft, home, 'code'), ...outside];
  return random.pick([...places, ...deleted]);
}

function chooseReport(random: Random, home: string): World['report'] {
  const site = random.pick([
    '/usr/local/lib/python3.12/dist-packages',
    `${home}/code/api/.venv/lib/python3.12/site-packages`,
  ]);
  return {
    version: random.pick(['3.12.1', '3.9.2']),
    prefix: '/usr',
    basePrefix: '/usr',
    purelib: site,
    userSite: `${home}/.local/lib/python3.12/site-packages`,
    userScripts: `${home}/.local/bin`,
    userSiteEnabled: random.chance(0.8),
    siteWritable: random.chance(0.4),
    managedMarker: random.chance(0.3) ? '/usr/lib/python3.12/EXTERNALLY-MANAGED' : null,
  };
}

/** What a world is about, in a few lines: for a difference that is told. */
export function describeWorld({ files, pip, ...world }: World): string {
  const tree: Tree = files;
  const shown = Object.entries(tree).map(
    ([name, entry]) => `    ${name}${entry === '' ? '' : `  ${JSON.stringify(entry).slice(0, 200)}`}`,
  );
  return [`  ${JSON.stringify(world)}`, `  pip: ${pip.name} ${JSON.stringify(pip.end)}`, ...shown].join('\n');
}
