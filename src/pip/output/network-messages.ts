import type { NetworkTrouble, OutputLine } from '../../model/observation.ts';
import type { IndexObservation } from './index-messages.ts';

const NO_SSL =
  /^(?:WARNING: )?pip is configured with locations that require TLS\/SSL, however the ssl module in Python is not available\.$/;
const NO_SSL_CAUSE = /SSL module is not available|'ssl' module is unavailable/;
const RETRYING =
  /^ {0,2}(?:WARNING: )?Retrying \(Retry\(total=(\d+), connect=\S+ read=\S+ redirect=\S+ status=\S+ after connection broken by '(.*)$/;
/**
 * pip/_internal/index/collector.py, _handle_get_simple_fail. Only the first reason is told without -v; the others take -v up to
 * 18.1, -vv later.
 */
const NOT_FETCHED = /^ {0,2}Could not fetch URL (\S+): (.*?)(?: - skipping)?$/;
const NOT_CONNECTED =
  /^(?:There was a problem confirming the ssl certificate: |connection error: |(?=timed out$))(.*)$/;
/** The index did answer: with a status that is an error. */
const ANSWERED = /^(\d{3}) (?:Client|Server) Error: /;
/** urllib3 gives up on 500, 503 and others by its own count of retries. */
const TOO_MANY = /too many (\d{3}) error responses/;
const NOT_DOWNLOADED =
  /^(?:ERROR: )?Could not install packages due to an (?:OSError|EnvironmentError): (HTTPS?ConnectionPool\(.*|\(?'Connection aborted\.'.*)$/;
/** The last line of a traceback. Python 2 leaves the module out. */
const UNCAUGHT =
  /^(?:pip\._vendor\.(?:urllib3|requests|http)[\w.]{0,80}\.([A-Za-z]{1,60}: .*)|([A-Za-z]{1,60}: HTTPS?ConnectionPool\(.*))$/;
const OF_THE_NETWORK = /^\w*(?:Timeout|Connection|Proxy|SSL)/;
/** 26.2 and later. */
const BOXED =
  /^error: (connection-failed|connection-timeout|ssl-verification-failed|ssl-missing|proxy-connection-failed)$/;
const BOXED_TROUBLE: Readonly<Record<string, NetworkTrouble>> = {
  'connection-timeout': 'timeout',
  'ssl-verification-failed': 'certificate',
  'proxy-connection-failed': 'proxy',
};

/** Returns what a line says of a connection that failed, or null. */
export function readConnection(seen: OutputLine, text: string): IndexObservation | null {
  if (NO_SSL.test(text)) return { ...seen, kind: 'ssl-missing' };
  const retry = RETRYING.exec(text);
  if (retry !== null) {
    const [, left, rest = ''] = retry;
    const end = rest.lastIndexOf("': ");
    if (end === -1) return null;
    return report(rest.slice(0, end), rest.slice(end + 3), left === '0' ? 'last-retry' : 'retry');
  }
  const fetch = NOT_FETCHED.exec(text);
  if (fetch !== null) {
    const [, place = '', reason = ''] = fetch;
    const status = (ANSWERED.exec(reason) ?? TOO_MANY.exec(reason))?.[1];
    if (status !== undefined) return { ...seen, kind: 'page-refused', status: Number(status), place };
    const detail = NOT_CONNECTED.exec(reason)?.[1];
    return detail === undefined ? null : report(detail, place, 'skipped');
  }
  const [, named, unnamed] = UNCAUGHT.exec(text) ?? [];
  const uncaught = named ?? unnamed ?? '';
  const download = NOT_DOWNLOADED.exec(text)?.[1] ?? (OF_THE_NETWORK.test(uncaught) ? uncaught : undefined);
  if (download !== undefined) return report(download, null, 'failed');
  const boxed = BOXED.exec(text)?.[1];
  if (boxed === undefined) return null;
  if (boxed === 'ssl-missing') return { ...seen, kind: 'ssl-missing' };
  return {
    ...seen,
    kind: 'connection',
    trouble: BOXED_TROUBLE[boxed] ?? 'broken',
    detail: '',
    host: null,
    place: null,
    stage: 'failed',
  };

  function report(
    detail: string,
    place: string | null,
    stage: Extract<IndexObservation, { kind: 'connection' }>['stage'],
  ): IndexObservation {
    if (NO_SSL_CAUSE.test(detail)) return { ...seen, kind: 'ssl-missing' };
    const host = /host='([^']+)'/.exec(detail)?.[1] ?? null;
    return { ...seen, kind: 'connection', trouble: classify(detail), detail, host, place, stage };
  }
}

function classify(detail: string): NetworkTrouble {
  if (TOO_MANY.test(detail)) return 'answer';
  // A proxy that refuses is told as refused, too: outermost first.
  if (/ProxyError|Cannot connect to proxy|Tunnel connection failed/i.test(detail)) return 'proxy';
  if (/CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLCertVerification/i.test(detail)) return 'certificate';
  if (/NameResolution|not known|getaddrinfo|name resolution|\[Errno -[235]\]/i.test(detail)) return 'dns';
  if (/time(?:d out|out)/i.test(detail)) return 'timeout';
  return /refused/i.test(detail) ? 'refused' : 'broken';
}
