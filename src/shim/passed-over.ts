import type { Action } from '../model/action.ts';

/** Whether pip is about to change another place than the project's environment, which was found and is not trusted. */
export function passesOverProject({ kind, command, adviceForm, resolution }: Action): boolean {
  if (kind === 'refuse' || adviceForm === 'off' || command.effect !== 'environment' || command.informational) {
    return false;
  }
  return resolution.ledger.some(
    ({ source, outcome }) => source === 'project-environment' && outcome.kind === 'passed-over',
  );
}
