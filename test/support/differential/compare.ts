import type { Json } from './outcome.ts';

/** One place in which two outcomes differ. */
export type Difference = { readonly place: string; readonly old: Json; readonly new: Json };

/** Returns where two values differ, the deepest places alone; the order of the keys of an object does not count. */
export function listDifferences(one: unknown, other: unknown, place = ''): readonly Difference[] {
  if (Object.is(one, other)) return [];
  if (Array.isArray(one) && Array.isArray(other)) {
    const length = Math.max(one.length, other.length);
    return Array.from({ length }, (_, index) => listDifferences(one[index], other[index], `${place}[${index}]`)).flat();
  }
  if (!isObject(one) || !isObject(other)) return [{ place, old: toJson(one), new: toJson(other) }];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => listDifferences(one[name], other[name], place === '' ? name : `${place}.${name}`));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toJson(value: unknown): Json {
  if (value === undefined) return undefined;
  const copy: Json = JSON.parse(JSON.stringify(value));
  return copy;
}

const MAX_SHOWN = 12;

/** The differing places of one call, a text of several lines one below the other. */
export function showDifferences(differences: readonly Difference[]): string {
  const shown = differences
    .slice(0, MAX_SHOWN)
    .map(({ place, old, new: now }) => `  ${place}\n    old: ${show(old)}\n    new: ${show(now)}`);
  const rest = differences.length - shown.length;
  return [...shown, ...(rest > 0 ? [`  and ${rest} more places`] : [])].join('\n');
}

function show(value: Json): string {
  const text =
    typeof value === 'string' && value.includes('\n')
      ? `|${value.replaceAll('\n', '\n         |')}`
      : JSON.stringify(value);
  return (text ?? 'nothing').slice(0, 3000);
}
