import { captureContext } from '../../../host/capture-context.ts';
import { listKnownInterpreters } from '../../../interpreter/discovery/known-installations.ts';
import type { AdminContext } from '../../command.ts';
import type { WindowsHelper } from './helper.ts';

/** Where Pythons enter themselves (PEP 514). */
const KEYS = ['HKCU', 'HKLM', 'HKLM32'].map((root) => `${root}\\Software\\Python\\PythonCore`);

/** Returns `pip3.12` and so on for the Pythons of this machine, oldest first. None is started. */
export function listPipNames({ env }: AdminContext, { facts }: WindowsHelper): readonly string[] {
  const context = captureContext('pip', [], env, null, facts);
  const registered = KEYS.flatMap((key) => facts.registryKeys(key)).map((tag) => /^3\.(\d{1,2})(?:-|$)/.exec(tag)?.[1]);
  const known = [...listKnownInterpreters(context)].map(({ version }) =>
    version?.major === 3 ? String(version.minor) : undefined,
  );
  const minors = new Set([...registered, ...known].filter((minor) => minor !== undefined).map(Number));
  return [...minors].toSorted((one, other) => one - other).map((minor) => `pip3.${minor}`);
}
