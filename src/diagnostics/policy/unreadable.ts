import type { Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PolicyProblem } from '../../model/policy.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { readyBlock } from '../shared/fixes.ts';

type PolicyUnreadable = {
  readonly code: 'policy-unreadable';
  readonly refused: boolean;
  readonly problems: readonly PolicyProblem[];
};

export const policyUnreadable = defineDiagnostic<PolicyUnreadable, object>({
  code: 'policy-unreadable',
  title: 'a policy file is invalid, or cannot be read',
  isRefusal: ({ refused }) => refused,
  ...NO_OWN_FACTS,
  describe,
});

/** A policy file has a mistake: what it says is not known, so nothing that changes an environment may go on. */
function describe({ refused, problems }: PolicyUnreadable, facts: CallFacts): Diagnostic {
  const [first, ...others] = problems;
  return {
    severity: refused ? 'error' : 'warning',
    code: 'policy-unreadable',
    headline: refused ? 'a policy file is invalid, so pip was not run' : 'a policy file is invalid',
    ...(first === undefined ? {} : { place: describePlace(first, facts) }),
    facts: [
      ...(first === undefined ? [] : problemRows(first, facts)),
      ...(others.length === 0 ? [] : [{ label: 'next problem', text: describeOthers(others, facts) }]),
      {
        label: 'result',
        text: refused ? 'pip was not run, nothing changed' : 'pip was run; the rules of this file were not applied',
      },
    ],
    blocks: [readyBlock('fix', 'correct the file, then check it', 'pipward policy check')],
  };
}

function problemRows(problem: PolicyProblem, facts: CallFacts): readonly FactRow[] {
  const { message, nearest, ...place } = describeProblem(problem);
  return [
    { label: 'file', text: describePlace(place, facts) },
    { label: 'problem', text: message },
    ...(nearest === null ? [] : [{ label: 'did you mean', text: `${nearest}?` }]),
  ];
}

function describeOthers([next, ...rest]: readonly PolicyProblem[], facts: CallFacts): string {
  if (next === undefined) return '';
  const count = rest.length === 0 ? '' : `, and ${rest.length} more`;
  return `${describePlace(next, facts)}: ${describeProblem(next).message}${count}`;
}

function describePlace({ file, line, column }: Pick<PolicyProblem, 'file' | 'line' | 'column'>, facts: CallFacts) {
  const position = [line, column].filter((number) => number !== null).map((number) => `:${number}`);
  return `${shortenHome(file, facts.caller.home)}${position.join('')}`;
}
