import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wasShownToday } from '../../../src/host/files/shown-messages.ts';
import { clearState } from '../../../src/host/files/state-folder.ts';
import { replaceTrustStore } from '../../../src/host/files/write-trust-store.ts';
import { viewOf } from '../../support/tree.ts';
import { findStateFolder } from '../../../src/util/state-location.ts';

const EVE = 65533;
const isRoot = process.getuid?.() === 0;
const needsRoot = isRoot ? '' : ' (needs root)';
const CODE = 'user-install-fallback';
const OLD = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000);

let scratch = '';
let home = '';
let victim = '';
const at = (...names: readonly string[]) => path.join(home, ...names);
const state = (...names: readonly string[]) => at('.local/state/pipward', ...names);
const give = (file: string, owner = EVE) => chownSync(file, owner, owner);

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-state-'));
  home = path.join(scratch, 'home');
  victim = path.join(scratch, 'victim');
  mkdirSync(home);
  mkdirSync(victim);
});
afterEach(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

/** One message in a directory of this name. */
const show = (cwd = '/work', env: Readonly<Record<string, string>> = {}) =>
  wasShownToday(
    {
      platform: 'linux',
      env,
      cwd,
      home,
      userId: process.geteuid?.() ?? null,
      name: 'pip',
      arguments: [],
      shimsDirectory: null,
      today: '2026-11-24',
      files: viewOf({}),
    },
    CODE,
  );

/** 250 files that are older than a day: names of others, and some that look like ours. */
function fill(folder: string): readonly string[] {
  const names = Array.from({ length: 250 }, (_, index) =>
    index % 2 === 0 ? `letter-${index}.txt` : `${CODE}-${index.toString(16).padStart(16, '0')}`,
  );
  for (const name of names) {
    writeFileSync(path.join(folder, name), 'kept');
    utimesSync(path.join(folder, name), OLD, OLD);
  }
  return names.toSorted();
}

describe('remembered messages', () => {
  test('is told the second time; the folders are for the caller alone', () => {
    expect([show(), show(), show('/else'), show()]).toEqual([false, true, false, true]);
    expect([at('.local'), state(), state('shown')].map((name) => statSync(name).mode & 0o777)).toEqual([
      0o700, 0o700, 0o700,
    ]);
  });

  test('from 200 files on those older than a day go, if pipward wrote them', () => {
    show();
    const names = fill(state('shown'));
    mkdirSync(state('shown', `${CODE}-aaaaaaaaaaaaaaaa`));
    utimesSync(state('shown', `${CODE}-aaaaaaaaaaaaaaaa`), OLD, OLD);
    show('/else');
    const left = readdirSync(state('shown'));
    expect(names.filter((name) => name.startsWith('letter-')).every((name) => left.includes(name))).toBe(true);
    expect(left.filter((name) => name.startsWith(CODE))).toHaveLength(3);
  });

  test('readable by others before: closed to them', () => {
    mkdirSync(state('shown'), { recursive: true });
    expect([show(), show()]).toEqual([false, true]);
    expect([state(), state('shown')].map((name) => statSync(name).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  test('a dotfiles folder behind ~/.local/state is used', () => {
    mkdirSync(path.join(scratch, 'dotfiles'), { mode: 0o700 });
    mkdirSync(at('.local'));
    symlinkSync(path.join(scratch, 'dotfiles'), at('.local/state'));
    chmodSync(scratch, 0o755);
    expect([show(), show()]).toEqual([false, true]);
  });
});

describe('nothing is written or deleted', () => {
  const link = (from: string) => {
    mkdirSync(path.dirname(from), { recursive: true, mode: 0o700 });
    symlinkSync(victim, from);
  };
  const makeShown = () => mkdirSync(state('shown'), { recursive: true, mode: 0o700 });
  const inVictim = () => ({ XDG_STATE_HOME: victim });
  const belowVictim = () => ({ XDG_STATE_HOME: path.join(victim, 'x') });
  type Row = {
    readonly what: string;
    readonly make: () => void;
    readonly env?: () => Readonly<Record<string, string>>;
    /** Only the folder of shown messages is at fault: trust can be recorded. */
    readonly trust?: true;
  };
  const rows: readonly Row[] = [
    { what: 'shown is a link', make: () => link(state('shown')), trust: true },
    { what: 'pipward is a link', make: () => (mkdirSync(path.join(victim, 'shown')), link(state())) },
    { what: 'others can write to shown', make: () => (makeShown(), chmodSync(state('shown'), 0o777)), trust: true },
    { what: 'others can write to pipward', make: () => (makeShown(), chmodSync(state(), 0o777)) },
    { what: 'others can write to HOME', make: () => chmodSync(home, 0o777) },
    { what: 'HOME does not exist', make: () => rmSync(home, { recursive: true }) },
    { what: 'others can write to ~/.local', make: () => (makeShown(), chmodSync(at('.local'), 0o777)) },
    { what: 'others can write to XDG_STATE_HOME', make: () => chmodSync(victim, 0o777), env: inVictim },
  ];
  const rootRows: readonly Row[] = [
    { what: "HOME is another user's", make: () => give(home) },
    { what: "HOME is another user's, the state folder in it root's", make: () => (makeShown(), give(home)) },
    { what: "~/.local is another user's", make: () => (mkdirSync(at('.local')), give(at('.local'))) },
    { what: "shown is another user's", make: () => (makeShown(), give(state('shown'))), trust: true },
    { what: "pipward is another user's", make: () => (makeShown(), give(state())) },
    { what: "XDG_STATE_HOME is another user's", make: () => give(victim), env: inVictim },
    { what: "XDG_STATE_HOME would be made in another user's folder", make: () => give(victim), env: belowVictim },
    {
      what: "XDG_STATE_HOME is root's, but lies in another user's folder",
      make: () => (mkdirSync(path.join(victim, 'x')), give(victim)),
      env: belowVictim,
    },
  ];
  const everything = () =>
    readdirSync(scratch, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map((name) => {
        const { mode, uid, mtimeMs } = lstatSync(path.join(scratch, name));
        return `${name} ${mode} ${uid} ${mtimeMs}`;
      });

  async function expectUntouched({ make, env = () => ({}), trust }: Row) {
    make();
    for (const folder of [victim, path.join(victim, 'shown'), state('shown')]) if (existsSync(folder)) fill(folder);
    const before = everything();
    expect([show('/work', env()), show('/work', env())]).toEqual([false, false]);
    const folder = findStateFolder({ env: env(), home, platform: 'linux' }) ?? '';
    const obstacle = await replaceTrustStore(path.join(folder, 'trust.json'), home, () => null);
    expect(obstacle === null).toBe(trust === true);
    if (trust !== true) clearState(folder, home);
    // Making and deleting the lock is what trust may do.
    const keep = (line: string) => trust !== true || !/pipward \d+ /.test(line);
    expect(everything().filter((line) => keep(line))).toEqual(before.filter((line) => keep(line)));
  }

  test.each(rows)('$what', expectUntouched);
  test.skipIf(!isRoot).each(rootRows)(`$what, called by root${needsRoot}`, expectUntouched);
});

describe('unsetup', () => {
  test('deletes what pipward wrote, and its folders', async () => {
    show();
    await replaceTrustStore(state('trust.json'), home, () => '{}\n');
    expect(clearState(state(), home)).toBeNull();
    expect(existsSync(state())).toBe(false);
  });

  test('leaves what it did not write', () => {
    show();
    fill(state('shown'));
    writeFileSync(state('notes'), '');
    clearState(state(), home);
    expect(readdirSync(state('shown')).every((name) => name.startsWith('letter-'))).toBe(true);
    expect(readdirSync(state())).toEqual(['notes', 'shown']);
  });

  test('leaves a link in the place of a folder, and says so', () => {
    mkdirSync(state(), { recursive: true, mode: 0o700 });
    symlinkSync(victim, state('shown'));
    fill(victim);
    expect(clearState(state(), home)).toEqual({ kind: 'link', path: state('shown') });
    expect(readdirSync(victim)).toHaveLength(250);
  });
});
