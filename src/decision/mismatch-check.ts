import { liesWithin, pathsOf } from '../util/paths.ts';
import type { Decision } from '../model/decision.ts';
import type { ResolutionStep, SkipReason, Resolution } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { willModifyEnvironment } from './skipped-environment.ts';
import { findEnvironmentNames } from './settings.ts';

/** Reasons why an environment cannot be used. One of another version, or without pip, is still usable. */
const UNUSABLE: readonly SkipReason[] = [
  'missing',
  'not-executable',
  'dangling-link',
  'no-pyvenv-cfg',
  'no-conda-meta',
  'not-absolute',
];

/**
 * Whether pip may be about to change another place than the user means, or an environment that is not as it was made:
 * worth a closer look before it starts. Looks at nothing itself.
 */
export function mayTargetWrongEnvironment(decision: Decision, { cwd, platform }: CallContext): boolean {
  const { command, resolution, layers } = decision;
  const isElsewhere = command.redirection !== null || command.python !== null || command.user === true;
  if (!willModifyEnvironment(decision) || command.dryRun || isElsewhere) return false;
  if (findUnusable(resolution, ['VIRTUAL_ENV', 'CONDA_PREFIX']) !== null) return true;
  if (resolution.kind !== 'resolved' || resolution.source !== 'active-environment') return false;
  const { environment } = resolution.interpreter;
  if (environment.kind !== 'virtual') return false;
  if (environment.upgradedFrom !== undefined) return true;
  // An environment of the usual name belongs to the folder that it is in.
  const paths = pathsOf(platform);
  const isAway = cwd !== null && !liesWithin(cwd, paths.dirname(environment.prefix), platform);
  return isAway && findEnvironmentNames(layers).includes(paths.basename(environment.prefix));
}

/** Returns what one of these variables names, if it is no working environment; null where all is well. */
export function findUnusable(resolution: Resolution | undefined, variables: readonly string[]): Unusable | null {
  for (const { evidence, outcome, path: python } of resolution?.trace ?? []) {
    if (evidence.kind !== 'variable' || !variables.includes(evidence.name) || outcome.kind === 'chosen') continue;
    if (UNUSABLE.includes(outcome.reason)) return { ...evidence, python, outcome };
  }
  return null;
}

/** A variable whose environment does not work; `python`: its interpreter, if it came to that. */
export type Unusable = {
  readonly name: string;
  readonly value: string;
  readonly python: string | null;
  readonly outcome: Extract<ResolutionStep['outcome'], { kind: 'passed-over' }>;
};
