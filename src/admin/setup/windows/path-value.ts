/** A value of the registry as it is; `type` is 1 (REG_SZ) or 2 (REG_EXPAND_SZ). Null if there is no value. */
export type RawValue = { readonly type: number; readonly bytes: Buffer } | null;

/** Characters of a variable, with the zero at its end. Windows starts no program with a longer one. */
export const MAX_VARIABLE = 32_767;
const REG_EXPAND_SZ = 2;

/** What putting the shims first makes of PATH. */
export type PathChange =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly value: RawValue }
  | { readonly kind: 'too-long'; readonly length: number };

type Entry = { readonly text: string; readonly start: number; readonly end: number };

/** Returns the text of a value up to its first zero, as Windows reads it. */
export function readText(value: RawValue): string {
  const text = value?.bytes.toString('utf16le') ?? '';
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** Replaces `%NAME%` as Windows does; names that are not set stay as they are. */
export function expandVariables(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => {
    const key = Object.keys(env).find((each) => each.toUpperCase() === name.toUpperCase());
    return (key === undefined ? undefined : env[key]) ?? whole;
  });
}

/** Returns the folders of a PATH in order, without quotes and empty entries; quotes protect a semicolon. */
export function listFolders(text: string): readonly string[] {
  return splitEntries(text).flatMap((entry) => {
    const folder = entry.text.replaceAll('"', '').trim();
    return folder === '' ? [] : [folder];
  });
}

/**
 * Puts a folder in front of the user's PATH, and takes it out where it is now. All other characters stay as they are, and so
 * do the type and what comes behind the text. `isOurs` tells whether an entry leads to this folder.
 */
export function putFirst(value: RawValue, folder: string, isOurs: (entry: string) => boolean): PathChange {
  const text = readText(value);
  const [first, ...others] = splitEntries(text);
  if (first !== undefined && isOurs(clean(first.text)) && !others.some((entry) => isOurs(clean(entry.text)))) {
    return { kind: 'unchanged' };
  }
  const rest = cutEntries(text, isOurs);
  const made = rest === '' ? folder : `${folder};${rest}`;
  if (made.length + 1 > MAX_VARIABLE) return { kind: 'too-long', length: made.length };
  return { kind: 'changed', value: replaceText(value, made) };
}

/**
 * Returns the value without our entries. If it still is what setup made of `before`, that comes back byte for byte; else only
 * our entries go, since others changed it meanwhile.
 */
export function takeOut(
  value: RawValue,
  folder: string,
  isOurs: (entry: string) => boolean,
  before: RawValue,
): RawValue {
  const made = putFirst(before, folder, isOurs);
  const hadOurs = splitEntries(readText(before)).some((entry) => isOurs(clean(entry.text)));
  if (made.kind === 'changed' && !hadOurs && isSameValue(made.value, value)) return before;
  const text = readText(value);
  const rest = cutEntries(text, isOurs);
  if (rest === text) return value;
  return rest === '' && before === null ? null : replaceText(value, rest);
}

export function isSameValue(one: RawValue, other: RawValue): boolean {
  if (one === null || other === null) return one === other;
  return one.type === other.type && one.bytes.equals(other.bytes);
}

/** As pipward-setup.exe writes it (shims/windows/pipward-setup/main.c). */
export function renderValue(value: RawValue): string {
  return value === null ? 'missing' : `value ${value.type} ${value.bytes.toString('hex')}`;
}

/** Returns undefined for what is not a value: PATH may be of a type that is not a text. */
export function parseValue(line: string): RawValue | undefined {
  if (line === 'missing') return null;
  const [, type, hex] = /^value ([12]) ((?:[\da-f]{2})*)$/.exec(line) ?? [];
  return type === undefined || hex === undefined ? undefined : { type: Number(type), bytes: Buffer.from(hex, 'hex') };
}

/** Compares folders as Windows does: without regard to case, to the direction of slashes and to one at the end. */
export function isSameWindowsFolder(one: string, other: string): boolean {
  const fold = (folder: string) => folder.replaceAll('/', '\\').replace(/\\+$/, '').toLowerCase();
  return fold(one) === fold(other);
}

function splitEntries(text: string): readonly Entry[] {
  if (text === '') return [];
  const entries: Entry[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted;
    if (at < text.length && (text[at] !== ';' || isQuoted)) continue;
    entries.push({ text: text.slice(start, at), start, end: at });
    start = at + 1;
  }
  return entries;
}

function clean(entry: string): string {
  return entry.replaceAll('"', '').trim();
}

/** Each entry takes the semicolon behind it along; the last one that in front of it. */
function cutEntries(text: string, isOurs: (entry: string) => boolean): string {
  return splitEntries(text)
    .filter((entry) => isOurs(clean(entry.text)))
    .reduceRight((rest, { start, end }) => {
      if (end < rest.length) return rest.slice(0, start) + rest.slice(end + 1);
      return rest.slice(0, Math.max(start - 1, 0));
    }, text);
}

function replaceText(value: RawValue, text: string): RawValue {
  if (value === null) return { type: REG_EXPAND_SZ, bytes: Buffer.from(`${text}\0`, 'utf16le') };
  const behind = value.bytes.subarray(readText(value).length * 2);
  return { type: value.type, bytes: Buffer.concat([Buffer.from(text, 'utf16le'), behind]) };
}
