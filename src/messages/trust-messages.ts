import type { StateObstacle } from '../model/state-obstacle.ts';
import type { SkipReason, StoreIssue, CheckIssue, RecordIssue } from '../model/environment.ts';

const SUSPICIONS = {
  'python-inside-project': 'its python leads into the project',
  'home-disagrees': 'its pyvenv.cfg and its python disagree',
  'foreign-owner': 'it belongs to another user',
  'writable-by-others': 'other users can write to it',
  'in-repository': 'it came with the repository',
  'repository-unknown': 'it may have come with the repository, whose index cannot be read',
  'too-many-files': 'it has more .pth files than are checked',
  broken: 'its python does not work',
} as const satisfies Record<CheckIssue, string>;

const CHANGES = {
  replaced: 'another folder has taken its place',
  'pyvenv-cfg-edited': 'its pyvenv.cfg says something else now',
  'pyvenv-cfg-touched': 'its pyvenv.cfg was rewritten',
  'python-elsewhere': 'its python leads elsewhere now',
  'python-replaced': 'its python.exe was replaced',
} as const satisfies Record<RecordIssue, string>;

const DEFECTS = {
  'is-link': 'the trust store is a link',
  'foreign-owner': 'the trust store belongs to another user',
  'writable-by-others': 'the trust store is open to others',
  'inside-project': 'the trust store lies in the project itself',
  unreadable: 'the trust store cannot be read',
  damaged: 'the trust store is damaged',
} as const satisfies Record<StoreIssue, string>;

/** Returns why nothing is written into the state folder. */
export function describeStateObstacle({ kind, path }: StateObstacle): string {
  switch (kind) {
    case 'missing':
      return `${path} does not exist`;
    case 'link':
      return `${path} is a link`;
    case 'not-a-folder':
      return `${path} is not a folder`;
    case 'other-user':
      return `${path} belongs to another user`;
    case 'others-write':
      return `other users can write to ${path}`;
  }
}

/** Describes the trust issue, for use after "NAME, but". */
export function describeCheckIssue(issue: CheckIssue): string {
  return SUSPICIONS[issue];
}

/** Returns why nothing in the trust store counts. */
export function describeStoreIssue(issue: StoreIssue): string {
  return DEFECTS[issue];
}

/** Returns the words for the code that goes with a reason of the trace; null if the detail is no code. */
export function describeTrustIssue(reason: SkipReason, detail: string): string | null {
  const table: Readonly<Record<string, string>> | null =
    reason === 'suspicious'
      ? SUSPICIONS
      : reason === 'trust-ended'
        ? CHANGES
        : reason === 'trust-store-unusable'
          ? DEFECTS
          : null;
  return table !== null && Object.hasOwn(table, detail) ? (table[detail] ?? null) : null;
}
