import type { Block, FactRow } from '../../model/diagnostic.ts';
import type { Environment, FoundEnvironment } from '../../model/environment.ts';
import type { PolicyFacts } from './facts.ts';
import { describeOrigin } from './setting-origin.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { AcceptedKind, PolicyLayer } from '../../model/policy.ts';
import { unsetCommand } from '../../terminal/activation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import { noteBlock } from '../shared/fixes.ts';
import { repeatInEnvironment } from '../shared/rewrite-command.ts';
import { isAccepted } from '../../policy/rules.ts';

/** Returns the kinds of environment that every one of these layers accepts. */
export function listAccepted(layers: readonly PolicyLayer[]): readonly AcceptedKind[] {
  const kinds = ['venv', 'conda', 'conda-base'] as const;
  return kinds.filter((kind) => layers.every(({ rules }) => rules.accept.includes(kind)));
}

/** The row about what would do, where it goes without saying neither that a virtual environment does nor why this one does not. */
export function acceptedRow(
  accepted: readonly AcceptedKind[],
  environment: Environment | undefined,
): readonly FactRow[] {
  const isElsewhere = environment?.kind === 'conda' && !isAccepted(environment, accepted);
  if (accepted.includes('venv') && !isElsewhere) return [];
  return [{ label: 'accepted', text: accepted.join(', ') || 'nothing: these policies accept no kind in common' }];
}

/** The row about a Python that pip is told to work on instead of the one that it is started with. */
export function targetRow({ otherPython, caller }: PolicyFacts): readonly FactRow[] {
  if (otherPython === null) return [];
  const origin = describeOrigin(otherPython.origin, caller.home);
  return [{ label: 'target', text: `${shortenHome(otherPython.value, caller.home)}, from ${origin}` }];
}

/** The way into an environment that is accepted, and away from another Python that pip was told to use. */
export function environmentBlocks(
  accepted: readonly AcceptedKind[],
  recommended: FoundEnvironment | null,
  facts: PolicyFacts,
  command: PipCommand,
): readonly Block[] {
  const { otherPython, caller, interpreter } = facts;
  const origin = otherPython?.origin ?? null;
  const unset = origin?.kind === 'variable' ? [origin.name] : [];
  const unsets = unset.map((name) => unsetCommand(name, caller.shell));
  const place = origin?.kind === 'file' ? describeOrigin(origin, caller.home) : null;
  const repeated = repeatInEnvironment(command, caller.shell);
  const verb = command.subcommand === 'uninstall' ? 'uninstall' : 'install';
  if (origin !== null && interpreter !== null && isAccepted(interpreter.environment, accepted)) {
    const first = place === null ? `leave ${describeOrigin(origin, null)} out` : `remove \`python\` from ${place}`;
    return [
      {
        kind: 'fix',
        title: `${first}, then ${verb}`,
        commands: [...unsets, repeated.text],
        applicability: place === null ? repeated.applicability : 'has-placeholder',
        // It is not known when a file is changed.
        needs: place === null ? [{ kind: 'pip', arguments: repeated.arguments, place: { kind: 'same' }, unset }] : [],
      },
    ];
  }
  const also = place === null ? [] : [noteBlock(`remove \`python\` from ${place} as well`)];
  if (accepted.includes('venv')) {
    return [environmentFix(recommended, facts, command, { unset }), ...also];
  }
  const [kind] = accepted;
  if (kind === undefined) return [noteBlock('ask the authors of these policies: together they accept no environment')];
  const name = kind === 'conda' ? 'ENVIRONMENT' : 'base';
  return [
    {
      kind: 'fix',
      title: `activate ${kind === 'conda' ? 'a conda environment' : "conda's base environment"}, then ${verb}`,
      commands: [...unsets, `conda activate ${name}`, repeated.text],
      applicability: kind === 'conda' ? 'has-placeholder' : repeated.applicability,
      needs: [{ kind: 'program', name: 'conda' }],
    },
    ...also,
  ];
}
