import { ON_REFUSAL, type OnRefusal, type PolicyLayer, type PolicyVerdict, type RuleName } from '../model/policy.ts';

/** Rules that another environment may keep. The others are about the user or the command line: another environment does not resolve them. */
export const ABOUT_PLACES: readonly RuleName[] = [
  'require-virtual-environment',
  'project-environment-only',
  'forbid-user-install',
];

/**
 * Returns how to handle a refusal: the strictest of what the refusing layers say, and the first layer that says so. A layer
 * that refuses for a reason that no environment resolves means "refuse", whatever it says.
 */
export function readOnRefusal({ layers }: PolicyVerdict): {
  readonly value: OnRefusal;
  readonly layer: PolicyLayer | null;
} {
  const said = layers.map((each) => {
    const isAboutPlace = each.kind === 'refused' && ABOUT_PLACES.includes(each.rule);
    return { value: isAboutPlace ? each.layer.rules.onRefusal.value : 'refuse', layer: each.layer };
  });
  const value = ON_REFUSAL[Math.max(...said.map((each) => ON_REFUSAL.indexOf(each.value)))] ?? 'refuse';
  return { value, layer: said.find((each) => each.value === value)?.layer ?? null };
}
