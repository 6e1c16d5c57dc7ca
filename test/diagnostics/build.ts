import { describeWith } from '../../src/diagnostics/describe-finding.ts';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import { DIAGNOSTICS, type Finding } from '../../src/diagnostics/registry.ts';
import type { FoundEnvironment, Interpreter } from '../../src/model/environment.ts';
import type { BuildFacts } from '../../src/diagnostics/build/facts.ts';
import type { IndexFacts } from '../../src/diagnostics/index/facts.ts';
import type {
  CallerFacts,
  CallFacts,
  InterpreterReport,
  ProjectFacts,
  SparePython,
  ToolFacts,
} from '../../src/model/facts.ts';
import type { PolicyLayer, PolicyVerdict, RuleVerdict } from '../../src/model/policy.ts';
import { noRules } from '../../src/policy/file/defaults.ts';
import { renderDiagnostic } from '../../src/terminal/render.ts';

/** Ubuntu's Python 3.10, as its files show it. */
export const systemPython: Interpreter = {
  executable: '/usr/bin/python3',
  realPath: '/usr/bin/python3.10',
  version: { major: 3, minor: 10, patch: 12 },
  environment: { kind: 'base', prefix: '/usr', managedMarker: null },
  stdlib: '/usr/lib/python3.10',
  siteDirectories: ['/usr/lib/python3/dist-packages'],
  pip: { state: 'present', directory: '/usr/lib/python3/dist-packages' },
};

export const systemReport: InterpreterReport = {
  version: '3.10.12',
  prefix: '/usr',
  basePrefix: '/usr',
  purelib: '/usr/local/lib/python3.10/dist-packages',
  userSite: '/home/ada/.local/lib/python3.10/site-packages',
  userScripts: '/home/ada/.local/bin',
  userSiteEnabled: true,
  siteWritable: false,
  managedMarker: null,
};

/** An environment that sees the system's packages, in use. */
export const sharedEnvironment: Interpreter = {
  ...systemPython,
  executable: '/srv/shared/bin/python',
  environment: { kind: 'virtual', prefix: '/srv/shared', home: '/usr/bin', seesSystemSite: true },
  siteDirectories: ['/srv/shared/lib/python3.10/site-packages'],
};

export const cleanEnvironment: FoundEnvironment = {
  prefix: '/home/ada/code/api/.venv',
  version: { major: 3, minor: 10, patch: 12 },
  hasPip: true,
  isWritable: true,
  issues: [],
};

type Taking<Definition> = Definition extends { gather(...given: never[]): infer Own } ? (facts: Own) => void : never;

/** The facts of every diagnostic together: TypeScript infers the intersection of what these functions take. */
export type AllFacts = CallFacts &
  (Taking<(typeof DIAGNOSTICS)[number]> extends (facts: infer Facts) => void ? Facts : never);

export type FactChanges = Partial<Omit<AllFacts, 'caller' | 'project' | 'tools'>> & {
  readonly caller?: Partial<CallerFacts>;
  readonly project?: Partial<ProjectFacts>;
  readonly tools?: Partial<ToolFacts>;
};

/** What each diagnostic alone mentions, where nothing of it is known. */
export const UNKNOWN: Omit<AllFacts, keyof CallFacts> = Object.assign({}, ...DIAGNOSTICS.map(({ unknown }) => unknown));

/** Ada in her project on Ubuntu, bash, no environment active; and what is different about it. */
export function factsWith({ caller, project, tools, ...changes }: FactChanges = {}): AllFacts {
  return {
    ...UNKNOWN,
    isLog: false,
    isShadowed: false,
    platform: 'linux',
    caller: {
      shell: 'bash',
      isRoot: false,
      container: null,
      ci: null,
      gitHubActions: false,
      user: 'ada',
      startFiles: [],
      sudoUser: null,
      script: null,
      keepsState: true,
      notebook: null,
      cwd: '/home/ada/code/api',
      home: '/home/ada',
      ...caller,
    },
    project: {
      directory: '/home/ada/code/api',
      marker: '/home/ada/code/api/pyproject.toml',
      environments: [],
      untrusted: null,
      freeName: '.venv',
      homePlace: null,
      ...project,
    },
    tools: { pipx: null, ensurepip: true, apt: true, hasSudo: true, hasIndex: true, ...tools },
    interpreter: systemPython,
    source: 'search-path',
    evidence: { kind: 'path-entry', directory: '/usr/bin', position: 1 },
    commandName: 'python3',
    staleEnvironment: null,
    activeElsewhere: [],
    pipVersion: '23.0.1',
    findObstacle: () => null,
    listSpares: () => [],
    advised: [],
    userSitePython: findOutside(changes.interpreter === undefined ? systemPython : changes.interpreter),
    report: systemReport,
    ...changes,
  };
}

/** A machine that has all that builds need, but for setuptools and wheel; and what is different about it. */
export const buildFacts = (changes: Partial<BuildFacts> = {}): BuildFacts => ({
  setuptools: null,
  wheel: null,
  isolated: true,
  headers: null,
  compiler: true,
  program: null,
  ...changes,
});

/** pip removes nothing outside of its own environment: that takes the Python which the environment was made with. */
function findOutside(interpreter: Interpreter | null): string | null {
  if (interpreter === null) return null;
  return interpreter.environment.kind === 'virtual' ? interpreter.realPath : interpreter.executable;
}

/** The same, with the marker of PEP 668 where Debian 12 has it. */
export const managedFacts = (changes: FactChanges = {}): AllFacts =>
  factsWith({
    interpreter: {
      ...systemPython,
      version: { major: 3, minor: 11, patch: 2 },
      environment: { kind: 'base', prefix: '/usr', managedMarker: '/usr/lib/python3.11/EXTERNALLY-MANAGED' },
      stdlib: '/usr/lib/python3.11',
    },
    report: { ...systemReport, version: '3.11.2', managedMarker: '/usr/lib/python3.11/EXTERNALLY-MANAGED' },
    ...changes,
  });

export const nothingNear: FactChanges = {
  caller: { cwd: '/home/ada' },
  project: { directory: null, marker: null },
};

/** A command line as it is typed, words without spaces. */
export const command = (line: string) => {
  const [name = 'pip', ...args] = line.split(' ');
  return parsePipCommand(name, args);
};

export const fallback = (...installed: readonly string[]): Finding => ({
  code: 'user-install-fallback',
  installed: installed.map((name) => ({ name, version: '1.0' })),
  scripts: null,
});

export function layerWith(changes: Partial<PolicyLayer> = {}): PolicyLayer {
  return {
    scope: 'project',
    file: '/home/ada/code/api/pipward.toml',
    rules: {
      ...noRules,
      demands: { 'require-virtual-environment': { level: 'enforce', from: null, value: null, line: 3 } },
      reason: 'Shared build host.',
      contact: '#python-help',
    },
    settings: { python: null, environmentNames: null, projectEnvironment: null, adviceForm: null, auditLog: null },
    problems: [],
    warnings: [],
    ...changes,
  };
}

/** A rule that only advises against the call, as the third line of a file has it. */
export const adviceOf = (layer: PolicyLayer, changes: Partial<RuleVerdict> = {}): RuleVerdict => ({
  kind: 'advised',
  layer,
  rule: 'require-virtual-environment',
  line: 3,
  from: null,
  ...changes,
});

export const verdictOf = (kind: 'refused' | 'advised', ...layers: readonly PolicyLayer[]): PolicyVerdict => ({
  kind,
  layers: layers.map((layer) => ({ kind, layer, rule: 'require-virtual-environment', line: 3, from: null })),
  advised: kind === 'advised' ? layers.map((layer) => adviceOf(layer)) : [],
  lifted: [],
  passRequireVirtualenv: false,
});

/** The text of a finding as it is printed, without colour. */
export function print(
  finding: Finding,
  facts: AllFacts,
  line: string,
  { columns = 80, form = 'full' }: { readonly columns?: number; readonly form?: 'full' | 'short' } = {},
): string {
  const { shell } = facts.caller;
  return renderDiagnostic(describeWith(finding, facts, command(line)), { form, colour: false, columns, shell });
}

/** A Python that an environment could be made with. */
export const sparePython = (version: string, changes: Partial<SparePython> = {}): SparePython => {
  const [major = 3, minor = 0, patch = 0] = version.split('.').map(Number);
  const executable = `/opt/python/${version}/bin/python`;
  return {
    interpreter: {
      ...systemPython,
      executable,
      realPath: executable,
      version: { major, minor, patch },
      environment: { kind: 'base', prefix: `/opt/python/${version}`, managedMarker: null },
      stdlib: `/opt/python/${version}/lib/python${major}.${minor}`,
    },
    commandName: null,
    ensurepip: true,
    ssl: true,
    ...changes,
  };
};

/** No setting speaks, and there is no other Python; and what is different about it. */
export const indexFacts = (changes: Partial<IndexFacts> = {}): IndexFacts => ({
  pipVersion: '24.2',
  pythons: [],
  index: null,
  extraIndex: null,
  noIndex: null,
  findLinks: null,
  onlyBinary: null,
  noBinary: null,
  retries: null,
  proxy: [],
  requested: [],
  constraints: [],
  unread: [],
  constraintSetting: null,
  files: [],
  places: [],
  wheels: [],
  projects: {},
  ...changes,
});
