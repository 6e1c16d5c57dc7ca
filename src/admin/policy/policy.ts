import path from 'node:path';
import { captureContext } from '../../host/capture-context.ts';
import { findNearest } from '../../util/did-you-mean.ts';
import { createJsonSchema } from '../../policy/file/json-schema.ts';
import type { AdminCommand } from '../command.ts';
import { say } from '../output.ts';
import { checkPolicies } from './check.ts';
import { initPolicy } from './init.ts';
import { showPolicies } from './show.ts';
import { testPolicies } from './test.ts';
import { UsageError } from '../usage-error.ts';
import { findCi } from '../../util/detect-ci.ts';

/** What each action does, for completion and for `pipward policy` alone. */
export const POLICY_ACTIONS = {
  init: 'write a commented pipward.toml here',
  check: 'say what is wrong in the files that count here, or in FILE',
  show: 'list each policy file that counts here, and what it asks for',
  test: 'say what they make of a call: pipward policy test -- install flask',
  schema: 'print the JSON Schema of a policy file',
} as const;
const ACTIONS = Object.keys(POLICY_ACTIONS);

export const policyCommand: AdminCommand = {
  usage: 'policy [action] [files..]',
  rest: '[-- PIP_ARGUMENTS]',
  summary: 'Write, check, show or try policy files: init, check, show, test, schema',
  examples: [
    ['pipward policy init', 'write a commented pipward.toml here'],
    ['pipward policy check pipward.toml', 'say what is wrong in it; exit 1 if anything is (CI, pre-commit)'],
    ['pipward policy show', 'each policy file that counts here, and what it asks for'],
    ['pipward policy test -- install flask', 'what each file says about that call'],
  ],
  words: {
    action: { describe: 'init, check, show, test; schema prints the JSON Schema', type: 'string' },
    files: {
      describe: 'for init and check: the files; default: ./pipward.toml, and all that count here',
      type: 'string',
    },
  },
  options: { json: { describe: 'show, test: print JSON', type: 'boolean' } },
  run: ({ env, programDirectory }, given) => {
    const action = given.text('action') ?? '';
    if (action === '') throw new UsageError(listActions());
    const files = given.list('files');
    const context = captureContext('pip', given.rest, env, path.join(path.dirname(programDirectory), 'shims'));
    if (files.length > 0 && action !== 'init' && action !== 'check') {
      throw new UsageError(`\`pipward policy ${action}\` takes no files`);
    }
    switch (action) {
      case 'init':
        return initPolicy(files, programDirectory);
      case 'check':
        return checkPolicies(context, files, findCi(env) !== null);
      case 'show':
        return showPolicies(context, given.flag('json'));
      case 'test':
        if (given.rest.length === 0)
          throw new UsageError('what is to be tested? `pipward policy test -- install flask`');
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

function listActions(): string {
  const rows = Object.entries(POLICY_ACTIONS).map(([name, meaning]) => `  pipward policy ${name.padEnd(8)}${meaning}`);
  return ['`pipward policy` needs an action:', ...rows].join('\n');
}
