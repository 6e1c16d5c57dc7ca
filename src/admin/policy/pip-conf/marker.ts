import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { inspectInterpreter } from '../../../interpreter/inspect/inspect.ts';
import { listPythons } from '../../../interpreter/list-pythons.ts';
import type { CallContext } from '../../../model/call-context.ts';
import type { PolicyLayer } from '../../../model/policy.ts';
import { cleanText } from '../../../terminal/clean.ts';

export type Marker = { readonly file: string; readonly text: string };
export type MarkerPlan = Marker | { readonly reason: string };

const NAME = 'EXTERNALLY-MANAGED';
/** Where an administrator puts Pythons that no package of the system owns (FHS 3.0, 3.13 and 4.9). */
const FOLDERS = ['/opt/', '/usr/local/'];
const PACKAGE_QUERIES: readonly (readonly [string, string])[] = [
  ['/usr/bin/dpkg-query', '-S'],
  ['/usr/bin/rpm', '-qf'],
];

/**
 * Returns the EXTERNALLY-MANAGED file (PEP 668) for a Python in /opt or /usr/local, or why it gets none. A marker that is
 * there, and a Python that a package owns, are left alone. `own`: markers that we wrote before.
 */
export function planMarker(
  python: string,
  context: CallContext,
  layers: readonly PolicyLayer[],
  own: readonly Marker[],
): MarkerPlan {
  const interpreter = inspectInterpreter(path.resolve(python), context);
  const { environment, stdlib, realPath } = interpreter;
  if (context.files.status(realPath)?.kind !== 'file') return { reason: 'there is no such file' };
  if (environment.kind !== 'base' || stdlib === null) {
    const what = {
      virtual: 'a virtual environment',
      conda: "conda's",
      base: 'of an unknown layout',
      unknown: 'of an unknown layout',
    };
    return {
      reason: `it is ${what[environment.kind]}: only a Python with its standard library beside it takes a marker`,
    };
  }
  const library = context.files.realPath(stdlib) ?? stdlib;
  const file = path.join(library, NAME);
  if (!FOLDERS.some((folder) => library.startsWith(folder) && realPath.startsWith(folder))) {
    return { reason: `its library ${library} is not in /opt or /usr/local: it belongs to the system or to a user` };
  }
  if (own.some((each) => each.file === file)) return { file, text: renderMarker(layers) };
  if (context.files.status(file) !== null || context.files.isLink(file))
    return { reason: `${file} is there already and stays` };
  const owner = findPackage(path.join(library, 'os.py'));
  if (owner !== null) return { reason: `it belongs to the package ${owner}, whose matter a marker is` };
  return { file, text: renderMarker(layers) };
}

/** Returns the Pythons in these folders that have pip and no marker, to be offered. */
export function listUnmarked(context: CallContext): readonly string[] {
  return listPythons(context).flatMap(({ interpreter: { environment, executable, realPath, pip, stdlib } }) => {
    const isOwn = FOLDERS.some((folder) => realPath.startsWith(folder) && stdlib?.startsWith(folder) === true);
    return isOwn && environment.kind === 'base' && environment.managedMarker === null && pip.state === 'present'
      ? [executable]
      : [];
  });
}

/** Returns the marker's text: what pip prints when it refuses, with the team's reason and contact. */
export function renderMarker(layers: readonly PolicyLayer[]): string {
  const told = layers.flatMap(({ rules: { reason, contact } }) => [
    ...(reason === null ? [] : [` Why: ${inOneLine(reason)}`]),
    ...(contact === null ? [] : [` Ask: ${inOneLine(contact)}`]),
  ]);
  return [
    '# written by `pipward policy apply`; `pipward policy revert` removes it',
    '[externally-managed]',
    'Error=Packages do not go into this Python: a rule of this machine asks for a',
    ' virtual environment. Make one, and use its pip:',
    ' python3 -m venv .venv && .venv/bin/python -m pip install PACKAGE',
    ...new Set(told),
    '',
  ].join('\n');
}

/** pip prints the text as it is: no character in it may do something to a terminal or begin another setting. */
function inOneLine(text: string): string {
  return cleanText(text.replaceAll(/\s+/g, ' ').trim());
}

function findPackage(file: string): string | null {
  for (const [program, option] of PACKAGE_QUERIES) {
    if (!existsSync(program)) continue;
    try {
      const said = execFileSync(program, [option, file], {
        encoding: 'utf8',
        env: { LC_ALL: 'C' },
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 30_000,
      });
      return said.split(/[:\n]/)[0] ?? file;
    } catch {
      // It knows no owner.
    }
  }
  return null;
}
