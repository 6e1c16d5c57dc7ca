import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeArchive, makeNpmArchive } from '../../packaging/archive.ts';
import { fileEntry } from '../../packaging/entries.ts';
import { isMatrix } from '../support/matrix.ts';
import { buildTestProduct, cache, checkout, copyCheckout } from '../support/packages.ts';

const runtime = {
  node: Buffer.from('a Node'),
  nodeLicence: Buffer.from('its licence'),
  pty: fileEntry('dist/pty-linux-x64.node', 'a part'),
};

let scratch = '';
let copy = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-reproducible-'));
  copy = copyCheckout(path.join(scratch, 'another folder'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

test('a build in another folder, with another umask, gives the same archives', async () => {
  const before = process.umask(0o077);
  try {
    const [one, other] = [buildTestProduct(), buildTestProduct(copy)];
    const make = async (product: typeof one) => [
      await makeArchive(product, 'linux-x64', runtime, '26.0.0'),
      await makeNpmArchive(product, [runtime.pty], Buffer.from('{}')),
    ];
    const [first, second] = [await make(one), await make(other)];
    expect(second.map(({ name }) => name)).toEqual(first.map(({ name }) => name));
    for (const [index, { bytes }] of first.entries())
      expect(bytes.equals(second[index]?.bytes ?? bytes.subarray(1))).toBe(true);
  } finally {
    process.umask(before);
  }
});

test('no path of this machine is in an archive', async () => {
  const { bytes } = await makeArchive(buildTestProduct(copy), 'linux-x64', runtime, '26.0.0');
  const text = gunzipSync(bytes).toString('latin1');
  for (const folder of [checkout, scratch, tmpdir() === '/tmp' ? scratch : tmpdir()])
    expect(text).not.toContain(folder);
});

test('an untested archive says so, a tested one does not', async () => {
  const product = buildTestProduct();
  const read = async (target: 'darwin-x64' | 'linux-x64') =>
    gunzipSync((await makeArchive(product, target, runtime, '26.0.0')).bytes).toString('latin1');
  expect(await read('darwin-x64')).toContain('UNTESTED: this archive');
  expect(await read('linux-x64')).not.toContain('UNTESTED: this archive');
});

const lacks = !isMatrix
  ? ' (needs the matrix)'
  : existsSync(cache)
    ? ''
    : ' (needs `npm run package` once, with a network)';

describe.skipIf(lacks !== '')(`npm run package${lacks}`, () => {
  test('run twice, in two folders and with two umasks, it writes the same bytes', () => {
    const run = (root: string, umask: string, out: string) => {
      const words = [
        'run-typescript.mjs',
        'packaging/main.ts',
        '--offline',
        '--cache',
        cache,
        '--out',
        path.join(scratch, out),
      ];
      const command = 'umask "$1" && shift && exec "$@"';
      const env = { ...process.env, SOURCE_DATE_EPOCH: '1700000000' };
      const done = spawnSync('sh', ['-c', command, 'sh', umask, process.execPath, ...words], { cwd: root, env });
      expect([done.status, String(done.stderr)]).toEqual([0, expect.any(String)]);
      const files = readdirSync(path.join(scratch, out)).toSorted();
      return files.map((name) => {
        const hash = createHash('sha256')
          .update(readFileSync(path.join(scratch, out, name)))
          .digest('hex');
        return `${hash}  ${name}`;
      });
    };
    const first = run(checkout, '022', 'one');
    expect(run(copy, '077', 'two')).toEqual(first);
    expect(readFileSync(path.join(scratch, 'one/SHA256SUMS'), 'utf8').trim().split('\n')).toEqual(
      first.filter((line) => !line.endsWith('SHA256SUMS')).toSorted((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)),
    );
  });
});
