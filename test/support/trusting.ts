import { takeRecord } from '../../src/interpreter/trust/trust-record.ts';
import { renderTrustStore } from '../../src/interpreter/trust/trust-store.ts';
import type { CallContext } from '../../src/model/call-context.ts';
import { viewOf, type Tree } from './tree.ts';

/** The tree with a trust store of ada's (user 1000) in it, which trusts these environments as they are. */
export function trusting(tree: Tree, ...prefixes: readonly string[]): Tree {
  const place: CallContext = {
    platform: 'linux',
    files: viewOf(tree),
    env: {},
    cwd: '/',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: [],
    shimsDirectory: null,
    today: '2026-11-24',
  };
  const known = prefixes.flatMap((prefix) => {
    const record = takeRecord(prefix, place);
    return record === null ? [] : [{ ...record, places: [prefix] }];
  });
  if (known.length < prefixes.length) throw new Error(`no environments: ${prefixes.join(' ')}`);
  return {
    ...tree,
    // At the end: inodes go by the order.
    '/home/ada/.local/state/pipward': { directory: true, mode: 0o700 },
    '/home/ada/.local/state/pipward/trust.json': { text: renderTrustStore(known), mode: 0o600 },
  };
}
