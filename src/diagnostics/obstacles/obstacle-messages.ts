import type { CallFacts } from '../../model/facts.ts';
import type { Obstacle } from '../../model/trial.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { describeOrigin } from '../policy/setting-origin.ts';
import { describePlace } from '../policy/policy-rows.ts';

/** Why a command would fail, and what the reader can do or ask for. */
export type ObstacleWords = {
  readonly why: string;
  readonly ask: string;
  /** The rule of a policy that is in the way, and its place. */
  readonly rule?: string;
};

const OWN_FOLDER = 'change to a folder that you may write to, or ask the administrator for one';

/** Returns an obstacle in words that follow "no command can help here:". */
export function describeObstacle(obstacle: Obstacle, { caller }: CallFacts): ObstacleWords {
  const show = (file: string) => shortenHome(file, caller.home);
  switch (obstacle.kind) {
    case 'not-found':
      return {
        why: `${show(obstacle.path)} cannot be started`,
        ask: 'ask the administrator to install Python and pip',
      };
    case 'no-pip':
      return { why: `${show(obstacle.executable)} has no pip`, ask: 'ask the administrator to install pip for it' };
    case 'managed':
      return {
        why: `the system manages ${show(obstacle.executable)}`,
        ask: "ask the administrator for the system's package",
      };
    case 'not-writable':
      return { why: `you may not write to ${obstacle.path}`, ask: OWN_FOLDER };
    case 'path-separator':
      return {
        why: `venv cannot create an environment in ${show(obstacle.path)}: its path has a separator of PATH`,
        ask: 'change to a folder without that character in its path',
      };
    case 'no-user-site':
      return {
        why: obstacle.isRelative
          ? 'you have no home directory for a user site'
          : `you may not write to the user site, ${obstacle.place}`,
        ask: 'ask the administrator for a home directory that you may write to',
      };
    case 'user-site-off':
      return { why: 'the user site is switched off', ask: OWN_FOLDER };
    case 'user-in-environment':
      return { why: 'pip is told to use the user site', ask: 'remove that setting; pip config list shows it' };
    case 'setting':
      return {
        why: `${obstacle.option.slice(2)} is set in ${describeOrigin(obstacle.origin, caller.home)}`,
        ask: `remove that setting${obstacle.option === '--require-virtualenv' ? ', or use a virtual environment' : ''}`,
      };
    case 'policy': {
      const { layer, rule, line } = obstacle.rule;
      const contact = layer.rules.contact?.trim() ?? '';
      const own = rule === 'forbid-root' ? 'run pip as an ordinary user, or ask ' : 'ask ';
      const named = `${rule} (${describePlace(layer, line, caller.home)})`;
      return {
        why: `${named} does not allow it`,
        rule: named,
        ask: `${own}${contact === '' ? 'the author of that file' : contact} for an exception`,
      };
    }
    case 'policy-unreadable':
      return { why: `${show(obstacle.file)} is invalid`, ask: 'ask its author to correct it' };
    case 'no-venv':
      return {
        why: `${show(obstacle.executable)} has no module ${obstacle.missing}`,
        ask: 'ask the administrator to install it',
      };
    case 'no-root':
      return { why: 'this needs the rights of root', ask: `ask the administrator to run: ${obstacle.command}` };
    case 'no-program':
      return { why: `${obstacle.name} is not installed`, ask: `ask the administrator to install ${obstacle.name}` };
  }
}
