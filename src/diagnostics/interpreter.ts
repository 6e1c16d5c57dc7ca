import type { Block, Diagnostic, Finding } from '../model/diagnostic.ts';
import type { AdviceFacts } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import { isClean, shortenHome } from '../terminal/clean.ts';
import { aptInstall, noteBlock, readyBlock } from './fixes.ts';
import { repeatWith } from './repeat.ts';
import { chooseHeadline, describeVersion } from './rows.ts';

/** More would push the way out off the screen. */
const MOST_KNOWN = 4;

/** No interpreter: what was wanted, and what there is instead. */
export function describeInterpreterNotFound(
  { wanted, known }: Extract<Finding, { code: 'interpreter-not-found' }>,
  facts: AdviceFacts,
  command: PipCommand,
): Diagnostic {
  const { caller } = facts;
  const shown = known.slice(0, MOST_KNOWN);
  const hidden = known.length - shown.length;
  const name = wanted.length > 40 ? 'the Python that was asked for' : wanted;
  return {
    severity: 'error',
    code: 'interpreter-not-found',
    headline: chooseHeadline(
      'error',
      'interpreter-not-found',
      `${name} was not found`,
      'the Python asked for was not found',
    ),
    facts: [
      { label: 'wanted', text: shortenHome(wanted, caller.home) },
      ...shown.map(({ executable, version }, index) => ({
        label: index === 0 ? 'there is' : '',
        text: `${shortenHome(executable, caller.home)}${describeVersion(version)}${
          index === shown.length - 1 && hidden > 0 ? ` and ${hidden} more` : ''
        }`,
      })),
      { label: 'result', text: 'pip was not run, nothing changed' },
    ],
    blocks: chooseInterpreterFix(known, facts, command),
  };
}

function chooseInterpreterFix(
  known: Extract<Finding, { code: 'interpreter-not-found' }>['known'],
  facts: AdviceFacts,
  command: PipCommand,
): readonly Block[] {
  const other = known.find(({ pip, executable }) => pip.state !== 'absent' && isClean(executable));
  if (other !== undefined) {
    const repeated = repeatWith([other.executable, '-m', 'pip'], command, facts.caller.shell);
    const { text, applicability } = repeated;
    return [{ kind: 'fix', title: 'use one that is here', commands: [text], applicability }];
  }
  if (facts.tools.apt) return [readyBlock('fix', 'install Python with pip', aptInstall(facts, 'python3-pip'))];
  return [
    readyBlock('fix', 'see where pipward looked', 'pipward which'),
    noteBlock("install Python with this system's packages, or from www.python.org"),
  ];
}

const FAILURES = {
  missing: ['there is nothing there to run', 'if it is an environment, the Python that it was made with may be gone'],
  'not-permitted': ['this user may not run it', 'look at its permissions, and at noexec of its file system'],
  'too-long': ['the arguments and variables are more than the system allows', 'name the packages in a file: -r FILE'],
  failed: ['the system could not start it', 'it may be built for another machine, or damaged'],
} as const;

/** The interpreter was found, but would not start. */
export function describeInterpreterNotRunnable(
  { executable, reason }: Extract<Finding, { code: 'interpreter-not-runnable' }>,
  facts: AdviceFacts,
): Diagnostic {
  const [what, hint] = FAILURES[reason];
  return {
    severity: 'error',
    code: 'interpreter-not-runnable',
    headline: 'Python could not be started',
    facts: [
      { label: 'interpreter', text: shortenHome(executable, facts.caller.home) },
      { label: 'because', text: what },
      { label: 'result', text: 'pip was not run, nothing changed' },
    ],
    blocks: [readyBlock('fix', 'see why this Python was chosen', 'pipward which'), noteBlock(hint)],
  };
}
