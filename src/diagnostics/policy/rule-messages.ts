import type { Block, FactRow } from '../../model/diagnostic.ts';
import { describeVersion } from '../shared/fact-rows.ts';
import type { FoundEnvironment } from '../../model/environment.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { AcceptedKind, RuleName } from '../../model/policy.ts';
import { unsetCommand } from '../../terminal/activation.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { OWN_VERSION } from '../../policy/own-version.ts';
import type { PolicyFacts } from './facts.ts';
import { environmentBlocks } from './accepted-environments.ts';
import { describeOrigin } from './setting-origin.ts';
import { noteBlock, pipNeed } from '../shared/fixes.ts';
import { environmentFix, findSpare, sparePythonFix } from '../shared/environment-fix.ts';
import { installFromSameSources, repeatInEnvironment, startOf } from '../shared/rewrite-command.ts';
import { fitsPython } from '../shared/requirements/versions.ts';
import { chooseWorking } from '../obstacles/working-environment.ts';
import { isOfStore } from '../windows/windows-words.ts';

/** What the words of a rule are made from. */
type Situation = {
  readonly facts: PolicyFacts;
  readonly command: PipCommand;
  readonly accepted: readonly AcceptedKind[];
  /** The version or specifier that is asked for; empty if the rule has none. */
  readonly value: string;
  readonly recommended: FoundEnvironment | null;
};

type Words = {
  /** Goes on after "project policy". */
  readonly headline: (situation: Situation, refused: boolean) => string;
  /** What about the call does not keep the rule, where it is not plain from the command. */
  readonly because: (situation: Situation) => readonly FactRow[];
  readonly blocks: (situation: Situation) => readonly Block[];
};

export const POLICY_WORDS: Readonly<Record<RuleName, Words>> = {
  'required-version': {
    headline: ({ value }, refused) => `${refused ? 'needs' : 'asks for'} pipward ${value.slice(2)} or newer`,
    because: () => [{ label: 'pipward', text: `${OWN_VERSION}, which may not understand every rule of this file` }],
    blocks: ({ value }) => [
      noteBlock(`install pipward ${value.slice(2)} or newer; \`pipward --version --verbose\` says how`),
    ],
  },
  'require-virtual-environment': {
    headline: ({ command }, refused) =>
      refused
        ? `allows \`pip ${command.subcommand ?? 'install'}\` only in an environment`
        : 'asks for a virtual environment',
    because: askedRow,
    blocks: ({ accepted, recommended, facts, command }) => environmentBlocks(accepted, recommended, facts, command),
  },
  'project-environment-only': {
    headline: (_, refused) => `${refused ? 'needs' : 'asks for'} the project's own environment`,
    because: ({ facts }) =>
      facts.project.directory === null ? [{ label: 'project', text: 'no project was found here' }] : [],
    blocks: ({ recommended, facts, command }) => [environmentFix(recommended, facts, command)],
  },
  'forbid-user-install': {
    headline: (_, refused) => `${refused ? 'forbids' : 'advises against'} the user site`,
    because: (situation) =>
      situation.facts.askedBy === null && situation.facts.unknownSettings.length > 0
        ? []
        : situation.facts.askedBy === null
          ? [{ label: 'because', text: 'site-packages is not writable, so pip would fall back to --user' }]
          : askedRow(situation),
    blocks: leaveOut,
  },
  'forbid-break-system-packages': {
    headline: (_, refused) => `${refused ? 'forbids' : 'advises against'} --break-system-packages`,
    because: askedRow,
    blocks: leaveOut,
  },
  'forbid-root': {
    headline: ({ command, facts }, refused) =>
      `${refused ? 'forbids' : 'advises against'} \`pip ${command.subcommand ?? 'install'}\` as ${facts.platform === 'win32' ? 'administrator' : 'root'}`,
    because: () => [],
    blocks: ({ facts }) => [
      noteBlock(
        facts.platform === 'win32'
          ? 'run it in a virtual environment, in a window that was not started as administrator'
          : 'run it without sudo, as an ordinary user, in a virtual environment',
      ),
    ],
  },
  'requires-python': {
    headline: ({ value }, refused) => `${refused ? 'allows only' : 'asks for'} Python ${value}`,
    because: () => [],
    blocks: ({ facts, command, value, recommended }) => {
      const install: PipCommand = { ...command, subcommand: 'install' };
      if (recommended !== null) {
        const fix = environmentFix(recommended, facts, command);
        return [{ ...fix, title: `${fix.title}${describeVersion(recommended.version)}` }];
      }
      const spare = findSpare(
        facts,
        ({ interpreter }) => interpreter.version !== null && fitsPython(interpreter.version, value),
      );
      if (spare !== null) return [sparePythonFix(spare, facts, install)];
      return [
        noteBlock(`none of the Pythons found here matches ${value}: install one, or ask the administrator for one`),
      ];
    },
  },
  'minimum-pip': {
    headline: ({ value }, refused) => `${refused ? 'allows only' : 'asks for'} pip ${value} or newer`,
    because: ({ facts }) => [{ label: 'pip', text: facts.pipVersion ?? 'its version is not known from its files' }],
    blocks: ({ facts, command, value, recommended }) => {
      const repeated = repeatInEnvironment(command, facts.caller.shell, startOf(command));
      const upgrade = installFromSameSources([`pip>=${value}`], command);
      if (upgrade === null) return [noteBlock(`upgrade pip first: pip ${value} or newer`)];
      const title = `upgrade pip, then ${command.subcommand ?? 'install'}`;
      const here: Block = {
        kind: 'fix',
        title,
        commands: [joinCommand([...startOf(command), ...upgrade], facts.caller.shell), repeated.text],
        applicability: repeated.applicability,
        needs: [pipNeed(upgrade), pipNeed(repeated.arguments, { rules: ['minimum-pip'] })],
      };
      const there = environmentFix(recommended, facts, command, { first: [upgrade], rules: ['minimum-pip'] });
      return [chooseWorking([here, there], facts)];
    },
  },
};

function askedRow({ facts }: Situation): readonly FactRow[] {
  const { askedBy, caller } = facts;
  if (askedBy === null || askedBy.kind === 'command-line') return [];
  return [{ label: 'set by', text: describeOrigin(askedBy, caller.home), optional: 'at-last' }];
}

/** Without the option, in an environment. */
function leaveOut({ facts, command, recommended }: Situation): readonly Block[] {
  const { askedBy, caller, interpreter } = facts;
  const unset = askedBy?.kind === 'variable' ? [askedBy.name] : [];
  const also: readonly Block[] =
    askedBy?.kind === 'file' && !isOfStore(askedBy.path)
      ? [{ ...noteBlock(`remove it from ${describeOrigin(askedBy, caller.home)} as well`), optional: true }]
      : [];
  if (interpreter?.environment.kind === 'virtual' && askedBy !== null) {
    const { text, applicability, arguments: words } = repeatInEnvironment(command, caller.shell);
    return [
      {
        kind: 'fix',
        title: 'leave it out; the environment is active',
        commands: [...unset.map((name) => unsetCommand(name, caller.shell)), text],
        applicability,
        needs: [{ kind: 'pip', arguments: words, place: { kind: 'same' }, unset }],
      },
      ...also,
    ];
  }
  return [environmentFix(recommended, facts, command, { unset }), ...also];
}
