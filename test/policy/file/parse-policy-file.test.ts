import { describe, expect, test } from 'vitest';
import type { LayerScope, PolicyLayer } from '../../../src/model/policy.ts';
import { describeProblem } from '../../../src/policy/describe-problem.ts';
import { noRules, noSettings, unreadableLayer } from '../../../src/policy/file/defaults.ts';
import { MAX_PROBLEMS, parsePolicyFile } from '../../../src/policy/file/parse-policy-file.ts';

const file = '/home/ada/api/pipward.toml';

function parseToml(text: string, scope: LayerScope = 'user', name = file): PolicyLayer {
  const layer = parsePolicyFile({ scope, file: name, text, kind: 'pipward-toml' });
  if (layer === null) throw new Error('a pipward.toml always makes a layer');
  return layer;
}

const parsePyproject = (text: string) =>
  parsePolicyFile({ scope: 'project', file: '/p/pyproject.toml', text, kind: 'pyproject' });

const level = 'require-virtual-environment';

describe('valid files', () => {
  test('every key', () => {
    const text = [
      '[policy]',
      `${level} = "enforce"`,
      'accept = ["venv", "conda-base"]',
      'on-refusal = "offer"',
      'reason = "Shared build host."',
      'contact = "#python-help"',
      '[resolve]',
      'environment-names = [".venv", "env 3"]',
      'python = "/opt/python3.12/bin/python3"',
      'project-environment = "use"',
      '[advice]',
      'form = "short"',
      '[audit]',
      'log = "journal"',
    ].join('\n');
    expect(parseToml(text)).toEqual({
      scope: 'user',
      file,
      rules: {
        demands: { [level]: { level: 'enforce', from: null, value: null, line: 2 } },
        accept: ['venv', 'conda-base'],
        exempt: [],
        exemptPackages: [],
        allowBypass: 'with-reason',
        onRefusal: { value: 'offer', line: 4 },
        reason: 'Shared build host.',
        contact: '#python-help',
      },
      settings: {
        python: { value: '/opt/python3.12/bin/python3', line: 9 },
        environmentNames: ['.venv', 'env 3'],
        projectEnvironment: { value: 'use', line: 10 },
        adviceForm: 'short',
        auditLog: { value: 'journal', line: 14 },
      },
      problems: [],
      warnings: [],
    });
  });

  test.each([
    ['an empty file', ''],
    ['comments only', '# nothing yet\n'],
    ['empty tables', '[policy]\n[resolve]\n[advice]'],
    ['a byte order mark', '\uFEFF[policy]'],
  ])('%s: the defaults', (_, text) => {
    const { rules, settings, problems, warnings } = parseToml(text);
    expect({ rules, settings, problems, warnings }).toEqual({
      rules: noRules,
      settings: noSettings,
      problems: [],
      warnings: [],
    });
  });

  test.each([
    ['a word', `[policy]\n${level} = "advise"`, 'advise', 2],
    ['off', `[policy]\n${level} = "off"`, 'off', 2],
    ['an inline table', `[policy]\n\n${level} = { level = "enforce" }`, 'enforce', 3],
    ['a table of its own', `[policy]\n[policy.${level}]\nlevel = "enforce"`, 'enforce', 2],
    ['dotted keys', `# x\npolicy.${level}.level = "enforce"`, 'enforce', 2],
    ['a quoted key', `[ "policy" ]\n'${level}' = "enforce"`, 'enforce', 2],
    ['all in one line', `policy = { accept = ["venv"], ${level} = "enforce" }`, 'enforce', 1],
    ['CR LF', `[policy]\r\n# x\r\n${level} = "enforce"\r\n`, 'enforce', 3],
    ['a byte order mark', `\uFEFF[policy]\n${level} = "enforce"`, 'enforce', 2],
    [
      'behind text that looks like it',
      `[policy]\nreason = """\n${level} = "off"\n"""\n${level} = "enforce"`,
      'enforce',
      5,
    ],
  ])('a level as %s', (_, text, value, line) => {
    const layer = parseToml(text);
    expect(layer.problems).toEqual([]);
    expect(layer.rules.demands).toEqual({ [level]: { level: value, from: null, value: null, line } });
  });

  test.each([
    ['reason = ""', null],
    [`reason = "${'x'.repeat(500)}"`, 'x'.repeat(500)],
    [`reason = "${'😀'.repeat(500)}"`, '😀'.repeat(500)],
  ])('%.30s', (line, reason) => {
    const layer = parseToml(`[policy]\n${line}`);
    expect(layer.problems).toEqual([]);
    expect(layer.rules.reason).toBe(reason);
  });
});

describe('invalid files', () => {
  const choices = 'must be "off", "advise" or "enforce"';
  const list = 'must be a list of "venv", "conda" or "conda-base"';
  test.each<[text: string, key: string, line: number, message: string, nearest: string | null]>([
    ['[policy]\nacept = ["venv"]', 'policy.acept', 2, 'is not a known key', 'policy.accept'],
    ['[policy]\nfrobnicate = 1', 'policy.frobnicate', 2, 'is not a known key', null],
    ['[policy]\n"a b" = 1', 'policy."a b"', 2, 'is not a known key', null],
    ['[policy]\n__proto__ = 1', 'policy.__proto__', 2, 'is not a known key', null],
    ['[policy]\nconstructor = 1', 'policy.constructor', 2, 'is not a known key', null],
    ['[policy]\npython = "/x"', 'policy.python', 2, 'is not a known key', 'resolve.python'],
    ['\n[polcy]\naccept = 1', 'polcy', 2, 'is not a known table', 'policy'],
    ['[Policy]', 'Policy', 1, 'is not a known table', 'policy'],
    ['[report]\nlog = "file"', 'report', 1, 'is not a known table', null],
    ['[constructor]', 'constructor', 1, 'is not a known table', null],
    ['["a\\u001b"]', '"a\\u001b"', 1, 'is not a known table', null],
    [`${level} = "enforce"`, level, 1, 'is not a known key', `policy.${level}`],
    ['[tool.pipward.policy]', 'tool', 1, 'is not a known table', null],
    ['policy = "enforce"', 'policy', 1, 'must be a table', null],
    ['[[policy]]\naccept = ["venv"]', 'policy', 1, 'must be a table', null],
    ['resolve = 2027-01-15', 'resolve', 1, 'must be a table', null],
    [`[policy]\n${level} = "enforced"`, `policy.${level}`, 2, `${choices}, not "enforced"`, 'enforce'],
    [`[policy]\n${level} = "on"`, `policy.${level}`, 2, `${choices}, not "on"`, null],
    [`[policy]\n${level} = true`, `policy.${level}`, 2, `${choices}, not true`, null],
    [`[policy]\n${level} = ["enforce"]`, `policy.${level}`, 2, `${choices}, not a list`, null],
    [`[policy]\n${level} = 2027-01-15`, `policy.${level}`, 2, `${choices}, not a date`, null],
    [`[policy]\n${level} = 99999999999999999999`, `policy.${level}`, 2, `${choices}, not 99999999999999999999`, null],
    [`[policy]\n${level} = "${'x'.repeat(60)}"`, `policy.${level}`, 2, `${choices}, not "${'x'.repeat(40)}..."`, null],
    [`[policy]\n${level} = {}`, `policy.${level}`, 2, 'needs a `level`', null],
    [`[policy]\n${level} = { level = "advice" }`, `policy.${level}.level`, 2, `${choices}, not "advice"`, 'advise'],
    [
      `[policy.${level}]\nlevel = "advise"\nfrom = 2027-01-15`,
      `policy.${level}.from`,
      3,
      'goes with `level = "enforce"` alone',
      null,
    ],
    [
      `[policy]\n${level} = { level = "enforce", from = "2027-01-15" }`,
      `policy.${level}.from`,
      2,
      'must be a date without quotes, such as 2027-01-15, not "2027-01-15"',
      null,
    ],
    [
      `[policy]\n${level} = { level = "enforce", from = 2027-01-15T00:00:00Z }`,
      `policy.${level}.from`,
      2,
      'must be a date without quotes, such as 2027-01-15, not a date',
      null,
    ],
    [
      '[policy]\nminimum-pip = 23.1',
      'policy.minimum-pip',
      2,
      'must be a version such as "23.1" or a table, not 23.1',
      null,
    ],
    ['[policy]\nminimum-pip = ">=23"', 'policy.minimum-pip', 2, 'must be a version such as "23.1", not ">=23"', null],
    ['[policy]\nminimum-pip = { level = "advise" }', 'policy.minimum-pip', 2, 'needs a `value`', null],
    [
      '[policy]\nrequires-python = "3.10"',
      'policy.requires-python',
      2,
      'must be a specifier such as ">=3.10, <3.14", not "3.10"',
      null,
    ],
    [
      '[policy]\nexempt = ["docker"]',
      'policy.exempt',
      2,
      'must be a list of "ci", "container" or "target", not "docker"',
      null,
    ],
    [
      '[policy]\nexempt-packages = ["virtualenv>=20"]',
      'policy.exempt-packages',
      2,
      'must list names of packages alone, not "virtualenv>=20"',
      null,
    ],
    ['[policy]\nallow-bypass = false', 'policy.allow-bypass', 2, 'must be "with-reason" or "never", not false', null],
    ['[policy]\nforbid-roots = "off"', 'policy.forbid-roots', 2, 'is not a known key', 'policy.forbid-root'],
    [`[policy]\n${level} = {level="off", levl=1}`, `policy.${level}.levl`, 2, 'is not a known key', null],
    ['[policy]\naccept = "venv"', 'policy.accept', 2, `${list}, not "venv"`, null],
    ['[policy]\naccept = []', 'policy.accept', 2, `${list}, not empty`, null],
    ['[policy]\naccept = ["venv", "cnoda"]', 'policy.accept', 2, `${list}, not "cnoda"`, 'conda'],
    ['[policy]\naccept = [{}]', 'policy.accept', 2, `${list}, not a table`, null],
    ['[policy]\nreason = 5', 'policy.reason', 2, 'must be text, not 5', null],
    [`[policy]\nreason = "${'x'.repeat(501)}"`, 'policy.reason', 2, 'must be at most 500 characters, not 501', null],
    [`[policy]\ncontact = "${'x'.repeat(501)}"`, 'policy.contact', 2, 'must be at most 500 characters, not 501', null],
    ['[audit]\nlog = "syslog"', 'audit.log', 2, 'must be "off", "file" or "journal", not "syslog"', null],
    ['[audit]\nlog = true', 'audit.log', 2, 'must be "off", "file" or "journal", not true', null],
    ['[audit]\npath = "/x"', 'audit.path', 2, 'is not a known key', null],
    ['[resolve]\npython = "python3"', 'resolve.python', 2, 'must be an absolute path, not "python3"', null],
    ['[resolve]\npython = "~/py"', 'resolve.python', 2, 'must be an absolute path, not "~/py"', null],
    ['[resolve]\npython = "C:\\\\py.exe"', 'resolve.python', 2, 'must be an absolute path, not "C:\\\\py.exe"', null],
    ['[resolve]\npython = "/a\\u0000b"', 'resolve.python', 2, 'must be an absolute path, not "/a\\u0000b"', null],
    ['[resolve]\npython = 3.12', 'resolve.python', 2, 'must be an absolute path, not 3.12', null],
    [
      '[resolve]\nproject-environment = "usr"',
      'resolve.project-environment',
      2,
      'must be "use", "advise" or "ignore", not "usr"',
      null,
    ],
    [
      '[resolve]\nenvironment-name = []',
      'resolve.environment-name',
      2,
      'is not a known key',
      'resolve.environment-names',
    ],
    ...['../env', '.', '..', 'a/b', 'a\\\\b', '', 'a\\u0000'].map((name): [string, string, number, string, null] => [
      `[resolve]\nenvironment-names = [".venv", "${name}"]`,
      'resolve.environment-names',
      2,
      `must list plain folder names, not "${name}"`,
      null,
    ]),
    [
      '[resolve]\nenvironment-names = ".venv"',
      'resolve.environment-names',
      2,
      'must be a list of folder names, not ".venv"',
      null,
    ],
    ['[advice]\nform = "none"', 'advice.form', 2, 'must be "full", "short" or "off", not "none"', null],
    ['[advice]\nform = "ful"', 'advice.form', 2, 'must be "full", "short" or "off", not "ful"', 'full'],
    ['[advice]\nfrom = "full"', 'advice.from', 2, 'is not a known key', 'advice.form'],
  ])('%j', (text, key, line, message, nearest) => {
    const { problems, warnings } = parseToml(text);
    expect(problems.map(describeProblem)).toEqual([
      { file, line, column: null, key, message: `\`${key}\` ${message}`, nearest },
    ]);
    expect(warnings).toEqual([]);
  });

  test.each<[what: string, text: string, line: number, column: number]>([
    ['a key without a value', '[policy]\naccept', 2, 1],
    ['a key twice', '[policy]\naccept = ["venv"]\naccept = ["conda"]', 3, 1],
    ['a NUL byte in text', '[policy]\nreason = "a\0"', 2, 12],
    ['a NUL byte in a comment', '# a\0', 1, 4],
    ['a broken line behind a byte order mark', '\uFEFFpolicy', 1, 1],
    ['merge conflict marks', '<<<<<<< HEAD\n', 1, 1],
    ['too deep', `a = ${'['.repeat(5000)}`, 1, 1005],
  ])('no TOML: %s', (_, text, line, column) => {
    const { problems, rules, settings } = parseToml(text);
    expect(problems).toEqual([
      {
        file,
        line,
        column,
        key: null,
        message: expect.stringMatching(/^the file is not valid TOML: [^\n]+[^.\n]$/),
        found: null,
        mistyped: null,
      },
    ]);
    expect({ rules, settings }).toEqual({ rules: noRules, settings: noSettings });
  });

  test('all problems are reported in the order of the lines; valid keys are still read', () => {
    const { problems, rules } = parseToml(
      `[policy]\nreason = 1\n${level} = "enforce"\nacept = 1\n[resolve]\npython = "x"\n[plicy]`,
    );
    expect(problems.map(({ line, key }) => [line, key])).toEqual([
      [2, 'policy.reason'],
      [4, 'policy.acept'],
      [6, 'resolve.python'],
      [7, 'plicy'],
    ]);
    expect(rules.demands).toEqual({ [level]: { level: 'enforce', from: null, value: null, line: 3 } });
    expect(rules.reason).toBeNull();
  });

  test.each<[what: string, text: (keys: readonly string[]) => string, most: number]>([
    ['unknown keys of a table', (keys) => `[policy]\n${keys.join('\n')}`, MAX_PROBLEMS],
    ['unknown tables', (keys) => keys.map((key) => `[${key.slice(0, -2)}]`).join('\n'), MAX_PROBLEMS],
    ['unknown keys of a rule', (keys) => `policy.${level} = {level="off",${keys.join(',')}}`, MAX_PROBLEMS],
    [
      'unknown keys of several tables',
      (keys) => `[policy]\n${keys.join('\n')}\n[advice]\n${keys.join('\n')}`,
      MAX_PROBLEMS,
    ],
  ])('of very many problems the first are told: %s', (_, text, most) => {
    const keys = Array.from({ length: 20_000 }, (_none, index) => `k${index}=1`);
    const { problems } = parseToml(text(keys));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(most);
  });

  test('a key as long as its file is told by its beginning', () => {
    const { problems } = parseToml(`[policy]\n${'k'.repeat(100_000)} = 1`);
    expect(problems).toMatchObject([{ key: expect.stringMatching(/^policy\."k{60}\.{3}"$/) }]);
    expect(problems[0]?.message.length).toBeLessThan(200);
  });

  test.each([
    [
      'requires-python',
      Array.from({ length: 400 }, () => '>=3').join(','),
      'must be at most 1000 characters, not 1599',
    ],
    ['requires-python', `>=${' '.repeat(999)}3`, 'must be at most 1000 characters, not 1002'],
  ])('a specifier of any length is not read: %s', (rule, value, message) => {
    const { problems, rules } = parseToml(`[policy]\n${rule} = "${value}"`);
    expect(problems).toMatchObject([{ message: `\`policy.${rule}\` ${message}` }]);
    expect(rules.demands).toEqual({});
  });

  test('a word that is listed many times counts once', () => {
    const { rules } = parseToml(`[policy]\naccept = [${'"venv", '.repeat(5000)}]`);
    expect(rules.accept).toEqual(['venv']);
  });
});

describe('paths on Windows', () => {
  test.each([
    ['C:\\Python312\\python.exe', true],
    ['c:/Python312/python.exe', true],
    ['\\\\server\\share\\python.exe', true],
    ['\\Python312\\python.exe', false],
    ['/opt/python', false],
    ['C:python.exe', false],
    ['python.exe', false],
  ])('%s is absolute: %s', (python, isAbsolute) => {
    const layer = parseToml(`[resolve]\npython = '${python}'`, 'user', 'C:\\Users\\ada\\pipward\\config.toml');
    expect(layer.settings.python).toEqual(isAbsolute ? { value: python, line: 2 } : null);
    expect(layer.problems).toHaveLength(isAbsolute ? 0 : 1);
  });
});

describe('tables that a project may not have', () => {
  test.each([
    ['right', '[policy]\n[resolve]\npython = "/x/python"\n[advice]\nform = "off"\n[audit]\nlog = "file"'],
    ['wrong', '[policy]\n[resolve]\npyton = 1\nadvice = 5\n[advice]\nform = "no"\n[audit]\nlog = "../x"'],
  ])('they are ignored, and that is told: %s', (_, text) => {
    const { settings, problems, warnings } = parseToml(text, 'project');
    expect(settings).toEqual(noSettings);
    expect(problems).toEqual([]);
    expect(warnings.map(({ key, line, message }) => [key, line, message])).toEqual([
      ['resolve', 2, "`resolve` is ignored in a project's file; only the user's and the machine's may have it"],
      [
        'advice',
        expect.any(Number),
        "`advice` is ignored in a project's file; only the user's and the machine's may have it",
      ],
      [
        'audit',
        expect.any(Number),
        "`audit` is ignored in a project's file; only the user's and the machine's may have it",
      ],
    ]);
  });

  test('the system may have them', () => {
    const { settings, warnings } = parseToml('[advice]\nform = "off"', 'system');
    expect(settings.adviceForm).toBe('off');
    expect(warnings).toEqual([]);
  });
});

describe('pyproject.toml', () => {
  test.each([
    ['nothing of ours', '[project]\nname = "api"'],
    ['broken, nothing of ours', '[project\nname ='],
    ['our name in a comment only', '# see tool.pipward\n[tool.black]'],
    ['broken, and we are a dependency', '[project]\ndependencies = ["pipward"]\nname ='],
    ['we are a dependency', '[tool.poetry.dependencies]\npipward = "^1"'],
    ['tool is not a table', 'tool = "tool.pipward"'],
    ['another table that begins alike', '[tool.pipward-extra]\nx = 1'],
  ])('%s: no layer', (_, text) => {
    expect(parsePyproject(text)).toBeNull();
  });

  test.each([
    ['a table', `[project]\nname = "x"\n[tool.pipward.policy]\n${level} = "enforce"`, 4],
    ['a dotted key', `[tool.pipward]\npolicy.${level} = "enforce"`, 2],
    ['a dotted key at the top', `tool.pipward.policy.${level} = "enforce"`, 1],
    ['quotes', `["tool".'pipward'."policy"]\n${level} = "enforce"`, 2],
    ['escapes', `[tool."\\u0070ipward".policy]\n${level} = "enforce"`, 2],
    ['spaces', `[ tool . pipward . policy ]\n${level} = "enforce"`, 2],
    ['a key of [tool]', `[tool]\npipward.policy.${level} = "enforce"`, 2],
    ['an inline table', `tool = { pipward = { policy = { ${level} = "enforce" } } }`, 1],
    ['with policy tables of others', `[policy]\n${level}="off"\n[tool.pipward.policy]\n${level} = "enforce"`, 4],
    ['with numbers of others that are large', `n = 99999999999999999999\ntool.pipward.policy.${level} = "enforce"`, 2],
  ])('%s', (_, text, line) => {
    const layer = parsePyproject(text);
    expect(layer?.problems).toEqual([]);
    expect(layer?.rules.demands).toEqual({ [level]: { level: 'enforce', from: null, value: null, line } });
  });

  test.each([
    ['broken, with our name', '[tool.pipward\n', null, 1],
    ['broken, with our name in quotes', '["tool"."pipward"]\nx = [', null, 2],
    ['an unknown key', '[project]\n[tool.pipward.policy]\nacept = 1', 'policy.acept', 3],
    ['an unknown table', '[project]\n[tool.pipward.polcy]', 'polcy', 2],
    ['no table', '[project]\n[tool]\n# tool.pipward\npipward = 1', 'tool.pipward', 4],
  ])('%s: a problem', (_, text, key, line) => {
    expect(parsePyproject(text)?.problems).toMatchObject([{ file: '/p/pyproject.toml', key, line }]);
  });

  test('an empty table of pipward makes a layer', () => {
    expect(parsePyproject('[tool.pipward]')).toMatchObject({ rules: noRules, problems: [] });
  });
});

describe('unreadableLayer', () => {
  test.each([
    ['permission', 'the file cannot be read: permission denied'],
    ['not-a-file', 'the file is not a regular file'],
    ['too-large', 'the file is larger than 1 MiB'],
    ['not-utf-8', 'the file is not UTF-8 text'],
    ['failed', 'the file cannot be read'],
    ['dangling-link', 'the file is a link that leads nowhere'],
  ] as const)('%s: %s', (reason, message) => {
    expect(unreadableLayer('system', '/etc/pipward/policy.toml', reason)).toEqual({
      scope: 'system',
      file: '/etc/pipward/policy.toml',
      rules: noRules,
      settings: noSettings,
      problems: [
        { file: '/etc/pipward/policy.toml', line: null, column: null, key: null, message, found: null, mistyped: null },
      ],
      warnings: [],
    });
  });
});
