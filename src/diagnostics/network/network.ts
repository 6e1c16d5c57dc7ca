import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipSetting } from '../../model/pip-call.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { unsetCommand } from '../../terminal/activation.ts';
import { describeOrigin } from '../policy/setting-origin.ts';
import { hideCredentials, settingRow } from '../shared/requirements/requirement-origin.ts';
import type { NetworkFailure } from '../cause/index-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherIndexFacts, WITHOUT_INDEX, type WithIndex } from '../index/facts.ts';
import { noteBlock } from '../shared/fixes.ts';
import { printedFix } from '../shared/unset-setting.ts';
import {
  describeTrouble,
  findFailedHost,
  INDEX,
  isAddressOf,
  isOneOfSeveral,
  isPublicHost,
  LOGIN_PLACES,
  PROXY_LOGIN,
  PYPI,
  readTrouble,
  wantsProxyLogin,
} from './network-facts.ts';
import { repeatAsTyped, repeatChanging, repeatWithout } from '../shared/rewrite-command.ts';
import { chooseHeadline, nothingDoneRow } from '../shared/fact-rows.ts';

const CODE = 'network';

export const network = defineDiagnostic<NetworkFailure, WithIndex>({
  code: CODE,
  title: 'pip could not reach the index',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe,
  guessRequest: ({ requirement }) => [requirement ?? 'PACKAGE'],
});

type Facts = CallFacts & WithIndex;

/** An index or a file was not reached, which pip may end with "No matching distribution found". */
function describe(failure: NetworkFailure, facts: Facts, command: PipCommand): Diagnostic {
  const { index } = facts;
  const finding = { ...failure, trouble: readTrouble(failure, index), host: findFailedHost(failure, index) };
  return {
    severity: 'advice',
    code: CODE,
    headline: chooseHeadline('advice', CODE, describeTrouble(failure, index), describeTrouble(failure, index, true)),
    facts: [...settingRows(finding, facts), ...causeRow(finding), nothingDoneRow(command)],
    blocks: chooseBlocks(finding, facts, command),
  };
}

function settingRows(finding: NetworkFailure, { index, caller }: Facts): readonly FactRow[] {
  if (index === null) return [];
  const { trouble } = finding;
  // Which of them failed is for the user to find out.
  if (isOneOfSeveral(finding, index) && index.extraIndex !== null) {
    return [
      index.index === null
        ? { label: 'one of', text: PYPI }
        : settingRow('one of', index.index, caller.home, '--index-url'),
      settingRow('', index.extraIndex, caller.home, '--extra-index-url'),
    ];
  }
  // A file may be elsewhere than the index that lists it.
  const isIndex =
    index.index !== null &&
    (trouble === 'proxy' || (isAddressOf(index.index.value, finding) && !isOneOfSeveral(finding, index)));
  return [
    ...(isIndex && index.index !== null ? [settingRow('index', index.index, caller.home, '--index-url')] : []),
    // A proxy resolves names and connects in pip's place; with other troubles it does not matter.
    ...(trouble === 'proxy' || trouble === 'certificate' ? index.proxy : [])
      .slice(0, 2)
      .map((proxy) => settingRow('proxy', proxy, caller.home, '--proxy')),
  ];
}

/** OpenSSL's names for an answer that is not TLS: plain HTTP, most often. More retries get the same answer. */
const NOT_TLS =
  /\[SSL: (?:WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|HTTP_REQUEST|RECORD_LAYER_FAILURE|PACKET_LENGTH_TOO_LONG)\]/;

/** Of a certificate file that OpenSSL cannot read, and of a server that does not accept what pip offers: to try again changes nothing. */
const BAD_FILE = /\[X509\b[^\]]*\]|\[SSL\] PEM lib|\[SSL: (?:PEM_LIB|NO_START_LINE|KEY_VALUES_MISMATCH)\]/;
const REFUSED_BY_TLS =
  /\[SSL: (?!UNEXPECTED_EOF|DECRYPTION|BAD_RECORD)\w*(?:ALERT|PROTOCOL|CIPHER|TOO_SMALL|TOO_WEAK|RENEGOTIATION)\w*\]/;

function causeRow({ trouble, detail }: NetworkFailure): readonly FactRow[] {
  if (trouble === 'certificate') {
    const reason = /certificate verify failed: ([^(]+?) *(?:\(_ssl|$)/.exec(detail)?.[1];
    return reason === undefined ? [] : [{ label: 'because', text: hideCredentials(reason) }];
  }
  if (trouble === 'answer')
    return [{ label: 'because', text: `${/too many (\d+)/.exec(detail)?.[1] ?? 'an error'} each time` }];
  const reason =
    (trouble === 'broken'
      ? (NOT_TLS.exec(detail) ?? BAD_FILE.exec(detail) ?? REFUSED_BY_TLS.exec(detail))
      : null)?.[0] ?? /(?:\[Errno -?\d+\] [A-Za-z ,]+|Tunnel connection failed: [\w ]+)/.exec(detail)?.[0];
  return reason === undefined ? [] : [{ label: 'because', text: reason }];
}

function chooseBlocks({ trouble, detail, host }: NetworkFailure, facts: Facts, command: PipCommand): readonly Block[] {
  const { shell } = facts.caller;
  // A long name would push everything else off the screen.
  const place = host === null || host.length > 40 ? INDEX : host;
  switch (trouble) {
    case 'proxy':
      return [
        ...(wantsProxyLogin(detail) ? [noteBlock(PROXY_LOGIN)] : []),
        ...proxyBlocks(facts.index?.proxy ?? [], facts, command),
      ];
    case 'timeout':
      return [
        printedFix(
          'wait longer for an answer',
          repeatChanging(
            command,
            [
              ['--timeout', '60'],
              ['--retries', '10'],
            ],
            shell,
          ),
        ),
        noteBlock(`if it still fails, a firewall may block ${place}`),
      ];
    case 'broken':
      if (NOT_TLS.test(detail)) {
        return [
          noteBlock(
            `what answers there does not use TLS: check the port, and http:// or https://, in the URL of ${place} and of the proxy, if there is one`,
          ),
        ];
      }
      if (BAD_FILE.test(detail)) {
        return [noteBlock('check the files that --cert and --client-cert name: one of them is not a certificate file')];
      }
      if (detail.includes('CERTIFICATE_REQUIRED')) {
        return [noteBlock(`${place} asks for a certificate of yours: --client-cert FILE`)];
      }
      if (REFUSED_BY_TLS.test(detail)) {
        return [
          noteBlock(
            `${place}, or a proxy before it, and this Python do not agree on TLS: try a newer Python, or ask the administrator of the index`,
          ),
        ];
      }
      return [printedFix('try again with more retries', repeatChanging(command, [['--retries', '10']], shell))];
    case 'dns':
      return [noteBlock(adviseOnName(place, facts))];
    case 'refused':
      return [
        noteBlock(
          isPublicHost(place)
            ? 'check whether this network needs a proxy (--proxy URL): a firewall may reject pip'
            : 'check the host and the port: nothing listens there, or a firewall rejects pip',
        ),
      ];
    case 'answer':
      return [noteBlock('try again later: the index was reached, but has a problem of its own')];
    case 'login':
      return [noteBlock(LOGIN_PLACES)];
    case 'certificate':
      return certificateBlocks(detail, place, facts, command);
  }
}

/** pypi.org is known everywhere: an address of it needs no look. Another index may be known only inside of a network. */
function adviseOnName(place: string, facts: Facts): string {
  if (isPublicHost(place))
    return `check the network connection of ${machine(facts)}; some networks need a proxy: --proxy URL`;
  const where =
    place === INDEX
      ? "a company's index may be known only inside its network"
      : `${place} may be known only inside a company's network`;
  return `check the network connection of ${machine(facts)}, the VPN and the index URL: ${where}`;
}

function machine({ isLog }: Facts): string {
  return isLog ? 'that machine' : 'this machine';
}

function proxyBlocks(proxies: readonly PipSetting[], facts: Facts, command: PipCommand): readonly Block[] {
  const { shell, home } = facts.caller;
  const [first] = proxies;
  if (first === undefined)
    return [noteBlock(`check the proxy settings of ${machine(facts)} and of pip (pip config list)`)];
  switch (first.origin.kind) {
    case 'command-line':
      return [printedFix('if no proxy is needed here, leave it out', repeatWithout(command, '--proxy', shell))];
    case 'file':
      return [noteBlock(`correct that line, or remove it from ${describeOrigin(first.origin, home)}`)];
    case 'variable': {
      const names = proxies.flatMap(({ origin }) => (origin.kind === 'variable' ? [origin.name] : []));
      const unset = names.map((name) => unsetCommand(name, shell));
      return [printedFix('if no proxy is needed here, unset it', repeatAsTyped(command, shell), ...unset)];
    }
  }
}

function certificateBlocks(detail: string, place: string, facts: Facts, command: PipCommand): readonly Block[] {
  const [period] = /expired|not yet valid/.exec(detail) ?? [];
  const unsafe = noteBlock('do not use --trusted-host: it disables this check');
  if (period !== undefined) {
    const state = period === 'expired' ? 'has expired' : 'is not yet valid';
    const text = `check the clock of ${machine(facts)}; if it is right, tell the operator of ${place} that its certificate ${state}`;
    return [noteBlock(text), unsafe];
  }
  const printed = repeatChanging(command, [['--cert', 'CERTIFICATES.pem']], facts.caller.shell);
  return [
    printedFix("if your company's proxy replaces certificates, use its certificate file", {
      ...printed,
      applicability: 'has-placeholder',
    }),
    unsafe,
  ];
}
