import { writeAnswer } from '../../shim/sh-protocol.ts';
import { listLocatedIssues } from '../../interpreter/trust/trust-issues.ts';
import { followName } from '../../interpreter/project/environment-file.ts';
import { findTrustIssue } from '../../interpreter/discovery/project-environment.ts';
import { fromDirectory } from '../../terminal/activation.ts';
import { cleanText } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { describeSkip } from '../../messages/render-trace.ts';
import type { AdminCommand } from '../command.ts';
import { complain } from '../output.ts';
import {
  describeHomeEnvironment,
  findCallerShell,
  findInHome,
  listFoundHere,
  captureHere,
} from './project-environments.ts';
import { describeRefusal, showPath } from './trust.ts';
import { UsageError } from '../usage-error.ts';

/** Where bin/pipward reads what to do; it then becomes the command itself, so that nothing of ours is left around it. */
const ANSWER = 3;

export const runCommand: AdminCommand = {
  usage: 'run',
  rest: '-- COMMAND',
  summary: "Run a command in the project's environment, if that is trusted",
  examples: [['pipward run -- pytest -x', "with the environment's bin first on PATH"]],
  run: (context, given) => {
    if (given.rest.length === 0) throw new UsageError('name the command after `--`: pipward run -- COMMAND');
    const stop = (reason: string) => {
      complain(`pipward: ${reason}`);
      if (context.env['_PIPWARD_ANSWER'] !== undefined) writeAnswer(ANSWER, { kind: 'stop', status: 1 });
      return 1;
    };
    if (context.env['_PIPWARD_ANSWER'] === undefined) return stop('`run` works through the program bin/pipward alone');
    const callContext = captureHere(context);
    const found = listFoundHere(callContext).map((place) => {
      const prefix = followName(place, callContext) ?? place;
      return { place, prefix, issue: findTrustIssue(place, prefix, callContext) };
    });
    const trusted = found.find(({ issue }) => issue === null);
    const prefix = trusted === undefined ? null : (callContext.files.realPath(trusted.prefix) ?? trusted.prefix);
    if (prefix !== null) {
      if (prefix.includes(':')) return stop(`${cleanText(prefix)} cannot stand on PATH, whose entries a colon parts`);
      writeAnswer(ANSWER, { kind: 'run', start: [prefix] });
      return 0;
    }
    const [nearest] = found;
    const inHome = findInHome(callContext);
    if (nearest === undefined && inHome !== null) return stop(describeHomeEnvironment(inHome, callContext));
    if (nearest === undefined || nearest.issue === null) {
      return stop('there is no virtual environment from here upward; `pipward venv` makes one');
    }
    const { reason, detail } = nearest.issue;
    if (reason === 'suspicious') {
      const issues = listLocatedIssues(nearest.place, nearest.prefix, callContext);
      return stop(`nothing was run: ${describeRefusal(nearest.place, issues, callContext)}`);
    }
    const folder = fromDirectory(nearest.place, callContext.platform, callContext.cwd);
    const fix = joinCommand(['pipward', 'trust', folder], findCallerShell(callContext));
    return stop(
      `${cleanText(showPath(nearest.place, callContext))} ${describeSkip(reason, detail)}; nothing was run\nfix: look at it and trust it\n    ${fix}`,
    );
  },
};
