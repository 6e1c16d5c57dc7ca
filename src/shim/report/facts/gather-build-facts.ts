import path from 'node:path';
import type { Decision } from '../../../model/decision.ts';
import type { BuildFailure } from '../../../model/diagnostic.ts';
import type { Interpreter } from '../../../model/environment.ts';
import type { BuildFacts } from '../../../model/facts.ts';
import type { CallContext } from '../../../model/call-context.ts';
import { readPipConfiguration, readPipSetting } from '../../../pip/configuration.ts';
import { findOnPath, listDistributions } from './location-facts.ts';

/** Looks at what a build needs, and whether it is there. Starts nothing. */
export function gatherBuildFacts(
  context: CallContext,
  { command, resolution }: Decision,
  { cause }: BuildFailure,
): BuildFacts {
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const environment = interpreter?.environment;
  const prefix = environment === undefined || environment.kind === 'unknown' ? null : environment.prefix;
  const configuration = readPipConfiguration(context, prefix, command.isolated);
  const isTyped = command.options.some(({ name }) => name === '--no-build-isolation');
  const find = (module: string) => (interpreter === null ? null : findVersion(module, interpreter, context.files));
  return {
    setuptools: find('setuptools'),
    wheel: find('wheel'),
    isolated:
      !isTyped && readPipSetting(configuration, command.subcommand ?? 'global', '--no-build-isolation') === null,
    headers: interpreter === null ? null : hasHeaders(interpreter, context),
    compiler: ['cc', 'gcc'].some((name) => findOnPath(name, context) !== null),
    program: cause.kind === 'program' ? isThere(cause.name, context) : null,
  };
}

function findVersion(module: string, { siteDirectories }: Interpreter, files: CallContext['files']): string | null {
  const installed = siteDirectories.flatMap((directory) => listDistributions(directory, files));
  return installed.find((each) => each.module === module)?.version ?? null;
}

/** An environment's compiler looks into its base: beside the standard library, with or without the letters of older Pythons. */
function hasHeaders({ stdlib }: Interpreter, { files }: CallContext): boolean | null {
  if (stdlib === null) return null;
  const include = path.join(stdlib, '..', '..', 'include');
  const names = ['', 'm', 'mu'].map((letters) => `${path.basename(stdlib)}${letters}`);
  return names.some((name) => files.status(path.join(include, name, 'Python.h')) !== null);
}

function isThere(program: string, context: CallContext): boolean {
  return path.isAbsolute(program) ? context.files.status(program) !== null : findOnPath(program, context) !== null;
}
