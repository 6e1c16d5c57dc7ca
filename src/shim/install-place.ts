import { liesWithin, pathsOf } from '../interpreter/paths.ts';
import type { Interpreter } from '../model/environment.ts';
import type { InstallPlace } from '../model/policy.ts';
import type { Surroundings } from '../model/surroundings.ts';
import type { InstallSettings } from '../pip/install-settings.ts';

/** First release that falls back to a user install by itself. */
const FALLBACK_SINCE = 20;

/** Returns where an install goes, as seen from the environment that pip works on: there, a user site, another folder. */
export function findInstallPlace(
  surroundings: Surroundings,
  { redirection, root, user }: InstallSettings,
  interpreter: Interpreter | null,
  pipVersion: () => string | null,
): InstallPlace {
  const environment = interpreter?.environment ?? { kind: 'unknown' };
  const isClosed = environment.kind === 'virtual' && !environment.seesSystemSite;
  if (user === true) return { kind: 'user-site', because: 'asked' };
  if (redirection !== null) {
    const { option, value } = redirection;
    const prefix = environment.kind === 'unknown' ? null : environment.prefix;
    const place = judgeFolder(surroundings, option, value, option === '--prefix' ? root : null, prefix);
    // For --root pip asks all the same whether it can write.
    if (option !== '--root' || place.kind !== 'environment') return place;
  }
  // pip/_internal/commands/install.py, decide_user_install; an environment that hides the system's packages never does.
  if (user === false || isClosed || environment.kind === 'unknown') return ENVIRONMENT;
  if (Number.parseInt(pipVersion() ?? `${FALLBACK_SINCE}`, 10) < FALLBACK_SINCE) return ENVIRONMENT;
  const site = interpreter?.siteDirectories.find((directory) =>
    liesWithin(directory, environment.prefix, surroundings.platform),
  );
  const fallsBack = site !== undefined && !surroundings.files.writable(site);
  return fallsBack ? { kind: 'user-site', because: 'fallback' } : ENVIRONMENT;
}

const ENVIRONMENT: InstallPlace = { kind: 'environment' };

/** A redirection is judged as what it is: --root / and --prefix to the environment itself redirect nothing. */
function judgeFolder(
  surroundings: Surroundings,
  option: '--target' | '--prefix' | '--root',
  value: string,
  root: string | null,
  prefix: string | null,
): InstallPlace {
  const { cwd, files } = surroundings;
  const paths = pathsOf(surroundings.platform);
  const how = root === null ? `${option} ${value}` : `--root ${root} ${option} ${value}`;
  const [expanded, expandedRoot] = [expandHome(value, surroundings), expandHome(root ?? '', surroundings)];
  if (cwd === null && ![expanded, expandedRoot || '/'].every((name) => paths.isAbsolute(name))) {
    return { kind: 'other-python', how };
  }
  const named = paths.resolve(cwd ?? '/', expanded);
  // distutils' change_root: what stands behind the drive goes below the root.
  const below = paths.join(paths.resolve(cwd ?? '/', expandedRoot), named.slice(paths.parse(named).root.length));
  const folder = resolvePhysical(root === null ? named : below, surroundings);
  const own = prefix === null ? null : (files.realPath(prefix) ?? prefix);
  if (option === '--root') {
    return folder === paths.parse(folder).root ? ENVIRONMENT : { kind: 'elsewhere', how };
  }
  if (own !== null && liesWithin(folder, own, surroundings.platform)) return ENVIRONMENT;
  const isUserBase = userBases(surroundings).some((base) => liesWithin(folder, base, surroundings.platform));
  const isPackages = folder.split(/[/\\]/).some((part) => /^(?:site|dist)-packages$/i.test(part));
  const isPython = option === '--prefix' && (SHARED_PREFIXES.includes(folder) || holdsPython(folder, surroundings));
  return { kind: isUserBase || isPackages || isPython ? 'other-python' : 'elsewhere', how };
}

function expandHome(value: string, { home }: Surroundings): string {
  return home !== null && /^~(?=[/\\]|$)/.test(value) ? home + value.slice(1) : value;
}

const SHARED_PREFIXES = ['/', '/usr', '/usr/local'];

function userBases(surroundings: Surroundings): readonly string[] {
  const { env, home, cwd } = surroundings;
  const named = env['PYTHONUSERBASE'] ?? '';
  const paths = pathsOf(surroundings.platform);
  // site.py takes the variable as it is: a relative one is a folder below the current one.
  const base = named !== '' && (cwd !== null || paths.isAbsolute(named)) ? [paths.resolve(cwd ?? '/', named)] : [];
  const bases = [...(home === null ? [] : [paths.join(home, '.local')]), ...base];
  return bases.map((folder) => resolvePhysical(folder, surroundings));
}

function holdsPython(folder: string, surroundings: Surroundings): boolean {
  const paths = pathsOf(surroundings.platform);
  const { files } = surroundings;
  const marks = ['pyvenv.cfg', 'conda-meta', 'python.exe', paths.join('bin', 'python'), paths.join('bin', 'python3')];
  return (
    marks.some((mark) => files.status(paths.join(folder, mark)) !== null) ||
    ['lib', 'lib64'].some((name) => files.list(paths.join(folder, name)).some((entry) => /^python\d/.test(entry)))
  );
}

/** Returns the path with every link resolved, as far as it is there. */
export function resolvePhysical(target: string, surroundings: Surroundings): string {
  const paths = pathsOf(surroundings.platform);
  const rest: string[] = [];
  for (let current = target; ;) {
    const real = surroundings.files.realPath(current);
    if (real !== null) return paths.join(real, ...rest);
    const parent = paths.dirname(current);
    if (parent === current) return target;
    rest.unshift(paths.basename(current));
    current = parent;
  }
}
