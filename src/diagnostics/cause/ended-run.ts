import type { Interpreter } from '../../model/environment.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Observation } from '../../pip/output/messages.ts';

/** A run of pip that came to its end, and what it printed. */
export type EndedRun = {
  readonly observations: readonly Observation[];
  readonly command: PipCommand;
  readonly status: number;
  /** The interpreter that was started; null if it is not known, as for a saved log. */
  readonly interpreter: Interpreter | null;
};

export type Seen<Kind extends Observation['kind']> = Extract<Observation, { kind: Kind }>;

/** Returns the observations of one kind, in the order in which pip printed them. */
export function listSeen<Kind extends Observation['kind']>(
  { observations }: Pick<EndedRun, 'observations'>,
  kind: Kind,
): readonly Seen<Kind>[] {
  return observations.filter((observation): observation is Seen<Kind> => observation.kind === kind);
}

/** Whether pip printed a line of this kind. */
export function hasSeen({ observations }: Pick<EndedRun, 'observations'>, kind: Observation['kind']): boolean {
  return observations.some((observation) => observation.kind === kind);
}
