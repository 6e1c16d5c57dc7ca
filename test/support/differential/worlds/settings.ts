import { choosePython } from './commands.ts';
import { add, join, type Draft } from './draft.ts';

/** What pip's own files, variables and distutils say, by which an install goes elsewhere. */
export function addPipSettings(draft: Draft): void {
  const { random, isWindows, home, env } = draft;
  const basename = isWindows ? 'pip.ini' : 'pip.conf';
  const files = isWindows
    ? [
        join(draft, home, 'pip', basename),
        join(draft, home, 'AppData', 'Roaming', 'pip', basename),
        'C:\\ProgramData\\pip\\pip.ini',
      ]
    : [
        '/etc/pip.conf',
        '/etc/xdg/pip/pip.conf',
        `${home}/.config/pip/pip.conf`,
        `${home}/.pip/pip.conf`,
        '/Library/Application Support/pip/pip.conf',
      ];
  if (random.chance(0.25)) {
    for (const file of random.sample(files, random.pick([1, 1, 2]))) {
      add(draft, { [file]: random.chance(0.04) ? { unreadable: 'not-utf-8' } : writeConfiguration(draft) });
    }
  }
  if (random.chance(0.03)) {
    env['PIP_CONFIG_FILE'] = random.pick(['/dev/null', 'own.conf', join(draft, draft.project, 'own.conf')]);
    add(draft, { [join(draft, draft.project, 'own.conf')]: writeConfiguration(draft) });
  }
  const isCalled = random.chance(0.2);
  const variables: readonly (readonly [string, string])[] = [
    ['PIP_USER', random.pick(['1', 'no', 'maybe'])],
    ['PIP_TARGET', random.pick(['vendor', '/opt/app', `${home}/.local/lib/python3.12/site-packages`])],
    ['PIP_PREFIX', random.pick(['/opt/app', '/usr'])],
    ['PIP_ROOT', '/mnt/image'],
    ['PIP_PYTHON', choosePython(draft)],
    ['PIP_REQUIRE_VIRTUALENV', random.pick(['1', 'false'])],
    ['PIP_REQUIREMENT', 'requirements.txt'],
    ['PIP_QUIET', random.pick(['1', '2'])],
    ['PIP_BREAK_SYSTEM_PACKAGES', '1'],
    ['PIP_NO_INPUT', '1'],
    ['PIP_DRY_RUN', '1'],
    ['PIP_INDEX_URL', 'https://user:secret@index.example.com/simple'],
    ['PIP_AUTO_COMPLETE', '1'],
    ['PIP_DISABLE_PIP_VERSION_CHECK', '1'],
    ['_PIP_RUNNING_IN_SUBPROCESS', '1'],
  ];
  if (isCalled) for (const [name, value] of random.sample(variables, random.pick([1, 1, 2]))) env[name] = value;
  if (random.chance(0.06)) {
    const file = random.pick([
      join(draft, draft.project, 'setup.cfg'),
      join(draft, home, isWindows ? 'pydistutils.cfg' : '.pydistutils.cfg'),
    ]);
    add(draft, {
      [file]: `[install]\n${random.pick(['prefix=/opt/app', 'user=1', 'install_lib=/opt/lib', 'home=~/x', 'root=/mnt'])}\n`,
    });
  }
}

function writeConfiguration({ random, home }: Draft): string {
  const lines = [
    'user = yes',
    'user = no',
    'target = /opt/app',
    'target = vendor',
    `prefix = ${home}/.local`,
    'require-virtualenv = true',
    'quiet = 2',
    'break-system-packages = true',
    'no-input = 1',
    'dry-run = yes',
    'requirement = requirements.txt',
    'index-url = https://pypi.org/simple',
    'extra-index-url =\n  https://a.example.com\n  https://b.example.com',
    'python = .venv',
    'no-build-isolation = false',
    'user = perhaps',
  ];
  const section = random.pick(['[global]', '[global]', '[install]', '[install]', '[uninstall]', '[list]']);
  return `${random.chance(0.2) ? '# -*- coding: utf-8 -*-\n' : ''}${section}\n${random.sample(lines, random.pick([1, 1, 2, 3])).join('\n')}\n`;
}
