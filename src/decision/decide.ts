import { resolveInterpreter, type ProjectSearch } from '../interpreter/resolve.ts';
import { ANY_VERSION } from '../interpreter/discovery/version-request.ts';
import { parsePipCommand } from '../invocation/parse.ts';
import { READ_ONLY_WORDS } from '../invocation/pip-commands.ts';
import { parseShimName } from '../invocation/shim-name.ts';
import type { Action, Judged, Refusal } from '../model/decision.ts';
import type { Resolution } from '../model/environment.ts';
import { EXIT } from '../model/exit.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { PolicyLayer } from '../model/policy.ts';
import type { Surroundings } from '../model/call-context.ts';
import { startPip } from '../pip/command-line.ts';
import { chooseAdviceForm } from './advice-form.ts';
import { judge } from './evaluate-call.ts';
import { reconsider } from './apply-on-refusal.ts';
import { findConfiguredPython, findProjectSearch } from './settings.ts';

/**
 * What one call comes to. Reads files through `surroundings` alone, starts and prints nothing. `agreed`: the person was
 * offered the project's environment after a refusal, and took it.
 */
export function decide(
  surroundings: Surroundings,
  layers: readonly PolicyLayer[],
  depth: number,
  agreed = false,
): Action {
  const command = parsePipCommand(surroundings.name, surroundings.arguments);
  const wanted = parseShimName(surroundings.name, surroundings.platform) ?? ANY_VERSION;
  const adviceForm = chooseAdviceForm(command, surroundings.env, layers, depth);
  const resolve = (place: Surroundings, search: ProjectSearch | null) =>
    resolveInterpreter(place, wanted, findConfiguredPython(layers), search);
  const concludeFor = (resolution: Resolution) => {
    const verdict = judge(surroundings, layers, command, resolution);
    return conclude({ command, layers, verdict, resolution, adviceForm }, surroundings);
  };
  const action = concludeFor(resolve(surroundings, findProjectSearch(layers)));
  return action.kind === 'refuse' && action.because === 'policy'
    ? reconsider(action, agreed, surroundings, resolve, concludeFor)
    : action;
}

function conclude(judged: Judged, { env }: Surroundings): Action {
  const { command, verdict, resolution, adviceForm } = judged;
  const refuse = (because: Refusal['because'], status: number): Action => ({
    ...judged,
    kind: 'refuse',
    because,
    status,
    mayOffer: false,
  });
  if (verdict.kind === 'unreadable') return refuse('unreadable-policy', EXIT.refused);
  if (verdict.kind === 'refused') return refuse('policy', EXIT.refused);
  if (resolution.kind === 'not-found') return refuse('no-interpreter', EXIT.notFound);
  if (resolution.kind === 'without-pip') return refuse('no-pip', EXIT.notFound);
  const start = startPip(resolution.interpreter, resolution.driver, command, verdict.passRequireVirtualenv, env);
  return { ...judged, kind: isWorthWatching(command, adviceForm) ? 'watch' : 'run', start, insteadOf: null };
}

function isWorthWatching(command: PipCommand, adviceForm: Action['adviceForm']): boolean {
  return adviceForm !== 'off' && !command.informational && !READ_ONLY_WORDS.includes(command.subcommand ?? '');
}
