import type { Block } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { NoMatch } from '../cause/index-failure.ts';
import { noteBlock } from '../shared/fixes.ts';
import { canFind } from '../shared/pip-upgrade.ts';
import { describeLine, findOrigin, findTyped } from '../shared/requirements/requirement-origin.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { repeatReplacing } from '../shared/rewrite-command.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { satisfies } from '../shared/requirements/versions.ts';
import type { WithIndex } from './facts.ts';

type Facts = CallFacts & WithIndex;

/** The requirement changed: on the command line, or a hint where else. */
export function replaceBlock(
  { origin, requirement }: NoMatch,
  name: string,
  by: string,
  title: string,
  facts: Facts,
  command: PipCommand,
): Block {
  const typed = origin === null ? findTyped(command, name) : null;
  const printed = typed === null ? null : repeatReplacing(command, typed, [by], facts.caller.shell);
  if (printed !== null && !canFind(by, facts)) return noteBlock(`with --no-index, pip has no file of ${by} to install`);
  if (printed !== null) return printedFix(title, printed);
  // Another version does not help a package that asks for this one.
  const needing = splitRequirement(origin?.split('->')[0] ?? '').name;
  const { name: other, specifier } = splitRequirement(by);
  const helps = other === name && satisfies(specifier.replace(/^==/, ''), splitRequirement(requirement).specifier);
  if (needing !== '' && !helps) return noteBlock(`${needing} asks for it: try another version of ${needing}`);
  const line = describeLine(findOrigin(origin, name, facts, command));
  return noteBlock(line === '' ? `${title}: ${by}` : `${title}: write ${by}${line}`);
}
