import { expect, test } from 'vitest';
import { gatherPipFacts, gatherShimFacts } from '../../../src/admin/coverage/gather-rules.ts';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import { findPolicyLayers } from '../../../src/policy/file/find-layers.ts';
import { listEnvironments } from '../../../src/interpreter/list-environments.ts';
import { conda } from '../../interpreter/layouts.ts';
import { program, viewOf, type Tree } from '../../support/tree.ts';

const contextOf = (policies: Tree, env: CallContext['env'] = {}): CallContext => ({
  platform: 'linux',
  env: { PATH: '/usr/bin', HOME: '/home/ada', ...env },
  cwd: '/code',
  home: '/home/ada',
  userId: 1000,
  name: 'pip',
  arguments: ['install', 'x'],
  shimsDirectory: null,
  today: '2026-11-29',
  files: viewOf({
    '/etc/pipward': { directory: true, owner: 0 },
    '/usr/bin/python3': { link: 'python3.12' },
    '/usr/bin/python3.12': program,
    '/usr/lib/python3.12/os.py': '',
    '/usr/lib/python3/dist-packages/pip/__main__.py': '',
    '/usr/lib/python3/dist-packages/pip-24.0.dist-info/METADATA': '',
    ...policies,
  }),
});

const REQUIRE = 'require-virtual-environment = "enforce"\n';
const VENV = 'accept = ["venv"]\n';

test.each<[what: string, policy: string, canApply: boolean]>([
  ['an environment is required', REQUIRE + VENV, true],
  ['conda counts as well, as by default', REQUIRE, false],
  ['CI is exempt', `${REQUIRE}${VENV}exempt = ["ci"]\n`, false],
  ['pipx is exempt', `${REQUIRE}${VENV}exempt-packages = ["pipx"]\n`, false],
  ['another rule only advises', `${REQUIRE}${VENV}forbid-user-install = "advise"\n`, false],
  [
    'another rule has a day to come',
    `${REQUIRE}${VENV}forbid-user-install = { level = "enforce", from = 2099-01-01 }\n`,
    false,
  ],
  ['pip.conf is milder there', `${REQUIRE}${VENV}minimum-pip = "23.1"\n`, true],
  ['pip.conf cannot say it', 'forbid-root = "enforce"\n', false],
])('`policy apply` is named where it would write something: %s', (_, policy, canApply) => {
  const context = contextOf({ '/etc/pipward/policy.toml': { text: `[policy]\n${policy}`, owner: 0 } });
  const layers = findPolicyLayers(context);
  const facts = gatherPipFacts(inspectInterpreter('/usr/bin/python3', context), layers, context);
  expect(facts.canApply).toBe(canApply);
});

const MARKER = '/usr/lib/python3.12/EXTERNALLY-MANAGED';

test.each<[what: string, env: CallContext['env'], conf: string, isMarked: boolean]>([
  ['nothing said', {}, '', true],
  ['PIP_TARGET', { PIP_TARGET: '/home/ada/x' }, '', false],
  ['PIP_PREFIX', { PIP_PREFIX: '/home/ada/x' }, '', false],
  ['PIP_ROOT', { PIP_ROOT: '/home/ada/x' }, '', false],
  ['an empty PIP_TARGET', { PIP_TARGET: '' }, '', true],
  ['[install] prefix', {}, '[install]\nprefix = /home/ada/x\n', false],
  ['[global] target', {}, '[global]\ntarget = /home/ada/x\n', false],
  ['[download] prefix', {}, '[download]\nprefix = /home/ada/x\n', true],
  ['break-system-packages', {}, '[global]\nbreak-system-packages = true\n', false],
])('EXTERNALLY-MANAGED holds where pip looks for it: %s', (_, env, conf, isMarked) => {
  const context = contextOf({ [MARKER]: '', '/home/ada/.config/pip/pip.conf': conf }, env);
  const facts = gatherPipFacts(inspectInterpreter('/usr/bin/python3', context), [], context);
  expect(facts.marker).toBe(isMarked ? MARKER : null);
});

test.each<[what: string, policy: string, folder: string, asks: readonly string[]]>([
  ['an environment, accepted', REQUIRE, '/home/ada/miniconda3/envs/e', []],
  ['an environment, not accepted', REQUIRE + VENV, '/home/ada/miniconda3/envs/e', ['require-virtual-environment']],
  ['its base', REQUIRE, '/home/ada/miniconda3', ['require-virtual-environment']],
  [
    'an environment, which --user leaves',
    'forbid-user-install = "enforce"\n',
    '/home/ada/miniconda3/envs/e',
    ['forbid-user-install'],
  ],
])('what is asked of conda: %s', (_, policy, folder, asks) => {
  const context = contextOf({
    '/etc/pipward/policy.toml': { text: `[policy]\n${policy}`, owner: 0 },
    ...conda('/home/ada/miniconda3', '3.12'),
    '/home/ada/miniconda3/condabin/conda': program,
    ...conda('/home/ada/miniconda3/envs/e', '3.12'),
  });
  const layers = findPolicyLayers(context);
  const facts = gatherPipFacts(inspectInterpreter(`${folder}/bin/python`, context), layers, context);
  expect(facts.asks.map(({ rule }) => rule)).toEqual(asks);
  expect(listEnvironments(context, [])).toContain(folder);
});

const NEVER = 'allow-bypass = "never"\n';

/** `lift`: what lifts the rule of the machine's file; `isLifted`: whether a bypass that is set does. */
test.each<[what: string, system: string, user: string, lift: string | null, isLifted: boolean]>([
  ['no file forbids it', REQUIRE, '', 'bypass', true],
  ["the machine's file forbids it", REQUIRE + NEVER, '', null, false],
  ["the user's own file forbids it, and the user can change that file", REQUIRE, NEVER, 'forbidden-bypass', false],
  ['both', REQUIRE + NEVER, NEVER, null, false],
])('what a bypass does to a rule of the machine: %s', (_, system, user, lift, isLifted) => {
  const policies: Tree = {
    '/etc/pipward/policy.toml': { text: `[policy]\n${system}`, owner: 0 },
    '/home/ada/.config/pipward/config.toml': `[policy]\n${user}`,
  };
  const layers = findPolicyLayers(contextOf(policies));
  const [plain, bypassed] = [{}, { PIPWARD_BYPASS: 'why' }].map((env) =>
    gatherShimFacts([], layers, contextOf(policies, env)),
  );
  expect(plain?.enforced.map((rule) => rule.lift)).toEqual([lift]);
  expect([bypassed?.enforced.length, bypassed?.lifted.length]).toEqual(isLifted ? [0, 1] : [1, 0]);
});

test("a rule of a project's file, which the user's own file protects from a bypass", () => {
  const policies: Tree = {
    '/code/pipward.toml': `[policy]\n${REQUIRE}`,
    '/home/ada/.config/pipward/config.toml': `[policy]\n${NEVER}`,
  };
  const context = contextOf(policies, { PIPWARD_BYPASS: 'why' });
  const facts = gatherShimFacts([], findPolicyLayers(context), context);
  expect([facts.enforced.map(({ lift }) => lift), facts.lifted]).toEqual([[null], []]);
});
