import path from 'node:path';
import { listOnPath } from '../doctor/check-path.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Interpreter } from '../../model/environment.ts';
import { nameModule } from '../../pip/module-command.ts';
import type { ToolName, Way } from './model.ts';
import type { Place } from './probe-places.ts';

const TOOLS: readonly (readonly [tool: ToolName, commands: readonly string[]])[] = [
  ['uv', ['uv']],
  ['pipx', ['pipx']],
  ['poetry', ['poetry']],
  ['pipenv', ['pipenv']],
  ['conda', ['conda', 'mamba', 'micromamba']],
];
const LIMIT = 64 * 1024;

/** Returns the tools on the PATH of a place that install packages without pip. They are not started. */
export function findTools(place: Place, view: CallContext): readonly Way[] {
  return TOOLS.flatMap(([tool, commands]) =>
    commands.flatMap((command): readonly Way[] => {
      const [file] = listOnPath(view, command);
      if (file === undefined) return [];
      return [
        { kind: 'tool', way: command, environment: place.name, path: file, tool, looseBy: findLoose(tool, view) },
      ];
    }),
  );
}

/** Returns the variable, or the setting and its file, that lets a tool install outside of environments; null if none does. */
function findLoose(tool: ToolName, view: CallContext): string | null {
  switch (tool) {
    case 'uv':
      return isOn(view.env['UV_SYSTEM_PYTHON'])
        ? 'UV_SYSTEM_PYTHON'
        : findInFiles(view, ['uv/uv.toml'], ['/etc/uv/uv.toml'], /^[ \t]*system[ \t]*=[ \t]*true\b/m);
    case 'poetry': {
      const variable = view.env['POETRY_VIRTUALENVS_CREATE'];
      if (variable !== undefined) return isOff(variable) ? 'POETRY_VIRTUALENVS_CREATE' : null;
      return findInFiles(view, ['pypoetry/config.toml'], [], /^\[virtualenvs\][^[]*^[ \t]*create[ \t]*=[ \t]*false\b/m);
    }
    case 'pipenv':
      return isOn(view.env['PIPENV_SYSTEM']) ? 'PIPENV_SYSTEM' : null;
    case 'pipx':
    case 'conda':
      return null;
  }
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on|y|t)$/i.test(value.trim());
}

function isOff(value: string): boolean {
  return /^(?:0|false|no|off|n|f)$/i.test(value.trim());
}

function findInFiles(
  { env, home, files }: CallContext,
  own: readonly string[],
  shared: readonly string[],
  pattern: RegExp,
): string | null {
  const config = env['XDG_CONFIG_HOME'] ?? (home === null ? '' : path.join(home, '.config'));
  const all = [...(path.isAbsolute(config) ? own.map((name) => path.join(config, name)) : []), ...shared];
  const file = all.find((each) => {
    const read = files.readText(each, LIMIT);
    return read.kind === 'text' && pattern.test(read.text);
  });
  return file ?? null;
}

/** Returns `python -m ensurepip` of a Python that has it; null where the distribution took it out. */
export function findEnsurepip({ executable, environment, stdlib }: Interpreter, { files }: CallContext): Way | null {
  if (stdlib === null || environment.kind === 'virtual') return null;
  const main = files.readText(path.join(stdlib, 'ensurepip', '__main__.py'), LIMIT);
  if (main.kind !== 'text') return null;
  const init = files.readText(path.join(stdlib, 'ensurepip', '__init__.py'), LIMIT);
  // Debian and Ubuntu.
  const isDisabled = init.kind === 'text' && /ensurepip is disabled in Debian/i.test(init.text);
  const marker = environment.kind === 'base' ? environment.managedMarker : null;
  const bundled = init.kind === 'text' ? /^_PIP_VERSION = ["'](\d+)/m.exec(init.text)?.[1] : undefined;
  const obeys = bundled === undefined || Number(bundled) >= 23;
  return {
    kind: 'ensurepip',
    way: nameModule(executable, 'ensurepip'),
    environment: 'any',
    path: executable,
    python: executable,
    marker: obeys ? marker : null,
    isDisabled,
  };
}
