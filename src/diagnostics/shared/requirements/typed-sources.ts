import type { CallFacts } from '../../../model/facts.ts';
import type { PipCommand } from '../../../model/invocation.ts';
import { pathsOf } from '../../../util/paths.ts';
import { normalizeName } from '../../../util/project-name.ts';
import type { WithIndex } from '../../index/facts.ts';
import { splitRequirement } from './requirement.ts';

const ARCHIVE = /\.(?:whl|tar\.\w+|tgz|tbz|txz|zip)$/i;
/** `slow @ https://...`, also as pip prints it (`slow@ https://...`). */
const DIRECT = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*@\s*(?=\S+:)(.+)$/s;

/** Returns the typed positional arguments and values of -e that are a path, an address or `name @ address`. */
export function listTypedSources({ editables, words }: PipCommand): readonly string[] {
  return [
    ...editables,
    ...words.filter((word) => splitRequirement(word).name === '' || readArchiveName(word) !== null),
  ];
}

/**
 * Whether a project, path or address that pip names is a typed source itself, not something that it depends on. The name of a
 * folder's project is known if a file in there says it.
 */
export function isTypedSource(subject: string, facts: CallFacts & WithIndex, command: PipCommand): boolean {
  const wanted = readPlace(subject, facts);
  const name = normalizeName(splitRequirement(subject).name || (readDirect(subject)?.[1] ?? ''));
  return listTypedSources(command).some((source) => {
    if (readPlace(source, facts) === wanted) return true;
    return name !== '' && listNames(source, facts).some((each) => normalizeName(each) === name);
  });
}

/**
 * `slow-1.0-py3-none-any.whl`, `slow-1.0.tar.gz`: the project's name ends before the version. null for what is not the
 * name of an archive. In two steps: one pattern would look for the ending again from each hyphen.
 */
function readArchiveName(file: string): string | null {
  const isArchive = ARCHIVE.test(file) && !/[/\\]/.test(file);
  return isArchive ? (/^([A-Za-z0-9][\w.-]*?)-v?\d.*\./s.exec(file)?.[1] ?? null) : null;
}

/** Of many spaces in a row, the pattern would try each way to divide them. */
function readDirect(source: string): RegExpExecArray | null {
  return DIRECT.exec(source.replace(/\s+/g, ' '));
}

/** Returns the absolute path or the address without name, extras, fragment and credentials, to compare with another. */
function readPlace(source: string, { caller, platform }: CallFacts): string {
  const paths = pathsOf(platform);
  const direct = readDirect(source)?.[2] ?? source;
  const [bare = ''] = direct.trim().split('#', 1);
  const address = bare.replace(/(?<=.)\[[^[\]]*\]$/, '');
  if (/^file:/i.test(address)) return readFileAddress(address);
  // pip hides the password, or all of it.
  if (/^[a-z][a-z+]+:\/\//i.test(address)) return address.replace(/\/\/[^/@]*@/, '//').replace(/(?<!\/)\/+$/, '');
  return paths.resolve(caller.cwd ?? paths.sep, address);
}

function readFileAddress(address: string): string {
  const file = address.replace(/^file:(?:\/\/(?:localhost)?)?/i, '').replace(/^\/(?=[a-z]:)/i, '');
  const path = file.replace(/(?<=[^/\\])[/\\]+$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function listNames(source: string, { index, ...facts }: CallFacts & WithIndex): readonly string[] {
  const place = readPlace(source, facts);
  const last = place.replace(/\?.*$/s, '').split(/[/\\]/).at(-1) ?? '';
  const named = [readDirect(source)?.[1], /[#&]egg=([\w.-]+)/.exec(source)?.[1], readArchiveName(last) ?? undefined];
  // A repository or a folder is most often called as its project.
  const called = [last.replace(/(?:\.git)?(?:@[^@]*)?$/, '')];
  return [...named, ...called, index?.projects[source]].filter((each) => each !== undefined);
}
