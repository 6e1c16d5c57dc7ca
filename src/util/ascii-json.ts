/**
 * Returns a value as JSON in printable ASCII: no character of it can move a cursor, reorder text, or be taken for the end
 * of a line. JSON has its own escape for each unit of UTF-16.
 */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
