import type { NetworkFailure } from '../cause/index-failure.ts';
import type { IndexFacts } from './facts.ts';
import type { NetworkTrouble } from '../../model/observation.ts';

/**
 * Returns what failed. pip 26 names a proxy that refuses the connection as it names any other host: what tells them apart is
 * that the setting of a proxy names it.
 */
export function readTrouble(finding: NetworkFailure, index: IndexFacts | null): NetworkTrouble {
  const { trouble } = finding;
  if (finding.host === null || trouble === 'certificate' || trouble === 'answer' || index === null) return trouble;
  const isProxy = index.proxy.some(({ value }) => isAddressOf(value, finding));
  return isProxy && !(index.index !== null && isAddressOf(index.index.value, finding)) ? 'proxy' : trouble;
}

/** Whether an address may be the one that failed: host and port are the same, as far as both are known. */
export function isAddressOf(address: string, { host, detail }: NetworkFailure): boolean {
  if (host === null) return true;
  const [, name, port = null] =
    /^(?:[a-z+]+:\/\/)?(?:[^/@]*@)?\[?([\w.-]+|[\da-f:]+)\]?(?::(\d+))?(?:[/?#]|$)/i.exec(address) ?? [];
  if (name?.toLowerCase() !== host.toLowerCase()) return false;
  const failed = /\bport=(\d+)/.exec(detail)?.[1] ?? null;
  return port === null || failed === null || port === failed;
}
