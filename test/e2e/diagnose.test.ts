import { createWriteStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const program = path.join(import.meta.dirname, '..', '..', 'dist', 'admin.cjs');
const fixtures = path.join(import.meta.dirname, '..', 'fixtures', 'held-out');
const CAUSE = `ERROR: Could not find a version that satisfies the requirement reqeusts (from versions: none)
ERROR: No matching distribution found for reqeusts
`;

describe('pipward diagnose', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'pipward-log-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

  const run = (args: readonly string[], input: string | Buffer = '') =>
    spawnSync(process.execPath, [program, 'diagnose', ...args], {
      input,
      encoding: 'utf8',
      env: { ...process.env, SHELL: '/bin/bash' },
    });
  const save = (name: string, content: string | Buffer) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };

  test('in words, and honest about the machine', () => {
    const { status, stdout, stderr } = run([save('plain.log', CAUSE)]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('advice[no-matching-distribution]: reqeusts not found; did you mean requests?');
    expect(stdout).not.toContain('    pip install requests\n');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('nothing is known of the machine that wrote it');
    expect(stdout).not.toContain('interpreter');
  });

  test.each<[case_: string, content: string | Buffer]>(
    chooseSome(
      [
        ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${CAUSE.replaceAll('\n', '\r\n')}`, 'utf16le')],
        ['UTF-16, the other way round', Buffer.from(`\ufeff${CAUSE}`, 'utf16le').swap16()],
        ['UTF-8 with its mark', `\ufeff${CAUSE}`],
        ['bytes that are not UTF-8', Buffer.concat([Buffer.from([0xff, 0x80, 0x0a]), Buffer.from(CAUSE)])],
      ],
      3,
    ),
  )('%s', (_, content) => {
    const codes = ['encoded.log', '-'].map((file) => {
      const word = file === '-' ? file : save(file, content);
      return JSON.parse(run(['--json', word], file === '-' ? content : '').stdout).diagnostics[0]?.code;
    });
    expect(codes).toEqual(['no-matching-distribution', 'no-matching-distribution']);
  });

  test('an object for programs; an empty list is silence', () => {
    expect(JSON.parse(run(['--json', '-'], CAUSE).stdout)).toMatchObject({
      schema: 1,
      diagnostics: [{ code: 'no-matching-distribution', severity: 'advice' }],
    });
    expect(run(['--json', '-'], 'all is well\n')).toMatchObject({
      status: 0,
      stdout: '{"schema":1,"diagnostics":[]}\n',
    });
    expect(run(['-'], 'all is well\n')).toMatchObject({
      status: 0,
      stdout: 'pipward found no problem that it knows in this log\n',
    });
  });

  test('what cannot be read is 1, no file 2', () => {
    for (const file of [path.join(folder, 'nowhere'), folder]) {
      const { status, stdout, stderr } = run([file]);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^pipward: \/.+ cannot be read: (?:there is no such file|it is a folder, not a file)\n$/);
    }
    expect(run([]).status).toBe(2);
    expect(run(['--what', '-']).status).toBe(2);
  });

  test('control characters of the log are not printed', () => {
    const evil = `ERROR: Package 'a\x1b[31m\u202eb' requires a different Python: 3.9\x07 not in '>=3.10\x9b'\n`;
    for (const args of [['-'], ['--json', '-']]) {
      const { stdout } = run(args, evil);
      expect(stdout).toContain('requires-python');
      expect(stdout).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
  });

  test.runIf(isMatrix)('every log of the corpus is read without a failure (needs the matrix)', () => {
    const files = readdirSync(fixtures).filter((name) => name.endsWith('.txt'));
    for (const name of files.filter((_, index) => index % 12 === 0)) {
      expect({ name, ...run([path.join(fixtures, name)]) }).toMatchObject({ status: 0, stderr: '' });
    }
  });

  test.runIf(isMatrix)('100 MB in bounded memory (needs the matrix)', async () => {
    const file = path.join(folder, 'large.log');
    const stream = createWriteStream(file);
    const part = '#12 3.456   copying build/lib/some/file.py -> build/bdist.linux-x86_64/wheel/some/file.py\n'.repeat(
      11_000,
    );
    for (let count = 0; count < 100; count += 1) if (!stream.write(part)) await once(stream, 'drain');
    stream.end(CAUSE);
    await once(stream, 'close');
    const script = `process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS)));process.argv.splice(1, 0);require(${JSON.stringify(program)})`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, 'x', 'diagnose', '--json', file], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('no-matching-distribution');
    expect(Number(stderr)).toBeLessThan(400 * 1024);
  });
});
