import type { Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { PolicyLayer, RuleVerdict } from '../../model/policy.ts';
import { shortenHome } from '../../terminal/clean.ts';

/** Returns file and line of a rule: `~/api/pipward.toml:3`. */
export function describePlace(layer: PolicyLayer, line: number | null, home: string | null): string {
  return `${shortenHome(layer.file, home)}${line === null ? '' : `:${line}`}`;
}

/** Returns where a rule is written and what it says: `~/api/pipward.toml:3  forbid-root = "enforce", from 2031-01-15`. */
export function describeRule({ layer, rule, line }: RuleVerdict, home: string | null): string {
  const demand = layer.rules.demands[rule];
  const from = demand?.from ? `, from ${demand.from}` : '';
  const level = demand?.value && demand.level === 'advise' && rule !== 'required-version' ? ', level = "advise"' : '';
  const text = `${rule} = "${demand?.value ?? demand?.level ?? 'enforce'}"${level}${from}`;
  return `${describePlace(layer, line, home)}  ${text}`;
}

/**
 * Returns the diagnostic with the rules that advise against the call, as rows and for the forms in one line. A policy's
 * word would else be lost as soon as there is something else to say.
 */
export function addPolicy(diagnostic: Diagnostic, advised: readonly RuleVerdict[], home: string | null): Diagnostic {
  if (advised.length === 0) return diagnostic;
  const texts = advised.map((each) => describeRule(each, home));
  const rows = texts.map((text): FactRow => ({ label: 'policy', text, whole: true }));
  const { facts } = diagnostic;
  // Behind what was done, before what follows from it.
  const about = facts.findIndex(
    ({ label }) => !['command', 'interpreter', 'target', 'policy', 'also breaks'].includes(label),
  );
  return { ...diagnostic, policy: texts, facts: facts.toSpliced(about === -1 ? facts.length : about, 0, ...rows) };
}
