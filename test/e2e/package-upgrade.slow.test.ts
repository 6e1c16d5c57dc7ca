import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMatrix } from '../support/matrix.ts';
import { buildTestProduct, copyCheckout, unpackOwnArchive } from '../support/packages.ts';
import { waitUntil } from '../support/processes.ts';
import { runAt } from '../support/product.ts';

const UPGRADES = isMatrix ? 20 : 2;
const CALLS = isMatrix ? 40 : 6;
const [OLD, NEW] = ['7.1.0', '7.2.0'] as const;
/** What programs of one call import of each other. In the other build it has another name: halves of two builds fail. */
const SHARED_NAMES = ['createReporter', 'mirrorExit'];

let scratch = '';
/** The unpacked archives. */
let older = '';
let newer = '';
const at = (...names: readonly string[]) => path.join(scratch, ...names);
const PARTS = ['call', 'watch', 'reporter', 'recorder'].map((name) => `dist/${name}.cjs`);

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-upgrade-'));
  mkdirSync(at('bin'));
  const copy = copyCheckout(at('copy'), OLD);
  older = await unpackOwnArchive(buildTestProduct(copy), at('archives'));
  const manifest = path.join(copy, 'package.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"${OLD}"`, `"${NEW}"`));
  for (const name of SHARED_NAMES) {
    const { stdout } = spawnSync('grep', ['-rlw', name, path.join(copy, 'src')], { encoding: 'utf8' });
    for (const file of stdout.split('\n').filter(Boolean)) {
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}Renamed`));
    }
  }
  newer = await unpackOwnArchive(buildTestProduct(copy), at('archives'));
  rmSync(copy, { recursive: true, force: true });
  // A pip that takes a moment, so that upgrades happen meanwhile, and of which there is something to say at its end.
  writeFileSync(
    at('bin/python3'),
    `#!/bin/sh
case "$*" in
  *install*) ;;
  *) echo 'pip 99 from a stand-in' && exit ;;
esac
echo 'ERROR: Could not find a version that satisfies the requirement demo (from versions: none)' >&2
: >"$HOME/started"
sleep 0.3
while [ -e "$HOME/hold" ]; do sleep 0.1; done
echo 'ERROR: No matching distribution found for demo' >&2
exit 1
`,
    { mode: 0o755 },
  );
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

function makeHome(): string {
  return mkdtempSync(at('home-'));
}

function install(home: string, archive: string) {
  return runAt(home, [path.join(archive, 'install.sh'), '--yes', '--no-modify-path', '--prefix', at('prefix')], {
    PATH: `${at('bin')}:/usr/bin:/bin`,
  });
}

type Call = { readonly status: number | null; readonly stderr: string };

/** One call, whose output is monitored. */
function call(home: string, pip: string, cwd = home): Promise<Call> {
  return new Promise((resolve, reject) => {
    const env = { HOME: home, PATH: `${path.dirname(pip)}:${at('bin')}:/usr/bin:/bin` };
    const child = spawn(pip, ['install', 'demo'], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stderr }));
  });
}

/** What a call ends with that went well: pip's own status and messages, and nothing about pipward itself. */
const isSound = ({ status, stderr }: Call) =>
  status === 1 && stderr.includes('No matching distribution found for demo') && !/^pipward: /m.test(stderr);

test(`${UPGRADES} upgrades under ${CALLS} parallel calls: none fails`, async () => {
  const home = makeHome();
  expect(install(home, older).status).toBe(0);
  const pip = at('prefix/shims/pip');
  const state = { isOver: false };
  const failed: Call[] = [];
  let done = 0;
  const callers = Array.from({ length: CALLS }, async () => {
    while (!state.isOver) {
      const result = await call(home, pip);
      done += 1;
      if (!isSound(result)) failed.push(result);
    }
  });
  for (let count = 0; count < UPGRADES; count += 1) {
    const archive = count % 2 === 0 ? newer : older;
    const said = await new Promise<string>((resolve) => {
      const words = ['--yes', '--no-modify-path', '--prefix', at('prefix')];
      const env = { HOME: home, PATH: `${at('bin')}:/usr/bin:/bin` };
      const child = spawn(path.join(archive, 'install.sh'), words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
      child.on('close', () => resolve(text));
    });
    expect(said).toContain(count % 2 === 0 ? `upgraded, ${OLD} -> ${NEW}` : `downgraded, ${NEW} -> ${OLD}`);
  }
  state.isOver = true;
  await Promise.all(callers);
  expect(failed).toEqual([]);
  expect(done).toBeGreaterThan(CALLS);
});

/** An installation of one archive's shim and another's programs. */
function mix(name: string, shims: string, dist: string): string {
  cpSync(path.join(shims, 'shims'), at(name, 'shims'), { recursive: true });
  cpSync(path.join(dist, 'dist'), at(name, 'dist'), { recursive: true });
  cpSync(path.join(dist, 'node'), at(name, 'node'));
  return at(name, 'shims/pip');
}

test.each([
  ['old', 'old'],
  ['old', 'new'],
  ['new', 'old'],
  ['new', 'new'],
])('%s shims run pip with %s programs', async (shims, dist) => {
  const pip = mix(`${shims}-${dist}`, shims === 'old' ? older : newer, dist === 'old' ? older : newer);
  const result = await call(makeHome(), pip);
  expect([isSound(result), result]).toEqual([true, result]);
  expect(result.stderr).toContain('no-matching-distribution');
});

test('a call that starts while programs are replaced waits for the rest of them', async () => {
  const pip = mix('half', newer, newer);
  const last = at('half/dist/shim.cjs');
  // The entry of the older build, with programs of the newer one: what setup has done just before its last rename.
  cpSync(path.join(older, 'dist/shim.cjs'), last);
  const running = call(makeHome(), pip);
  cpSync(path.join(newer, 'dist/shim.cjs'), at('half/dist/shim.new'));
  setTimeout(() => renameSync(at('half/dist/shim.new'), last), 700);
  const result = await running;
  expect([isSound(result), result]).toEqual([true, result]);
  expect(result.stderr).toContain('no-matching-distribution');
});

test('a call whose programs are replaced while pip runs ends with its own', async () => {
  const pip = mix('meanwhile', older, older);
  const home = makeHome();
  writeFileSync(path.join(home, 'hold'), '');
  const running = call(home, pip);
  await waitUntil(() => existsSync(path.join(home, 'started')));
  for (const name of [...PARTS, 'dist/shim.cjs']) {
    cpSync(path.join(newer, name), at('meanwhile', `${name}.new`));
    renameSync(at('meanwhile', `${name}.new`), at('meanwhile', name));
  }
  rmSync(path.join(home, 'hold'));
  const result = await running;
  expect([isSound(result), result]).toEqual([true, result]);
});

test('after an upgrade that was killed pip runs, with what is there', async () => {
  const pip = mix('killed', older, older);
  for (const name of PARTS.slice(1)) cpSync(path.join(newer, name), at('killed', name));
  for (const name of PARTS) utimesSync(at('killed', name), 0, 0);
  const { status, stderr } = await call(makeHome(), pip);
  // pip itself has run, once; what pipward would have said may be lost.
  expect(stderr).toContain('No matching distribution found for demo');
  expect([1, 70]).toContain(status);
});
