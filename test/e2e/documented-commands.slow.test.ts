import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMIT_SECONDS, TEST_LIMIT } from '../support/limits.ts';
import { copyProduct, snapshot } from '../support/product.ts';
import { findAnyPython } from '../support/pythons.ts';
import { makeWheel } from '../support/wheel.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const PAGES = ['README.md', 'docs/guides/developer.md', 'docs/guides/team.md'];

/** What starts with one of these is a command that a page asks its reader to run. */
const OURS = /^(?:\.\/install\.sh|pipward|npm|docker|eval|PIPWARD_\w+=\S+ pip|pip3\.\d+)(?: |$)/;

/** The commands of a page, without comments: lines of its blocks, and pieces of code in its text. */
function listCommands(page: string): readonly string[] {
  const blocks = /^ *```(\w+)\n([^]*?)^ *```$/gm;
  const text = read(page);
  const lines = [...text.matchAll(blocks)].flatMap(([, language, content = '']) =>
    content.split('\n').flatMap((line) => {
      const words = line.trim().replace(/ +# .*$/, '');
      if (language === 'console') return words.startsWith('$ ') ? [words.slice(2)] : [];
      return language === 'sh' ? [words] : [];
    }),
  );
  const pieces = [...text.replaceAll(blocks, '').matchAll(/`([^`\n]+)`/g)].map(([, piece = '']) => piece);
  return [...lines, ...pieces].filter((command) => OURS.test(command) && command !== 'pipward');
}

/** A step of the story: the command as it is documented, what is run for it, its exit status, and what it prints. */
type Step = readonly [documented: string, line: string, status: number, printed: RegExp];

const STORY: readonly Step[] = [
  ['./install.sh --dry-run', '"$PRODUCT/install.sh" --dry-run', 0, /dry run: nothing was changed/],
  ['./install.sh --no-modify-path', '"$PRODUCT/install.sh" --no-modify-path --dry-run', 0, /nothing was changed/],
  ['./install.sh --prefix DIR', '"$PRODUCT/install.sh" --prefix "$HOME/other" --dry-run', 0, /other\/shims\/pip/],
  ['./install.sh', '"$PRODUCT/install.sh"', 0, /Done\. New terminals have it/],
  ['pipward setup', 'pipward setup', 0, /nothing to change/],
  ['pipward setup --in-environments', 'pipward setup --in-environments --dry-run', 0, /in-environments|hook/],
  ['./install.sh --in-environments', '"$PRODUCT/install.sh" --in-environments --dry-run', 0, /nothing was changed/],
  ['pipward setup --no-in-environments', 'pipward setup --no-in-environments', 0, /nothing to change/],
  ['pipward setup --refresh', 'pipward setup --refresh', 0, /nothing to refresh/],
  ['pipward which', 'pipward which', 0, /^starts +\S+python\S* .*-m pip|^starts .*-c /m],
  ['pipward which pip3.12', 'pipward which "pip3.$MINOR"', 0, /^starts /m],
  ['pipward which -- install flask', 'pipward which -- install flask', 0, /no policy file applies here/],
  ['pipward which --all', 'pipward which --all', 0, /^not considered:$/m],
  ['pipward pythons', 'pipward pythons', 0, /pip \d/],
  ['PIPWARD_DEBUG=1 pip ...', 'PIPWARD_DEBUG=1 pip --version 2>&1', 0, /^chosen .*\n(?:.*\n)*pip \d/m],
  ['PIPWARD_PYTHON=/path/to/python pip install flask', 'PIPWARD_PYTHON=$PYTHON pip --version', 0, /^pip \d/],
  ['pip3.12 install flask', 'pip3.$MINOR install --target "$HOME/here" flask', 0, /Successfully installed/],
  ['pipward explain CODE', 'pipward explain user-install-fallback', 0, /^# user-install-fallback/],
  ['pipward diagnose build.log', 'pipward diagnose build.log', 0, /advice\[no-matching-distribution\]/],
  ['pipward diagnose FILE', 'pipward diagnose build.log', 0, /advice\[no-matching-distribution\]/],
  ['docker build . 2>&1 | pipward diagnose -', 'cat build.log | pipward diagnose -', 0, /advice\[no-matching-/],
  ['pipward venv', 'pipward venv', 0, /^made \.venv/],
  ['pipward venv -- install flask', 'pipward venv other -- install flask', 0, /Successfully installed flask/],
  ['pipward trust', 'pipward trust', 0, /\.venv/],
  [
    'pipward run -- pytest -x',
    'printf "#!/bin/sh\\necho pytest \\$1\\n" >.venv/bin/pytest; chmod +x .venv/bin/pytest; pipward run -- pytest -x',
    0,
    /^pytest -x$/m,
  ],
  ['pipward run -- python', 'pipward run -- python -c "import sys; print(sys.prefix)"', 0, /project\/\.venv$/m],
  ['pipward policy init', 'pipward policy init', 0, /^wrote pipward\.toml/],
  ['pipward policy check', 'pipward policy check', 0, /pipward\.toml/],
  [
    'pipward policy check --system FILE',
    'printf "[audit]\\nlog = \\"file\\"\\n" >machine; pipward policy check --system machine 2>&1',
    0,
    /^no mistakes: \S+machine$/m,
  ],
  ['pipward policy show', 'pipward policy show', 0, /require-virtual-environment +advise/],
  ['pipward policy test -- install flask', 'pipward policy test -- install flask', 0, /^pip install flask: advised/],
  [
    'PIPWARD_BYPASS="REASON" pip install ...',
    'sed -i s/advise/enforce/ pipward.toml; PIPWARD_BYPASS=why pip install --target "$HOME/there" flask 2>&1',
    0,
    /why[^]*Successfully installed/,
  ],
  ['pipward doctor', 'pipward doctor', 0, /^No problems/m],
  ['eval "$(pipward completion bash 2>/dev/null)"', 'pipward completion bash', 0, /complete/],
  ['pipward completion --help', 'pipward completion --help', 0, /fish/],
  ['pipward unsetup', 'pipward unsetup --dry-run', 0, /delete/],
  [
    'npm install -g ./pipward-VERSION.tgz',
    '(cd "$CHECKOUT" && npm pack --silent --ignore-scripts --pack-destination "$HOME") >/dev/null &&' +
      ' npm install --silent --offline -g --prefix "$HOME/npm" "$HOME"/*.tgz && "$HOME/npm/bin/pipward" setup --dry-run',
    0,
    /nothing was changed/,
  ],
  ['./install.sh --uninstall', '"$PRODUCT/install.sh" --uninstall', 0, /Done/],
];

/** What is run elsewhere: the file, and what shows it there. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'pipward setup --system --in-environments': [
    'test/e2e/setup-in-environments.slow.test.ts',
    '--system --in-environments --yes',
  ],
  'pipward coverage': ['test/e2e/coverage-json.test.ts', "[box.pipward, 'coverage']"],
  'pipward coverage --check': ['test/e2e/coverage.slow.test.ts', 'pipward coverage --check'],
  'pipward audit': ['test/e2e/audit-log.slow.test.ts', "[box.pipward, 'audit']"],
  'pipward policy apply': ['test/e2e/policy-apply.slow.test.ts', 'policy apply >/dev/null'],
  'pipward policy verify': ['test/e2e/policy-apply.slow.test.ts', 'policy verify'],
  'pipward policy revert': ['test/e2e/policy-apply.slow.test.ts', 'policy revert'],
  './install.sh --system': ['test/e2e/setup-for-all.slow.test.ts', 'install.sh --system --yes'],
  'npm cit': ['.ci/run', '\nnpm cit\n'],
};

test.each(PAGES)('%s asks for no command that is not run here or elsewhere', (page) => {
  const run = [...STORY.map(([documented]) => documented), ...Object.keys(ELSEWHERE)];
  const commands = listCommands(page);
  expect(commands.length).toBeGreaterThan(5);
  expect(commands.filter((command) => !run.includes(command))).toEqual([]);
});

test('commands listed as run by another test are in that test', () => {
  expect(Object.values(ELSEWHERE).filter(([file, text]) => !read(file).includes(text))).toEqual([]);
});

const python = findAnyPython();

describe.skipIf(python === null)(
  `what the pages ask for, in one home${python === null ? ' (needs a Python)' : ''}`,
  () => {
    let scratch = '';
    let env: NodeJS.ProcessEnv = {};

    beforeAll(() => {
      scratch = mkdtempSync(path.join(tmpdir(), 'pipward-documented-'));
      const [home, wheels, project] = ['home', 'wheels', 'project'].map((name) => path.join(scratch, name));
      for (const folder of [home, wheels, project]) mkdirSync(folder ?? '');
      const executable = python?.executable ?? '';
      env = {
        HOME: home,
        SHELL: '/bin/bash',
        LANG: 'C.UTF-8',
        PATH: `${home}/.local/share/pipward/shims:${path.dirname(executable)}:${process.env['PATH']}`,
        PRODUCT: copyProduct(path.join(scratch, 'product')),
        CHECKOUT: root,
        PYTHON: executable,
        MINOR: python?.version.split('.')[1],
        PIP_NO_INDEX: '1',
        PIP_FIND_LINKS: wheels,
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
      };
      makeWheel(wheels ?? '', 'flask');
      const log = 'ERROR: Could not find a version that satisfies the requirement flaskk (from versions: none)\n';
      writeFileSync(path.join(project ?? '', 'build.log'), `${log}ERROR: No matching distribution found for flaskk\n`);
    });
    afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

    test.each(STORY)('%s', { timeout: TEST_LIMIT }, (_, line, status, printed) => {
      const result = spawnSync('/bin/sh', ['-c', line], {
        cwd: path.join(scratch, 'project'),
        env,
        encoding: 'utf8',
        timeout: LIMIT_SECONDS * 1000,
      });
      expect(result.stdout + (result.status === status ? '' : result.stderr)).toMatch(printed);
      expect(result.status).toBe(status);
    });

    test('nothing of pipward is left in the home directory', () => {
      const left = snapshot(path.join(scratch, 'home')).map((entry) => entry.split(' ')[0] ?? '');
      expect(
        left.filter((name) => /pipward|\.profile|\.bashrc/.test(name) && !/^npm\/|\.tgz$|^\.npm\//.test(name)),
      ).toEqual([]);
    });
  },
);
