import { readPipVersion } from '../interpreter/inspect/pip-presence.ts';
import type { CallContext } from '../model/call-context.ts';
import type { Interpreter, Resolution } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { PipCall } from '../model/pip-call.ts';
import { readInstallSettings } from '../pip/install-settings.ts';
import { once } from '../util/lazy.ts';
import { pathsOf } from '../util/paths.ts';

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
  const version = once(() =>
    runner === null || mayHideAnother(context) ? null : readPipVersion(runner, context.files),
  );
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

const MAX_ARCHIVE_BYTES = 8 * 1024 * 1024;
const MAIN = 'pip/__main__.py';

/** Whether PYTHONPATH leads to another pip: in an archive, or in a relative folder, where no other part of pipward looks. */
function mayHideAnother({ env, cwd, files, platform }: CallContext): boolean {
  const paths = pathsOf(platform);
  const value = env['PYTHONPATH'] ?? '';
  const mayHide = (place: string) => {
    const full = paths.resolve(cwd ?? '/', place);
    const archive = files.readBytes(full, MAX_ARCHIVE_BYTES);
    if (archive !== null) return Buffer.from(archive).includes(MAIN);
    return !paths.isAbsolute(place) && files.status(paths.join(full, MAIN)) !== null;
  };
  return value !== '' && value.split(paths.delimiter).some(mayHide);
}
