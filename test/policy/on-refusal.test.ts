import { describe, expect, test } from 'vitest';
import type { CallContext } from '../../src/model/call-context.ts';
import { findPolicyLayers } from '../../src/policy/file/find-layers.ts';
import { decide } from '../../src/decision/decide.ts';
import { program, viewOf, type Tree } from '../support/tree.ts';
import { trusting } from '../support/trusting.ts';

const site = (prefix: string, pip = '24.0'): Tree => ({
  [`${prefix}/lib/python3.12/site-packages/pip/__main__.py`]: '',
  [`${prefix}/lib/python3.12/site-packages/pip-${pip}.dist-info/METADATA`]: '',
});
const venv = (prefix: string): Tree => ({
  [`${prefix}/pyvenv.cfg`]: 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.1\n',
  [`${prefix}/bin/python`]: { link: '/usr/bin/python3.12' },
  ...site(prefix),
});
const machine: Tree = {
  '/usr': { directory: true, readOnly: true, owner: 0 },
  '/usr/bin/python3': { link: 'python3.12' },
  '/usr/bin/python3.12': { executable: true, owner: 0 },
  '/usr/bin/python3.11': { executable: true, owner: 0 },
  '/usr/lib/python3.12/os.py': '',
  '/usr/lib/python3.11/os.py': '',
  '/usr/lib/python3/dist-packages/pip/__main__.py': '',
  '/usr/lib/python3/dist-packages/pip-23.0.1.dist-info/METADATA': '',
  '/opt/python': program,
  '/etc/pipward': { directory: true, owner: 0 },
  '/code/.git/HEAD': '',
  '/code/api/setup.py': '',
  ...venv('/envs/other'),
};
const untrusted: Tree = { ...machine, ...venv('/code/api/.venv') };
const trusted = trusting(untrusted, '/code/api/.venv');

const need = 'require-virtual-environment="enforce"';
const inside = 'project-environment-only="enforce"';
const noUser = 'forbid-user-install="enforce"';
const use = 'on-refusal="use-project-environment"';
const offer = 'on-refusal="offer"';

type Row = readonly [
  name: string,
  layers: { readonly S?: string; readonly P?: string; readonly Q?: string },
  line: string,
  env: CallContext['env'],
  /** `in PREFIX`: pip runs there instead; `refused`, `offer`, `unreadable`: as it is; `runs`: nothing was refused. */
  expected: string,
  options?: { readonly tree?: Tree; readonly name?: string; readonly userId?: number; readonly agreed?: true },
];

const HERE = 'in /code/api/.venv';
const rows: readonly Row[] = [
  ['trusted', { P: `${need}\n${use}` }, 'install x', {}, HERE],
  ['uninstall as well', { P: `${need}\n${use}` }, 'uninstall x', {}, HERE],
  ['not trusted', { P: `${need}\n${use}` }, 'install x', {}, 'refused', { tree: untrusted }],
  ['none there', { P: `${need}\n${use}` }, 'install x', {}, 'refused', { tree: machine }],
  ['nothing refused', { P: `${need}\n${use}` }, 'install x', { VIRTUAL_ENV: '/envs/other' }, 'runs'],
  ['an exempt call', { P: `${need}\n${use}\nexempt=["ci"]` }, 'install x', { CI: '1' }, 'runs'],
  ['a command that changes nothing', { P: `${need}\n${use}` }, 'list', {}, 'runs'],
  ['advice is not a refusal', { P: `require-virtual-environment="advise"\n${use}` }, 'install x', {}, 'runs'],
  ['of the system', { S: `${need}\n${use}` }, 'install x', {}, HERE],
  ['the fallback', { P: `${noUser}\n${use}` }, 'install x', {}, HERE],
  // The person's own word goes first, and what they asked for is judged in the environment as well.
  ['--user stays refused', { P: `${noUser}\n${use}` }, 'install --user x', {}, 'refused'],
  ['--user, where an environment is required', { P: `${need}\n${use}` }, 'install --user x', {}, 'refused'],
  ['PIP_USER', { P: `${need}\n${use}` }, 'install x', { PIP_USER: '1' }, 'refused'],
  ['PIPWARD_PYTHON', { P: `${need}\n${use}` }, 'install x', { PIPWARD_PYTHON: '/usr/bin/python3' }, 'refused'],
  ['a version that it is', { P: `${need}\n${use}` }, 'install x', {}, HERE, { name: 'pip3.12' }],
  ['a version that it is not', { P: `${need}\n${use}` }, 'install x', {}, 'refused', { name: 'pip3.11' }],
  ['--python elsewhere', { P: `${need}\n${use}` }, '--python /usr/bin/python3 install x', {}, 'refused'],
  ['PIP_PYTHON elsewhere', { P: `${need}\n${use}` }, 'install x', { PIP_PYTHON: '/usr/bin/python3' }, 'refused'],
  ['--prefix elsewhere', { P: `${need}\n${use}` }, 'install --prefix /usr x', {}, 'refused'],
  ['an active one', { P: `${inside}\n${use}` }, 'install x', { VIRTUAL_ENV: '/envs/other' }, 'refused'],
  [
    '"ignore" of the system',
    { P: `${need}\n${use}`, S: `[resolve]\nproject-environment="ignore"` },
    'install x',
    {},
    'refused',
  ],
  // Other rules are not about places.
  ['root', { P: `${need}\nforbid-root="enforce"\n${use}` }, 'install x', {}, 'refused', { userId: 0 }],
  ['another Python', { P: `${need}\nrequires-python="<3.12"\n${use}` }, 'install x', {}, 'refused'],
  [
    'pip too old there',
    { P: `${need}\n${use}`, Q: 'minimum-pip={value="99",level="enforce"}' },
    'install x',
    {},
    'refused',
  ],
  [
    'breaking packages',
    { P: `forbid-break-system-packages="enforce"\n${use}` },
    'install --break-system-packages x',
    {},
    'refused',
  ],
  // Several layers: the strictest of those that refuse.
  ['both use', { S: `${need}\n${use}`, P: `${need}\n${use}` }, 'install x', {}, HERE],
  ['one says nothing', { S: need, P: `${need}\n${use}` }, 'install x', {}, 'refused'],
  ['one refuses', { S: `${need}\n${use}`, P: `${need}\non-refusal="refuse"` }, 'install x', {}, 'refused'],
  ['one offers', { S: `${need}\n${use}`, P: `${need}\n${offer}` }, 'install x', {}, 'offer'],
  ['one offers, one refuses', { S: need, P: `${need}\n${offer}` }, 'install x', {}, 'refused'],
  ['who does not refuse has no say', { S: use, P: need }, 'install x', {}, 'refused'],
  ['nor does it object', { S: 'on-refusal="refuse"', P: `${need}\n${use}` }, 'install x', {}, HERE],
  [
    'who refuses there',
    { S: 'minimum-pip={value="99",level="enforce"}', P: `${need}\n${use}` },
    'install -U pip x',
    {},
    'refused',
  ],
  ['a file that cannot be read', { S: 'broken', P: `${need}\n${use}` }, 'install x', {}, 'refused'],
  ['an invalid value', { P: `${need}\non-refusal="ofer"` }, 'install x', {}, 'unreadable'],
  // A question.
  ['offer', { P: `${need}\n${offer}` }, 'install x', {}, 'offer'],
  ['offer, none there', { P: `${need}\n${offer}` }, 'install x', {}, 'offer', { tree: machine }],
  ['agreed', { P: `${need}\n${offer}` }, 'install x', {}, HERE, { agreed: true }],
  ['agreed, not trusted', { P: `${need}\n${offer}` }, 'install x', {}, 'refused', { agreed: true, tree: untrusted }],
  ['agreed, where none was offered', { P: need }, 'install x', {}, 'refused', { agreed: true }],
  [
    'agreed, over an active one',
    { P: `${inside}\n${offer}` },
    'install x',
    { VIRTUAL_ENV: '/envs/other' },
    HERE,
    { agreed: true },
  ],
  [
    'agreed, PIPWARD_PYTHON',
    { P: `${need}\n${offer}` },
    'install x',
    { PIPWARD_PYTHON: '/usr/bin/python3' },
    'refused',
    { agreed: true },
  ],
];

const files = { S: '/etc/pipward/policy.toml', P: '/code/pipward.toml', Q: '/code/api/pipward.toml' } as const;

function call([, layers, line, env, , options = {}]: Row) {
  const policies = Object.fromEntries(
    (['S', 'P', 'Q'] as const).flatMap((letter) => {
      const text = layers[letter];
      if (text === undefined) return [];
      return [
        [
          files[letter],
          { text: text.startsWith('[') ? text : `[policy]\n${text}\n`, owner: letter === 'S' ? 0 : 1000 },
        ],
      ];
    }),
  );
  const context: CallContext = {
    platform: 'linux',
    env: { PATH: '/usr/bin', ...env },
    cwd: '/code/api',
    home: '/home/ada',
    userId: options.userId ?? 1000,
    name: options.name ?? 'pip',
    arguments: line.split(' '),
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({ ...(options.tree ?? trusted), ...policies }),
  };
  return decide(context, findPolicyLayers(context), 0, { useProjectEnvironment: options.agreed === true });
}

describe('on-refusal', () => {
  test.each(rows.map((row) => ({ name: row[0], line: row[2], expected: row[4], row })))(
    '$name: pip $line: $expected',
    ({ row }) => {
      const decision = call(row);
      const said =
        decision.kind === 'refuse'
          ? decision.mayOffer
            ? 'offer'
            : decision.verdict.kind
          : decision.insteadOf === null
            ? 'runs'
            : `in ${decision.start[0].replace('/bin/python', '')}`;
      expect(said).toBe(row[4]);
    },
  );

  test('pip checks again there, and what was refused is known', () => {
    const decision = call(['', { P: `${need}\n${use}` }, 'install x', {}, '']);
    expect(decision).toMatchObject({
      kind: 'watch',
      start: ['/code/api/.venv/bin/python', '-P', '-m', 'pip', '--require-virtualenv'],
      insteadOf: { verdict: { kind: 'refused' }, resolution: { interpreter: { executable: '/usr/bin/python3' } } },
    });
  });

  test('a refusal knows what was found and why it was not used', () => {
    const { resolution } = call(['', { P: `${need}\n${use}` }, 'install x', {}, '', { tree: untrusted }]);
    expect(resolution.trace.at(-1)).toMatchObject({
      evidence: { kind: 'found-upward', prefix: '/code/api/.venv', file: '/code/pipward.toml', line: 3 },
      outcome: { kind: 'passed-over', reason: 'not-trusted' },
    });
  });
});
