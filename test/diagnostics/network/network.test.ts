import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import type { PipSetting } from '../../../src/model/pip-call.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command, factsWith, indexFacts, print } from '../build.ts';

const retry = (detail: string, place = '/simple/flask/') =>
  `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by '${detail}': ${place}\n`;
const connection = (reason: string) =>
  `NewConnectionError("<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: ${reason}")`;
/** Up to 25.2 pip names no host. */
const UNRESOLVED = connection('[Errno -3] Temporary failure in name resolution');
const NAMED = `NameResolutionError("HTTPSConnection(host='pypi.org', port=443): Failed to resolve 'pypi.org' ([Errno -3] x)")`;
const MISSING = 'ERROR: No matching distribution found for flask\n';

function say(text: string, changes: Parameters<typeof indexFacts>[0] | null, line = 'pip install flask'): string {
  const watcher = createOutputWatcher();
  watcher.push('stderr', Buffer.from(text));
  const finding = diagnose(watcher.finish(), command(line), { kind: 'exited', status: 1 }, { interpreter: null });
  if (finding === null) throw new Error('no finding');
  const facts = changes === null ? factsWith({ isLog: true }) : factsWith({ index: indexFacts(changes) });
  return print(finding, facts, line).replaceAll(/\n {2,}/g, ' ');
}

const set = (value: string): PipSetting => ({ value, origin: { kind: 'variable', name: 'PIP_INDEX_URL', value } });
const own = { index: set('https://Index.corp.example:8443/simple') };

describe('a certificate that is not trusted', () => {
  const failed = (reason: string) =>
    retry(
      `SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${reason} (_ssl.c:1006)"))`,
    ) + MISSING;

  test.each([
    ['certificate has expired', 'has expired'],
    ['certificate is not yet valid', 'is not yet valid'],
  ])('%s: no certificate file helps; the clock, or the operator', (reason, state) => {
    const text = say(failed(reason), own);
    expect(text).toContain(
      `check the clock of this machine; if it is right, tell the operator of index.corp.example that its certificate ${state}`,
    );
    expect(text).not.toContain('--cert');
    expect(text).toContain('do not use --trusted-host');
  });

  test('signed by a proxy: its certificate file', () => {
    const text = say(failed('self-signed certificate in certificate chain'), own);
    expect(text).toContain('pip install --cert CERTIFICATES.pem flask');
    expect(text).not.toContain('clock');
  });
});

describe('the host that was not reached', () => {
  test.each<[case_: string, text: string, changes: Parameters<typeof indexFacts>[0] | null, shown: readonly string[]]>([
    ['without a setting', retry(UNRESOLVED), {}, ['pypi.org cannot be found: the machine seems to be offline']],
    [
      'an extra index that is a folder, and --no-index set to no',
      retry(UNRESOLVED),
      { extraIndex: set('file:///srv/simple /srv/more'), noIndex: set('0') },
      ['pypi.org cannot be found: the machine seems to be offline'],
    ],
    [
      'of several indexes, of which one is not a folder',
      `Looking in indexes: https://idx.example/simple, file:///srv/simple\n${retry(UNRESOLVED)}`,
      { index: set('https://idx.example/simple'), extraIndex: set('file:///srv/simple') },
      ['the host name idx.example could not be resolved'],
    ],
    ['pip names it', retry(NAMED), {}, ['pypi.org cannot be found', 'note: check the network connection']],
    [
      'an index of a setting',
      retry(UNRESOLVED),
      own,
      ['the host name index.corp.example could not be resolved', 'PIP_INDEX_URL', 'the VPN and the index URL'],
    ],
    [
      'an index of a requirements file, which pip prints',
      `Looking in indexes: https://index.corp.example/simple\n${retry(UNRESOLVED)}`,
      {},
      ['the host name index.corp.example could not be resolved'],
    ],
    [
      'one of several',
      `Looking in indexes: https://pypi.org/simple, https://index.corp.example/simple\n${retry(UNRESOLVED)}`,
      {},
      [
        'the host name of one of the indexes could not be resolved',
        "a company's index may be known only inside its network",
      ],
    ],
    [
      'one of several, of which pip says nothing',
      retry(UNRESOLVED),
      { extraIndex: own.index },
      ['the host name of one of the indexes'],
    ],
    ['links in place of an index', retry(UNRESOLVED), { noIndex: set('1') }, ['the host name of the index']],
    [
      'a saved log',
      retry(UNRESOLVED),
      null,
      ['the host name of the index', 'check the network connection of that machine'],
    ],
    [
      'refused',
      retry(connection('[Errno 111] Connection refused')),
      {},
      ['pypi.org refused', 'check whether this network needs a proxy'],
    ],
    [
      'refused by another',
      retry(connection('[Errno 111] Connection refused')),
      own,
      ['index.corp.example refused the connection', 'check the host and the port'],
    ],
    ['no answer', retry('ReadTimeoutError("x: Read timed out. (read timeout=15)")'), {}, ['pypi.org did not answer']],
  ])('%s', (_, text, changes, shown) => {
    const said = say(text + MISSING, changes);
    for (const part of shown) expect(said).toContain(part);
    expect(said.includes('VPN') && said.includes('[network]: pypi.org')).toBe(false);
  });

  test('a traceback of Python 2, which names no module', () => {
    const end = "ConnectionError: HTTPConnectionPool(host='f.example.org', port=80): Max retries exceeded with url: /x";
    expect(say(`ERROR: Could not install packages due to an EnvironmentError.\n${end}\n`, {})).toContain(
      'the connection to f.example.org failed',
    );
  });
});

describe('the name of a file without -r, and no network', () => {
  const output = (name: string) =>
    `${retry(UNRESOLVED, `/simple/${name.replace('.', '-')}/`)}ERROR: No matching distribution found for ${name}\n`;

  test.each([
    ['requirements.txt', 'requirements.txt is a file; -r was left out', 'pip install -r requirements.txt'],
    ['pyproject.toml', 'pyproject.toml is a file; name its folder', 'pip install .'],
  ])('%s: the hint is kept, and the network is named', (name, headline, fix) => {
    const said = say(output(name), { files: [name] }, `pip install ${name}`);
    for (const part of [headline, fix, 'network       pypi.org cannot be found']) expect(said).toContain(part);
  });

  test('a dependency of that name is not what was typed', () => {
    expect(say(output('requirements.txt'), {}, 'pip install flask')).toContain('advice[network]');
  });
});

describe('an address that leads nowhere', () => {
  const WRONG = "SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1000)'))";

  test('plain HTTP behind https://: no further tries, which get the same answer', () => {
    const text = say(retry(WRONG) + MISSING, own);
    expect(text).toContain('because       [SSL: WRONG_VERSION_NUMBER]');
    expect(text).toContain('does not use TLS');
    expect(text).not.toContain('--retries');
    expect(say(retry("SSLError(SSLError(8, 'EOF occurred in violation of protocol'))") + MISSING, own)).toContain(
      '--retries 10',
    );
  });

  test.each([
    [
      "SSLError(SSLError(136, '[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate (_ssl.c:1)'))",
      'note: check the files',
    ],
    ["SSLError(SSLError(9, u'[X509] no certificate or crl found (_ssl.c:2)'))", 'note: check the files that --cert'],
    ["SSLError(SSLError(524297, '[SSL] PEM lib (_ssl.c:3896)'))", 'because       [SSL] PEM lib'],
    ["SSLError(SSLError(1, '[SSL: TLSV1_ALERT_PROTOCOL_VERSION] x (_ssl.c:1)'))", 'do not agree on TLS'],
    ["SSLError(SSLError(1, '[SSL: DH_KEY_TOO_SMALL] x (_ssl.c:1)'))", 'try a newer Python'],
    ["SSLError(SSLError(1, '[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] x'))", 'asks for a certificate of yours'],
  ])('what fails each time is not tried again: %s', (detail, shown) => {
    const text = say(retry(detail) + MISSING, own);
    expect(text).toContain(shown);
    expect(text).not.toContain('--retries');
  });

  test.each([
    ['pip prints them', `Looking in indexes: ${own.index.value}, https://pypi.org/simple\n`, own],
    ['only settings tell', '', { ...own, extraIndex: set('https://pypi.org/simple') }],
  ])('of several indexes none is blamed: %s', (_, before, changes) => {
    const text = say(before + retry(connection('[Errno 111] Connection refused')) + MISSING, changes);
    expect(text).toContain('one of the indexes refused the connection');
    expect(text).not.toMatch(/index +https:.*corp.example/);
  });

  const SKIPPED =
    'WARNING: The repository located at extra.example is not a trusted or secure host and is being ignored.\n';
  test.each<[what: string, changes: Parameters<typeof indexFacts>[0], row: string]>([
    [
      'another index than the main one',
      { ...own, extraIndex: set('https://one.example/ http://u:p@extra.example:80/simple') },
      'index         http://****@extra.example:80/simple, from',
    ],
    ['the main one', { index: set('http://extra.example') }, 'index         http://extra.example, from PIP_INDEX_URL'],
    ['one of a file', { ...own, extraIndex: set('http://extra.example.org/') }, 'index         extra.example result'],
  ])('pip skipped an index without https: %s is named', (_, changes, row) => {
    const text = say(SKIPPED + MISSING, changes);
    expect(text).toContain(row);
    expect(text).not.toContain('corp.example');
  });

  test.each([
    ['pypi.org/simple', true],
    ['localhost:3141/root/pypi', true],
    ['https://pypi.org/simple', false],
    ['./simple', false],
    ['/srv/simple', false],
  ])('%s: taken for a folder %s', (value, isIncomplete) => {
    const missing =
      'ERROR: Could not find a version that satisfies the requirement flask (from versions: none)\n' + MISSING;
    const text = say(missing, { index: set(value) });
    expect(text.includes(`write https://${value}`)).toBe(isIncomplete);
    expect(text.includes('the index URL lacks https://')).toBe(isIncomplete);
  });

  test.each([
    ['htps://pypi.org/simple', true],
    ['devpi:3141/root', true],
    ['FILE:///srv/simple', false],
    ['HTTPS://pypi.org/simple', false],
  ])('%s: no address of an index: %s', (value, isUnusable) => {
    const missing =
      'ERROR: Could not find a version that satisfies the requirement flask (from versions: none)\n' + MISSING;
    const text = say(missing, { index: set(value) });
    expect(text.includes('pip cannot use the address of the index')).toBe(isUnusable);
  });
});

test('a proxy that asks for a password is not called unreachable', () => {
  const text = say(
    retry(
      "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication Required'))",
    ) + MISSING,
    {
      proxy: [
        { value: 'http://proxy.corp.example:3128', origin: { kind: 'variable', name: 'https_proxy', value: 'x' } },
      ],
    },
  );
  expect(text).toContain(': the proxy asks for a user name and a password\n');
  expect(text).toContain('go before the host in its URL');
});

test.each(['User for index.corp.example:8443: ', 'User for index.corp.example:8443: Looking in indexes: x\n'])(
  'an index that asks for a user name, where nothing can be typed: %j',
  (line) => {
    const watcher = createOutputWatcher();
    watcher.push('stdout', Buffer.from(line));
    watcher.push('stderr', Buffer.from('ERROR: Exception:\nEOFError: EOF when reading a line\n'));
    const run = (status: number) =>
      diagnose(watcher.finish(), command('pip install flask'), { kind: 'exited', status }, { interpreter: null });
    expect(run(2)).toMatchObject({ code: 'network', trouble: 'login', host: 'index.corp.example' });
    expect(run(1)).toBe(null);
    expect(run(0)).toBe(null);
  },
);

test('one of several indexes failed, and pip names no host: all are named', () => {
  const extraIndex = set('http://127.0.0.1:9/simple');
  const text = say(retry(connection('[Errno 111] Connection refused')) + 'Looking in indexes: a, b\n' + MISSING, {
    ...own,
    extraIndex,
  });
  expect(text).toContain('one of the indexes refused the connection');
  expect(text).toContain('one of        https://Index.corp.example:8443/simple, from PIP_INDEX_URL');
  expect(text).toContain('http://127.0.0.1:9/simple, from PIP_INDEX_URL');
});
