import path from 'node:path';
import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { liesWithin } from '../../util/paths.ts';
import type { PathTooLong } from '../cause/windows-failure.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import { readyBlock, startResolved } from '../shared/fixes.ts';
import { interpreterRow } from '../shared/fact-rows.ts';
import { forWindows } from './windows-words.ts';

const CODE = 'path-too-long';
const MAX_PATH = 260;
/** The beginning is enough to see which folder it is. */
const MAX_SHOWN = 60;

export const pathTooLong = defineDiagnostic<PathTooLong, object>({
  code: CODE,
  title: 'a path has more than 260 characters (Windows)',
  ...NO_OWN_FACTS,
  describe,
});

/** Without the setting for long paths, Windows takes no path of more than 260 characters. */
function describe({ path: file }: PathTooLong, known: CallFacts, command: PipCommand): Diagnostic {
  const facts = forWindows(known);
  return {
    severity: 'advice',
    code: CODE,
    headline: 'a path is too long: Windows allows 260 characters',
    facts: [
      ...interpreterRow(facts),
      ...fileRow(file),
      { label: 'because', text: 'the limit is 260 (248 for a folder), unless long paths are allowed' },
      { label: 'result', text: 'nothing was installed' },
    ],
    blocks: [...shorterBlocks(file, facts, command), allowLongPaths(facts)],
  };
}

function fileRow(file: string | null): readonly FactRow[] {
  if (file === null) return [];
  const shown = file.length > MAX_SHOWN ? `${file.slice(0, MAX_SHOWN)}...` : file;
  return [{ label: 'path', text: `${file.length} characters: ${shown}` }];
}

/** An environment nearer to the root of the drive; where it is not known that this is enough, the advice alone. */
function shorterBlocks(file: string | null, facts: CallFacts, command: PipCommand): readonly Block[] {
  const { interpreter, project, isLog } = facts;
  const environment = interpreter?.environment;
  const old = environment === undefined || environment.kind === 'unknown' ? null : environment.prefix;
  const place = project.homePlace;
  const isKnown = !isLog && file !== null && old !== null && place !== null && liesWithin(file, old, facts.platform);
  if (isKnown && file.length - old.length + place.length < MAX_PATH) {
    const { dir, base } = path.win32.parse(place);
    const near: CallFacts = { ...facts, project: { ...project, directory: dir, freeName: base, homePlace: null } };
    return [
      { ...environmentFix(null, near, command), title: 'create an environment in a shorter folder, install there' },
    ];
  }
  const make = joinCommand([...startResolved('venv', facts), 'C:\\NAME'], facts.caller.shell);
  const title = 'use an environment with a short path, near the root of the drive';
  return [{ ...readyBlock('fix', title, make), applicability: 'has-placeholder' }];
}

/** docs.python.org, "Removing the MAX_PATH Limitation"; Pythons since 3.6 obey it. */
function allowLongPaths({ caller: { shell } }: CallFacts): Block {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\FileSystem';
  // Git Bash makes a path of a word with one slash at its beginning.
  const slash = shell === 'cmd' || shell === 'powershell' ? '/' : '//';
  const value = `${slash}v LongPathsEnabled ${slash}t REG_DWORD ${slash}d 1 ${slash}f`;
  return readyBlock(
    'once',
    'as administrator, allow long paths on this machine; open a new window',
    `${joinCommand(['reg', 'add', key], shell)} ${value}`,
  );
}
