import type { Resolution } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listLocatedIssues, listPythonIssues } from '../trust/trust-issues.ts';
import { pathsOf } from '../../util/paths.ts';
import { findProject, findRepository, listSearchedPrefixes } from './project.ts';
import type { ProjectSearch } from '../discovery/project-environment.ts';
import { mayRecordTrust, readTrustStore } from '../trust/trust-store.ts';
import { isWritable } from '../../util/windows/writable.ts';

type Resolved = Extract<Resolution, { kind: 'resolved' }>;

/**
 * Returns the environment that venv would make for the project here, as if it were there already and chosen, so that it
 * can be judged before anything is made. Null where it cannot be made, would not be found, or would not be trusted.
 */
export function prospectEnvironment(
  { interpreter }: Exclude<Resolution, { kind: 'not-found' }>,
  search: ProjectSearch,
  context: CallContext,
): Resolved | null {
  const { files, platform, cwd } = context;
  const paths = pathsOf(platform);
  const folder = findProject(context)?.directory ?? cwd;
  const prefix = listSearchedPrefixes(context, search.names).find((place) => paths.dirname(place) === folder);
  if (folder === null || prefix === undefined || interpreter.version === null) return null;
  if (files.status(prefix) !== null || files.isLink(prefix) || !isWritable(prefix, context)) return null;
  if (!wouldBeTrusted(prefix, folder, interpreter.realPath, context)) return null;
  const { major, minor } = interpreter.version;
  return {
    kind: 'resolved',
    source: 'project-environment',
    evidence: { kind: 'found-upward', prefix, file: search.file, line: search.line },
    pipRunner: null,
    trace: [],
    interpreter: {
      ...interpreter,
      executable:
        PIPWARD_FOR_WINDOWS && platform === 'win32'
          ? paths.join(prefix, 'Scripts', 'python.exe')
          : paths.join(prefix, 'bin', 'python'),
      environment: {
        kind: 'virtual',
        prefix,
        home: paths.dirname(interpreter.realPath),
        seesSystemSite: false,
      },
      siteDirectories: [
        PIPWARD_FOR_WINDOWS && platform === 'win32'
          ? paths.join(prefix, 'Lib', 'site-packages')
          : paths.join(prefix, 'lib', `python${major}.${minor}`, 'site-packages'),
      ],
      pip: { state: 'unknown' },
    },
  };
}

/** What speaks against it already, though it is not there: the folders above it, the repository's index, the store. */
function wouldBeTrusted(prefix: string, folder: string, python: string, context: CallContext): boolean {
  const standing = listLocatedIssues(prefix, prefix, context).filter(
    ({ issue }) => issue !== 'broken' && issue !== 'home-disagrees',
  );
  const root = findRepository(context, folder) ?? folder;
  return (
    standing.length === 0 &&
    listPythonIssues(python, context).length === 0 &&
    mayRecordTrust(context) &&
    readTrustStore(context, root).kind === 'readable'
  );
}
