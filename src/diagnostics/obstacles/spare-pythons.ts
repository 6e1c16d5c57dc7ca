import path from 'node:path';
import { findCommandName } from '../../interpreter/discovery/command-name.ts';
import { listKnownInterpreters } from '../../interpreter/discovery/known-installations.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { SparePython } from '../../model/facts.ts';

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
      const { stdlib } = spare;
      const has = (...parts: readonly string[]) =>
        stdlib !== null && files.status(path.join(stdlib, ...parts)) !== null;
      return {
        interpreter: spare,
        commandName: findCommandName(spare, [], context) ?? findCommandName(spare, ['python3', 'python'], context),
        ensurepip: has('ensurepip', '__init__.py'),
        ssl: stdlib !== null && files.list(extensionFolder(stdlib, context)).some((name) => name.startsWith('_ssl.')),
      };
    });
}

/** Where the extension modules of the standard library are. */
function extensionFolder(stdlib: string, { platform }: CallContext): string {
  return platform === 'win32' ? path.win32.join(stdlib, '..', 'DLLs') : path.join(stdlib, 'lib-dynload');
}
