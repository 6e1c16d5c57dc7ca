import { describePlace } from '../../diagnostics/policy/policy-rows.ts';
import type { Decision } from '../../model/decision.ts';
import { shortenHome } from '../../terminal/clean.ts';

/** What the policy says of the call that is judged; `decision`: what becomes of the call that was asked about. */
export function describePolicy(judged: Decision, decision: Decision, home: string | null): readonly string[] {
  return [
    `policy        ${describeVerdict(judged, home)}`,
    // Only without arguments: then an install is judged.
    ...(judged.kind === 'refuse' && decision.kind !== 'refuse' ? [`${' '.repeat(14)}${ALLOWED_ANYWAY}`] : []),
  ];
}

const ALLOWED_ANYWAY = 'commands that change nothing (list, show, ...) are allowed';

function describeVerdict({ verdict, command, layers }: Decision, home: string | null): string {
  const subject = command.subcommand === null ? 'pip' : `pip ${command.subcommand}`;
  if (layers.length === 0) return 'no policy file applies here';
  if (verdict.kind === 'allowed') {
    return `allows ${subject} (${layers.map(({ file }) => shortenHome(file, home)).join(', ')})`;
  }
  const who = verdict.layers
    .map((each) =>
      each.kind === 'unreadable'
        ? shortenHome(each.layer.file, home)
        : `${describePlace(each.layer, each.line, home)} (${each.rule})`,
    )
    .join(', ');
  if (verdict.kind === 'unreadable') {
    return `${subject} is refused, since a policy file is invalid: ${who}; see \`pipward policy check\``;
  }
  return `${subject} is ${verdict.kind === 'advised' ? 'advised against' : 'refused'} by ${who}`;
}
