import { describe, expect, test } from 'vitest';
import { diagnose, diagnoseFromFacts, type RunFacts } from '../../../src/diagnostics/cause/find-cause.ts';
import type { Outcome } from '../../../src/model/observation.ts';
import type { Observation } from '../../../src/pip/output/messages.ts';
import { command, systemPython, systemReport } from '../build.ts';

const exited = (status: number): Outcome => ({ kind: 'exited', status });
const fallback: Observation = { stream: 'stdout', line: 'Defaulting ...', kind: 'user-install-fallback' };
const managed: Observation = { stream: 'stderr', line: 'error: ...', kind: 'externally-managed' };
const installed: Observation = {
  stream: 'stdout',
  line: 'Successfully installed x-1',
  kind: 'installed',
  packages: [{ name: 'x', version: '1' }],
};
const of = (
  kind:
    | 'cancelled'
    | 'would-install'
    | 'already-satisfied'
    | 'running-as-root'
    | 'user-install-in-venv'
    | 'pip-venv-required',
): Observation => ({
  stream: 'stderr',
  line: '...',
  kind,
});
const denied: Observation = {
  stream: 'stderr',
  line: '...',
  kind: 'permission-denied',
  path: '/x',
  readOnly: false,
  uncaught: false,
};
const uncaught: Observation = { ...denied, uncaught: true };
const announced = (status: 1 | 2): Observation => ({
  stream: 'stderr',
  line: '...',
  kind: 'traceback-announced',
  status,
});
const script: Observation = {
  stream: 'stderr',
  line: '...',
  kind: 'script-not-on-path',
  scripts: ['x'],
  directory: '/x/bin',
};
const noPip = (executable: string): Observation => ({
  stream: 'stderr',
  line: '...',
  kind: 'no-pip-module',
  executable,
});

describe('from what pip printed', () => {
  test.each<[case_: string, seen: readonly Observation[], line: string, outcome: Outcome, code: string | null]>([
    ['fallback and something installed', [fallback, installed], 'pip install x', exited(0), 'user-install-fallback'],
    ['fallback, all was there already', [fallback], 'pip install x', exited(0), null],
    ['fallback, then a failure', [fallback, installed], 'pip install x', exited(1), null],
    ['fallback, then Ctrl-C', [fallback, of('cancelled')], 'pip install x', exited(1), null],
    ['fallback under --dry-run', [fallback, installed], 'pip install --dry-run x', exited(0), null],
    ['fallback under PIP_DRY_RUN', [fallback, of('would-install')], 'pip install x', exited(0), null],
    ['the user site cannot be written either', [fallback, denied], 'pip install x', exited(1), 'permission-denied'],
    ['a traceback', [announced(2), uncaught], 'pip uninstall x', exited(2), 'permission-denied'],
    ['a traceback that is not pip’s', [uncaught], 'pip install x', exited(2), null],
    ['a traceback before pip’s own', [uncaught, announced(2)], 'pip install x', exited(2), null],
    ['the traceback of -v', [announced(1), uncaught], 'pip install -v x', exited(1), 'permission-denied'],
    ['the traceback of -v, another status', [announced(1), uncaught], 'pip install -v x', exited(2), null],
    ['a traceback before that of -v', [uncaught, announced(1)], 'pip install -v x', exited(1), null],
    ['the traceback of --debug', [uncaught], 'pip uninstall --debug x', exited(1), 'permission-denied'],
    ['a traceback at --debug, but pip went on', [uncaught], 'pip install --debug x', exited(0), null],
    ['denied, but pip went on', [denied, installed], 'pip install x', exited(0), null],
    [
      'fallback and a script not on PATH',
      [fallback, script, installed],
      'pip install x',
      exited(0),
      'user-install-fallback',
    ],
    [
      'a script not on PATH, as root',
      [script, installed, of('running-as-root')],
      'pip install x',
      exited(0),
      'script-not-on-path',
    ],
    ['fallback into the folder of --root', [fallback, script, installed], 'pip install --root r x', exited(0), null],
    ['a script below --root', [script, installed], 'pip install --root=/r x', exited(0), null],
    ['a script not on PATH, then a failure', [script], 'pip install x', exited(1), null],
    ['as root', [installed, of('running-as-root')], 'pip install x', exited(0), 'running-as-root'],
    [
      'as root, all was there already',
      [of('already-satisfied'), of('running-as-root')],
      'pip install x',
      exited(0),
      null,
    ],
    [
      'as root, something was there',
      [of('already-satisfied'), installed, of('running-as-root')],
      'pip install x',
      exited(0),
      'running-as-root',
    ],
    ['as root, -q', [of('running-as-root')], 'pip install -q x', exited(0), 'running-as-root'],
    ['as root, --dry-run', [of('would-install'), of('running-as-root')], 'pip install --dry-run x', exited(0), null],
    ['as root, PIP_DRY_RUN', [of('would-install'), of('running-as-root')], 'pip install x', exited(0), null],
    ['as root, managed', [managed, of('running-as-root')], 'pip install x', exited(1), 'externally-managed'],
    [
      '--user in an environment',
      [of('user-install-in-venv')],
      'pip install --user x',
      exited(1),
      'user-install-in-venv',
    ],
    ["pip's own rule", [of('pip-venv-required')], 'pip install x', exited(3), 'pip-venv-required'],
    ["pip's own rule, another status", [of('pip-venv-required')], 'pip install x', exited(1), null],
    [
      'fallback, ended by a signal',
      [fallback, installed],
      'pip install x',
      { kind: 'signalled', signal: 'SIGINT' },
      null,
    ],
    ['an ordinary install', [installed], 'pip install x', exited(0), null],
    ['managed', [managed], 'pip install x', exited(1), 'externally-managed'],
    ['managed is said, but pip went on', [managed, installed], 'pip install x', exited(0), null],
    [
      'no pip: nearer to the cause than anything',
      [managed, noPip('/usr/bin/python3')],
      'pip list',
      exited(1),
      'no-pip-module',
    ],
    ['the real path of our interpreter', [noPip('/usr/bin/python3.10')], 'pip list', exited(1), 'no-pip-module'],
    ["a build's Python has no pip", [noPip('/tmp/build/bin/python')], 'pip install x', exited(1), null],
    ['no pip, then all went well', [noPip('/usr/bin/python3')], 'pip list', exited(0), null],
  ])('%s', (_, seen, line, outcome, code) => {
    const finding = diagnose(seen, command(line), outcome, { interpreter: systemPython });
    expect(finding?.code ?? null).toBe(code);
  });

  test('a traceback without a name counts where no pip was seen', () => {
    const interpreter = { ...systemPython, pip: { state: 'unknown' } } as const;
    expect(diagnose([noPip('')], command('pip list'), exited(1), { interpreter })?.code).toBe('no-pip-module');
    expect(diagnose([noPip('')], command('pip list'), exited(1), { interpreter: systemPython })).toBeNull();
  });

  test('the packages come along', () => {
    const finding = diagnose([fallback, installed], command('pip install x'), exited(0), { interpreter: systemPython });
    expect(finding).toEqual({
      code: 'user-install-fallback',
      installed: [{ name: 'x', version: '1' }],
      scripts: null,
    });
  });
});

describe('from facts alone', () => {
  const marked = { ...systemReport, managedMarker: '/usr/lib/python3.11/EXTERNALLY-MANAGED' };
  const ran: RunFacts = {
    interpreter: systemPython,
    report: systemReport,
    userSiteChanged: true,
    pipVersion: '23.0.1',
    settings: { user: null, redirected: false, quiet: 0, breakSystemPackages: false },
  };
  const settings = (changes: Partial<RunFacts['settings']>): Partial<RunFacts> => ({
    settings: { ...ran.settings, ...changes },
  });

  test.each<[case_: string, line: string, status: number, changes: Partial<RunFacts>, code: string | null]>([
    ['fallback', 'pip install x', 0, {}, 'user-install-fallback'],
    ['nothing arrived in the user site', 'pip install x', 0, { userSiteChanged: false }, null],
    ['--user', 'pip install --user x', 0, settings({ user: true }), null],
    ['--no-user', 'pip install x', 0, settings({ user: false }), null],
    ['--target', 'pip install x', 0, settings({ redirected: true }), null],
    ['site-packages is writable', 'pip install x', 0, { report: { ...systemReport, siteWritable: true } }, null],
    ['no user site', 'pip install x', 0, { report: { ...systemReport, userSiteEnabled: false } }, null],
    ['the interpreter did not answer', 'pip install x', 0, { report: null }, null],
    ['a pip that never falls back', 'pip install x', 0, { pipVersion: '19.3.1' }, null],
    ['a dry run', 'pip install --dry-run x', 0, {}, null],
    ['not an install', 'pip download x', 0, {}, null],
    ['failed', 'pip install x', 1, {}, null],
    ['managed', 'pip install x', 1, { report: marked }, 'externally-managed'],
    [
      'managed, with --user',
      'pip install --user x',
      1,
      { report: marked, ...settings({ user: true }) },
      'externally-managed',
    ],
    ['managed, uninstall', 'pip uninstall x', 1, { report: marked }, 'externally-managed'],
    ['managed, another failure', 'pip install x', 2, { report: marked }, null],
    ['managed, but an older pip', 'pip install x', 1, { report: marked, pipVersion: '22.3.1' }, null],
    ['managed, pip of unknown version', 'pip install x', 1, { report: marked, pipVersion: null }, null],
    ['managed, redirected', 'pip install x', 1, { report: marked, ...settings({ redirected: true }) }, null],
    ['managed, overridden', 'pip install x', 1, { report: marked, ...settings({ breakSystemPackages: true }) }, null],
    ['managed, only a report', 'pip install --dry-run --report r.json x', 1, { report: marked }, null],
    ['managed, a dry run', 'pip install --dry-run x', 1, { report: marked }, 'externally-managed'],
    ['managed, not an install', 'pip check', 1, { report: marked }, null],
    ['no pip', 'pip list', 1, { interpreter: { ...systemPython, pip: { state: 'absent' } } }, 'no-pip-module'],
    ['no pip, yet it ran', 'pip list', 0, { interpreter: { ...systemPython, pip: { state: 'absent' } } }, null],
  ])('%s', (_, line, status, changes, code) => {
    expect(diagnoseFromFacts(command(line), exited(status), { ...ran, ...changes })?.code ?? null).toBe(code);
  });
});
