import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import {
  DEBIAN_PACKAGES,
  findHeaderPackage,
  findProgramPackage,
} from '../../../src/diagnostics/build/debian-packages.ts';
import type { Finding } from '../../../src/diagnostics/registry.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { listPackages } from '../../support/apt.ts';
import { hasProgram } from '../../support/sandbox.ts';
import { buildFacts, command, factsWith, indexFacts, print, sharedEnvironment, systemPython } from '../build.ts';

function judge(text: string, status = 1): Finding | null {
  const watcher = createOutputWatcher();
  watcher.push('stdout', Buffer.from(text));
  return diagnose(watcher.finish(), command('pip install a'), { kind: 'exited', status }, { interpreter: null });
}

const metadata = (...lines: readonly string[]) =>
  `Collecting a\n  error: subprocess-exited-with-error\n${lines.map((line) => `      ${line}\n`).join('')}error: metadata-generation-failed\n`;
const HEADER = 'x.c:1:10: fatal error: ffi.h: No such file or directory';
/** From the output of pip 22.0.4. */
const CALLER = `  note: This error originates from a subprocess, and is likely not a problem with pip.
  full command: /usr/bin/python3 -c '
  exec(compile('"'"''"'"''"'"'
  try:
      import setuptools
  except ImportError as error:
      print(
          "ERROR: Can not execute \`setup.py\` since setuptools is not available in "
          "the build environment.",
          file=sys.stderr,
      )
  '"'"''"'"''"'"' % ('"'"'/a/setup.py'"'"',), "<pip-setuptools-caller>", "exec"))' egg_info
  cwd: /a/
`;
const NO_MATCH = 'ERROR: No matching distribution found for';

describe('what a build stumbled over', () => {
  test.each<[line: string, cause: object]>([
    [HEADER, { kind: 'header', name: 'ffi.h' }],
    ["x.c:1:10: fatal error: 'openssl/ssl.h' file not found", { kind: 'header', name: 'openssl/ssl.h' }],
    ["error: command 'gcc' failed: No such file or directory", { kind: 'program', name: 'gcc', missing: true }],
    ['error: command gcc failed with exit status 1', { kind: 'program', name: 'gcc', missing: false }],
    ['Error: pg_config executable not found.', { kind: 'program', name: 'pg_config', missing: true }],
    ["error: can't find Rust compiler", { kind: 'rust' }],
    ['This package requires Rust and Cargo to compile extensions.', { kind: 'rust' }],
    ["ModuleNotFoundError: No module named 'numpy.core'", { kind: 'module', name: 'numpy' }],
    ['ImportError: No module named numpy', { kind: 'module', name: 'numpy' }],
    [
      'ERROR: Can not execute `setup.py` since setuptools is not available in the build environment.',
      { kind: 'module', name: 'setuptools' },
    ],
    ["error: invalid command 'bdist_wheel'", { kind: 'bdist-wheel' }],
    ["AttributeError: module 'pkgutil' has no attribute 'ImpImporter'", { kind: 'old-setuptools' }],
    ["FileNotFoundError: [Errno 2] No such file or directory: '/tmp/b/setup.py'", { kind: 'no-setup-py' }],
    [`${NO_MATCH} hatchling>=1`, { kind: 'requirement', name: 'hatchling>=1' }],
    ['ValueError: bad', { kind: 'unknown' }],
  ])('%s', (line, cause) => {
    expect(judge(metadata(line))).toMatchObject({ code: 'build-failed', subject: 'a', cause });
  });

  test.each<[case_: string, text: string, finding: object | null]>([
    ['the compiler ended', metadata(HEADER, "error: command 'gcc' failed with exit code 1"), { evidence: HEADER }],
    [
      'the tool before what came of it',
      metadata("unable to execute 'gcc': No such file or directory", "error: command 'gcc' failed with exit status 1"),
      { cause: { kind: 'program', name: 'gcc', missing: true } },
    ],
    [
      "the source of pip's caller of setup.py, which -v prints (22.0 to 26)",
      `Processing ./a\n  Running command python setup.py egg_info\n  ValueError: x\n  error: subprocess-exited-with-error\n${CALLER}error: metadata-generation-failed\n`,
      { cause: { kind: 'unknown' }, evidence: 'ValueError: x' },
    ],
    [
      'the same, and setuptools is not there indeed',
      `Processing ./a\n  ERROR: Can not execute \`setup.py\` since setuptools is not available in the build environment.\n  error: subprocess-exited-with-error\n${CALLER}error: metadata-generation-failed\n`,
      { cause: { kind: 'module', name: 'setuptools' } },
    ],
    [
      'a command with words of a build in it',
      `Processing ./a\n  ValueError: x\n  full command: /p -c '\n  Error: pg_config executable not found\n  ' egg_info\n  cwd: /a\nerror: metadata-generation-failed\n`,
      { evidence: 'ValueError: x' },
    ],
    [
      'what -v adds of pip itself (18.1, 23.2)',
      `Processing ./a\n    RuntimeError: bad\nCommand "python setup.py egg_info" failed with error code 1 in /a/\npip._internal.exceptions.InstallationError: Command "python setup.py egg_info" failed with error code 1 in /a/\n`,
      { evidence: 'RuntimeError: bad' },
    ],
    ...[
      'error: subprocess-exited-with-error',
      '    error: subprocess-exited-with-error  ',
      'error: failed-build-dependency-install',
      'error: a-box-of-a-later-pip',
      'InstallationError: Command errored out with exit status 1: python setup.py egg_info Check the logs.',
      'DistributionNotFound: No matching distribution found for x',
      'pip.exceptions.InstallationError: Command "python setup.py egg_info" failed with error code 1 in /a/',
      'pip._internal.exceptions.build.SomeError: exit status 1',
    ].map((line): [string, string, object] => [
      `pip's own summary is not the build's error: ${line.trim()}`,
      metadata('ValueError: x', line),
      { cause: { kind: 'unknown' }, evidence: 'ValueError: x' },
    ]),
    [
      "pip's own summaries alone",
      metadata('error: subprocess-exited-with-error', 'error: failed-wheel-build-for-install'),
      { cause: { kind: 'unknown' }, evidence: null },
    ],
    [
      'the headings of boxes of 26.0 and later',
      'Processing ./a\n      ValueError: x\nerror: failed-build-dependency-install\n',
      { code: 'build-failed', evidence: 'ValueError: x' },
    ],
    [
      "a dead network in a build's own pip that tries once",
      metadata(
        `Could not fetch URL https://pypi.org/simple/hatchling/: connection error: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded (Caused by NewConnectionError('x: [Errno 111] Connection refused')) - skipping`,
        `${NO_MATCH} hatchling`,
      ),
      { code: 'network', trouble: 'refused', host: 'pypi.org' },
    ],
    [
      'an earlier build went well',
      `Collecting b\n      ${HEADER}\nCollecting a\n      ValueError: x\nerror: metadata-generation-failed\n`,
      { subject: 'a', evidence: 'ValueError: x' },
    ],
    [
      'two wheels',
      `Collecting a\nCollecting b\n      ${HEADER}\n  ERROR: Failed building wheel for a\n      ValueError: x\n  ERROR: Failed building wheel for b\nERROR: Could not build wheels for a, b\n`,
      { subject: 'b', evidence: 'ValueError: x' },
    ],
    [
      'skipped until none was left (20.3 to 21.3)',
      `Collecting a\n      ${HEADER}\nWARNING: Discarding https://x.org/a-1.0.tar.gz#sha256=1 (from https://x.org/simple/a/). Command errored out with exit status 1: python setup.py egg_info Check the logs for full command output.\nERROR: Could not find a version that satisfies the requirement a (from versions: 1.0)\n${NO_MATCH} a\n`,
      { code: 'build-failed', subject: 'a', evidence: HEADER },
    ],
    [
      'skipped, and another project was not there',
      `WARNING: Discarding https://x.org/a-1.0.tar.gz#sha256=1 (from https://x.org/simple/a/). Command errored out with exit status 1: python\n${NO_MATCH} b\n`,
      { code: 'no-matching-distribution' },
    ],
    [
      "a dead network in a build's own pip",
      metadata(
        `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError("x: [Errno 111] Connection refused")': /simple/hatchling/`,
        `${NO_MATCH} hatchling`,
      ),
      { code: 'network', trouble: 'refused' },
    ],
    [
      'no ssl',
      `WARNING: pip is configured with locations that require TLS/SSL, however the ssl module in Python is not available.\n${metadata(`${NO_MATCH} hatchling`)}`,
      { code: 'ssl-module-missing' },
    ],
  ])('%s', (_, text, finding) => {
    expect(judge(text)).toMatchObject(finding ?? {});
  });
});

const UNREACHED = "fatal: unable to access 'https://h/x/': Could not resolve host: h";
/** From the output of pip 24.2. */
const box = (program: string, output: string) => `Collecting a@ git+https://h/x
  Cloning https://h/x to /tmp/pip-req-build-1
  Running command ${program} clone --filter=blob:none --quiet https://h/x /tmp/pip-req-build-1
  ${output}
  error: subprocess-exited-with-error
  
  × ${program} clone --filter=blob:none --quiet https://h/x /tmp/pip-req-build-1 did not run successfully.
  │ exit code: 128
  ╰─> See above for output.
error: subprocess-exited-with-error

× ${program} clone --filter=blob:none --quiet https://h/x /tmp/pip-req-build-1 did not run successfully.
│ exit code: 128
╰─> See above for output.
`;

describe('a source that could not be fetched was not built', () => {
  const git = { kind: 'fetch', name: 'git' };
  test.each<[case_: string, text: string, finding: object]>([
    ['pip 24.2', box('git', UNREACHED), { cause: git, evidence: UNREACHED, subject: 'a' }],
    [
      'Mercurial',
      box('hg', 'abort: error: no'),
      { cause: { kind: 'fetch', name: 'hg' }, evidence: 'abort: error: no' },
    ],
    [
      'a branch that does not exist',
      box('git', "error: pathspec 'v9' did not match any file(s) known to git"),
      { cause: git, evidence: "error: pathspec 'v9' did not match any file(s) known to git" },
    ],
    [
      'pip 19.2.3',
      `Collecting git+https://h/x\n  Running command git clone -q https://h/x /t\n  ${UNREACHED}\nERROR: Command errored out with exit status 128: git clone -q https://h/x /t Check the logs for full command output.\n`,
      { cause: git, evidence: UNREACHED, subject: 'git+https://h/x' },
    ],
    [
      'pip 18.1',
      `Collecting git+https://h/x\n${UNREACHED}\nCommand "git clone -q https://h/x /t" failed with error code 128 in None\n`,
      { cause: git, evidence: UNREACHED },
    ],
    // setuptools_scm asks git, and goes on.
    [
      'git in a build that failed for another reason',
      metadata('ValueError: bad', 'fatal: not a git repository (or any of the parent directories): .git'),
      { cause: { kind: 'unknown' }, evidence: 'ValueError: bad' },
    ],
  ])('%s', (_, text, finding) => {
    expect(judge(text)).toMatchObject({ code: 'build-failed', ...finding });
  });

  test('what is said', () => {
    const found = judge(box('git', UNREACHED));
    if (found === null) throw new Error('nothing was found');
    const facts = factsWith({ build: buildFacts({}), index: indexFacts({ pipVersion: '18.1' }) });
    const text = print(found, facts, 'pip install a@git+https://h/x');
    expect(text).toContain('git could not fetch a\n');
    expect(text).toMatch(/git says +fatal: unable to access/);
    expect(text).not.toMatch(/build says|upgrade pip|building/);
  });
});

describe('who printed the evidence', () => {
  const row = (text: string) => {
    const finding = judge(text);
    return finding === null ? '' : print(finding, factsWith({ index: indexFacts() }), 'pip install a');
  };
  test.each<[label: string, line: string]>([
    ['build says', 'ModuleNotFoundError: No module named numpy'],
    ['last error', 'ValueError: x'],
    ['pip says', `${NO_MATCH} hatchling`],
    ['pip says', 'No matching distribution found for hatchling'],
    ['pip says', 'ERROR: Can not execute `setup.py` since setuptools is not available in the build environment.'],
    ['pip says', 'pip._vendor.tomli.TOMLDecodeError: Expected a key (at line 1)'],
  ])('%s: %s', (label, line) => {
    expect(row(metadata(line)).replaceAll(/\n {2,}/g, ' ')).toContain(`${label.padEnd(14)}${line.slice(0, 40)}`);
  });
});

describe('silence', () => {
  test.each<[case_: string, text: string, status: number]>([
    ['it was made good', `${metadata(HEADER)}Successfully installed a-1\n`, 0],
    ['another status', metadata(HEADER), 2],
    ['a build’s words alone', `Collecting a\n      ${HEADER}\n`, 1],
    [
      'words of a failure, indented',
      `      error: metadata-generation-failed\n  ERROR: Failed building wheel for a\n`,
      1,
    ],
    ['a package of that name', 'Collecting metadata-generation-failed\n', 1],
    ['a backend without a traceback of pip', 'BackendUnavailable\n', 2],
    ['release notes', 'What "error: subprocess-exited-with-error" means\n', 1],
  ])('%s', (_, text, status) => {
    expect(judge(text, status)).toBeNull();
  });

  test('hostile lines take no time', () => {
    const line = `      fatal error: ${'.h'.repeat(2000)}\n      error: command ${"'".repeat(4000)}\n${'Command "'.repeat(400)}\n`;
    expect(judge(metadata(line.repeat(50)))?.code).toBe('build-failed');
  });
});

/** The blocks that are printed: titles and commands. */
function commandsFor(
  cause: object,
  changes: Parameters<typeof factsWith>[0],
  line = 'pip install a',
): readonly string[] {
  const finding = { code: 'build-failed', subject: 'a', origin: null, cause, evidence: null, installing: false };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a row is one of the union's members
  const text = print(finding as Finding, factsWith(changes), line);
  return text.split('\n').flatMap((each) => (/^ {4}\S/.test(each) ? [each.trim()] : []));
}

/** Without an index; what the folder of --find-links has. */
function withoutIndex(names: readonly string[]) {
  const setting = { value: '/wheels', origin: { kind: 'command-line' } } as const;
  return indexFacts({
    noIndex: { value: '1', origin: { kind: 'variable', name: 'PIP_NO_INDEX', value: '1' } },
    findLinks: setting,
    places: [{ option: '--find-links', setting, path: '/wheels', isThere: true, names }],
  });
}

describe('an upgrade is recommended only where facts make it likely', () => {
  const unknown = { kind: 'unknown' };
  test.each<
    [case_: string, cause: object, changes: Parameters<typeof factsWith>[0], first: string | null, line?: string]
  >([
    ['old pip', unknown, { index: indexFacts({ pipVersion: '18.1' }) }, 'python3 -m pip install --upgrade pip'],
    ['20.2', unknown, { index: indexFacts({ pipVersion: '20.2.4' }) }, 'python3 -m pip install --upgrade pip'],
    ['20.3', unknown, { index: indexFacts({ pipVersion: '20.3' }) }, null],
    ['of unknown version', unknown, { index: indexFacts({ pipVersion: null }) }, null],
    [
      'old, wheels were not wanted',
      unknown,
      { index: indexFacts({ pipVersion: '18.1' }) },
      null,
      'pip install --no-binary :all: a',
    ],
    [
      'old, and no index',
      unknown,
      { index: indexFacts({ pipVersion: '18.1', noIndex: { value: '1', origin: { kind: 'command-line' } } }) },
      null,
    ],
    [
      'a build tool, and no index',
      { kind: 'requirement', name: 'setuptools>=40' },
      {
        index: indexFacts({ noIndex: { value: '1', origin: { kind: 'variable', name: 'PIP_NO_INDEX', value: '1' } } }),
      },
      'unset PIP_NO_INDEX',
    ],
    [
      'setuptools is there',
      { kind: 'module', name: 'setuptools' },
      { index: indexFacts(), build: buildFacts({ setuptools: '65.0', isolated: false }) },
      null,
    ],
    [
      'setuptools is missing, and meant',
      { kind: 'module', name: 'setuptools' },
      { index: indexFacts(), build: buildFacts({ isolated: false }) },
      'python3 -m pip install --upgrade setuptools wheel',
    ],
    [
      'setuptools is missing, and no folder without an index has it',
      { kind: 'module', name: 'setuptools' },
      {
        index: withoutIndex(['setuptools_scm-8.0-py3-none-any.whl', 'wheel-0.40-py3-none-any.whl']),
        build: buildFacts({ isolated: false }),
      },
      null,
    ],
    [
      'setuptools is missing, and a folder has it',
      { kind: 'module', name: 'setuptools' },
      {
        index: withoutIndex(['setuptools-65.0.tar.gz', 'wheel-0.40-py3-none-any.whl']),
        build: buildFacts({ isolated: false }),
      },
      'python3 -m pip install --upgrade setuptools wheel',
    ],
    [
      'setuptools is missing, and an address may have it',
      { kind: 'module', name: 'setuptools' },
      { index: { ...withoutIndex([]), places: [] }, build: buildFacts({ isolated: false }) },
      'python3 -m pip install --upgrade setuptools wheel',
    ],
    [
      'setuptools is missing, the build has its own',
      { kind: 'module', name: 'setuptools' },
      { index: indexFacts(), build: buildFacts() },
      null,
    ],
    [
      'pkg_resources',
      { kind: 'module', name: 'pkg_resources' },
      { index: indexFacts(), build: buildFacts() },
      "python3 -m pip install 'setuptools<81' wheel",
    ],
    [
      'a module that may be there, in a version that others need',
      { kind: 'module', name: 'numpy' },
      { index: indexFacts(), build: buildFacts() },
      'python3 -m pip install numpy setuptools wheel',
    ],
    [
      'the same of -e',
      { kind: 'module', name: 'numpy' },
      { index: indexFacts(), build: buildFacts() },
      "python3 -m pip install numpy 'setuptools<80' wheel",
      'pip install -e ./p',
    ],
    [
      'an old setuptools of this environment',
      { kind: 'old-setuptools' },
      { index: indexFacts(), build: buildFacts({ setuptools: '60.0', isolated: false }) },
      'python3 -m pip install --upgrade setuptools',
    ],
  ])('%s', (_, cause, changes, first, line) => {
    expect(commandsFor(cause, changes, line)[0] ?? null).toBe(first);
  });
});

describe('packages of Debian', () => {
  test.each<[case_: string, cause: object, changes: Parameters<typeof factsWith>[0], first: string | null]>([
    [
      'Python.h',
      { kind: 'header', name: 'Python.h' },
      { build: buildFacts({ headers: false }) },
      'sudo apt install python3.10-dev',
    ],
    [
      'Python.h, in an environment of it',
      { kind: 'header', name: 'Python.h' },
      { build: buildFacts({ headers: false, compiler: false }), interpreter: sharedEnvironment },
      'sudo apt install build-essential python3.10-dev',
    ],
    ['Python.h, which is there', { kind: 'header', name: 'Python.h' }, { build: buildFacts({ headers: true }) }, null],
    [
      'Python.h of another Python',
      { kind: 'header', name: 'Python.h' },
      {
        build: buildFacts({ headers: false }),
        interpreter: { ...systemPython, executable: '/opt/py/bin/python', stdlib: '/opt/py/lib/python3.10' },
      },
      null,
    ],
    [
      'no compiler, as root',
      { kind: 'program', name: 'gcc', missing: false },
      { build: buildFacts({ program: false, headers: true }), caller: { isRoot: true } },
      'apt install build-essential',
    ],
    [
      'a compiler that is there',
      { kind: 'program', name: 'gcc', missing: true },
      { build: buildFacts({ program: true }) },
      null,
    ],
    ['not Debian', { kind: 'header', name: 'ffi.h' }, { tools: { apt: false } }, null],
    ['a header that no known package has', { kind: 'header', name: 'own.h' }, {}, null],
  ])('%s', (_, cause, changes, first) => {
    expect(commandsFor(cause, changes)[0] ?? null).toBe(first);
  });

  test('names', () => {
    expect(['mysql/mysql.h', 'mysqlx.h', 'krb5.h'].map(findHeaderPackage)).toEqual([
      'default-libmysqlclient-dev',
      null,
      'libkrb5-dev',
    ]);
    expect(['/usr/bin/x86_64-linux-gnu-g++-12', 'cmake', 'tcc2'].map(findProgramPackage)).toEqual([
      'build-essential',
      'cmake',
      null,
    ]);
  });

  test.skipIf(!hasProgram('apt-cache'))('each is known to apt', () => {
    const known = listPackages();
    // A machine that never fetched the lists knows what is installed alone.
    if (known.length === 0) return;
    const others = ['pipx', 'python3-pip', 'python3-tk', 'python3-venv', 'python3-dev'];
    expect([...DEBIAN_PACKAGES, ...others].filter((name) => !known.includes(name))).toEqual([]);
  });
});
