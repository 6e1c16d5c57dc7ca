import type { PipCommand } from '../model/invocation.ts';
import { RULE_NAMES } from '../model/policy.ts';
import type {
  RuleSetting,
  LayerVerdict,
  Waiver,
  PolicyCall,
  PolicyLayer,
  PolicyProblem,
  PolicyVerdict,
  RuleName,
  RuleVerdict,
} from '../model/policy.ts';
import { isTooOld } from './own-version.ts';
import { RULES } from './rules.ts';

/** What the layers say of a call together: each judges by itself, the strictest wins. */
export function evaluatePolicy(layers: readonly PolicyLayer[], call: PolicyCall): PolicyVerdict {
  const verdict = strictest(layers.flatMap((layer) => judgeLayer(layer, call, layers)));
  const goesOn = verdict.kind === 'allowed' || verdict.kind === 'advised';
  const asks = (layer: PolicyLayer) =>
    ENVIRONMENT_RULES.some((rule) => levelOn(layer.rules.demands[rule], call) === 'enforce') &&
    findLift(layer, call, layers) === null;
  return {
    ...verdict,
    // pip's check knows virtual environments only: a conda environment that a layer accepts would fail it.
    passRequireVirtualenv: goesOn && isSubject(call.command) && call.target?.kind === 'virtual' && layers.some(asks),
  };
}

const ENVIRONMENT_RULES = ['require-virtual-environment', 'project-environment-only'] as const;

const RANK = { lifted: 0, advised: 1, unreadable: 2, refused: 3 } as const satisfies Record<
  LayerVerdict['kind'],
  number
>;

/**
 * The strictest kind and the verdicts of that kind, in their order. One more verdict never makes it milder. A rule that
 * refuses goes before a file that cannot be read: both stop the call, but the user can do something about the rule.
 */
export function strictest(verdicts: readonly LayerVerdict[]): Omit<PolicyVerdict, 'passRequireVirtualenv'> {
  const rank = Math.max(0, ...verdicts.map((verdict) => RANK[verdict.kind]));
  const layers = verdicts.filter((verdict) => verdict.kind !== 'lifted').filter(({ kind }) => RANK[kind] === rank);
  const lifted = verdicts.filter((verdict) => verdict.kind === 'lifted');
  const advised = verdicts.flatMap((verdict) => (verdict.kind === 'advised' ? [verdict] : []));
  return { kind: layers[0]?.kind ?? 'allowed', layers, advised, lifted };
}

/** How strict a verdict is, in numbers that compare. */
export function rankOf({ kind }: Pick<PolicyVerdict, 'kind'>): number {
  return kind === 'allowed' ? 0 : RANK[kind];
}

/** The stricter of two verdicts of the same layers about one call that may work in either of two environments. */
export function stricter(one: PolicyVerdict, other: PolicyVerdict): PolicyVerdict {
  const passRequireVirtualenv = one.passRequireVirtualenv && other.passRequireVirtualenv;
  return { ...(rankOf(other) > rankOf(one) ? other : one), passRequireVirtualenv };
}

/** What one layer says of a call: nothing, or one verdict for each rule that is not kept. `all`: the layers of the call. */
export function judgeLayer(layer: PolicyLayer, call: PolicyCall, all: readonly PolicyLayer[]): readonly LayerVerdict[] {
  if (!isSubject(call.command)) return [];
  // A bypass does not help: the file may have said "never".
  if (isUnreadable(layer)) return [{ kind: 'unreadable', layer }];
  const said = RULE_NAMES.map((rule) => judgeRule(rule, layer, call)).filter((verdict) => verdict !== null);
  const lifted = said.length === 0 ? null : findLift(layer, call, all);
  if (lifted === null) return said;
  // In a file for a newer pipward, what overrides its rules may mean something else.
  return said.map((verdict) =>
    verdict.rule === 'required-version' ? verdict : { ...verdict, kind: 'lifted', would: verdict.kind, lifted },
  );
}

/** The user's own file can only tighten, and its author sits here: what is readable counts, the rest is a warning. */
export function isUnreadable({ problems, scope }: PolicyLayer): boolean {
  return problems.length > 0 && scope !== 'user';
}

/** Whether the file asks for a newer pipward than this. */
export function isForNewer({ rules }: PolicyLayer): boolean {
  return isTooOld(rules.demands['required-version']?.value);
}

function judgeRule(rule: RuleName, layer: PolicyLayer, call: PolicyCall): RuleVerdict | null {
  const demand = layer.rules.demands[rule];
  const level = levelOn(demand, call);
  if (demand === undefined || level === 'off') return null;
  const found = RULES[rule](call, layer, demand);
  // Advises only on proven violations; refuses unless compliance is proven.
  if (found === 'kept' || (found === 'unknown' && level === 'advise')) return null;
  const from = level === demand.level ? null : demand.from;
  return { kind: level === 'enforce' ? 'refused' : 'advised', layer, rule, line: demand.line, from };
}

/** Returns what a rule's level is on the day of the call. Days as `2027-01-15` compare as texts. */
export function levelOn(demand: RuleSetting | undefined, call: Pick<PolicyCall, 'today'>): RuleSetting['level'] {
  if (demand === undefined) return 'off';
  return demand.level === 'enforce' && demand.from !== null && call.today < demand.from ? 'advise' : demand.level;
}

/** Why this layer does not judge this call; null if it does. What the layer did not agree to does not count. */
function findLift({ rules }: PolicyLayer, call: PolicyCall, all: readonly PolicyLayer[]): Waiver | null {
  const { exempt, exemptPackages } = rules;
  if (exempt.includes('ci') && call.ci !== null) return { by: 'ci', evidence: call.ci };
  if (exempt.includes('container') && call.container !== null) return { by: 'container', evidence: call.container };
  const isSure = !call.hasUnknownSettings;
  if (exempt.includes('target') && isSure && call.command.subcommand === 'install' && call.place.kind === 'elsewhere') {
    return { by: 'target', evidence: call.place.how };
  }
  const names = exemptPackages.length === 0 || call.hasHiddenRequests || !isSure ? null : call.requestedNames;
  if (names !== null && names.every((name) => exemptPackages.includes(name))) {
    return { by: 'packages', evidence: names.join(' ') };
  }
  return call.bypass !== null && findBypassBan(all) === null ? { by: 'bypass', evidence: call.bypass } : null;
}

/** Returns the first layer that forbids a bypass, which it does for all layers; null if none does. */
export function findBypassBan(layers: readonly PolicyLayer[]): PolicyLayer | null {
  return layers.find(({ rules }) => rules.allowBypass === 'never') ?? null;
}

/**
 * What the layers give reason to say in one line each: warnings, and problems where they did not stop the call.
 * `verdict`: problems that it reports itself are left out.
 */
export function warningsOf(
  layers: readonly PolicyLayer[],
  verdict: PolicyVerdict | null = null,
): readonly PolicyProblem[] {
  const reported = new Set(verdict?.layers.filter(({ kind }) => kind === 'unreadable').map(({ layer }) => layer));
  return layers.flatMap((layer) => [...layer.warnings, ...(reported.has(layer) ? [] : layer.problems)]);
}

/** Whether a policy has anything to say: the command would change an environment (docs/reference/policy.md). */
export function isSubject(command: PipCommand): boolean {
  return command.effect === 'environment' && !command.informational && !command.dryRun;
}
