import { readPipVersion } from '../interpreter/inspect/pip-presence.ts';
import type { CallContext } from '../model/call-context.ts';
import type { Interpreter, Resolution } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { PipCall } from '../model/pip-call.ts';
import { readInstallSettings } from '../pip/install-settings.ts';
import { once } from '../util/lazy.ts';

/** Returns what a call means to pip where the resolution leads. */
export function createPipCall(context: CallContext, command: PipCommand, resolution: Resolution): PipCall {
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const runner = resolution.kind === 'resolved' ? (resolution.pipRunner ?? resolution.interpreter) : null;
  return createPipCallFor(context, command, interpreter, runner);
}

/** Returns what a call means to the pip of `runner` when it works on `interpreter`. */
export function createPipCallFor(
  context: CallContext,
  command: PipCommand,
  interpreter: Interpreter | null,
  runner: Interpreter | null,
): PipCall {
  const environment = interpreter?.environment;
  const prefix = environment === undefined || environment.kind === 'unknown' ? null : environment.prefix;
  const version = once(() => (runner === null ? null : readPipVersion(runner, context.files)));
  const reader = { python: interpreter?.version ?? null, pip: version };
  return {
    command,
    interpreter,
    runner,
    prefix,
    version,
    settings: once(() => readInstallSettings(command, context, prefix, reader)),
  };
}
