import { expect, test } from 'vitest';
import { gatherPipFacts } from '../../../src/admin/coverage/gather-rules.ts';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import { findPolicyLayers } from '../../../src/policy/file/find-layers.ts';
import { program, viewOf } from '../../support/tree.ts';

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
  const context: CallContext = {
    platform: 'linux',
    env: { PATH: '/usr/bin', HOME: '/home/ada' },
    cwd: '/code',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: ['install', 'x'],
    shimsDirectory: null,
    today: '2026-11-29',
    files: viewOf({
      '/etc/pipward': { directory: true, owner: 0 },
      '/etc/pipward/policy.toml': { text: `[policy]\n${policy}`, owner: 0 },
      '/usr/bin/python3': { link: 'python3.12' },
      '/usr/bin/python3.12': program,
      '/usr/lib/python3.12/os.py': '',
      '/usr/lib/python3/dist-packages/pip/__main__.py': '',
      '/usr/lib/python3/dist-packages/pip-24.0.dist-info/METADATA': '',
    }),
  };
  const layers = findPolicyLayers(context);
  const facts = gatherPipFacts(inspectInterpreter('/usr/bin/python3', context), layers, context);
  expect(facts.canApply).toBe(canApply);
});
