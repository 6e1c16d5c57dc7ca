import path from 'node:path';
import { findOnPath } from '../../interpreter/discovery/find-on-path.ts';
import { listKnownInterpreters } from '../../interpreter/discovery/known-installations.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { SparePython } from '../../model/facts.ts';
import { formatRelease } from '../../util/python-version.ts';

/** Pythons other than the one that ran, environments left out; a second name of that one does not count. */
export function listSpares(context: CallContext, interpreter: Interpreter | null): readonly SparePython[] {
  const { files } = context;
  const order = ({ version }: Interpreter) => (version === null ? 0 : version.major * 1000 + version.minor);
  return [...listKnownInterpreters(context)]
    .filter(({ environment, version, realPath }) => {
      return environment.kind === 'base' && version !== null && realPath !== interpreter?.realPath;
    })
    .toSorted((a, b) => order(b) - order(a))
    .map((spare) => {
      const { executable, version, stdlib } = spare;
      const names = version === null ? [] : [`python${formatRelease(version)}`, 'python3', 'python'];
      const has = (...parts: readonly string[]) =>
        stdlib !== null && files.status(path.join(stdlib, ...parts)) !== null;
      return {
        interpreter: spare,
        commandName: names.find((name) => findOnPath(name, context) === executable) ?? null,
        ensurepip: has('ensurepip', '__init__.py'),
        ssl: stdlib !== null && files.list(extensionFolder(stdlib, context)).some((name) => name.startsWith('_ssl.')),
      };
    });
}

/** Where the extension modules of the standard library are. */
function extensionFolder(stdlib: string, { platform }: CallContext): string {
  return platform === 'win32' ? path.win32.join(stdlib, '..', 'DLLs') : path.join(stdlib, 'lib-dynload');
}
