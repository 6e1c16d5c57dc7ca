/** Returns a project's name as PEP 503 normalizes it. */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}
