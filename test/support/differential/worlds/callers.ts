import { add, repeat, type Draft } from './draft.ts';

/** pid of the process that called, as the machine tells it (machine.ts). */
const PARENT = 4242;

/** Who calls, from where, and what they ask of us: variables, CI, a container, the processes above. */
export function addCaller(draft: Draft): void {
  const { random, env } = draft;
  const maybe = (chance: number, name: string, ...values: readonly string[]) => {
    if (random.chance(chance)) env[name] = random.pick(values);
  };
  maybe(0.12, 'PIPWARD_ADVICE', 'full', 'short', 'off', 'loud');
  maybe(0.06, 'PIPWARD_DEBUG', '1', '0', '');
  maybe(0.1, 'PIPWARD_BYPASS', 'the release is broken', ' ', '1\nline');
  maybe(0.05, 'CI', 'true', 'false', '1');
  maybe(0.05, 'GITHUB_ACTIONS', 'true');
  maybe(0.02, 'GITLAB_CI', 'true');
  maybe(0.01, 'JENKINS_URL', 'https://ci.example.com');
  maybe(0.03, 'container', 'podman', 'lxc');
  maybe(0.02, 'KUBERNETES_SERVICE_HOST', '10.0.0.1');
  maybe(0.04, 'PYTHONPATH', '/opt/more', `${draft.home}/lib`, '');
  maybe(0.03, 'PYTHONUSERBASE', '/opt/userbase', 'relative');
  maybe(0.03, 'PYTHONNOUSERSITE', '1');
  maybe(0.02, 'PYTHONHOME', '/opt/py');
  maybe(0.03, 'PYTHONINSPECT', '1', '');
  maybe(0.04, 'XDG_CONFIG_HOME', `${draft.home}/.config`, 'relative', '');
  maybe(0.03, 'XDG_STATE_HOME', `${draft.home}/.local/state`, 'relative');
  maybe(0.1, 'TERM', 'dumb', 'xterm-256color');
  maybe(0.1, 'NO_COLOR', '1', '');
  maybe(0.04, 'FORCE_COLOR', '1');
  maybe(0.03, 'VIRTUAL_ENV_PROMPT', 'api');
  maybe(0.5, 'SHELL', '/bin/bash', '/bin/zsh', '/usr/bin/fish', '/bin/tcsh', '/bin/dash', '/usr/bin/pwsh', '/bin/odd');
  if (random.chance(0.1))
    add(draft, { [random.pick(['/.dockerenv', '/run/.containerenv', '/run/systemd/container'])]: '' });
  addPythonVariable(draft);
  if (draft.isWindows) return;
  if (draft.userId === 0 && random.chance(0.4))
    Object.assign(env, {
      SUDO_USER: 'ada',
      SUDO_UID: '1000',
      SUDO_COMMAND: random.pick(['/usr/bin/pip install x', '/bin/bash']),
    });
  add(draft, {
    '/etc/passwd':
      'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/sh\n',
  });
  for (const name of random.sample(['.tcshrc', '.cshrc', '.bash_profile', '.profile'], random.pick([0, 0, 1, 2])))
    add(draft, { [`${draft.home}/${name}`]: '' });
  addProcesses(draft);
}

function addPythonVariable({ random, env, pythons, environments }: Draft): void {
  if (!random.chance(0.07)) return;
  env['PIPWARD_PYTHON'] = random.pick([
    ...pythons.map(({ executable }) => executable),
    ...environments,
    'python3',
    'python9',
    '/gone/python',
    'relative/python',
    './python',
    '.',
  ]);
}

/** A script, make or a shell between the user and pip. */
function addProcesses(draft: Draft): void {
  const { random } = draft;
  const chain = random.pick([
    ...repeat([], 3),
    [['bash', '-bash']],
    [['zsh', 'zsh', '-i']],
    [['fish', '/usr/bin/fish']],
    [
      ['bash', 'bash', './install.sh'],
      ['bash', 'bash'],
    ],
    [
      ['sh', '/bin/sh', '-c', 'pip install x'],
      ['make', 'make'],
      ['zsh', 'zsh'],
    ],
    [
      ['sudo', 'sudo', 'pip', 'install', 'x'],
      ['tcsh', '-tcsh'],
    ],
    [['python3', 'python3', 'setup.py']],
  ]);
  chain.forEach(([name = '', ...words], index) => {
    const pid = PARENT + index;
    add(draft, {
      [`/proc/${pid}/stat`]: `${pid} (${name}) S ${pid + 1} 1 1`,
      [`/proc/${pid}/cmdline`]: words.map((word) => `${word}\0`).join(''),
    });
  });
}
