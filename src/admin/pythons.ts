import path from 'node:path';
import { captureContext } from '../host/capture-context.ts';
import { listPythons, type KnownPython } from '../interpreter/list-pythons.ts';
import { cleanText, shortenHome } from '../terminal/clean.ts';
import { describePlaceKind, showVersion } from '../messages/describe-interpreter.ts';
import type { AdminCommand } from './command.ts';
import { say, sayJson } from './output.ts';

export const pythonsCommand: AdminCommand = {
  usage: 'pythons',
  summary: 'List the Pythons here, with their pips and command names',
  examples: [
    ['pipward pythons', 'what is active, on PATH and in the usual places'],
    ['pipward pythons --json', 'the same as JSON'],
  ],
  options: { json: { describe: 'print JSON', type: 'boolean' } },
  run: ({ env, programDirectory, windows }, given) => {
    const context = captureContext('pip', [], env, path.join(path.dirname(programDirectory), 'shims'), windows);
    const pythons = listPythons(context);
    if (given.flag('json')) sayJson({ schema: 1, pythons: pythons.map(describeForPrograms) });
    else if (pythons.length === 0) say('no Python is known here');
    else for (const line of renderTable(pythons, context.home)) say(line);
    return pythons.length === 0 ? 1 : 0;
  },
};

function renderTable(pythons: readonly KnownPython[], home: string | null): readonly string[] {
  const rows = pythons.map(({ interpreter, manager, pipVersion, names }) => {
    const pip = { present: `pip ${pipVersion ?? '?'}`, absent: 'no pip', unknown: 'pip ?' }[interpreter.pip.state];
    return [
      showVersion(interpreter.version) ?? '?',
      pip,
      shortenHome(interpreter.executable, home),
      describePlaceKind(interpreter, manager),
      names.length === 0 ? '' : `as ${names.join(', ')}`,
    ].map((cell) => cleanText(cell));
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function describeForPrograms({ interpreter, manager, pipVersion, names }: KnownPython) {
  const { executable, realPath, version, environment, pip } = interpreter;
  return {
    executable,
    realPath,
    version: showVersion(version),
    environment,
    isManaged: environment.kind === 'base' && environment.managedMarker !== null,
    manager,
    pip: { state: pip.state, version: pipVersion },
    names,
  };
}
