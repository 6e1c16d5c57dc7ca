import type { ShellKind } from '../../src/model/diagnostic.ts';
import type { FoundEnvironment, Interpreter } from '../../src/model/environment.ts';
import type { InterpreterReport } from '../../src/model/facts.ts';
import { buildFacts, factsWith, indexFacts, sparePython, type AllFacts, type FactChanges } from './build.ts';

/** A Python of python.org for all users. */
export const windowsPython: Interpreter = {
  executable: 'C:\\Program Files\\Python312\\python.exe',
  realPath: 'C:\\Program Files\\Python312\\python.exe',
  version: { major: 3, minor: 12, patch: 7 },
  environment: { kind: 'base', prefix: 'C:\\Program Files\\Python312', managedMarker: null },
  stdlib: 'C:\\Program Files\\Python312\\Lib',
  siteDirectories: ['C:\\Program Files\\Python312\\Lib\\site-packages'],
  pip: { state: 'present', directory: 'C:\\Program Files\\Python312\\Lib\\site-packages' },
};

const windowsReport: InterpreterReport = {
  version: '3.12.7',
  prefix: 'C:\\Program Files\\Python312',
  basePrefix: 'C:\\Program Files\\Python312',
  purelib: 'C:\\Program Files\\Python312\\Lib\\site-packages',
  userSite: 'C:\\Users\\ada\\AppData\\Roaming\\Python\\Python312\\site-packages',
  userScripts: 'C:\\Users\\ada\\AppData\\Roaming\\Python\\Python312\\Scripts',
  userSiteEnabled: true,
  siteWritable: false,
  managedMarker: null,
};

export const windowsEnvironment: FoundEnvironment = {
  prefix: 'C:\\Users\\ada\\code\\api\\.venv',
  version: { major: 3, minor: 12, patch: 7 },
  hasPip: true,
  isWritable: true,
  issues: [],
};

/** Git Bash is said to be posix. */
export const WINDOWS_SHELLS = ['cmd', 'powershell', 'posix'] as const satisfies readonly ShellKind[];

/** Ada in her project on Windows, in this shell, no environment active; and what is different about it. */
export function windowsFacts(shell: ShellKind, { caller, project, tools, ...changes }: FactChanges = {}): AllFacts {
  return factsWith({
    platform: 'win32',
    caller: { shell, user: '', cwd: 'C:\\Users\\ada\\code\\api', home: 'C:\\Users\\ada', ...caller },
    project: {
      directory: 'C:\\Users\\ada\\code\\api',
      marker: 'C:\\Users\\ada\\code\\api\\pyproject.toml',
      homePlace: 'C:\\Users\\ada\\.venv',
      ...project,
    },
    // Windows 11 has a sudo of its own.
    tools: { apt: false, hasSudo: true, hasIndex: true, ...tools },
    interpreter: windowsPython,
    evidence: { kind: 'path-entry', directory: 'C:\\Program Files\\Python312', position: 1 },
    commandName: null,
    userSitePython: windowsPython.executable,
    report: windowsReport,
    ...changes,
  });
}

const usualPython: Interpreter = {
  ...windowsPython,
  executable: 'C:\\Users\\ada\\AppData\\Local\\Programs\\Python\\Python312\\python.exe',
  realPath: 'C:\\Users\\ada\\AppData\\Local\\Programs\\Python\\Python312\\python.exe',
};

/** The situations of the test of all words, each for one shell. */
export function listWindowsPlaces(shell: ShellKind): Readonly<Record<string, AllFacts>> {
  const user = { word: 'python', executable: usualPython.executable, version: usualPython.version, sees: true };
  return {
    'a project': windowsFacts(shell, { userSite: { python: user, shadowed: [], activeElsewhere: null } }),
    'an environment at hand': windowsFacts(shell, { project: { environments: [windowsEnvironment] } }),
    'an environment with difficult names': windowsFacts(shell, {
      caller: { cwd: 'D:\\' },
      project: { environments: [{ ...windowsEnvironment, prefix: "C:\\a & b\\it's 100%\\(x86)\\.venv" }] },
    }),
    'nothing near': windowsFacts(shell, {
      interpreter: usualPython,
      commandName: 'python',
      caller: { cwd: 'C:\\Users\\ada' },
      project: { directory: null, marker: null },
    }),
    'an active environment': windowsFacts(shell, {
      interpreter: {
        ...windowsPython,
        executable: 'C:\\Users\\ada\\code\\api\\.venv\\Scripts\\python.exe',
        environment: {
          kind: 'virtual',
          prefix: 'C:\\Users\\ada\\code\\api\\.venv',
          home: 'C:\\Program Files\\Python312',
          seesSystemSite: false,
        },
      },
      source: 'active-environment',
      evidence: { kind: 'variable', name: 'VIRTUAL_ENV', value: 'C:\\Users\\ada\\code\\api\\.venv' },
    }),
    'another Python, a proxy': windowsFacts(shell, {
      build: buildFacts({ headers: true }),
      index: indexFacts({
        pythons: [sparePython('3.11.9')].map((spare) => ({
          ...spare,
          interpreter: {
            ...windowsPython,
            executable: 'C:\\Python311\\python.exe',
            version: { major: 3, minor: 11, patch: 9 },
          },
        })),
        proxy: [{ value: 'http://proxy.example.org', origin: { kind: 'variable', name: 'HTTPS_PROXY', value: '' } }],
      }),
    }),
    'a shadowing module, no headers': windowsFacts(shell, { isShadowed: true, build: buildFacts({ headers: false }) }),
    'no ensurepip, pipx': windowsFacts(shell, {
      tools: { ensurepip: false, pipx: 'C:\\Users\\ada\\.local\\bin\\pipx.exe' },
    }),
    'each command by itself': windowsFacts(shell, {
      caller: { keepsState: false, script: 'build.bat' },
      index: indexFacts({
        proxy: [{ value: 'http://proxy.example.org', origin: { kind: 'variable', name: 'HTTPS_PROXY', value: '' } }],
      }),
    }),
    'a notebook': windowsFacts(shell, {
      caller: { keepsState: false, notebook: { python: 'C:\\Users\\ada\\env\\python.exe', prefix: null } },
      project: { environments: [windowsEnvironment] },
    }),
    'GitHub Actions': windowsFacts(shell, { caller: { keepsState: false, gitHubActions: true, ci: 'CI=true' } }),
    'an administrator, a bypass': windowsFacts(shell, { caller: { isRoot: true }, bypass: { log: null } }),
    'nothing known': windowsFacts(shell, { interpreter: null, source: null, evidence: null, report: null }),
  };
}
