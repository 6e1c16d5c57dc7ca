import path from 'node:path';
import type { Interpreter } from '../../model/environment.ts';
import { compareVersions, parseVersion } from '../../util/pep440.ts';
import type { RuleVerdict } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';

/** Where Debian keeps the wheels of its ensurepip. */
const DEBIAN_WHEELS = '/usr/share/python-wheels';

/** Returns the version of the pip that this interpreter puts into a new environment; null where its files do not tell. */
function readBundledPip({ stdlib }: Interpreter, { files }: Pick<CallContext, 'files'>): string | null {
  if (stdlib === null) return null;
  const folders = [path.join(stdlib, 'ensurepip', '_bundled'), ...(stdlib.startsWith('/usr/') ? [DEBIAN_WHEELS] : [])];
  const names = folders.flatMap((folder) => files.list(folder));
  return names.map((name) => /^pip-(\d[^-]*)-.*\.whl$/.exec(name)?.[1] ?? null).find((found) => found !== null) ?? null;
}

/** Whether a rule is about pip's version, and the pip of a new environment keeps it. */
export function keepsBundledPip(
  { rule, layer }: RuleVerdict,
  base: Interpreter,
  context: Pick<CallContext, 'files'>,
): boolean {
  if (rule !== 'minimum-pip') return false;
  const own = parseVersion(readBundledPip(base, context) ?? '');
  const least = parseVersion(layer.rules.demands[rule]?.value ?? '');
  return own !== null && least !== null && compareVersions(own, least) >= 0;
}
