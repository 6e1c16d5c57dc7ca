import type { PythonVersion } from '../model/environment.ts';

/** PEP 440, Appendix B, as far as order goes; the local part is left out. */
const VERSION =
  /^v?(?:(\d{1,9})!)?(\d{1,9}(?:\.\d{1,9}){0,9})(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d{0,9}))?(?:[-_.]?(?:post|rev|r)[-_.]?(\d{0,9})|-(\d{1,9}))?(?:[-_.]?(dev)[-_.]?(\d{0,9}))?(?:\+[\w.-]{1,99})?$/i;
const CLAUSE = /^(===|==|~=|!=|<=|>=|<|>)\s*(\S+)$/;
/** Above every number that a version has. */
const LAST = 1e10;
const RELEASE_PARTS = 10;

/** Returns numbers that order versions as PEP 440 does; null for what is none. */
function parseVersion(text: string): readonly number[] | null {
  const [found, epoch, release = '', pre, preNumber, post, dashPost, dev, devNumber] = VERSION.exec(text.trim()) ?? [];
  if (found === undefined) return null;
  const parts = release.split('.').map(Number);
  const postNumber = post ?? dashPost;
  const isDevelopment = dev !== undefined && pre === undefined && postNumber === undefined;
  const stage = pre === undefined ? (isDevelopment ? -1 : LAST) : 'abcr'.indexOf(stageLetter(pre));
  return [
    Number(epoch ?? 0),
    ...Array.from({ length: RELEASE_PARTS }, (_, index) => parts[index] ?? 0),
    stage,
    Number(preNumber ?? 0),
    postNumber === undefined ? -1 : Number(postNumber),
    dev === undefined ? LAST : Number(devNumber ?? 0),
  ];
}

/** `c`, `rc`, `pre` and `preview` are one. */
function stageLetter(word: string): string {
  const letter = word.charAt(0).toLowerCase();
  return letter === 'p' || letter === 'r' ? 'c' : letter;
}

/** Below 0, 0 or above 0, as sort() wants it; what is no version comes first. */
export function compareReleases(one: string, other: string): number {
  const [left, right] = [parseVersion(one), parseVersion(other)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return compareNumbers(left, right);
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether it is an alpha, beta, candidate or development release, which pip takes only when told to. */
export function isPreRelease(text: string): boolean {
  return /(?:\d|[-_.])(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*(?:\+|$|[-_.])/i.test(text);
}

/** Whether a version meets every clause (`>=3.8,<4,!=3.9.1`) of PEP 440; false for what cannot be read. */
export function satisfies(version: string, specifier: string): boolean {
  return specifier
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
    .every((clause) => meets(version, clause));
}

function meets(version: string, clause: string): boolean {
  const [, operator, wanted = ''] = CLAUSE.exec(clause) ?? [];
  const left = parseVersion(version);
  if (operator === undefined || left === null) return false;
  if (operator === '===') return version === wanted;
  if (wanted.endsWith('.*')) {
    const isBelow = hasPrefix(left, wanted.slice(0, -2));
    return operator === '==' ? isBelow : operator === '!=' && !isBelow;
  }
  const right = parseVersion(wanted);
  if (right === null) return false;
  const order = compareNumbers(left, right);
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    default:
      return order >= 0 && hasPrefix(left, wanted.replace(/^v/i, '').replace(/\.\d+(?:[a-z-].*)?$/i, ''));
  }
}

function hasPrefix(version: readonly number[], prefix: string): boolean {
  return prefix.split('.').every((part, index) => version[index + 1] === Number(part));
}

/** Whether a Python fits Requires-Python; where its third number is unknown, only if that does not matter. */
export function fitsPython({ major, minor, patch }: PythonVersion, specifier: string): boolean {
  const patches = patch === null ? [0, 99] : [patch];
  return patches.every((number) => satisfies(`${major}.${minor}.${number}`, specifier));
}
