import path from 'node:path';
import { readPipSettings } from '../../decision/pip-setting.ts';
import { findOnPath } from '../../interpreter/discovery/find-on-path.ts';
import { listDistributions } from '../../interpreter/inspect/list-distributions.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { FactSource } from '../../model/facts.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { BuildFailure } from '../cause/build-failure.ts';
import { gatherIndexFacts, WITHOUT_INDEX, type WithIndex } from '../index/facts.ts';

/** What bears on a build. */
export type BuildFacts = {
  /** Version that is installed for the interpreter; null where it is not there. */
  readonly setuptools: string | null;
  readonly wheel: string | null;
  /** Whether pip builds with what the package asks for, not with what is installed: false with --no-build-isolation. */
  readonly isolated: boolean;
  /** Whether Python.h of this interpreter is there; null if its place is unknown. */
  readonly headers: boolean | null;
  readonly compiler: boolean;
  /** Whether the program that failed is on PATH; null where none did. */
  readonly program: boolean | null;
};

/** For a failed build: null if a saved log is read. */
export type WithBuild = WithIndex & { readonly build: BuildFacts | null };

/** Gathers what a build needs, and whether it is there. */
export function gatherBuildFacts({ cause }: BuildFailure, source: FactSource): WithBuild {
  const { context, decision } = source;
  if (decision === null) return WITHOUT_BUILD;
  const { command, pip } = decision;
  const { interpreter } = pip;
  const isTyped = command.options.some(({ name }) => name === '--no-build-isolation');
  const find = (module: string) => (interpreter === null ? null : findVersion(module, interpreter, context.files));
  return {
    ...gatherIndexFacts(source),
    build: {
      setuptools: find('setuptools'),
      wheel: find('wheel'),
      isolated: !isTyped && readPipSettings(context, pip)('--no-build-isolation') === null,
      headers: interpreter === null ? null : hasHeaders(interpreter, context),
      compiler: ['cc', 'gcc'].some((name) => findOnPath(name, context) !== null),
      program: cause.kind === 'program' ? isThere(cause.name, context) : null,
    },
  };
}

export const WITHOUT_BUILD: WithBuild = { ...WITHOUT_INDEX, build: null };

function findVersion(module: string, { siteDirectories }: Interpreter, files: CallContext['files']): string | null {
  const installed = siteDirectories.flatMap((directory) => listDistributions(directory, files));
  return installed.find((each) => each.module === module)?.version ?? null;
}

/** An environment's compiler looks into its base: beside the standard library, with or without the letters of older Pythons. */
function hasHeaders({ stdlib }: Interpreter, { files, platform }: CallContext): boolean | null {
  if (stdlib === null) return null;
  if (platform === 'win32') return files.status(path.win32.join(stdlib, '..', 'include', 'Python.h')) !== null;
  const include = path.join(stdlib, '..', '..', 'include');
  const names = ['', 'm', 'mu'].map((letters) => `${path.basename(stdlib)}${letters}`);
  return names.some((name) => files.status(path.join(include, name, 'Python.h')) !== null);
}

function isThere(program: string, context: CallContext): boolean {
  return path.isAbsolute(program) ? context.files.status(program) !== null : findOnPath(program, context) !== null;
}
