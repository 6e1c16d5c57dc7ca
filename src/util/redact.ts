/** What stands for a secret, as in pip's own output. */
export const HIDDEN = '****';

/** The one name before an `@` that is not secret: the usual one for ssh. */
const PUBLIC_USER = 'git';

/**
 * Returns a text for a user or a program without what may be a secret: the user and password of an address, queries,
 * values of what sounds like a secret. All that pipward prints goes through it (terminal/clean.ts). Where it is not
 * clear, more is hidden than must be. Words of a command line go through `redactWords`, which knows their options.
 */
export function redactText(text: string): string {
  return SUSPECT.test(text) ? text.replace(/\S+/g, (word) => redactValue(word)) : text;
}

/** Returns one argument, or the value of one setting, in the same way; a password in it may have spaces. */
export function redactValue(value: string): string {
  return SUSPECT.test(value) ? hideAssignment(hideQuery(hideHost(hideUser(hideCollapsed(value))))) : value;
}

const SUSPECT = /[@?=]|\/\/[^/]*[:%]/;

/** Returns the value of an option that names an address: there a name before an `@` is a user without a scheme, too. */
function redactAddress(value: string): string {
  return /\/\/|^(?:\w:)?[./~\\]/.test(value) ? redactValue(value) : redactValue(`//${value}`).slice(2);
}

/** An address that was taken for a path, which makes one slash of two: `/project/https:/user:password@host`. */
const COLLAPSED = /((?:https?|s?ftp|ssh|socks\w{0,3}|git|svn|hg|bzr):\/)(?!\/|git@)(?=[^/]*[:@]).*@/is;

/** The pattern gets no text behind the last `@`: it would search that again from each address before it. */
function hideCollapsed(value: string): string {
  const end = value.lastIndexOf('@') + 1;
  return value.slice(0, end).replace(COLLAPSED, `$1${HIDDEN}@`) + value.slice(end);
}

/** Hides all before an `@` that is before the path; or before the last one, behind a colon: a password may have slashes. */
function hideUser(value: string): string {
  const last = value.lastIndexOf('@');
  const first = value.indexOf('//');
  if (last === -1 || first === -1 || first > last) return last === -1 ? value : hideUserWithoutScheme(value, last);
  const shown: string[] = [];
  let done = 0;
  for (let start = first; start !== -1 && start < last;) {
    let from = start + 2;
    while (value[from] === '/') from += 1;
    const slash = value.indexOf('/', from);
    const end = slash === -1 ? value.length : slash;
    const authority = value.slice(from, end);
    const at = authority.includes(':') ? last : from + authority.lastIndexOf('@');
    if (at >= from && value.slice(from, at) !== PUBLIC_USER) {
      shown.push(value.slice(done, from), HIDDEN);
      done = at;
    }
    start = value.indexOf('//', Math.max(end, at));
  }
  return shown.join('') + value.slice(done);
}

/** `user:password@host`, behind what may stand before it: `PIP_PROXY=`, a quote, a slash too few. */
function hideUserWithoutScheme(value: string, last: number): string {
  const colon = value.indexOf(':');
  const isPath = /\b(?:(?:mailto|file):.?|\w:\\)$/is.test(value.slice(0, colon + 2));
  if (colon === -1 || colon > last || isPath) return value;
  const before = value.slice(0, colon);
  const isScheme = value[colon + 1] === '/';
  if (before.includes('/') || before.includes('@')) return value;
  const from = isScheme
    ? colon + 2
    : Math.max(before.lastIndexOf('='), before.lastIndexOf(' '), before.search(/["'(]/)) + 1;
  return value.slice(0, from) + HIDDEN + value.slice(last);
}

/** An address whose `@` is written as %40, or was forgotten: what is behind the colon is not a port. */
function hideHost(value: string): string {
  return value
    .replace(/\/\/[^/@]*(?=%40)/g, `//${HIDDEN}`)
    .replace(/(\/\/[^/@:[]*:)(?=\d*[^\d/?#"'`),.;:\]>}\\])[^/@]*/g, `$1${HIDDEN}`);
}

function hideQuery(value: string): string {
  const start = value.indexOf('?');
  if (start === -1) return value;
  // No pattern: it would search the rest of a long text again from each `?`.
  const parts = value.split('?');
  const hasWord = parts.some((part, index) => part.includes('://') && /^\w/.test(parts[index + 1] ?? ''));
  if (!value.includes('=', start) && !hasWord) return value;
  const fragment = value.indexOf('#', start);
  const rest = fragment === -1 ? (/["')\],;]*$/.exec(value.slice(start + 1))?.[0] ?? '') : value.slice(fragment);
  return `${value.slice(0, start)}?${HIDDEN}${rest}`;
}

/** Names of what is a secret; `author=` and `keyring=` do not match. */
export const SECRET =
  /(?:token|(?<!by)pass(?:w|phrase|code|(?![a-z]))|pwd|bearer|cookie|sig(?:nature)?(?![a-z])|secret|credential|auth(?!or)|(?:api|access|private|secret)[-_.]?key)/i;
const ASSIGNMENT = new RegExp(`${SECRET.source}[\\w.-]{0,40}=(?!=)`, 'i');

function hideAssignment(value: string): string {
  const found = ASSIGNMENT.exec(value);
  if (found === null) return value;
  const end = found.index + found[0].length;
  return end === value.length ? value : value.slice(0, end) + HIDDEN;
}

/** Options whose values go to a build, where anything may be meant. */
const BUILD_OPTIONS = ['--config-settings', '--global-option', '--build-option', '--install-option'];
const ADDRESS_OPTIONS = ['--index-url', '--pypi-url', '--extra-index-url', '--find-links', '--proxy', '--trusted-host'];
/** The same as one letter, with the value in the same word or the next one. */
const SHORT: Readonly<Record<string, string>> = {
  '-C': '--config-settings',
  '-i': '--index-url',
  '-f': '--find-links',
};
/** What builds are told often, and what tells nothing. */
const HARMLESS =
  /^(?:(?:[\w.-]+=)?(?:true|false|yes|no|on|off|none|compat|strict|lenient|release|debug|\d{1,4})|build(?:_ext|_py)?|bdist_wheel|sdist|install|egg_info|--?[a-z]+(?:-[a-z]+)*|-[jDUIL][\w./]{0,3})$/;

/** Returns the words of a pip command line without what may be a secret; as many words. */
export function redactWords(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    const before = index === 0 ? '' : (words[index - 1] ?? '');
    // Of an option that takes no value nothing is lost: what follows is a requirement.
    if (/^--?\w/.test(before) && !before.includes('=')) {
      const option = nameOption(before);
      if (option !== null) return redactFor(option, word);
      if (before.startsWith('--') && SECRET.test(before) && !word.startsWith('-')) return HIDDEN;
    }
    const split = /^(--[\w-]+=)(.*)$/s.exec(word);
    const [, start = '', value = ''] = split ?? /^(-[vqUIy]*[Cif])(.+)$/s.exec(word) ?? [];
    const option = start === '' ? null : nameOption(start.replace(/=$/, ''));
    return option === null ? redactValue(word) : start + redactFor(option, value);
  });
}

/** Returns a text about the words, an error of the parser for instance, without their secrets. */
export function redactMentions(text: string, words: readonly string[]): string {
  const hidden = redactWords(words);
  return words.reduce((told, word, index) => {
    const by = hidden[index] ?? word;
    return by === word ? told : told.replaceAll(word, () => by);
  }, text);
}

/** Returns whether something in the words must not be printed once more. */
export function hasSecrets(words: readonly string[]): boolean {
  return redactWords(words).some((word, index) => word !== words[index]);
}

/** A unique beginning of a name is enough for pip, and letters may stand together: `-vC`. */
function nameOption(name: string): string | null {
  if (!name.startsWith('--')) return SHORT[name.replace(/^-[vqUIy]+/, '-')] ?? null;
  return name.length < 4
    ? null
    : ([...BUILD_OPTIONS, ...ADDRESS_OPTIONS].find((each) => each.startsWith(name)) ?? null);
}

function redactFor(option: string, value: string): string {
  if (ADDRESS_OPTIONS.includes(option)) return redactAddress(value);
  if (HARMLESS.test(value)) return value;
  const equals = option === '--config-settings' ? value.indexOf('=') : -1;
  return equals === -1 ? HIDDEN : value.slice(0, equals + 1) + HIDDEN;
}

/** Returns the same value with the same parts hidden in every text that it holds; for what is printed for programs. */
export function redactDeep<T>(value: T): T;
export function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    // A list of words may be a command line: `--global-option`, then its value.
    const texts = items.filter((item) => typeof item === 'string');
    return texts.length === items.length
      ? redactWords(texts).map((item) => redactText(item))
      : items.map((item) => redactDeep(item));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item)]));
}
