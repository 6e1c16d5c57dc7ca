import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import { diagnoseLog } from '../../../src/admin/diagnose/log-facts.ts';
import type { Finding } from '../../../src/diagnostics/registry.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { createLogReader } from '../../../src/admin/diagnose/log-reader.ts';
import { command } from '../../diagnostics/build.ts';

function judge(text: string | Buffer, status: number, chunkSize = 64 * 1024): Finding | null {
  const watcher = createOutputWatcher();
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += chunkSize) {
    watcher.push('stderr', bytes.subarray(start, start + chunkSize));
  }
  return diagnose(watcher.finish(), command('pip install x'), { kind: 'exited', status }, { interpreter: null });
}

const NO_MATCH = 'ERROR: No matching distribution found for';
const UNSATISFIED = 'ERROR: Could not find a version that satisfies the requirement';
const retry = (total: number, name: string, detail = 'NewConnectionError("x: [Errno 111] Connection refused")') =>
  `WARNING: Retrying (Retry(total=${total}, connect=None, read=None, redirect=None, status=None)) after connection broken by '${detail}': /simple/${name}/\n`;

describe('the cause, not the last line', () => {
  test.each<[case_: string, text: string, finding: object]>([
    [
      'asked for by a file',
      `${UNSATISFIED} flask==9 (from -r a.txt (line 3)) (from versions: 1.0, 2.0)\n${NO_MATCH} flask==9 (from -r a.txt (line 3))\n`,
      { requirement: 'flask==9', origin: '-r a.txt (line 3)', versions: ['1.0', '2.0'] },
    ],
    [
      'asked for by a dependency',
      `${UNSATISFIED} b[x]<2,>=1 (from a==1.0->c) (from versions: none)\n${NO_MATCH} b[x]<2,>=1 (from a==1.0->c)\n`,
      { requirement: 'b[x]<2,>=1', origin: 'a==1.0->c', versions: [] },
    ],
    [
      'retries for another project went well',
      `${retry(0, 'other')}${UNSATISFIED} ghost (from versions: none)\n${NO_MATCH} ghost\n`,
      { code: 'no-matching-distribution' },
    ],
    [
      'not the last retry',
      `${retry(3, 'ghost')}${UNSATISFIED} ghost (from versions: none)\n${NO_MATCH} ghost\n`,
      { code: 'no-matching-distribution' },
    ],
    [
      'the name is written in another way',
      `${retry(0, 'my-lib')}${UNSATISFIED} My_Lib>=1 (from versions: none)\n${NO_MATCH} My_Lib>=1\n`,
      { code: 'network', trouble: 'refused', requirement: 'My_Lib>=1' },
    ],
    [
      'old pips name no host: the only index is it',
      `Looking in indexes: https://ada:****@index.example.org:8443/simple\n${retry(0, 'a')}${UNSATISFIED} a (from versions: none)\n${NO_MATCH} a\n`,
      { code: 'network', host: 'index.example.org' },
    ],
    [
      'a read that timed out in the middle',
      "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='files.example.org', port=443): Read timed out.\n",
      { code: 'network', trouble: 'timeout', host: 'files.example.org' },
    ],
    [
      'told with -vv, never tried again: no connection',
      `  Could not fetch URL https://i.example.org/simple/a/: connection error: HTTPSConnectionPool(host='i.example.org', port=443): Max retries exceeded with url: /simple/a/ (Caused by NewConnectionError('[Errno 111] Connection refused')) - skipping\n${UNSATISFIED} a (from versions: none)\n${NO_MATCH} a\n`,
      { code: 'network', trouble: 'refused', host: 'i.example.org' },
    ],
    [
      'told with -vv: no answer in time',
      `Could not fetch URL https://i.example.org/simple/a/: timed out - skipping\n${UNSATISFIED} a (from versions: none)\n${NO_MATCH} a\n`,
      { code: 'network', trouble: 'timeout', host: 'i.example.org' },
    ],
    [
      'told with -vv: the answer is an error',
      `Could not fetch URL https://i.example.org/simple/a/: 403 Client Error: Forbidden for url: https://i.example.org/simple/a/ - skipping\n${UNSATISFIED} a (from versions: none)\n${NO_MATCH} a\n`,
      { code: 'no-matching-distribution', answers: [{ status: 403, host: 'i.example.org' }] },
    ],
    [
      'the page of another project',
      `Could not fetch URL https://i.example.org/simple/b/: 404 Client Error: Not Found for url: x - skipping\n${UNSATISFIED} a (from versions: none)\n${NO_MATCH} a\n`,
      { code: 'no-matching-distribution', answers: [] },
    ],
    [
      'a server that was reached and fails',
      "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='f.example.org', port=443): Max retries exceeded with url: /a.whl (Caused by ResponseError('too many 503 error responses'))\n",
      { code: 'network', trouble: 'answer', host: 'f.example.org' },
    ],
    ['26.2, in a box', 'error: ssl-verification-failed\n\n× Failed\n', { code: 'network', trouble: 'certificate' }],
    ['26.2, no ssl', 'error: ssl-missing\n', { code: 'ssl-module-missing' }],
    [
      'versions for other Pythons, one of them asked for',
      `ERROR: Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.10; 2.1 Requires-Python >=3.11,<4\n${UNSATISFIED} a>=2 (from versions: 1.0)\n${NO_MATCH} a>=2\n`,
      { code: 'requires-python', specifier: '>=3.11,<4', usable: ['1.0'] },
    ],
    [
      'versions for other Pythons, none of them asked for',
      `ERROR: Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.10\n${UNSATISFIED} a==9 (from versions: 1.0)\n${NO_MATCH} a==9\n`,
      { code: 'no-matching-distribution', versions: ['1.0'] },
    ],
    [
      'an index without https',
      `WARNING: The repository located at index.example.org is not a trusted or secure host and is being ignored. If\n${UNSATISFIED} a (from versions: none)\n${NO_MATCH} a\n`,
      { code: 'no-matching-distribution', untrusted: 'index.example.org' },
    ],
  ])('%s', (_, text, finding) => {
    expect(judge(text, 1)).toMatchObject(finding);
  });

  test('a list of versions longer than a line is read to its end', () => {
    const versions = Array.from({ length: 2000 }, (_, index) => `1.${index}`);
    const text = `${UNSATISFIED} a==9 (from versions: ${versions.join(', ')})\n${NO_MATCH} a==9\n`;
    for (const size of [1, 1000, 100_000]) expect(judge(text, 1, size)).toMatchObject({ versions });
  });

  test('many retries do not push the end out', () => {
    const text = `${retry(4, 'a').repeat(500)}${UNSATISFIED} a (from versions: none)\n${NO_MATCH} a\n`;
    expect(judge(text, 1)?.code).toBe('no-matching-distribution');
  });
});

const lost = `${UNSATISFIED} evil (from versions: none)\n${NO_MATCH} evil\n`;

describe('silence', () => {
  test.each<[case_: string, text: string, status: number]>([
    ['nothing', '', 1],
    ['a retry, and all went well', `${retry(4, 'a')}Successfully installed a-1\n`, 0],
    ['the last retry, and all went well', `${retry(0, 'a')}Successfully installed a-1\n`, 0],
    ['retries, then another failure', `${retry(0, 'a')}ERROR: Invalid requirement: 'a=1'\n`, 1],
    ['words of a failure, and pip went on', lost, 0],
    ["a build's output, 6 spaces", lost.replaceAll(/^/gm, '      '), 1],
    ["a build's output, 4 spaces", lost.replaceAll(/^/gm, '    '), 1],
    ["a build's output, 2 spaces", lost.replaceAll(/^/gm, '  '), 1],
    ["a build's output behind a bar", lost.replaceAll(/^/gm, '  | '), 1],
    ["a build's output, quoted", lost.replaceAll(/^/gm, '> '), 1],
    ['an echo of it', `echo "${NO_MATCH} x"\n`, 1],
    ['no name behind it', `${NO_MATCH}\n`, 1],
    ['an address in place of a name', `${NO_MATCH} (none)\n`, 1],
    ['only the first of two lines', `${UNSATISFIED} evil (from versions: none)\n`, 1],
    ['small letters', lost.toLowerCase(), 1],
    ['a requirement without ERROR before it', "Package 'a' requires a different Python\n", 1],
    ['indented', "    ERROR: Package 'a' requires a different Python: 3.9 not in '>=3.10'\n", 1],
    [
      'ignored versions alone',
      'ERROR: Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.10\n',
      1,
    ],
    ['yanked versions', 'ERROR: Ignored the following yanked versions: 1.0\n', 1],
    ['pip check', 'demo-app 1.0 has requirement demo-lib<2, but you have demo-lib 2.0.\n', 1],
    [
      'a conflict, and then a failure',
      'a 1 requires b<2, but you have b 3 which is incompatible.\nERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n',
      1,
    ],
    ['a sentence like a conflict', 'This tool 1.0 requires care, but you have none which is incompatible.\n', 0],
    ['a build that speaks of a conflict', '    a 1 requires b<2, but you have b 3 which is incompatible.\n', 0],
    ['causes without a conflict', '    a 1.0 depends on b==1\n    The user requested b==2\n', 1],
    [
      'a conflict of a build',
      '      ERROR: Cannot install a and b because these package versions have conflicting dependencies.\n',
      1,
    ],
    ['no space left', 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n', 1],
    [
      'a requirements file that is missing',
      "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'a.txt'\n",
      1,
    ],
    ['a hash', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n', 1],
    [
      'a page that was skipped, and all went well',
      'Could not fetch URL https://x.example/simple/a/: There was a problem confirming the ssl certificate: certificate verify failed - skipping\nSuccessfully installed a-1\n',
      0,
    ],
    ['an exception of a program of its own', 'requests.exceptions.ConnectionError: no\n', 1],
    ['an exception of pip that is not about the network', 'pip._vendor.packaging.version.InvalidVersion: x\n', 2],
    ['a build that lacks ssl', '      ImportError: the ssl module in Python is not available.\n', 1],
    [
      'an index that refuses the credentials',
      'WARNING: 401 Error, Credentials not correct for https://x.example/simple/a/\nERROR: Could not find a version that satisfies the requirement a (from versions: none)\nERROR: No matching distribution found for a\n',
      1,
    ],
    [
      'an index that refuses the credentials, on a terminal',
      'User for x.example:   WARNING: 401 Error, Credentials not correct for https://x.example/simple/a/\nERROR: No matching distribution found for a\n',
      1,
    ],
    ['indexes alone', 'Looking in indexes: https://index.example.org/simple\n', 1],
    ['Ctrl-C', 'ERROR: Operation cancelled by user\n', 1],
    ['a new version of pip', '[notice] A new release of pip is available: 23.0.1 -> 24.0\n', 0],
  ])('%s', (_, text, status) => {
    expect(judge(text, status)).toBeNull();
    if (status === 0 || text.startsWith('>')) return;
    const reader = createLogReader();
    reader.push(text);
    expect(/^(?:> | {2}\| )/m.test(text) ? null : (diagnoseLog(reader.finish())?.code ?? null)).toBe(
      text.includes('which is incompatible') && !text.startsWith(' ') ? 'dependency-conflict' : null,
    );
  });
});
