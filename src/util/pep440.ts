/** A version of PEP 440, in parts that compare in order. */
export type Version = {
  readonly epoch: number;
  readonly release: readonly number[];
  /** -1 alpha, 0 beta, 1 candidate; null: none. */
  readonly pre: readonly [kind: number, number: number] | null;
  readonly post: number | null;
  readonly dev: number | null;
  readonly local: readonly (number | string)[];
};

/** What nearly all versions are; the whole of PEP 440 takes a millisecond to be compiled. */
const PLAIN = /^\d+(?:\.\d+)*$/;
/** PEP 440, appendix B; separators, `v`, spellings and leading zeros are normalized away. */
const VERSION =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/i;
const PRE_KINDS: Readonly<Record<string, number>> = { a: -1, alpha: -1, b: 0, beta: 0 };

/** Returns the parsed version, or null if the text is not a valid version. */
export function parseVersion(text: string): Version | null {
  // Rejects absurdly long input before a regular expression runs.
  if (text.length > 200) return null;
  if (PLAIN.test(text)) {
    return { epoch: 0, release: text.split('.').map(Number), pre: null, post: null, dev: null, local: [] };
  }
  const match = VERSION.exec(text);
  if (match === null) return null;
  const [, epoch = '0', release = '', kind, preNumber, dashPost, postWord, postNumber, devWord, devNumber, local] =
    match;
  return {
    epoch: Number(epoch),
    release: release.split('.').map(Number),
    pre: kind === undefined ? null : [PRE_KINDS[kind.toLowerCase()] ?? 1, Number(preNumber ?? 0)],
    post: dashPost !== undefined ? Number(dashPost) : postWord !== undefined ? Number(postNumber ?? 0) : null,
    dev: devWord === undefined ? null : Number(devNumber ?? 0),
    local: (local ?? '')
      .toLowerCase()
      .split(/[-_.]/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

/** Returns below, at or above 0, as PEP 440 orders them ("Summary of permitted suffixes and relative ordering"). */
export function compareVersions(one: Version, other: Version): number {
  return comparePublic(one, other) || compareLocal(one.local, other.local);
}

function comparePublic(one: Version, other: Version): number {
  return (
    one.epoch - other.epoch ||
    compareRelease(one.release, other.release) ||
    preRank(one) - preRank(other) ||
    (one.pre?.[1] ?? 0) - (other.pre?.[1] ?? 0) ||
    (one.post ?? -1) - (other.post ?? -1) ||
    order(one.dev ?? Infinity, other.dev ?? Infinity)
  );
}

/** A development release of nothing else stands before its alphas; a final release behind its candidates. */
function preRank({ pre, post, dev }: Version): number {
  if (pre !== null) return pre[0];
  return post === null && dev !== null ? -2 : 2;
}

function compareRelease(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers stand above words, more parts above fewer. */
function compareLocal(one: Version['local'], other: Version['local']): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [left, right] = [one[index], other[index]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (typeof left !== typeof right) return typeof left === 'number' ? 1 : -1;
    if (left !== right) return left > right ? 1 : -1;
  }
  return 0;
}

function order(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Whether a version is in the set that a specifier describes. */
export type Specifier = (version: Version) => boolean;

/** A repository may ask for a million clauses; the longest of real packages have ten. */
export const MAX_SPECIFIER = 1000;

/** A policy's specifier is read twice a call: when its file is checked, and when the call is judged. */
const specifiers = new Map<string, Specifier | null>();

/** Returns the test for `>=3.9, !=3.9.1, <4` (PEP 440, "Version specifiers"); null if `text` is not a specifier, or is longer than MAX_SPECIFIER. */
export function parseSpecifier(text: string): Specifier | null {
  if (text.length > MAX_SPECIFIER) return null;
  const known = specifiers.get(text);
  if (known !== undefined) return known;
  const clauses = text.split(',').map(parseClause);
  const right = clauses.filter((clause) => clause !== null);
  const isIn: Specifier = (version) => right.every((clause) => clause(version));
  const specifier = right.length === clauses.length ? isIn : null;
  specifiers.set(text, specifier);
  return specifier;
}

/** The longer ones first. */
const OPERATORS = ['===', '==', '~=', '!=', '<=', '>=', '<', '>'] as const;

function parseClause(text: string): Specifier | null {
  const clause = text.trim();
  const operator = OPERATORS.find((known) => clause.startsWith(known));
  if (operator === undefined) return null;
  const operand = clause.slice(operator.length).trimStart();
  const isPrefix = operand.endsWith('.*') && (operator === '==' || operator === '!=');
  const named = isPrefix ? operand.slice(0, -2) : operand;
  const bound = named === named.trimEnd() ? parseVersion(named) : null;
  if (bound === null) return null;
  // Only == and != may name a local version, and no prefix has one; nor `dev`.
  if (bound.local.length > 0 && (isPrefix || !['==', '===', '!='].includes(operator))) return null;
  if (isPrefix && bound.dev !== null) return null;
  switch (operator) {
    case '==':
    case '===':
      return (version) => (isPrefix ? hasPrefix(version, bound) : isSame(version, bound));
    case '!=':
      return (version) => !(isPrefix ? hasPrefix(version, bound) : isSame(version, bound));
    case '~=':
      return bound.release.length < 2 ? null : (version) => isCompatible(version, bound);
    case '<=':
      return (version) => comparePublic(version, bound) <= 0;
    case '>=':
      return (version) => comparePublic(version, bound) >= 0;
    case '<':
      return (version) =>
        comparePublic(version, bound) < 0 && !(isEarly(version) && !isEarly(bound) && sameRelease(version, bound));
    case '>':
      return (version) =>
        comparePublic(version, bound) > 0 &&
        !(version.post !== null && bound.post === null && sameRelease(version, bound));
  }
}

/** A specifier without a local part matches all local versions. */
function isSame(version: Version, bound: Version): boolean {
  return (
    comparePublic(version, bound) === 0 && (bound.local.length === 0 || compareLocal(version.local, bound.local) === 0)
  );
}

function hasPrefix(version: Version, prefix: Version): boolean {
  const { release, pre, post } = prefix;
  if (pre !== null || post !== null) {
    return (
      sameRelease(version, prefix) &&
      preRank(version) === preRank(prefix) &&
      version.pre?.[1] === pre?.[1] &&
      (post === null || version.post === post)
    );
  }
  return version.epoch === prefix.epoch && release.every((part, index) => (version.release[index] ?? 0) === part);
}

/** `~= 2.2` is `>= 2.2, == 2.*`; suffixes do not count for the prefix. */
function isCompatible(version: Version, bound: Version): boolean {
  const prefix = { ...bound, release: bound.release.slice(0, -1), pre: null, post: null, dev: null };
  return comparePublic(version, bound) >= 0 && hasPrefix(version, prefix);
}

function isEarly({ pre, dev }: Version): boolean {
  return pre !== null || dev !== null;
}

function sameRelease(one: Version, other: Version): boolean {
  return one.epoch === other.epoch && compareRelease(one.release, other.release) === 0;
}
