/** PIPWARD_DEBUG=1: the trace is printed before pip runs. */
export function isDebugging(env: Readonly<Record<string, string | undefined>>): boolean {
  return !['', '0', undefined].includes(env['PIPWARD_DEBUG']);
}
