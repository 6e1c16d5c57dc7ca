import { isRemote, type NetworkFailure } from '../cause/index-failure.ts';
import { isNoIndex, type IndexFacts } from '../index/facts.ts';
import type { NetworkTrouble } from '../../model/observation.ts';

/** Host of the index that pip asks without any setting. */
export const PYPI = 'pypi.org';
/** Whether every network can reach a host: the address needs no second look. */
export function isPublicHost(host: string | null): boolean {
  return host === PYPI || host === 'files.pythonhosted.org';
}

/** Where it is not known which host failed. */
export const INDEX = 'the index';

/** Where pip looks for a user name and a password. */
export const LOGIN_PLACES =
  'give pip a user name and a password: by keyring, in a .netrc file, or before the host in the index URL';

/** The same for a proxy. */
export const PROXY_LOGIN = 'a user name and a password for the proxy go before the host in its URL';

/** Where pip asked several, and does not say which one failed. */
const ONE_OF_SEVERAL = 'one of the indexes';

const HEADLINES: Readonly<Record<NetworkTrouble, (host: string) => string>> = {
  proxy: () => 'pip could not connect through the proxy',
  certificate: (host) => `the certificate of ${host} is not trusted`,
  dns: (host) =>
    isPublicHost(host)
      ? `${host} cannot be found: the machine seems to be offline`
      : `the ${host === INDEX || host === ONE_OF_SEVERAL ? `host name of ${host}` : `host name ${host}`} could not be resolved`,
  timeout: (host) => `${host} did not answer in time`,
  refused: (host) => `${host} refused the connection`,
  broken: (host) => `the connection to ${host} failed`,
  answer: (host) => `${host} answered with an error each time`,
  login: (host) => `${host} asks for a user name, and pip cannot read one here`,
};

/** Returns a clause about what failed; with `short`, without the host. */
export function describeTrouble(failure: NetworkFailure, index: IndexFacts | null, short = false): string {
  const unnamed = isOneOfSeveral(failure, index) ? ONE_OF_SEVERAL : INDEX;
  if (wantsProxyLogin(failure.detail)) return 'the proxy asks for a user name and a password';
  return HEADLINES[readTrouble(failure, index)](short ? unnamed : (findFailedHost(failure, index) ?? unnamed));
}

/** Whether the proxy is there, and did not accept who asks. */
export function wantsProxyLogin(detail: string): boolean {
  return /Tunnel connection failed: 407\b/.test(detail);
}

/** Whether any of several indexes may be the one that failed. */
export function isOneOfSeveral({ host, hasSeveralIndexes }: NetworkFailure, index: IndexFacts | null): boolean {
  return host === null && (hasSeveralIndexes === true || hasRemoteExtra(index));
}

function hasRemoteExtra(index: IndexFacts | null): boolean {
  return index?.extraIndex?.value.split(/\s+/).some(isRemote) === true;
}

/**
 * Returns the host that was not reached; null if it is not known. Before 25.3 pip names none while it looks for a project: then
 * it is the index in force.
 */
export function findFailedHost(failure: NetworkFailure, index: IndexFacts | null): string | null {
  if (failure.host !== null) return failure.host;
  const isPage = failure.requirement !== null && failure.hasSeveralIndexes !== true;
  if (!isPage || index === null || hasRemoteExtra(index) || isNoIndex(index.noIndex)) return null;
  return index.index === null ? PYPI : (readAddress(index.index.value)[0]?.toLowerCase() ?? null);
}

/**
 * Returns what failed. pip 26 names a proxy that refuses the connection as it names any other host: what tells them apart is
 * that the setting of a proxy names it.
 */
export function readTrouble(finding: NetworkFailure, index: IndexFacts | null): NetworkTrouble {
  const { trouble } = finding;
  if (finding.host === null || isAnswer(trouble) || index === null) return trouble;
  const isProxy = index.proxy.some(({ value }) => isAddressOf(value, finding));
  return isProxy && !(index.index !== null && isAddressOf(index.index.value, finding)) ? 'proxy' : trouble;
}

/** Troubles of the host that was meant: a proxy did not stand in the way. */
function isAnswer(trouble: NetworkTrouble): boolean {
  return trouble === 'certificate' || trouble === 'answer' || trouble === 'login';
}

/** Whether an address may be the one that failed: host and port are the same, as far as both are known. */
export function isAddressOf(address: string, { host, detail }: Pick<NetworkFailure, 'host' | 'detail'>): boolean {
  if (host === null) return true;
  const [name, port] = readAddress(address);
  if (name?.toLowerCase() !== host.toLowerCase()) return false;
  const failed = /\bport=(\d+)/.exec(detail)?.[1] ?? null;
  return port === null || failed === null || port === failed;
}

function readAddress(address: string): readonly [host: string | null, port: string | null] {
  const [, name = null, port = null] =
    /^(?:[a-z+]+:\/\/)?(?:[^/@]*@)?\[?([\w.-]+|[\da-f:]+)\]?(?::(\d+))?(?:[/?#]|$)/i.exec(address) ?? [];
  return [name, port];
}
