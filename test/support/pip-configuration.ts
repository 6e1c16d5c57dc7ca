import { spawnSync } from 'node:child_process';
import type { Python } from './pythons.ts';

/** What a real pip makes of its configuration: values as bytes in hexadecimal, or the exception that it ends with. */
export type PipReading = Readonly<Record<string, string>> | string;

/** Runs pip's own reader, once for each environment; one process for all, since a start of pip takes a third of a second. */
const SCRIPT = `
import json, locale, os, sys
sys.path[:1] = []
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
encoding = locale.getpreferredencoding(False)

def to_hex(value):
    data = value if isinstance(value, bytes) else value.encode(encoding, "surrogateescape")
    return "".join("%02x" % byte for byte in bytearray(data))

def flatten(items):
    found = {}
    for key, value in items:
        if isinstance(value, dict):
            found.update(value)
        else:
            found[key] = value
    return found

base = dict(os.environ)
places = None
for line in sys.stdin:
    env = {str(key): str(value) for key, value in json.loads(line).items()}
    os.environ.clear()
    os.environ.update(base)
    os.environ.update(env)
    # Before 19.2 pip asks for them once, when it is imported.
    asked = [env.get(name) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS")]
    if asked != places:
        for name in [name for name in sys.modules if name.startswith("pip._internal")]:
            del sys.modules[name]
        from pip._internal.configuration import Configuration
        places = asked
    try:
        configuration = Configuration(isolated=False)
        configuration.load()
        found = flatten(configuration.items())
        answer = {to_hex(key): to_hex(value) for key, value in found.items() if not key.startswith(":env:")}
    except Exception as error:
        answer = type(error).__name__
    print(json.dumps(answer))
`;

/** Returns what this Python's pip reads under each of the environments; throws if it does not start. */
export function readByPip(
  python: Python,
  cwd: string,
  environments: readonly Readonly<Record<string, string>>[],
  locale: Readonly<Record<string, string>> = { LC_ALL: 'C.UTF-8' },
): readonly PipReading[] {
  const { status, stdout, stderr } = spawnSync(python.executable, ['-c', SCRIPT], {
    cwd,
    env: { PATH: '/usr/bin:/bin', PYTHONWARNINGS: 'ignore', ...locale },
    input: environments.map((env) => JSON.stringify(env)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${python.executable}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): PipReading => JSON.parse(line));
}
