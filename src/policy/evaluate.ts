import type { PipCommand } from '../model/invocation.ts';
import type {
  AcceptedKind,
  LayerVerdict,
  PolicyLayer,
  PolicyProblem,
  PolicyTarget,
  PolicyVerdict,
} from '../model/policy.ts';

/** What the layers say of a call together: each judges by itself, the strictest wins. */
export function evaluatePolicy(
  layers: readonly PolicyLayer[],
  command: PipCommand,
  target: PolicyTarget,
): PolicyVerdict {
  const verdict = strictest(layers.map((layer) => judgeLayer(layer, command, target)));
  const goesOn = verdict.kind === 'allowed' || verdict.kind === 'advised';
  return {
    ...verdict,
    // pip's check knows virtual environments only: a conda environment that a layer accepts would fail it.
    passRequireVirtualenv:
      goesOn &&
      isSubject(command) &&
      target?.kind === 'virtual' &&
      layers.some((layer) => levelOf(layer) === 'enforce'),
  };
}

const RANK = { allowed: 0, advised: 1, unreadable: 2, refused: 3 } as const satisfies Record<
  LayerVerdict['kind'],
  number
>;

/**
 * The strictest kind and the verdicts of that kind, in their order. One more verdict never makes it milder. A rule that
 * refuses goes before a file that cannot be read: both stop the call, but about the rule the person can do something.
 */
export function strictest(verdicts: readonly LayerVerdict[]): Omit<PolicyVerdict, 'passRequireVirtualenv'> {
  const rank = Math.max(0, ...verdicts.map((verdict) => RANK[verdict.kind]));
  const layers = verdicts.filter((verdict) => verdict.kind !== 'allowed').filter(({ kind }) => RANK[kind] === rank);
  return { kind: layers[0]?.kind ?? 'allowed', layers };
}

/** The stricter of two verdicts of the same layers about one call that may work in either of two environments. */
export function stricter(one: PolicyVerdict, other: PolicyVerdict): PolicyVerdict {
  const passRequireVirtualenv = one.passRequireVirtualenv && other.passRequireVirtualenv;
  return { ...(RANK[other.kind] > RANK[one.kind] ? other : one), passRequireVirtualenv };
}

/** What one layer says of a call. */
export function judgeLayer(layer: PolicyLayer, command: PipCommand, target: PolicyTarget): LayerVerdict {
  if (!isSubject(command)) return { kind: 'allowed' };
  // The user's own file can only tighten, and its author sits here: what is readable counts, the rest is a warning.
  if (layer.problems.length > 0 && layer.scope !== 'user') return { kind: 'unreadable', layer };
  const level = levelOf(layer);
  if (level === 'off' || isAccepted(layer.rules.accept, target)) return { kind: 'allowed' };
  // Advice says what is known to be true; a refusal needs only that an environment cannot be shown.
  if (level === 'advise' && (target === null || target.kind === 'unknown')) return { kind: 'allowed' };
  return {
    kind: level === 'enforce' ? 'refused' : 'advised',
    layer,
    rule: 'require-virtual-environment',
    line: layer.rules.requireVirtualEnvironment.line,
  };
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

/** Whether a policy has anything to say: the command would change an environment (docs/architecture.md). */
function isSubject(command: PipCommand): boolean {
  return command.effect === 'environment' && !command.informational && !command.dryRun;
}

function levelOf(layer: PolicyLayer) {
  return layer.rules.requireVirtualEnvironment.value;
}

function isAccepted(accept: readonly AcceptedKind[], target: PolicyTarget): boolean {
  switch (target?.kind) {
    case 'virtual':
      return accept.includes('venv');
    case 'conda':
      return accept.includes(target.isBase ? 'conda-base' : 'conda');
    case 'base':
    case 'unknown':
    case undefined:
      return false;
  }
}
