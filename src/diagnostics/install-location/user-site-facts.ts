import path from 'node:path';
import { findOnPath } from '../../interpreter/discovery/find-on-path.ts';
import { inspectInterpreter } from '../../interpreter/inspect/inspect.ts';
import { listDistributions } from '../../interpreter/inspect/list-distributions.ts';
import { findOtherPip } from '../../interpreter/shadowed-pip.ts';
import type { Interpreter, PythonVersion, ShadowedPip } from '../../model/environment.ts';
import type { FactSource } from '../../model/facts.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { InstalledPackage } from '../../model/observation.ts';
import { normalizeName } from '../../util/project-name.ts';

/** Where pip put things for this user alone, and who will find them there. */
export type UserSiteFacts = {
  /** What `python` means in this shell, and whether it looks into the user site; null where that is not known. */
  readonly python: {
    readonly word: string;
    readonly executable: string;
    readonly version: PythonVersion | null;
    readonly sees: boolean;
  } | null;
  /** Distributions of the same names outside of the user site, which are hidden by it now. */
  readonly shadowed: readonly { readonly name: string; readonly version: string; readonly directory: string }[];
  /** VIRTUAL_ENV where that is a working environment and another Python was used. */
  readonly activeElsewhere: string | null;
};

/** What only a message about a fallback mentions. */
export type FallbackFacts = {
  /** Owner of the environment's folder; null if unknown. */
  readonly prefixOwner: { readonly name: string; readonly isCaller: boolean } | null;
  readonly shadowedPip: ShadowedPip | null;
  /**
   * Absolute path of the Python whose pip can remove from the user site; null if there is none. In a virtual environment
   * that is the one outside: pip removes nothing outside of its own environment.
   */
  readonly userSitePython: string | null;
  readonly userSite: UserSiteFacts | null;
};

/** Gathers it; `installed`: what pip said it installed. */
export function gatherFallbackFacts(installed: readonly InstalledPackage[], source: FactSource): FallbackFacts {
  const { context, decision } = source;
  const interpreter = decision?.pip.interpreter ?? null;
  return {
    prefixOwner: findPrefixOwner(source, interpreter),
    shadowedPip: findOtherPip(context, interpreter),
    userSitePython: interpreter === null ? null : findUserSitePython(context, interpreter),
    userSite: interpreter === null ? null : readUserSite(installed, context, interpreter),
  };
}

function findPrefixOwner(
  { context, findUserName }: FactSource,
  interpreter: Interpreter | null,
): FallbackFacts['prefixOwner'] {
  // Node knows no owners on Windows.
  if (context.platform === 'win32') return null;
  if (interpreter === null || interpreter.environment.kind === 'unknown') return null;
  const owner = context.files.status(interpreter.environment.prefix)?.owner;
  if (owner === undefined) return null;
  return { name: findUserName(owner) ?? `user ${owner}`, isCaller: owner === context.userId };
}

function findUserSitePython(context: CallContext, { environment, realPath, executable }: Interpreter): string | null {
  if (environment.kind !== 'virtual') return executable;
  const outside = inspectInterpreter(realPath, context);
  // pip removes nothing of a managed Python, not even from the user site.
  const mayRemove = outside.environment.kind === 'base' && outside.environment.managedMarker === null;
  return mayRemove && outside.pip.state === 'present' ? realPath : null;
}

/** What a user install means for this shell. */
function readUserSite(
  installed: readonly InstalledPackage[],
  context: CallContext,
  interpreter: Interpreter,
): UserSiteFacts {
  const { env, files } = context;
  const active = env['VIRTUAL_ENV'] ?? '';
  const isActive = active !== '' && path.isAbsolute(active) && files.status(path.join(active, 'pyvenv.cfg')) !== null;
  const own = interpreter.environment.kind === 'virtual' ? interpreter.environment.prefix : null;
  return {
    python: findShellPython(context, interpreter),
    shadowed: findShadowed(installed, interpreter, context),
    activeElsewhere: isActive && active !== own ? active : null,
  };
}

/** The user site belongs to a version, not to an interpreter: another Python 3.12 looks there as well. */
function findShellPython(context: CallContext, interpreter: Interpreter): UserSiteFacts['python'] {
  const word = ['python', 'python3'].find((name) => findOnPath(name, context) !== null);
  if (word === undefined) return null;
  const executable = findOnPath(word, context) ?? '';
  const { environment, version, realPath } = inspectInterpreter(executable, context);
  const isSame = realPath === interpreter.realPath && environment.kind !== 'virtual';
  if (environment.kind === 'unknown' || version === null || interpreter.version === null) return null;
  const { major, minor } = interpreter.version;
  const looks = environment.kind !== 'virtual' || environment.seesSystemSite;
  return { word, executable, version, sees: isSame || (looks && version.major === major && version.minor === minor) };
}

/** The user site comes before the other folders on sys.path (site.py). */
function findShadowed(
  installed: readonly InstalledPackage[],
  { siteDirectories }: Interpreter,
  { files }: CallContext,
): UserSiteFacts['shadowed'] {
  const names = new Map(installed.map(({ name }) => [normalizeName(name), name]));
  return siteDirectories.flatMap((directory) =>
    listDistributions(directory, files).flatMap(({ module, version }) => {
      const name = names.get(normalizeName(module));
      return name === undefined ? [] : [{ name, version, directory }];
    }),
  );
}
