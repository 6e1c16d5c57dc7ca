import path from 'node:path';
import { captureContext } from '../../host/capture-context.ts';
import { findNearest } from '../../util/did-you-mean.ts';
import { createJsonSchema } from '../../policy/file/json-schema.ts';
import type { AdminCommand, CommandArguments } from '../command.ts';
import { say } from '../output.ts';
import { applyPolicy } from './apply.ts';
import { checkPolicies } from './check.ts';
import { initPolicy } from './init.ts';
import { revertPolicy } from './revert.ts';
import { showPolicies } from './show.ts';
import { testPolicies } from './test.ts';
import { verifyPolicy } from './verify.ts';
import { UsageError } from '../usage-error.ts';
import { findCi } from '../../util/surroundings.ts';

/** What each action does, for completion and for `pipward policy` alone. */
export const POLICY_ACTIONS = {
  init: 'write a commented pipward.toml here',
  check: 'list the mistakes in FILE, or in the files that apply here',
  show: 'list each policy file that applies here, and what it asks for',
  test: 'say what each file says about a call: pipward policy test -- install flask',
  schema: 'print the JSON Schema of a policy file',
  apply: "write the policy into pip's own pip.conf, so that `python -m pip` obeys, too",
  verify: 'say whether pip.conf still matches the policy, and what overrides it',
  revert: 'remove from pip.conf what apply wrote',
} as const;
const ACTIONS = Object.keys(POLICY_ACTIONS);
/** The options that only some actions know. (`schema` prints JSON with and without the option.) */
const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  json: ['show', 'test', 'schema', 'apply', 'verify', 'revert'],
  system: ['check', 'apply', 'verify', 'revert'],
  user: ['apply', 'verify', 'revert'],
  'dry-run': ['apply', 'revert'],
  'mark-interpreter': ['apply'],
};

export const policyCommand: AdminCommand = {
  usage: 'policy <action> [files..]',
  rest: '[-- PIP_ARGUMENTS]',
  missing: listActions(),
  summary: 'Write, check, show or try policy files, or apply them to pip.conf',
  examples: [
    ['pipward policy init', 'write a commented pipward.toml here'],
    ['pipward policy check pipward.toml', 'list its mistakes; exit 1 if there is one (CI, pre-commit)'],
    ['pipward policy show', 'each policy file that applies here, and what it asks for'],
    ['pipward policy test -- install flask', 'what each file says about that call'],
    ['pipward policy apply --dry-run', "what would be written into pip's own pip.conf"],
    ['pipward policy verify', 'whether pip.conf still matches the policy; exit 1 if not'],
    ['pipward policy revert', 'remove from pip.conf what apply wrote'],
    ['pipward policy schema', 'print the JSON Schema of a policy file'],
  ],
  words: {
    action: { describe: `${ACTIONS.join(', ')}; see the examples`, type: 'string' },
    files: {
      describe:
        'init: the file to write (default ./pipward.toml); check: the files to check (default: all that apply here)',
      type: 'string',
    },
  },
  options: {
    json: { describe: 'print JSON (not for init, check)', type: 'boolean' },
    system: {
      describe: "apply, verify, revert: for all users (the default for root); check: judge FILE as the machine's file",
      type: 'boolean',
    },
    user: { describe: 'apply, verify, revert: for this user', type: 'boolean' },
    'dry-run': { describe: 'apply, revert: show a diff, do nothing', type: 'boolean' },
    'mark-interpreter': {
      describe:
        'apply: also mark the Python at this path as externally managed (PEP 668); it must be in /opt or /usr/local',
      type: 'string',
    },
  },
  run: (admin, given) => {
    const { env, programDirectory, windows } = admin;
    const action = given.text('action') ?? '';
    if (action === '') throw new UsageError(listActions());
    const files = given.list('files');
    const context = captureContext('pip', given.rest, env, path.join(path.dirname(programDirectory), 'shims'), windows);
    if (files.length > 0 && action !== 'init' && action !== 'check') {
      const way = action === 'test' ? '; the call goes after `--`: `pipward policy test -- install flask`' : '';
      throw new UsageError(`\`pipward policy ${action}\` takes no files${way}`);
    }
    refuseOptions(action, given);
    switch (action) {
      case 'apply':
        return applyPolicy(admin, given);
      case 'verify':
        return verifyPolicy(admin, given);
      case 'revert':
        return revertPolicy(admin, given);
      case 'init':
        return initPolicy(files, programDirectory);
      case 'check':
        return checkPolicies(context, files, findCi(env) !== null, given.flag('system'));
      case 'show':
        return showPolicies(context, given.flag('json'));
      case 'test':
        if (given.rest.length === 0)
          throw new UsageError('name the call to test: `pipward policy test -- install flask`');
        return testPolicies(context, given.flag('json'));
      case 'schema':
        say(JSON.stringify(createJsonSchema(), null, 2));
        return 0;
      default: {
        const nearest = findNearest(action, ACTIONS);
        throw new UsageError(
          `there is no \`pipward policy ${action}\`; ` +
            (nearest === null ? `there are ${ACTIONS.join(', ')}` : `did you mean \`pipward policy ${nearest}\`?`),
        );
      }
    }
  },
};

/** An option that an action does not know must not seem to have done something. */
function refuseOptions(action: string, given: CommandArguments): void {
  if (!ACTIONS.includes(action)) return;
  for (const [option, actions] of Object.entries(OPTIONS_OF)) {
    if (actions.includes(action)) continue;
    if (given.flag(option) || given.text(option) !== null) {
      throw new UsageError(`\`pipward policy ${action}\` has no --${option}; it is for ${actions.join(', ')}`);
    }
  }
}

function listActions(): string {
  const rows = Object.entries(POLICY_ACTIONS).map(([name, meaning]) => `  pipward policy ${name.padEnd(8)}${meaning}`);
  return ['`pipward policy` needs an action:', ...rows].join('\n');
}
