import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileView } from '../../src/host/files/file-view.ts';
import { inspectInterpreter } from '../../src/interpreter/inspect/inspect.ts';
import { readPipVersion } from '../../src/interpreter/inspect/pip-presence.ts';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import type { CallContext } from '../../src/model/call-context.ts';
import { readDistutilsSettings } from '../../src/pip/distutils-settings.ts';
import { listPyenvPythons, type Python } from '../support/pythons.ts';

/** Where a real pip would put a wheel with each of the files, asked of its own code; nothing is installed. */
const SCRIPT = `
import json, os, sys
sys.path[:1] = []
try:
    from pip._internal.locations import get_scheme
except ImportError:
    from pip._internal.locations import distutils_scheme as get_scheme

def ask():
    try:
        scheme = get_scheme("x")
    except BaseException as error:
        return type(error).__name__
    names = ["purelib", "scripts"]
    return [scheme[name] if isinstance(scheme, dict) else getattr(scheme, name) for name in names]

answers = [ask()]
for name, text in json.load(sys.stdin):
    with open(name, "w") as file:
        file.write(text)
    answers.append(ask())
    os.remove(name)
print(json.dumps(answers))
`;

const FILES: readonly (readonly [what: string, text: string])[] = [
  ['user = 1', '[install]\nuser = 1\n'],
  ['user=yes after a comment', '# a\n[install]\nuser=yes\n'],
  ['prefix', '[install]\nprefix = /srv/x\n'],
  ['home', '[install]\nhome = /srv/x\nprefix =\n'],
  ['install-lib', '[install]\ninstall-lib = /srv/x\n'],
  ['install_lib', '[install]\ninstall_lib = /srv/x\n'],
  ['install-purelib', '[install]\ninstall-purelib = /srv/x\n'],
  ['install-scripts', '[install]\ninstall-scripts = /srv/x\n'],
  ['root', '[install]\nroot = /srv/x\n'],
  ['exec-prefix with prefix', '[install]\nprefix = /srv/x\nexec-prefix = /srv/y\n'],
  ['by [DEFAULT]', '[DEFAULT]\nprefix = /srv/x\n[install]\n'],
  ['another section', '[bdist_wheel]\nuniversal = 1\n'],
  ['user = 0', '[install]\nuser = 0\n'],
];

const pythons = listPyenvPythons();

describe.skipIf(pythons.length === 0)("distutils' files as real pips obey them (needs the Pythons of pyenv)", () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pipward-distutils-'));
    for (const name of ['home', 'project']) mkdirSync(path.join(folder, name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function ask(python: Python, cases: readonly (readonly [file: string, text: string])[]): readonly unknown[] {
    const { stdout } = spawnSync(python.executable, ['-c', SCRIPT], {
      cwd: path.join(folder, 'project'),
      env: { HOME: path.join(folder, 'home'), PATH: '/usr/bin:/bin', PYTHONWARNINGS: 'ignore' },
      input: JSON.stringify(cases),
      encoding: 'utf8',
    });
    return JSON.parse(stdout);
  }

  function read(python: Python) {
    const context: CallContext = {
      platform: 'linux',
      env: { HOME: path.join(folder, 'home'), LANG: 'C.UTF-8' },
      cwd: path.join(folder, 'project'),
      home: path.join(folder, 'home'),
      userId: 0,
      name: 'pip',
      arguments: [],
      shimsDirectory: null,
      today: '2026-11-24',
      files: createFileView(),
    };
    const interpreter = inspectInterpreter(python.executable, context);
    const version = () => readPipVersion(interpreter, context.files);
    return readDistutilsSettings(context, parsePipCommand('pip', ['install', 'x']), interpreter, version);
  }

  test.each(pythons.map((python) => [python.version, python] as const))(
    'Python %s: where pip goes elsewhere because of them, we know it',
    (_, python) => {
      const cases = FILES.flatMap(([what, text]) =>
        [path.join('home', '.pydistutils.cfg'), path.join('project', 'setup.cfg')].map(
          (name) => [path.join(folder, name), text, what] as const,
        ),
      );
      const [plain, ...answers] = ask(
        python,
        cases.map(([file, text]) => [file, text]),
      );
      const differing: string[] = [];
      for (const [index, [file, text, what]] of cases.entries()) {
        const real = answers[index];
        // A text is the name of an exception: pip ends.
        if (typeof real === 'string' || JSON.stringify(real) === JSON.stringify(plain)) continue;
        differing.push(what);
        writeFileSync(file, text);
        const ours = read(python);
        rmSync(file);
        if (ours.user === null && ours.places.length === 0)
          throw new Error(`${file}: ${text}: ${JSON.stringify(real)}`);
      }
      // pip asks distutils up to Python 3.9.
      const [major = 0, minor = 0] = python.version.split('.').map(Number);
      expect(differing.includes('install-lib')).toBe(major === 2 || minor < 10);
      expect(differing).not.toContain('another section');
      expect(differing).not.toContain('user = 0');
    },
    600_000,
  );
});
