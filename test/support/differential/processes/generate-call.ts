import type { Decision as Action } from '../../../fidelity/case.ts';
import { createRandom, type Random } from '../../../fidelity/random.ts';
import type { Outputs } from '../worlds/outputs.ts';
import type { Call } from './call.ts';

/** Codes of diagnostics that an output of pip leads to, and which fixtures have such an output. */
const BY_OUTPUT: Readonly<Record<string, RegExp>> = {
  'user-install-fallback': /\d-user-fallback/,
  'externally-managed': /externally-managed|pep668/,
  'script-not-on-path': /script-not-on-path/,
  'permission-denied': /permission-denied|-denied/,
  'running-as-root': /running-as-root/,
  'user-install-in-venv': /user-install-in-venv|user-in-venv/,
  'pip-venv-required': /pip-venv-required|require-venv/,
  'no-matching-distribution': /no-match/,
  'requires-python': /\d-requires-python|-requires-python-/,
  network: /network|refused|timeout|proxy|certificate|dns/,
  'ssl-module-missing': /ssl/,
  'dependency-conflict': /conflict/,
  'resolution-impossible': /impossible/,
  'build-failed': /build-says|header|nocc|rusty|exits|noback|wheelless|build-dep|numpyless/,
  'no-pip-module': /no-pip-module|no-module-pip/,
};

const POLICIES: Readonly<Record<string, string>> = {
  'venv-required': 'require-virtual-environment = LEVEL',
  'project-environment-required': 'project-environment-only = LEVEL',
  'user-install-forbidden': 'forbid-user-install = LEVEL',
  'break-system-packages-forbidden': 'forbid-break-system-packages = LEVEL',
  'root-forbidden': 'forbid-root = LEVEL',
  'python-not-allowed': 'requires-python = { value = ">=3.99", level = LEVEL }',
  'pip-too-old': 'minimum-pip = { value = "99", level = LEVEL }',
};

const ADMIN: readonly (readonly string[])[] = [
  ['which', '--json'],
  ['which'],
  ['which', 'pip3.9'],
  ['policy', 'show', '--json'],
  ['policy', 'show'],
  ['policy', 'check', 'pipward.toml'],
  ['policy', 'test', 'install', 'flask'],
  ['doctor', '--json'],
  ['doctor'],
  ['diagnose', 'log.txt'],
  ['diagnose', '--json', 'log.txt'],
  ['explain'],
  ['explain', 'venv-required'],
  ['pythons', '--json'],
  ['trust', '.venv'],
  ['untrust', '.venv'],
  ['--help'],
  ['bogus'],
];

const THEMES: readonly string[] = [
  ...Object.keys(BY_OUTPUT).map((code) => `output ${code}`),
  ...Object.keys(POLICIES).map((code) => `policy ${code}`),
  ...['unreadable', 'bypass', 'instead', 'offer', 'mistake'].map((name) => `policy ${name}`),
  ...['interpreter-not-found', 'interpreter-not-runnable', 'call-loop', 'without pip', 'of another', 'gone'].map(
    (name) => `start ${name}`,
  ),
  ...['plain', 'untrusted', 'use'].map((name) => `project ${name}`),
  ...ADMIN.map((words) => `admin ${words.join(' ')}`),
];

/** The call with this number: the themes one after the other, the rest by chance. */
export function generateCall(seed: number, number: number, outputs: Outputs): Call {
  const random = createRandom(`process ${seed} ${number}`);
  const theme = THEMES[(number - 1) % THEMES.length] ?? '';
  const [kind = '', ...rest] = theme.split(' ');
  const base = chooseBase(random, theme, outputs);
  switch (kind) {
    case 'output':
      return changeToOutput(random, base, rest.join(' '), outputs);
    case 'policy':
      return changeToPolicy(random, base, rest.join(' '));
    case 'start':
      return changeToStart(base, rest.join(' '));
    case 'admin':
      return changeToAdmin(random, base, rest, outputs);
    default:
      return changeToProject(base, rest.join(' '));
  }
}

function chooseBase(random: Random, theme: string, outputs: Outputs): Call {
  const onTerminal = random.chance(0.2);
  const env: Record<string, string> = {};
  const maybe = (chance: number, name: string, ...values: readonly string[]) => {
    if (random.chance(chance)) env[name] = random.pick(values);
  };
  maybe(0.4, 'PIPWARD_ADVICE', 'full', 'short', 'off');
  maybe(0.08, 'PIPWARD_DEBUG', '1');
  maybe(0.08, 'CI', 'true');
  maybe(0.12, 'GITHUB_ACTIONS', 'true');
  maybe(0.5, 'SHELL', '/bin/bash', '/bin/zsh', '/usr/bin/fish', '/bin/tcsh');
  maybe(0.1, 'NO_COLOR', '1');
  maybe(0.2, 'TERM', 'dumb', 'xterm-256color');
  maybe(0.06, 'PYTHONPATH', '{box}/more');
  // On a terminal Python would wait at its prompt.
  if (!onTerminal) maybe(0.06, 'PYTHONINSPECT', '1');
  maybe(0.05, 'PIP_USER', '1');
  return {
    theme,
    program: random.pick(['pip', 'pip', 'pip', 'pip3']),
    args: [
      'install',
      ...random.sample(['-v', '--no-deps', '-U', '--user', '-q', '--dry-run'], random.pick([0, 0, 0, 1])),
      random.pick(['demo-app', 'flask', './pkg']),
    ],
    place: random.pick(['base', 'base', 'managed', 'closed', 'active', 'active']),
    env,
    files: random.chance(0.5) ? { 'cwd/pyproject.toml': '[project]\nname = "api"\n' } : {},
    actions: printing(random, random.pick(outputs).text, random.pick([0, 1])),
    project: random.pick(['none', 'none', 'found']),
    io: onTerminal
      ? ['pty', 'pty', 'pty']
      : random.pick([
          ['null', 'pipe', 'pipe'],
          ['null', 'pipe', 'pipe'],
          ['null', 'pipe', 'same'],
          ['null', 'file', 'file'],
        ]),
    size: random.pick([
      [24, 80],
      [24, 80],
      [50, 200],
      [24, 40],
    ]),
    steps: [],
    unprivileged: random.chance(0.5),
    twice: random.chance(0.2),
  };
}

/** pip prints the text, to the stream that such a text goes to, and ends. */
function printing(random: Random, text: string, status: number, isStdout = false): readonly Action[] {
  const bytes = Buffer.from(text).toString('base64');
  return [
    ['write', isStdout ? 1 : 2, bytes, random.pick([0, 0, 700])],
    ['end', 'sys', status],
  ];
}

function changeToOutput(random: Random, base: Call, code: string, outputs: Outputs): Call {
  const pattern = BY_OUTPUT[code] ?? /./;
  const found = outputs.filter(({ name }) => pattern.test(name) && !/silent|without|download|avoided/.test(name));
  const { name, text } = random.pick(found);
  const isWarning = WARNINGS.includes(code);
  const status = code === 'pip-venv-required' ? 3 : isWarning ? 0 : 1;
  // A folder that is there: the warning is not repeated of one that is not.
  const moved = text.replace(/(installed in ')[^']+(')/g, '$1{box}/programs$2');
  const script = /The scripts? ([\w-]+)/.exec(text)?.[1] ?? 'demo';
  const { PIP_USER: _, PIPWARD_ADVICE: advice = 'full', ...env } = base.env;
  const isDenied = code === 'user-install-fallback' || code === 'permission-denied';
  return {
    ...base,
    args: [
      /uninstall/.test(name) ? 'uninstall' : 'install',
      ...random.pick([[], [], ['-v'], ['--no-deps']]),
      'demo-app',
    ],
    place: OUTPUT_PLACES[code] ?? base.place,
    unprivileged: code === 'running-as-root' ? false : isDenied || base.unprivileged,
    env: random.chance(0.15)
      ? { ...env, PIPWARD_ADVICE: 'off' }
      : { ...env, PIPWARD_ADVICE: advice === 'off' ? 'short' : advice },
    files: { ...base.files, [`programs/${script}`]: '#!/bin/sh\n' },
    actions: printing(random, moved, status, /stdout/.test(name)),
  };
}

const WARNINGS = ['user-install-fallback', 'script-not-on-path', 'running-as-root', 'dependency-conflict'];
/** Where pip says that, and is believed. */
const OUTPUT_PLACES: Readonly<Record<string, Call['place']>> = {
  'externally-managed': 'managed',
  'running-as-root': 'base',
  'user-install-fallback': 'closed',
  'permission-denied': 'closed',
  'pip-venv-required': 'base',
  'user-install-in-venv': 'active',
};

function changeToPolicy(random: Random, base: Call, what: string): Call {
  const level = random.pick(['"enforce"', '"enforce"', '"advise"', '{ level = "enforce", from = 2199-01-01 }']);
  const rule = POLICIES[what];
  const plain = rule?.includes('level = LEVEL') === true && level.startsWith('{') ? '"advise"' : level;
  const more = random.pick([
    '',
    'reason = "see the wiki"\ncontact = "it@example.com"\n',
    'allow-bypass = "with-reason"\n',
    'exempt = ["ci"]\n',
  ]);
  const text = (lines: string) => `[policy]\n${lines}\n`;
  const inFile = (lines: string) => ({
    ...base.files,
    [random.pick(['cwd/pipward.toml', 'home/.config/pipward/config.toml'])]: text(lines),
  });
  const required = 'require-virtual-environment = "enforce"';
  const outside = { ...base, args: ['install', 'flask'], place: 'base', env: { ...base.env, PIP_USER: '' } } as const;
  switch (what) {
    case 'unreadable':
      return {
        ...base,
        files: {
          ...base.files,
          'cwd/pipward.toml': random.pick(['[policy\n', text('forbid-root = 3'), text('forbid-rood = "enforce"')]),
        },
      };
    case 'mistake':
      return {
        ...base,
        files: { ...base.files, 'home/.config/pipward/config.toml': `${text('acept = ["venv"]')}[advise]\n` },
      };
    case 'bypass':
      return {
        ...outside,
        files: inFile(`${required}\nallow-bypass = "with-reason"`),
        env: { ...base.env, PIPWARD_BYPASS: 'it burns' },
      };
    case 'instead':
      return {
        ...outside,
        project: 'trusted',
        files: { ...base.files, 'cwd/pipward.toml': text(`${required}\non-refusal = "use-project-environment"`) },
      };
    case 'offer': {
      const files = { ...base.files, 'cwd/pipward.toml': text(`${required}\non-refusal = "offer"`) };
      // The launcher answers nothing: a question ends after half a minute. Of a terminal of root's another user asks none.
      const unprivileged = random.chance(0.6);
      return { ...outside, project: 'trusted', files, io: ['pty', 'pty', 'pty'], env: {}, unprivileged, twice: false };
    }
    default: {
      const args =
        what === 'user-install-forbidden'
          ? ['install', '--user', 'flask']
          : what.startsWith('break')
            ? ['install', '--break-system-packages', 'flask']
            : ['install', 'flask'];
      return {
        ...outside,
        args,
        unprivileged: what !== 'root-forbidden' && base.unprivileged,
        place: random.pick(['base', 'managed']),
        files: inFile(`${rule?.replace('LEVEL', plain)}\n${more}`),
      };
    }
  }
}

function changeToStart(base: Call, what: string): Call {
  switch (what) {
    case 'interpreter-not-found':
      return { ...base, env: { ...base.env, PIPWARD_PYTHON: '{box}/gone/python' } };
    case 'interpreter-not-runnable':
      return { ...base, place: 'broken', program: 'pip' };
    case 'call-loop':
      return { ...base, args: ['list'], env: { ...base.env, _PIPWARD_DEPTH: '10' } };
    case 'without pip':
      return { ...base, place: 'none' };
    case 'of another':
      return { ...base, place: 'bare' };
    default:
      return { ...base, place: 'base', env: { ...base.env, VIRTUAL_ENV: '{box}/gone' } };
  }
}

function changeToProject(base: Call, what: string): Call {
  const use = '[resolve]\nproject-environment = "use"\n';
  const files = what === 'plain' ? base.files : { ...base.files, 'home/.config/pipward/config.toml': use };
  return { ...base, place: 'base', project: what === 'use' ? 'trusted' : 'found', files };
}

function changeToAdmin(random: Random, base: Call, words: readonly string[], outputs: Outputs): Call {
  const policy = `[policy]\n${random.pick(Object.values(POLICIES)).replace('LEVEL', '"enforce"')}\n${random.pick(['', 'acept = 1\n'])}`;
  const files = {
    ...base.files,
    'cwd/pipward.toml': policy,
    'cwd/log.txt': `$ pip install x\n${random.pick(outputs).text}`,
  };
  return { ...base, program: 'pipward', args: words, files, project: random.pick(['none', 'found', 'trusted']) };
}
