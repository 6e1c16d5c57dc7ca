/** Of all files of projects together: bytes that the TOML reader is given. Real pyproject.toml files have 20 to 200 kB. */
export const MAX_PARSED_BYTES = 256 * 1024;
/** Of the same: keys, and what the reader takes as long for: up to 5 microseconds each. Large real files have some 500. */
export const MAX_KEYS = 2500;
/** Policies of projects that are read, the outermost; each takes a part of every judgement, and lines for its mistakes. */
export const MAX_POLICIES = 32;
/** Of the same: bytes that are read from the disk, and searched for our name. */
export const MAX_READ_BYTES = 4 * 1024 * 1024;
/** Of pyproject.toml files that name us and are too large for the TOML reader: bytes that are looked through for our table. */
export const MAX_SCANNED_BYTES = 1024 * 1024;

/**
 * What the files of projects may still cost in this call: they are found from the current directory upward, so anyone may
 * have written them. The outermost files are read first: what lies further in cannot use up what they need.
 */
export type Budget = { policies: number; read: number; parsed: number; keys: number; scanned: number };

/** Returns a full budget, for one call. */
export function createBudget(): Budget {
  return {
    policies: MAX_POLICIES,
    read: MAX_READ_BYTES,
    parsed: MAX_PARSED_BYTES,
    keys: MAX_KEYS,
    scanned: MAX_SCANNED_BYTES,
  };
}

/** Returns what is exceeded by parsing the text; null, with the budget charged, if it fits in. */
export function chargeParsing(
  budget: Budget,
  text: string,
): 'too-many-bytes' | 'too-many-keys' | 'too-many-files' | null {
  if (budget.policies === 0) return 'too-many-files';
  if (text.length > budget.parsed) return 'too-many-bytes';
  const keys = countKeys(text);
  if (keys > budget.keys) return 'too-many-keys';
  budget.policies -= 1;
  budget.parsed -= text.length;
  budget.keys -= keys;
  return null;
}

/**
 * Counts the keys, tables and lists of a TOML text; list items and parts of dotted keys as a fourth of a key, escapes in
 * strings as an eighth.
 */
function countKeys(text: string): number {
  const weigh = (rest: string) => rest.split(/[=[{]/).length + rest.split(/[.,]/).length / 4 - 1.25;
  const most = weigh(text);
  return Math.ceil(
    (most > 200 ? weigh(text.replace(COMMENT_OR_STRING, '')) : most) + (text.split('\\').length - 1) / 8,
  );
}

/** What is not closed goes on to the end of the line or text: there the TOML reader stops. No character is looked at twice. */
const COMMENT_OR_STRING =
  /#.*|"""(?:\\[^]|[^\\])*?(?:"""|$)|'''[^]*?(?:'''|$)|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'[^'\n]*'?/g;
