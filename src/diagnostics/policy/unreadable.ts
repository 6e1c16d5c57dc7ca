import type { Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PolicyProblem } from '../../model/policy.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { readyBlock } from '../shared/fixes.ts';

type PolicyUnreadable = {
  readonly code: 'policy-unreadable';
  readonly problems: readonly PolicyProblem[];
};

export const policyUnreadable = defineDiagnostic<PolicyUnreadable, object>({
  code: 'policy-unreadable',
  title: 'a policy file is invalid, or cannot be read',
  isRefusal: () => true,
  ...NO_OWN_FACTS,
  describe,
});

/** A policy file has a mistake: what it says is not known, so nothing that changes an environment may go on. */
function describe({ problems }: PolicyUnreadable, facts: CallFacts): Diagnostic {
  const [first, ...others] = problems;
  return {
    severity: 'error',
    code: 'policy-unreadable',
    headline: 'a policy file is invalid, so pip was not run',
    ...(first === undefined ? {} : { place: describePlace(first, facts) }),
    facts: [
      ...(first === undefined ? [] : problemRows(first, facts)),
      ...(others.length === 0 ? [] : [{ label: 'next problem', text: describeOthers(others, facts) }]),
      { label: 'result', text: 'pip was not run, nothing changed' },
    ],
    blocks: [readyBlock('check', 'correct the file, then see whether it is valid', 'pipward policy check')],
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
