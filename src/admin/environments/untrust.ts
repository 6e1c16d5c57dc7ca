import path from 'node:path';
import { cleanText } from '../../terminal/clean.ts';
import type { AdminCommand } from '../command.ts';
import { complain, say } from '../output.ts';
import { findNamed, forgetTrust, listFoundHere, captureHere } from './project-environments.ts';
import { showPath } from './trust.ts';
import { UsageError } from '../usage-error.ts';

export const untrustCommand: AdminCommand = {
  usage: 'untrust [dir]',
  summary: 'Stop trusting an environment',
  examples: [['pipward untrust', 'stop trusting the nearest .venv']],
  words: { dir: { describe: 'folder of the environment; it need not be there any more', type: 'string' } },
  run: async (context, given) => {
    const callContext = captureHere(context);
    const dir = given.text('dir');
    const prefix =
      dir === null
        ? listFoundHere(callContext)[0]
        : (findNamed(dir, callContext) ?? path.resolve(callContext.cwd ?? '/', dir));
    if (prefix === undefined) throw new UsageError('there is no virtual environment from here upward: name its folder');
    const result = await forgetTrust(prefix, context);
    const name = cleanText(showPath(prefix, callContext));
    if (result === true) say(`no longer trusted: ${name}`);
    else complain(typeof result === 'string' ? `pipward: ${cleanText(result)}` : `pipward: ${name} was not trusted`);
    return result === true ? 0 : 1;
  },
};
