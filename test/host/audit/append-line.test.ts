import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appendLine, listLogFiles, LOG_NAME } from '../../../src/host/audit/append-line.ts';
import { parseLog } from '../../../src/admin/audit/parse-log.ts';
import { isRoot } from '../../support/sandbox.ts';

let top: string;
let folder: string;
let file: string;
let program: string;
beforeAll(() => {
  top = mkdtempSync(path.join(tmpdir(), 'pipward-log-'));
  program = path.join(top, 'append.cjs');
  const source = path.join(import.meta.dirname, '../../../src/host/audit/append-line.ts');
  buildSync({ entryPoints: [source], outfile: program, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => rmSync(top, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(path.join(top, 'state-'));
  file = path.join(folder, LOG_NAME);
});

const read = (name = file) => readFileSync(name, 'utf8');
const readAll = () => listLogFiles(folder).map(read).join('');

test('a line is appended to a file that the user alone can read', () => {
  appendLine(folder, 'one\n');
  appendLine(folder, 'two\n');
  expect(read()).toBe('one\ntwo\n');
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
});

test('a file that others may write is closed to them first', () => {
  writeFileSync(file, '');
  chmodSync(file, 0o666);
  appendLine(folder, 'one\n');
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
});

test('what a killed writer left is ended, so that no line is lost in it', () => {
  writeFileSync(file, 'one\n{"schema":1,"ev');
  appendLine(folder, 'two\n');
  expect(read()).toBe('one\n{"schema":1,"ev\ntwo\n');
});

describe('what is at the path of the log and is not a log', () => {
  const victim = () => path.join(folder, 'victim');
  test.each<[what: string, make: () => void]>([
    ['a link', () => symlinkSync(victim(), file)],
    ['a dangling link', () => symlinkSync(path.join(folder, 'missing'), file)],
    ['a second name of another file', () => linkSync(victim(), file)],
    ['a FIFO, without waiting for a reader', () => void spawnSync('mkfifo', [file])],
    ['a folder', () => mkdirSync(file)],
  ])('%s: nothing is written anywhere', (_, make) => {
    writeFileSync(victim(), 'precious\n');
    make();
    expect(() => appendLine(folder, 'one\n')).toThrow(/link|not-a-file|ELOOP|EISDIR/);
    expect(read(victim())).toBe('precious\n');
    expect(existsSync(path.join(folder, 'missing'))).toBe(false);
  });

  test.skipIf(!isRoot)("another user's file is left alone (needs root)", () => {
    writeFileSync(file, 'precious\n');
    chownSync(file, 65534, 65534);
    expect(() => appendLine(folder, 'one\n')).toThrow('other-user');
    expect(read()).toBe('precious\n');
  });
});

test('a full file is renamed, and beyond the total the oldest parts go', () => {
  const limits = { partBytes: 40, totalBytes: 100 };
  for (let index = 0; index < 50; index += 1) appendLine(folder, `line ${String(index).padStart(4, '0')}\n`, limits);
  const lines = readAll().trimEnd().split('\n');
  // Parts of the same millisecond have no order; the file that is written to is the last one.
  expect(lines.at(-1)).toBe('line 0049');
  expect(lines).not.toContain('line 0000');
  expect(lines.length).toBeLessThan(20);
  expect(lines.length).toBeGreaterThan(8);
});

test('a clock that was set back: what is written then is newer all the same', () => {
  const limits = { partBytes: 20, totalBytes: 60 };
  const fromThen = path.join(folder, 'audit-20991231T235959999Z-1-1.jsonl');
  writeFileSync(fromThen, 'line of the future\n');
  for (const name of ['audit-99999999T999999999Z-1-1.jsonl', 'audit-99991231T235959999Z-1-1.jsonl'])
    writeFileSync(path.join(folder, name), '');
  for (let index = 0; index < 9; index += 1) appendLine(folder, `line of now ${index}\n`, limits);
  expect(existsSync(fromThen)).toBe(true);
  for (const name of ['audit-99999999T999999999Z-1-1.jsonl', 'audit-99991231T235959999Z-1-1.jsonl'])
    rmSync(path.join(folder, name));
  for (let index = 10; index < 30; index += 1) appendLine(folder, `line of now ${index}\n`, limits);
  expect(existsSync(fromThen)).toBe(false);
  const lines = readAll().trimEnd().split('\n');
  expect(lines.slice(-3)).toEqual(['line of now 27', 'line of now 28', 'line of now 29']);
});

test('other files in the folder are neither parts nor deleted', () => {
  for (const name of ['trust.json', 'audit-notes.jsonl', 'audit.jsonl.1']) writeFileSync(path.join(folder, name), 'x');
  for (let index = 0; index < 9; index += 1) appendLine(folder, 'line\n', { partBytes: 5, totalBytes: 1 });
  for (const name of ['trust.json', 'audit-notes.jsonl', 'audit.jsonl.1'])
    expect(read(path.join(folder, name))).toBe('x');
});

/** Each process writes `count` records of its own. */
const WRITER = `
const [program, folder, name, count, partBytes] = process.argv.slice(1);
const { appendLine } = require(program);
const limits = { partBytes: Number(partBytes), totalBytes: 1e9 };
for (let index = 0; index < Number(count); index++) {
  const call = name + '-' + index;
  const time = new Date().toISOString();
  appendLine(folder, JSON.stringify({ schema: 1, event: 'decision', call, time, verdict: 'refused', pad: 'x'.repeat(900) }) + '\\n', limits);
}
`;

function startWriter(name: string, count: number, partBytes: number) {
  const args = ['-e', WRITER, program, folder, name, String(count), String(partBytes)];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  return { child, ended: new Promise<void>((resolve) => child.once('exit', () => resolve())) };
}

test('50 processes at once, a new file every 100 lines: no line is lost or torn', async () => {
  const [writers, each] = [50, 20];
  const started = Array.from({ length: writers }, (_, index) => startWriter(`w${index}`, each, 100 * 1000));
  await Promise.all(started.map(({ ended }) => ended));
  const { entries, unreadable } = parseLog(readAll());
  expect(unreadable).toBe(0);
  expect(new Set(entries.map(({ call }) => call)).size).toBe(writers * each);
  expect(entries).toHaveLength(writers * each);
  expect(listLogFiles(folder).length).toBeGreaterThan(5);
}, 240_000);

test('kill -9 of writers: every record of the others is there, and at most their last one is torn', async () => {
  const killed = Array.from({ length: 4 }, (_, index) => startWriter(`k${index}`, 100_000, 1e9));
  while (!existsSync(file) || lstatSync(file).size < 500_000) await new Promise((resolve) => setTimeout(resolve, 5));
  const survivor = startWriter('s', 200, 1e9);
  for (const { child } of killed) child.kill('SIGKILL');
  await Promise.all([...killed, survivor].map(({ ended }) => ended));
  const { entries, unreadable } = parseLog(readAll());
  expect(unreadable).toBeLessThanOrEqual(killed.length);
  expect(entries.filter(({ call }) => call.startsWith('s-'))).toHaveLength(200);
}, 240_000);

test.skipIf(!isRoot)('a full tmpfs: no line is torn for good, and what follows is whole again (needs root)', () => {
  const script = `
mount -t tmpfs -o size=16k none "$1" || exit 9
"$2" -e "$3" "$4" "$1" full 100 1000000000; first=$?
mount -o remount,size=64k "$1"
"$2" -e "$3" "$4" "$1" later 5 1000000000; second=$?
cat "$1/${LOG_NAME}"; exit "$first$second"`;
  const args = ['-m', '/bin/sh', '-c', script, 'sh', folder, process.execPath, WRITER, program];
  const { status, stdout } = spawnSync('unshare', args, { encoding: 'utf8' });
  expect(status).toBe(10);
  const { entries, unreadable } = parseLog(stdout);
  expect(unreadable).toBeLessThanOrEqual(1);
  expect(entries.filter(({ call }) => call.startsWith('later-'))).toHaveLength(5);
  expect(entries.filter(({ call }) => call.startsWith('full-')).length).toBeGreaterThan(8);
});

test('ulimit -f: the call is not ended by SIGXFSZ', () => {
  const script = 'ulimit -f 1; exec "$@"';
  const args = ['-c', script, 'sh', process.execPath, '-e', WRITER, program, folder, 'w', '10', '1000000'];
  const { status, signal } = spawnSync('/bin/sh', args, { encoding: 'utf8' });
  expect({ status, signal }).toEqual({ status: 1, signal: null });
});
