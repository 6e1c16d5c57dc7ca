import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/model/environment.ts';
import type { PipCommand } from '../../src/model/invocation.ts';
import type {
  AcceptedKind,
  LayerScope,
  Level,
  PolicyLayer,
  PolicyTarget,
  PolicyVerdict,
} from '../../src/model/policy.ts';
import { noRules, noSettings, unreadableLayer } from '../../src/policy/file/defaults.ts';
import { install, policyCall } from '../support/policy.ts';
import { evaluatePolicy, judgeLayer, stricter, strictest, warningsOf } from '../../src/policy/evaluate.ts';

const RULE = 'require-virtual-environment';

const targets = {
  venv: { kind: 'virtual', prefix: '/p/.venv', home: '/usr/bin', seesSystemSite: false },
  conda: { kind: 'conda', prefix: '/conda/envs/x', isBase: false },
  'conda-base': { kind: 'conda', prefix: '/conda', isBase: true },
  base: { kind: 'base', prefix: '/usr', managedMarker: null },
  managed: { kind: 'base', prefix: '/usr', managedMarker: '/usr/lib/python3.12/EXTERNALLY-MANAGED' },
  unknown: { kind: 'unknown' },
  none: null,
} as const satisfies Record<string, Environment | null>;

/** A call for a target, in the place that is usual. */
const callOf = (target: PolicyTarget, changes: Partial<PipCommand> = {}) =>
  policyCall({ command: { ...install, ...changes }, target });

type TargetName = keyof typeof targets;

function layerOf(level: Level, accept: readonly AcceptedKind[] = ['venv', 'conda'], scope: LayerScope = 'project') {
  const layer: PolicyLayer = {
    scope,
    file: `/${scope}/pipward.toml`,
    rules: { ...noRules, demands: { [RULE]: { level, from: null, value: null, line: 2 } }, accept },
    settings: noSettings,
    problems: [],
    warnings: [],
  };
  return layer;
}

const broken = (scope: LayerScope, level: Level = 'off'): PolicyLayer => ({
  ...layerOf(level, undefined, scope),
  problems: unreadableLayer(scope, `/${scope}/pipward.toml`, 'failed').problems,
});

describe('one layer', () => {
  test.each<[level: Level, accept: readonly AcceptedKind[], target: TargetName, kind: PolicyVerdict['kind']]>([
    ['enforce', ['venv', 'conda'], 'venv', 'allowed'],
    ['enforce', ['venv', 'conda'], 'conda', 'allowed'],
    ['enforce', ['venv', 'conda'], 'conda-base', 'refused'],
    ['enforce', ['venv', 'conda'], 'base', 'refused'],
    ['enforce', ['venv', 'conda'], 'managed', 'refused'],
    ['enforce', ['venv', 'conda'], 'unknown', 'refused'],
    ['enforce', ['venv', 'conda'], 'none', 'refused'],
    ['enforce', ['venv'], 'venv', 'allowed'],
    ['enforce', ['venv'], 'conda', 'refused'],
    ['enforce', ['venv'], 'conda-base', 'refused'],
    ['enforce', ['conda'], 'venv', 'refused'],
    ['enforce', ['conda'], 'conda', 'allowed'],
    ['enforce', ['conda'], 'conda-base', 'refused'],
    ['enforce', ['conda-base'], 'conda-base', 'allowed'],
    ['enforce', ['conda-base'], 'conda', 'refused'],
    ['enforce', ['venv', 'conda', 'conda-base'], 'conda-base', 'allowed'],
    ['enforce', ['venv', 'conda', 'conda-base'], 'base', 'refused'],
    ['enforce', ['venv', 'conda', 'conda-base'], 'unknown', 'refused'],
    ['advise', ['venv', 'conda'], 'venv', 'allowed'],
    ['advise', ['venv', 'conda'], 'conda', 'allowed'],
    ['advise', ['venv', 'conda'], 'conda-base', 'advised'],
    ['advise', ['venv', 'conda'], 'base', 'advised'],
    ['advise', ['venv', 'conda'], 'managed', 'advised'],
    ['advise', ['venv'], 'conda', 'advised'],
    // What is not known is not advised upon: the advice could be false.
    ['advise', ['venv', 'conda'], 'unknown', 'allowed'],
    ['advise', ['venv', 'conda'], 'none', 'allowed'],
    ['off', ['venv', 'conda'], 'base', 'allowed'],
    ['off', ['venv'], 'conda', 'allowed'],
    ['off', ['venv', 'conda'], 'unknown', 'allowed'],
    ['off', ['venv', 'conda'], 'none', 'allowed'],
  ])('%s, accepts %j: %s is %s', (level, accept, target, kind) => {
    const layer = layerOf(level, accept);
    expect(judgeLayer(layer, callOf(targets[target]), [layer])).toEqual(
      kind === 'allowed' ? [] : [{ kind, layer, rule: RULE, line: 2, from: null }],
    );
  });

  test.each<[layer: PolicyLayer, kind: PolicyVerdict['kind']]>([
    [broken('system'), 'unreadable'],
    [broken('system', 'enforce'), 'unreadable'],
    [broken('project'), 'unreadable'],
    [broken('user'), 'allowed'],
    [broken('user', 'advise'), 'advised'],
    [broken('user', 'enforce'), 'refused'],
  ])('with problems: $scope is %s', (layer, kind) => {
    expect(strictest(judgeLayer(layer, callOf(targets.base), [layer])).kind).toBe(kind);
  });

  test.each<[what: string, changes: Partial<PipCommand>, kind: PolicyVerdict['kind']]>([
    ['install', {}, 'refused'],
    ['uninstall', { subcommand: 'uninstall' }, 'refused'],
    ['install --target', { redirection: { option: '--target', value: 'x' } }, 'refused'],
    ['install --user', { user: true }, 'refused'],
    ['install --break-system-packages', { breakSystemPackages: true }, 'refused'],
    ['--isolated install', { isolated: true }, 'refused'],
    ['install --dry-run', { dryRun: true }, 'allowed'],
    ['install --help', { informational: true }, 'allowed'],
    ['list', { subcommand: 'list', effect: 'nothing' }, 'allowed'],
    ['cache purge', { subcommand: 'cache', effect: 'user-state' }, 'allowed'],
    ['no subcommand', { subcommand: null, effect: 'nothing' }, 'allowed'],
  ])('%s', (_, changes, kind) => {
    expect(evaluatePolicy([layerOf('enforce')], callOf(targets.base, changes)).kind).toBe(kind);
    expect(evaluatePolicy([broken('system')], callOf(targets.venv, changes)).kind).toBe(
      kind === 'allowed' ? 'allowed' : 'unreadable',
    );
  });
});

describe('several layers', () => {
  const system = layerOf('enforce', ['venv'], 'system');
  const user = layerOf('advise', ['venv'], 'user');
  const outer = layerOf('enforce', ['conda']);
  const inner = { ...layerOf('off'), file: '/inner/pipward.toml' };
  const badProject = broken('project');
  const badSystem = broken('system', 'enforce');

  test.each<[string, readonly PolicyLayer[], TargetName, PolicyVerdict['kind'], readonly PolicyLayer[]]>([
    ['no layers', [], 'base', 'allowed', []],
    ['an inner project cannot loosen', [system, inner], 'base', 'refused', [system]],
    ['only the strictest are named', [system, user, inner], 'base', 'refused', [system]],
    ['in their order', [system, user, outer, inner], 'base', 'refused', [system, outer]],
    ['each with its own acceptances', [system, outer], 'venv', 'refused', [outer]],
    ['each with its own acceptances', [system, outer], 'conda', 'refused', [system]],
    ['advice alone', [user, inner], 'base', 'advised', [user]],
    ['unreadable goes before advice', [user, badProject], 'base', 'unreadable', [badProject]],
    ['refused goes before unreadable', [badSystem, outer, badProject], 'base', 'refused', [outer]],
    ['all that are unreadable', [badSystem, badProject], 'venv', 'unreadable', [badSystem, badProject]],
    ['all allow', [system, user, inner], 'venv', 'allowed', []],
  ])('%s', (_, layers, target, kind, named) => {
    const verdict = evaluatePolicy(layers, callOf(targets[target]));
    expect(verdict.kind).toBe(kind);
    expect(verdict.layers.map(({ layer }) => layer)).toEqual(named);
    expect(new Set(verdict.layers.map((one) => one.kind))).toEqual(new Set(named.length === 0 ? [] : [kind]));
  });
});

describe('--require-virtualenv is passed along', () => {
  const enforce = layerOf('enforce');
  const venvOnly = layerOf('enforce', ['venv'], 'system');
  test.each<[string, readonly PolicyLayer[], TargetName, Partial<PipCommand>, boolean]>([
    ['enforced, venvs only', [venvOnly], 'venv', {}, true],
    ['enforced, conda is accepted too, but it is a venv', [enforce], 'venv', {}, true],
    ['enforced by one of two', [layerOf('advise'), enforce], 'venv', {}, true],
    ["enforced by the user's file, which has a problem elsewhere", [broken('user', 'enforce')], 'venv', {}, true],
    ['conda is not a virtual environment to pip', [enforce], 'conda', {}, false],
    ['advised only', [layerOf('advise')], 'venv', {}, false],
    ['off', [layerOf('off')], 'venv', {}, false],
    ['no layers', [], 'venv', {}, false],
    ['a dry run', [enforce], 'venv', { dryRun: true }, false],
    ['pip list', [enforce], 'venv', { effect: 'nothing' }, false],
    ['refused', [enforce], 'base', {}, false],
    ['refused by another layer', [enforce, layerOf('enforce', ['conda'])], 'venv', {}, false],
    ['unreadable', [enforce, broken('system')], 'venv', {}, false],
  ])('%s', (_, layers, target, changes, pass) => {
    const verdict = evaluatePolicy(layers, callOf(targets[target], changes));
    expect(verdict.passRequireVirtualenv).toBe(pass);
  });
});

describe('strictness', () => {
  test('nothing said is allowed', () => {
    expect(strictest([])).toEqual({ kind: 'allowed', layers: [], advised: [], lifted: [] });
  });

  const evaluateIn = (layer: PolicyLayer, target: PolicyTarget) => evaluatePolicy([layer], callOf(target));
  test.each<[string, one: PolicyVerdict, other: PolicyVerdict, kind: PolicyVerdict['kind'], pass: boolean]>([
    [
      'both allowed',
      evaluateIn(layerOf('enforce'), targets.venv),
      evaluateIn(layerOf('enforce'), targets.venv),
      'allowed',
      true,
    ],
    [
      'conda and venv',
      evaluateIn(layerOf('enforce'), targets.conda),
      evaluateIn(layerOf('enforce'), targets.venv),
      'allowed',
      false,
    ],
    [
      'venv and base',
      evaluateIn(layerOf('enforce'), targets.venv),
      evaluateIn(layerOf('enforce'), targets.base),
      'refused',
      false,
    ],
    [
      'base and venv',
      evaluateIn(layerOf('advise'), targets.base),
      evaluateIn(layerOf('advise'), targets.venv),
      'advised',
      false,
    ],
  ])('stricter of two targets: %s', (_, one, other, kind, pass) => {
    expect(stricter(one, other)).toMatchObject({ kind, passRequireVirtualenv: pass });
  });
});

describe('warningsOf', () => {
  const warning = (file: string) => ({
    file,
    line: 1,
    column: null,
    key: 'resolve',
    message: 'w',
    found: null,
    mistyped: null,
  });
  const system = broken('system');
  const user = { ...broken('user'), warnings: [warning('/user/pipward.toml')] };
  const project = { ...layerOf('enforce'), warnings: [warning('/project/pipward.toml')] };
  const layers = [system, user, project];
  const summary = (verdict?: PolicyVerdict) => warningsOf(layers, verdict).map(({ file, key }) => [file, key]);

  test('warnings and problems of every layer, in order', () => {
    expect(summary()).toEqual([
      ['/system/pipward.toml', null],
      ['/user/pipward.toml', 'resolve'],
      ['/user/pipward.toml', null],
      ['/project/pipward.toml', 'resolve'],
    ]);
  });

  test('without the problems that stopped the call: they are told there', () => {
    expect(summary(evaluatePolicy(layers, callOf(targets.venv)))).toEqual([
      ['/user/pipward.toml', 'resolve'],
      ['/user/pipward.toml', null],
      ['/project/pipward.toml', 'resolve'],
    ]);
  });

  test('a refusal by a rule does not tell them', () => {
    expect(summary(evaluatePolicy(layers, callOf(targets.base)))).toHaveLength(4);
  });

  test('nothing to say', () => {
    expect(warningsOf([layerOf('enforce')])).toEqual([]);
  });
});
