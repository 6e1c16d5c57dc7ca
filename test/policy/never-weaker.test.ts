import { describe, expect, test } from 'vitest';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import {
  ON_REFUSAL,
  RULE_NAMES,
  type RuleSetting,
  type PolicyCall,
  type PolicyLayer,
  type RuleName,
} from '../../src/model/policy.ts';
import type { FileView, CallContext } from '../../src/model/call-context.ts';
import { noRules, noSettings, noteFile } from '../../src/policy/file/defaults.ts';
import { evaluatePolicy, judgeLayer, rankOf, strictest } from '../../src/policy/evaluate.ts';
import { findPolicyLayers } from '../../src/policy/file/find-layers.ts';
import { ABOUT_PLACES, readOnRefusal } from '../../src/policy/on-refusal.ts';
import { decide } from '../../src/decision/decide.ts';
import { evaluateCall as judgeIn } from '../../src/decision/evaluate-call.ts';
import type { Decision } from '../../src/model/decision.ts';
import { policyCall } from '../support/policy.ts';
import { checkProperty, sample, type Random } from '../support/random.ts';
import { program, viewOf, type Tree } from '../support/tree.ts';
import { trusting } from '../support/trusting.ts';

const COMMANDS = [
  'install flask',
  'install virtualenv',
  'install Virtual_Env==20 pipx',
  'install -U pip',
  'install -r requirements.txt',
  'install --user flask',
  'install --target vendor flask',
  'install --break-system-packages flask',
  'install --dry-run flask',
  'uninstall -y flask',
  'list',
].map((line) => parsePipCommand('pip', line.split(' ')));

const TARGETS = [
  { kind: 'virtual', prefix: '/home/ada/api/.venv', home: '/usr/bin', seesSystemSite: false },
  { kind: 'conda', prefix: '/conda/envs/x', isBase: false },
  { kind: 'conda', prefix: '/conda', isBase: true },
  { kind: 'base', prefix: '/usr', managedMarker: null },
  { kind: 'unknown' },
  null,
] as const satisfies readonly PolicyCall['target'][];

const PLACES = [
  { kind: 'environment' },
  { kind: 'user-site', because: 'asked' },
  { kind: 'user-site', because: 'fallback' },
  { kind: 'elsewhere', how: '--target vendor' },
  { kind: 'other-python', how: '--prefix /usr' },
] as const satisfies readonly PolicyCall['place'][];

function randomDemand(random: Random, rule: RuleName): RuleSetting {
  const values: Partial<Record<RuleName, readonly string[]>> = {
    'required-version': ['0.1', '99'],
    'minimum-pip': ['20', '24.0', '24.1', '99'],
    'requires-python': ['>=3.8', '>=3.12', '==3.11.*', '!=3.11.2'],
  };
  return {
    level: random.pick(['off', 'advise', 'enforce', 'enforce']),
    from: random.pick([null, null, '2026-11-24', '2027-01-15']),
    value: values[rule] === undefined ? null : random.pick(values[rule]),
    line: random.below(9) + 1,
  };
}

function randomLayer(random: Random, names: readonly RuleName[] = RULE_NAMES): PolicyLayer {
  const file = random.pick(['/home/ada/pipward.toml', '/home/ada/api/pipward.toml', '/etc/pipward/policy.toml']);
  return {
    scope: random.pick(['system', 'user', 'project']),
    file,
    rules: {
      ...noRules,
      demands: Object.fromEntries(random.some(names, 3).map((rule) => [rule, randomDemand(random, rule)])),
      accept: random.some(['venv', 'conda', 'conda-base']),
      exempt: random.some(['ci', 'container', 'target'], 4),
      exemptPackages: random.pick([[], [], ['virtualenv'], ['virtual-env', 'pipx', 'pip']]),
      allowBypass: random.pick(['with-reason', 'never']),
      onRefusal: { value: random.pick(ON_REFUSAL), line: null },
    },
    settings: noSettings,
    problems: random.once(12) ? [noteFile(file, 'is broken')] : [],
    warnings: [],
  };
}

function randomCall(random: Random): PolicyCall {
  const target = random.pick(TARGETS);
  return policyCall({
    command: random.pick(COMMANDS),
    target,
    place: random.pick([PLACES[0], ...PLACES]),
    environmentPath: target !== null && 'prefix' in target ? target.prefix : null,
    projectDirectory: random.pick([null, '/home/ada/api', '/home/ada/api/inner']),
    breakSystemPackages: random.once(3),
    isRoot: random.once(4),
    pipVersion: random.pick([null, '19.3', '24.0']),
    pythonVersion: random.pick([null, { major: 3, minor: 11, patch: null }, { major: 3, minor: 11, patch: 2 }]),
    hasHiddenRequests: random.once(4),
    ci: random.pick([null, null, 'CI=true']),
    container: random.pick([null, null, '/.dockerenv']),
    bypass: random.pick([null, null, 'release night']),
  });
}

/** Where one layer forbids a bypass, all of them judge as if there was none. */
function withoutForbiddenBypass(call: PolicyCall, layers: readonly PolicyLayer[]): PolicyCall {
  return layers.some(({ rules }) => rules.allowBypass === 'never') ? { ...call, bypass: null } : call;
}

describe('a verdict of layers', () => {
  test(`a layer more, anywhere, with any content, never makes it milder; only its own verdict and its ban of bypasses count`, () => {
    const seen = new Set<string>();
    checkProperty(20_261, (random) => {
      const layers = Array.from({ length: random.below(5) }, () => randomLayer(random));
      const [call, added] = [randomCall(random), randomLayer(random)];
      const more = layers.toSpliced(random.below(layers.length + 1), 0, added);
      const [before, after] = [evaluatePolicy(layers, call), evaluatePolicy(more, call)];
      const judged = withoutForbiddenBypass(call, more);
      const own = strictest(judgeLayer(added, judged, [added]));
      const expected = Math.max(rankOf(evaluatePolicy(layers, judged)), rankOf(own));
      if (rankOf(after) !== expected || expected < rankOf(before)) {
        throw new Error(`${before.kind} became ${after.kind}\n${JSON.stringify({ call, more }, null, 1)}`);
      }
      seen.add(`${before.kind} ${after.kind}`);
    });
    // Every way that a verdict can go was gone: from each kind to itself and to each stricter one.
    const kinds = ['allowed', 'advised', 'unreadable', 'refused'];
    expect(seen).toEqual(new Set(kinds.flatMap((from, rank) => kinds.slice(rank).map((to) => `${from} ${to}`))));
  });

  test(`a later day, a raised level, a dropped acceptance or exemption never makes it milder`, () => {
    const seen = new Set<number>();
    checkProperty(7, (random) => {
      const [call, layer] = [randomCall(random), randomLayer(random)];
      const { rules } = layer;
      const rank = (one: PolicyLayer, made = call) => rankOf(strictest(judgeLayer(one, made, [one])));
      const demands = Object.fromEntries(
        Object.entries(rules.demands).map(([rule, demand]) => [
          rule,
          { ...demand, level: 'enforce', from: null } as const,
        ]),
      );
      const stricterOnes = [
        { ...layer, rules: { ...rules, demands } },
        { ...layer, rules: { ...rules, accept: rules.accept.slice(1) } },
        { ...layer, rules: { ...rules, exempt: rules.exempt.slice(1) } },
        { ...layer, rules: { ...rules, exemptPackages: [] } },
        { ...layer, rules: { ...rules, allowBypass: 'never' as const } },
      ];
      const ranks = [...stricterOnes.map((one) => rank(one)), rank(layer, { ...call, today: '2027-06-01' })];
      const least = Math.min(...ranks);
      seen.add(Math.sign(Math.max(...ranks) - rank(layer)));
      if (least < rank(layer)) {
        throw new Error(`${ranks.join(' ')}\n${JSON.stringify({ call, layer }, null, 1)}`);
      }
    });
    expect(seen).toEqual(new Set([0, 1]));
  });
});

describe('on-refusal', () => {
  test('what a refusal becomes is never milder than what any refusing layer says, nor by one layer more', () => {
    const seen = new Set<string>();
    checkProperty(31, (random) => {
      // Each other rule means "refuse". With many of them, few cases would reach the milder answers.
      const makeLayer = () => randomLayer(random, random.pick([ABOUT_PLACES, ABOUT_PLACES, ABOUT_PLACES, RULE_NAMES]));
      const layers = Array.from({ length: random.pick([1, 1, 2, 3, 4]) }, makeLayer);
      const call = randomCall(random);
      const before = evaluatePolicy(layers, call);
      if (before.kind !== 'refused') return;
      const strictness = (all: readonly PolicyLayer[], asked = call) =>
        ON_REFUSAL.indexOf(readOnRefusal(evaluatePolicy(all, asked)).value);
      const judged = withoutForbiddenBypass(call, layers);
      const own = layers.map((layer) =>
        strictest(judgeLayer(layer, judged, [layer])).kind === 'refused' ? strictness([layer], judged) : 0,
      );
      const alone = strictness(layers);
      for (const added of Array.from({ length: 8 }, makeLayer)) {
        const more = strictness(layers.toSpliced(random.below(layers.length + 1), 0, added));
        if (alone !== Math.max(...own) || more < alone) {
          throw new Error(
            `${own.join(' ')}: ${alone}, then ${more}\n${JSON.stringify({ call, layers, added }, null, 1)}`,
          );
        }
        seen.add(`${alone} ${more}`);
      }
    });
    expect(seen).toEqual(new Set(['0 0', '0 1', '0 2', '1 1', '1 2', '2 2']));
  });

  test('a file more makes no call go on that was refused, nor in a place where any file refuses it', () => {
    const seen = new Set<string>();
    const places = sample(5, 300, (random) => {
      const write = () => {
        const rule = random.pick([
          'require-virtual-environment',
          'project-environment-only',
          'forbid-user-install',
        ] as const);
        const other = random.pick([
          '',
          '',
          'minimum-pip = "24.1"',
          'requires-python = "<3.12"',
          'broken',
          'accept = ["conda"]',
        ]);
        return `[policy]\n${rule} = "enforce"\non-refusal = "${random.pick(ON_REFUSAL)}"\n${other}\n`;
      };
      const machines: Tree = {
        '/etc/pipward': { directory: true, owner: 0 },
        '/etc/pipward/policy.toml': { text: write(), owner: 0 },
      };
      const projects: Tree = { '/code/pipward.toml': write() };
      const [one, other] = random.pick([
        [machines, projects],
        [projects, machines],
      ] as const);
      return {
        one: remembering(viewOf({ ...withEnvironment, ...one })),
        both: remembering(viewOf({ ...withEnvironment, ...one, ...other })),
      };
    });
    checkProperty(32, (random) => {
      const { one, both } = random.pick(places);
      const words = random.pick(COMMANDS).arguments;
      const env = random.pick([
        {},
        { VIRTUAL_ENV: '/envs/other' },
        { PIP_USER: '1' },
        { PIPWARD_PYTHON: '/usr/bin/python3' },
      ]);
      const agreed = random.once(3);
      const [before, after] = [act(one, words, env, agreed), act(both, words, env, agreed)];
      const isRefused = ({ kind }: typeof before) => kind === 'refuse';
      // A user who agreed had an offer from a file; a file that says "refuse" allows no offer.
      const isFinal = isRefused(before) && (!agreed || before.says === 'refuse');
      const isSoftened = isFinal && (!isRefused(after) || (after.mayOffer && before.says === 'refuse'));
      if (isSoftened || (after.started !== null && after.refusing.length > 0)) {
        throw new Error(JSON.stringify({ env, words, agreed, before, after }, null, 1));
      }
      seen.add(`${before.kind} ${before.says} ${after.kind} ${after.says} ${after.instead ? 'instead' : ''}`.trim());
    });
    // It was not always refused, nor always for the same.
    expect(seen).toContain('watch null watch null instead');
    expect(seen).toContain('watch null refuse refuse');
    expect(seen).toContain('refuse use-project-environment refuse offer');
    expect(seen).toContain('refuse offer refuse refuse');
    expect(seen).toContain('refuse refuse refuse use-project-environment');
  });
});

/** Debian's Python, whose packages this user may write, so that nothing is refused for a fallback alone. */
const machine: Tree = {
  '/usr/bin/python3': { link: 'python3.12' },
  '/usr/bin/python3.12': program,
  '/usr/lib/python3.12/os.py': '',
  '/usr/lib/python3/dist-packages/pip/__main__.py': '',
  '/usr/lib/python3/dist-packages/pip-24.0.dist-info/METADATA': '',
  '/code/.git/HEAD': '',
  '/code/pyproject.toml': '[project]',
  '/home/ada/other/pipward/config.toml': '[policy]',
};

/** Variables that might evade a policy, except those that lead pip to another Python: that Python is judged instead. */
const VARIABLES: readonly (readonly [name: string, ...values: string[]])[] = [
  ['CI', 'true', '1', 'false', ''],
  ['GITHUB_ACTIONS', 'true'],
  ['GITLAB_CI', 'true'],
  ['JENKINS_URL', 'http://x'],
  ['container', 'podman', 'docker'],
  ['KUBERNETES_SERVICE_HOST', '10.0.0.1'],
  ['HOME', '/', '/nowhere', '/home/ada/other', ''],
  ['XDG_CONFIG_HOME', '/nowhere', '/home/ada/other', 'relative', ''],
  ['XDG_CONFIG_DIRS', '/nowhere'],
  ['TZ', 'Pacific/Kiritimati', 'Etc/GMT+12'],
  ['USER', 'root'],
  ['SUDO_USER', 'ada'],
  ['SUDO_UID', '0'],
  ['LANG', 'C'],
  ['TERM', 'dumb'],
  ['PIP_USER', '1', '0', 'bogus'],
  ['PIP_NO_USER', '1'],
  ['PIP_TARGET', 'vendor', '/tmp/x'],
  ['PIP_PREFIX', '/usr', '/tmp/x'],
  ['PIP_ROOT', '/', '/tmp/x'],
  ['PIP_BREAK_SYSTEM_PACKAGES', '1', '0'],
  ['PIP_DRY_RUN', '1'],
  ['PIP_HELP', '1'],
  ['PIP_ISOLATED', '1'],
  ['PIP_REQUIRE_VIRTUALENV', '0', ''],
  ['PIP_CONFIG_FILE', '/dev/null', '/code/pip.conf'],
  ['PIP_REQUIREMENT', 'r.txt'],
  ['PIP_EDITABLE', '.'],
  ['PIP_AUTO_COMPLETE', '1'],
  ['_PIP_RUNNING_IN_SUBPROCESS', '1'],
  ['_PIP_STANDALONE_CERT', '1'],
  ['PYTHONUSERBASE', '/tmp/x'],
  ['PYTHONNOUSERSITE', '1'],
  ['PYTHONSAFEPATH', '1'],
  ['VIRTUAL_ENV', '/nowhere', '/code', '/usr', 'relative'],
  ['CONDA_PREFIX', '/nowhere', '/usr'],
  ['PIPWARD_ADVICE', 'off', 'short'],
  ['PIPWARD_DEBUG', '1'],
  ['PIPWARD_HOME', '/tmp/x'],
  ['PIPWARD_POLICY', 'off'],
  ['PIPWARD_SKIP', '1'],
  ['_PIPWARD_DEPTH', '9'],
];

/** As the host's view does: what was looked at once is remembered. */
function remembering(view: FileView): FileView {
  const remember = <T>(look: (name: string) => T) => {
    const known = new Map<string, T>();
    return (name: string): T => {
      if (!known.has(name)) known.set(name, look(name));
      return known.get(name) ?? look(name);
    };
  };
  return {
    status: remember(view.status),
    isLink: remember(view.isLink),
    linkOwner: remember(view.linkOwner),
    readLink: remember(view.readLink),
    list: remember(view.list),
    realPath: remember(view.realPath),
    readText: remember((name) => view.readText(name)),
    readBytes: (name, limit) => view.readBytes(name, limit),
    readBlocks: (name, limit, use) => view.readBlocks(name, limit, use),
    writable: remember(view.writable),
  };
}

const viewWith = (policies: Tree) => remembering(viewOf({ ...machine, ...policies }));

function verdictOf(files: FileView, words: readonly string[], env: CallContext['env']) {
  const context = surroundingsOf(files, words, env);
  return decide(context, findPolicyLayers(context), 0).verdict;
}

const environment = (prefix: string): Tree => ({
  [`${prefix}/pyvenv.cfg`]: 'home = /usr/bin\nversion = 3.12.1\n',
  [`${prefix}/bin/python`]: { link: '/usr/bin/python3.12' },
  [`${prefix}/lib/python3.12/site-packages/pip/__main__.py`]: '',
  [`${prefix}/lib/python3.12/site-packages/pip-24.1.dist-info/METADATA`]: '',
});

const withEnvironment = trusting(
  { ...machine, ...environment('/code/.venv'), ...environment('/envs/other') },
  '/code/.venv',
);

function surroundingsOf(files: FileView, words: readonly string[], env: CallContext['env']): CallContext {
  return {
    platform: 'linux',
    env: { PATH: '/usr/bin', ...env },
    cwd: '/code',
    home: env['HOME'] || '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: words,
    shimsDirectory: null,
    today: '2026-11-24',
    files,
  };
}

/** What a call comes to, and which files would refuse it where it ends up. */
function act(files: FileView, words: readonly string[], env: CallContext['env'], agreed: boolean) {
  const context = surroundingsOf(files, words, env);
  const layers = findPolicyLayers(context);
  const decision = decide(context, layers, 0, { useProjectEnvironment: agreed });
  return describeAct(
    decision,
    layers.filter((layer) => {
      const { kind } = judgeIn(context, [layer], decision.pip);
      return kind === 'refused' || kind === 'unreadable';
    }),
  );
}

function describeAct(decision: Decision, refusing: readonly PolicyLayer[]) {
  const isStart = decision.kind !== 'refuse';
  return {
    kind: decision.kind,
    mayOffer: !isStart && decision.mayOffer,
    says: isStart ? null : readOnRefusal(decision.verdict).value,
    started: isStart ? decision.start[0] : null,
    instead: isStart && decision.insteadOf !== null,
    refusing: refusing.map(({ file }) => file),
  };
}

function randomPolicy(random: Random): string {
  const line = (rule: RuleName) => {
    const { level, from, value } = randomDemand(random, rule);
    const day = level === 'enforce' && from !== null ? `, from = ${from}` : '';
    return `${rule} = { level = "${level}"${day}${value === null ? '' : `, value = "${value}"`} }`;
  };
  return [
    '[policy]',
    ...random.some(RULE_NAMES, 2).map(line),
    // Exemptions that a variable can claim are consent, and have tests of their own.
    ...(random.once(3) ? ['exempt = ["container"]'] : []),
    ...(random.once(3) ? ['exempt-packages = ["virtualenv"]'] : []),
    'allow-bypass = "never"',
    random.once(20) ? 'broken' : '',
  ].join('\n');
}

describe('variables', () => {
  test(`none makes the machine's or the project's policy milder; nor does a bypass that is not allowed`, () => {
    const seen = new Set<string>();
    const places = sample(99, 200, (random) => {
      const policies: Tree = {
        '/etc/pipward': { directory: true, owner: 0 },
        '/etc/pipward/policy.toml': { text: randomPolicy(random), owner: 0 },
        ...(random.once(2) ? { '/code/pipward.toml': randomPolicy(random) } : {}),
      };
      return {
        policies,
        view: viewWith(policies),
        plain: new Map<readonly string[], ReturnType<typeof verdictOf>>(),
      };
    });
    checkProperty(99, (random) => {
      const { policies, view, plain } = random.pick(places);
      const env = Object.fromEntries([
        ...random.some(VARIABLES, 8).map(([name, ...values]) => [name, random.pick(values)]),
        ...(random.once(2) ? [['PIPWARD_BYPASS', random.pick(['why', ''])]] : []),
      ]);
      const words = random.pick(COMMANDS).arguments;
      const before = plain.get(words) ?? verdictOf(view, words, {});
      plain.set(words, before);
      const after = verdictOf(view, words, env);
      if (rankOf(after) < rankOf(before)) {
        throw new Error(`${before.kind} became ${after.kind}\n${JSON.stringify({ env, words, policies }, null, 1)}`);
      }
      seen.add(before.kind);
    });
    expect(seen).toEqual(new Set(['allowed', 'advised', 'unreadable', 'refused']));
  });

  const asks = 'require-virtual-environment = "enforce"';
  test.each<[what: string, policy: string, env: CallContext['env'], kind: string]>([
    ['a bypass with a reason', asks, { PIPWARD_BYPASS: 'release night' }, 'allowed'],
    ['an empty bypass', asks, { PIPWARD_BYPASS: '' }, 'refused'],
    ['a blank bypass', asks, { PIPWARD_BYPASS: ' \t' }, 'refused'],
    ['a bypass that is not allowed', `${asks}\nallow-bypass = "never"`, { PIPWARD_BYPASS: 'please' }, 'refused'],
    ['CI, where the file exempts it', `${asks}\nexempt = ["ci"]`, { CI: 'true' }, 'allowed'],
    ['CI=false', `${asks}\nexempt = ["ci"]`, { CI: 'false' }, 'refused'],
    ['CI, where the file exempts containers', `${asks}\nexempt = ["container"]`, { CI: 'true' }, 'refused'],
    ['a variable shows no container', `${asks}\nexempt = ["container"]`, { container: 'podman' }, 'refused'],
    ['a target, where the file exempts it', `${asks}\nexempt = ["target"]`, { PIP_TARGET: 'vendor' }, 'allowed'],
    [
      'a target in this Python',
      `${asks}\nexempt = ["target"]`,
      { PIP_TARGET: '/usr/lib/python3/dist-packages' },
      'refused',
    ],
    ['a root that is /', `${asks}\nexempt = ["target"]`, { PIP_ROOT: '/' }, 'refused'],
    ['a bypass and a broken file', `${asks}\nbroken`, { PIPWARD_BYPASS: 'why' }, 'unreadable'],
  ])('%s', (_, policy, env, kind) => {
    const file = { text: `[policy]\n${policy}\n`, owner: 0 };
    const tree: Tree = { '/etc/pipward': { directory: true, owner: 0 }, '/etc/pipward/policy.toml': file };
    expect(verdictOf(viewWith(tree), ['install', 'x'], env).kind).toBe(kind);
  });
});

/** Machines with a random policy, and what else is on them. */
function randomMachines(seed: number, more: Tree = {}) {
  return sample(seed, 150, (random) => {
    const policies: Tree = {
      '/etc/pipward': { directory: true, owner: 0 },
      '/etc/pipward/policy.toml': { text: randomPolicy(random), owner: 0 },
    };
    return { policies, tree: { ...withEnvironment, ...environment('/opt/py'), ...policies, ...more } };
  });
}

const INSTALLS = [
  'install flask',
  'install virtualenv',
  'install --user flask',
  'install --target /usr/lib/python3/dist-packages flask',
  'install --prefix /usr flask',
  'install --break-system-packages flask',
  '--python /usr/bin/python3 install flask',
  'uninstall -y flask',
].map((line) => line.split(' '));

describe('options of pips to come', () => {
  const EXTRAS = [
    '--target=',
    '--target=/tmp/x',
    '--prefix=',
    '--prefix=/tmp/x',
    '--root=',
    '--root=/tmp/x',
    '--python=/code/.venv',

    '--no-user',
    '--user',
    '--dry-run',
    '--help',
    '-h',
    '--version',
    '--isolated',
    '-q',
    '-t/tmp/x',
    '--log=x',
    '--',
  ];

  test('no option after one that is not known makes a call milder', () => {
    const seen = new Set<string>();
    const machines = randomMachines(41).map(({ policies, tree }) => ({ policies, view: remembering(viewOf(tree)) }));
    checkProperty(41, (random) => {
      const { policies, view } = random.pick(machines);
      const words = random.pick(INSTALLS);
      const unknown = random.pick(['--newopt', '--newopt=x', '-Z', '-qZ', '-Zt/tmp/x']);
      const extras = random.some(EXTRAS, 5);
      // An option of the subcommand before it is an error of its own; one more name would be the subcommand.
      const more = random.once(2)
        ? [unknown, ...extras.filter((word) => word !== '--'), ...words]
        : [...words, unknown, ...extras];
      const env = random.pick([{}, {}, { VIRTUAL_ENV: '/code/.venv' }, { PIP_USER: '1' }, { PIP_TARGET: '/tmp/x' }]);
      const [before, after] = [verdictOf(view, words, env), verdictOf(view, more, env)];
      if (rankOf(after) < rankOf(before)) {
        throw new Error(
          `${before.kind} became ${after.kind}\n${JSON.stringify({ env, words, more, policies }, null, 1)}`,
        );
      }
      seen.add(`${before.kind} ${after.kind}`);
    });
    expect(seen).toContain('allowed allowed');
    expect(seen).toContain('allowed refused');
    expect(seen).toContain('refused refused');
  }, 300_000);
});

describe("pip's settings that cannot be read", () => {
  const LINES = [
    'user = yes',
    'user = no',
    'target = /tmp/x',
    'target =',
    'prefix = /usr',
    'root = /',
    'python = /opt/py/bin/python',
  ];
  const MORE = ['break-system-packages = yes', 'dry-run = yes', 'requirement = r.txt', 'index-url = http://x/'];

  test('an unreadable file refuses at least what any content of it would refuse', () => {
    const seen = new Set<string>();
    const machines = randomMachines(42).map(({ policies, tree }) => ({
      policies,
      contents: sample(43, 12, (random) => `[install]\n${random.some([...LINES, ...MORE], 4).join('\n')}\n`).map(
        (text) => ({
          text,
          view: remembering(viewOf({ ...tree, '/etc/pip.conf': text.replace('[install]', '[global]') })),
        }),
      ),
      views: (['too-large', 'not-a-file', 'failed'] as const).map((unreadable) =>
        remembering(viewOf({ ...tree, '/etc/pip.conf': { unreadable } })),
      ),
    }));
    checkProperty(42, (random) => {
      const { policies, contents, views } = random.pick(machines);
      const words = random.pick(INSTALLS);
      const env = random.pick([{}, { VIRTUAL_ENV: '/code/.venv' }, { PIP_NO_USER: '0' }]);
      const { text, view } = random.pick(contents);
      const [known, unknown] = [verdictOf(view, words, env), verdictOf(random.pick(views), words, env)];
      if (known.kind === 'refused' && unknown.kind !== 'refused') {
        throw new Error(`allowed\n${JSON.stringify({ env, words, text, policies }, null, 1)}`);
      }
      seen.add(`${known.kind} ${unknown.kind}`);
    });
    expect(seen).toContain('allowed refused');
    expect(seen).toContain('allowed allowed');
    expect(seen).toContain('refused refused');
  }, 300_000);
});
