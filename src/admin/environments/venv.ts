import path from 'node:path';
import { readCaller } from '../../host/process/detect-caller.ts';
import { holdsShadowingModule } from '../../diagnostics/shared/shadowing-modules.ts';
import { startModule } from '../../pip/module-command.ts';
import { makeEnvironment } from './make-environment.ts';
import { needsRawBytes } from '../../host/files/os-strings.ts';
import { runInherited } from '../../host/process/run-inherited.ts';
import { listLocatedIssues } from '../../interpreter/trust/trust-issues.ts';
import { canonicalPlace, followName } from '../../interpreter/project/environment-file.ts';
import { readTrustStore } from '../../interpreter/trust/trust-store.ts';
import { resolveInterpreter } from '../../interpreter/resolve.ts';
import { ANY_VERSION } from '../../interpreter/discovery/version-request.ts';
import type { Interpreter, PythonVersion } from '../../model/environment.ts';
import type { Outcome } from '../../model/observation.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { findConfiguredPython, readProjectEnvironmentUse } from '../../decision/settings.ts';
import { activationCommand, environmentPython, fromDirectory, isActivationSafe } from '../../terminal/activation.ts';
import { cleanText } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import type { AdminCommand, AdminContext } from '../command.ts';
import { chooseMaker } from './choose-venv-tool.ts';
import { complain, say } from '../output.ts';
import {
  chooseName,
  describeIssues,
  describeHomeEnvironment,
  findCallerShell,
  isHome,
  captureHere,
  recordTrust,
} from './project-environments.ts';
import { showPath } from './trust.ts';
import { UsageError } from '../usage-error.ts';
import { mirrorSignal } from '../../shim/mirror-exit.ts';

export const venvCommand: AdminCommand = {
  usage: 'venv [dir]',
  rest: '[-- PIP_ARGUMENTS]',
  summary: 'Create a virtual environment with the Python that pip uses here',
  examples: [
    ['pipward venv', 'create ./.venv, trust it, say how to activate it'],
    ['pipward venv -- install flask', 'the same, then install flask into it'],
  ],
  words: { dir: { describe: 'folder to create; default .venv. It must not exist yet', type: 'string' } },
  run: async (context, given) => {
    const callContext = captureHere(context);
    const { cwd } = callContext;
    if (cwd === null) throw new UsageError('the current directory was deleted');
    const prefix = path.resolve(cwd, given.text('dir') ?? '.venv');
    const layers = findPolicyLayers(callContext);
    // Not a project's environment: what is made with it would end with it.
    const resolution = resolveInterpreter(callContext, ANY_VERSION, findConfiguredPython(layers));
    if (resolution.kind === 'not-found') {
      complain('pipward: no Python was found; install Python 3, or set PIPWARD_PYTHON to one');
      return 1;
    }
    const { interpreter } = resolution;
    const maker = chooseMaker(interpreter, prefix, callContext);
    if (maker.kind === 'missing') {
      complain([`pipward: ${cleanText(maker.reason)}; nothing was made`, ...maker.fix].join('\n'));
      return 1;
    }
    if (needsRawBytes(prefix)) {
      complain("pipward: a folder's name here is not UTF-8, which Python's venv does not take; nothing was made");
      return 1;
    }
    const making = await makeEnvironment(prefix, maker.command, context.env);
    switch (making.kind) {
      case 'made':
        await announce(prefix, interpreter, callContext, context);
        return given.rest.length === 0 ? 0 : mirrorSignal(await runPip(prefix, given.rest, callContext, context));
      case 'exists':
        complain(describeTaken(prefix, callContext));
        return 1;
      case 'failed':
        complain(
          `${making.output}\npipward: ${cleanText(joinCommand(maker.command, 'posix'))} failed; nothing is left of it`,
        );
        return 1;
      case 'interrupted':
        complain('pipward: interrupted; nothing is left of the environment');
        return mirrorSignal({ kind: 'signalled', signal: making.signal });
    }
  },
};

async function announce(prefix: string, interpreter: Interpreter, callContext: CallContext, context: AdminContext) {
  const { version, executable } = interpreter;
  const number =
    version === null
      ? ''
      : `Python ${[version.major, version.minor, version.patch].filter((part) => part !== null).join('.')}, `;
  say(`made ${cleanText(showPath(prefix, callContext))} (${number}of ${cleanText(executable)})`);
  say(describeUse(prefix, version, callContext));
  const recording = await recordTrust(prefix, context);
  if (recording.kind === 'recorded') return;
  const why = recording.kind === 'no-store' ? [recording.reason] : describeIssues(recording.issues, callContext);
  complain(`pipward: it is not recorded as trusted: ${cleanText(why.join('; '))}`);
}

/** How pip is made to work in an environment: it is activated, where that lasts, or its Python is named. */
function describeUse(prefix: string, version: PythonVersion | null, callContext: CallContext): string {
  const { platform, cwd } = callContext;
  const { shell, keepsState } = readCaller(callContext);
  if (keepsState && isActivationSafe(prefix, platform)) {
    return `activate it:\n    ${activationCommand(prefix, shell, platform, cwd)}`;
  }
  const word = environmentPython(prefix, shell, platform, cwd);
  const start = startModule({ word, version, isEnvironment: true }, 'pip', holdsShadowingModule(callContext));
  const why = keepsState ? 'its path keeps it from being activated; ' : '';
  return `${why}use it with\n    ${joinCommand(start, shell)}`;
}

/** By our own shim, so that policies judge it and advice follows; the environment is what it finds active. */
function runPip(
  prefix: string,
  args: readonly string[],
  { platform, shimsDirectory }: CallContext,
  { env }: AdminContext,
): Promise<Outcome> {
  const bin = path.join(prefix, platform === 'win32' ? 'Scripts' : 'bin');
  // These name another Python, that the environment was made with, say; PYTHONHOME would take the environment's library.
  const { PIPWARD_PYTHON: _, PIP_PYTHON: __, PYTHONHOME: ___, ...rest } = env;
  return runInherited([path.join(shimsDirectory ?? '', 'pip'), ...args], {
    ...rest,
    VIRTUAL_ENV: prefix,
    PATH: `${bin}${path.delimiter}${env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}`,
  });
}

function describeTaken(prefix: string, callContext: CallContext): string {
  const { platform, cwd } = callContext;
  const shell = findCallerShell(callContext);
  const folder = path.dirname(prefix);
  const fresh = path.join(folder, chooseName(folder, callContext));
  const command = (word: string, target: string) =>
    `    ${joinCommand(['pipward', word, fromDirectory(target, platform, cwd)], shell)}`;
  const isEnvironment = followName(prefix, callContext) !== null;
  return [
    `pipward: ${cleanText(showPath(prefix, callContext))} is there already; nothing was changed`,
    ...(isEnvironment ? describeExisting(prefix, callContext) : []),
    `fix: make ${isEnvironment ? 'another' : 'one under another name'}`,
    command('venv', fresh),
  ].join('\n');
}

/** What to do with an environment that is there already. */
function describeExisting(prefix: string, callContext: CallContext): readonly string[] {
  if (isHome(path.dirname(prefix), callContext)) return [describeHomeEnvironment(prefix, callContext)];
  const [issue] = listLocatedIssues(prefix, followName(prefix, callContext) ?? prefix, callContext);
  if (issue !== undefined) {
    // Its programs may be anyone's.
    return describeIssues([issue], callContext).map((line) => `it is not recommended: ${cleanText(line)}`);
  }
  if (readProjectEnvironmentUse(findPolicyLayers(callContext)) !== 'use') {
    return [`fix: if it is yours, ${describeUse(prefix, null, callContext)}`];
  }
  const known = readTrustStore(callContext, null);
  const place = canonicalPlace(prefix, callContext);
  if (known.kind === 'readable' && known.records.some(({ places }) => places.includes(place))) {
    return ['it is trusted: pip uses it here where no other environment is active'];
  }
  const folder = fromDirectory(prefix, callContext.platform, callContext.cwd);
  return [
    'fix: if it is yours, let pip use it',
    `    ${joinCommand(['pipward', 'trust', folder], findCallerShell(callContext))}`,
  ];
}
