import { resolveInterpreter, type ProjectSearch } from '../interpreter/resolve.ts';
import { ANY_VERSION } from '../interpreter/discovery/version-request.ts';
import { parsePipCommand } from '../invocation/parse.ts';
import { READ_ONLY_WORDS } from '../invocation/pip-commands.ts';
import { parseShimName } from '../invocation/shim-name.ts';
import type { Decision, Evaluation, Refusal } from '../model/decision.ts';
import { EXIT } from '../model/exit.ts';
import type { Resolution } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { PolicyLayer } from '../model/policy.ts';
import type { CallContext } from '../model/call-context.ts';
import { startPip } from '../pip/command-line.ts';
import { chooseAdviceForm } from './advice-form.ts';
import { isSubject } from '../policy/evaluate.ts';
import { evaluateCall } from './evaluate-call.ts';
import { readRemedy, replaceRefusal } from './apply-on-refusal.ts';
import { createPipCall } from './pip-call.ts';
import { findConfiguredPython, findProjectSearch } from './settings.ts';

type Options = {
  /** The user was offered the project's environment after a refusal, and took it. */
  readonly useProjectEnvironment?: boolean;
};

/**
 * Returns what one call comes to. Reads files through `context` alone; starts and prints nothing. To try another outcome,
 * call it again with other options.
 */
export function decide(
  context: CallContext,
  layers: readonly PolicyLayer[],
  depth: number,
  { useProjectEnvironment = false }: Options = {},
): Decision {
  const command = parsePipCommand(context.name, context.arguments);
  const wanted = parseShimName(context.name, context.platform) ?? ANY_VERSION;
  const adviceForm = chooseAdviceForm(command, context.env, layers, depth);
  const decideIn = (resolution: Resolution): Decision => {
    const pip = createPipCall(context, command, resolution);
    const verdict = evaluateCall(context, layers, pip);
    return toDecision({ command, layers, verdict, resolution, pip, adviceForm }, context);
  };
  const decideFrom = (start: CallContext, search: ProjectSearch | null): Decision =>
    decideIn(resolveInterpreter(start, wanted, findConfiguredPython(layers), search));

  const decision = decideFrom(context, findProjectSearch(layers));
  if (decision.kind !== 'refuse' && !isSubject(command) && usesProjectEnvironment(layers)) {
    // Where an install would go, there `pip list` looks: a directory has one answer.
    const install = decide({ ...context, arguments: ['install', 'x'] }, layers, depth);
    return install.kind !== 'refuse' && install.insteadOf !== null ? decideIn(install.resolution) : decision;
  }
  if (decision.kind !== 'refuse' || decision.because !== 'policy') return decision;
  const remedy = readRemedy(decision, useProjectEnvironment);
  if (remedy.kind !== 'search') return { ...decision, mayOffer: remedy.kind === 'offer' };
  return replaceRefusal(decision, decideFrom(remedy.start(context), remedy.search));
}

function usesProjectEnvironment(layers: readonly PolicyLayer[]): boolean {
  return layers.some(({ rules }) => rules.onRefusal.value === 'use-project-environment');
}

function toDecision(evaluation: Evaluation, context: CallContext): Decision {
  const { command, verdict, resolution, adviceForm } = evaluation;
  const refuse = (because: Refusal['because'], status: number): Decision => ({
    ...evaluation,
    kind: 'refuse',
    because,
    status,
    mayOffer: false,
  });
  if (verdict.kind === 'unreadable') return refuse('unreadable-policy', EXIT.refused);
  if (verdict.kind === 'refused') return refuse('policy', EXIT.refused);
  if (resolution.kind === 'not-found') return refuse('no-interpreter', EXIT.notFound);
  if (resolution.kind === 'without-pip') return refuse('no-pip', EXIT.notFound);
  const start = startPip(resolution.interpreter, resolution.pipRunner, command, verdict.passRequireVirtualenv, context);
  return { ...evaluation, kind: isWorthWatching(command, adviceForm) ? 'watch' : 'run', start, insteadOf: null };
}

function isWorthWatching(command: PipCommand, adviceForm: Decision['adviceForm']): boolean {
  return adviceForm !== 'off' && !command.informational && !READ_ONLY_WORDS.includes(command.subcommand ?? '');
}
