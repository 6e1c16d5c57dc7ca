import type { TrustIssue } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listLocatedIssues } from '../trust/trust-issues.ts';
import { canonicalPlace, followName } from '../project/environment-file.ts';
import { pathsOf } from '../../util/paths.ts';
import { findRepository, listFoundPrefixes } from '../project/project.ts';
import { findInPrefix, type Candidate } from './candidate.ts';
import { findRecordIssue, takeRecord } from '../trust/trust-record.ts';
import { readTrustStore } from '../trust/trust-store.ts';

/** `[resolve] project-environment = "use"` of the user's or the system's configuration: names to look for, and where it says so. */
export type ProjectSearch = {
  readonly names: readonly string[];
  readonly file: string;
  readonly line: number | null;
};

/**
 * Yields the environments found upward from the current directory, nearest first; one that is not trusted has a problem.
 * They are started by their real path: of the links on the way there none can be changed after the look.
 */
export function* discoverProjectEnvironments(context: CallContext, search: ProjectSearch): Generator<Candidate> {
  const { names, file, line } = search;
  for (const place of listFoundPrefixes(context, names)) {
    const evidence = { kind: 'found-upward', prefix: place, file, line } as const;
    // Read once: what is trusted and what is started is one folder.
    const prefix = followName(place, context) ?? place;
    const { path, problem } = findInPrefix(context.files.realPath(prefix) ?? prefix, context);
    yield {
      source: 'project-environment',
      evidence,
      path,
      problem: findTrustIssue(place, prefix, context) ?? problem,
    };
  }
}

/**
 * Returns why an environment is not trusted (any more); null if it is. `place`: where it was found, its folder itself or
 * a file or link that leads to it. Each is trusted for itself: else any project could lead into what is trusted for
 * another. Looks at files, starts nothing.
 */
export function findTrustIssue(place: string, prefix: string, context: CallContext): TrustIssue | null {
  const [issue] = listLocatedIssues(place, prefix, context);
  if (issue !== undefined) return { reason: 'suspicious', detail: issue.issue };
  const folder = pathsOf(context.platform).dirname(place);
  const store = readTrustStore(context, findRepository(context, folder) ?? folder);
  if (store.kind === 'unusable') return { reason: 'trust-store-unusable', detail: store.issue };
  const now = takeRecord(prefix, context);
  const recorded = store.records.find((record) => record.prefix === now?.prefix);
  if (now === null || recorded === undefined || !recorded.places.includes(canonicalPlace(place, context))) {
    return { reason: 'not-trusted', detail: null };
  }
  const change = findRecordIssue(recorded, now);
  return change === null ? null : { reason: 'trust-ended', detail: change };
}
