import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeArchive, NODE_MISSING, useRightsOfWindows, type Archive } from './archive.ts';
import { openWindows } from './wine.ts';

const KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';
const SYSTEM = 'C:\\windows\\system32';
const PREFIX = 'C:\\Program Files\\pipward';
let archive: Archive;
let programs = '';

/** The PATH of the machine in an export. */
function readPath(name: string): string {
  const text = readFileSync(path.join(archive.folder, 'work', name))
    .toString('utf16le')
    .replaceAll(/\\\r\n\s*/g, '');
  const [, type = '', hex = ''] = /^"Path"=hex\((\d)\):(\S*)/im.exec(text) ?? [];
  return `${type} ${Buffer.from(hex.replaceAll(',', ''), 'hex').toString('utf16le').replace(/\0$/, '')}`;
}

describe.skipIf(NODE_MISSING !== null)('setup --system on Windows', () => {
  beforeAll(() => {
    archive = makeArchive('setup-system');
    useRightsOfWindows(archive);
    programs = path.join(openWindows().folder, 'wine/drive_c/Program Files');
    for (const name of ['before', 'between', 'after']) writeFileSync(path.join(archive.folder, 'work', name), '');
  });

  test('it is refused without the rights of an administrator, and where others could change what all run', () => {
    const node = `${archive.admin.split(' ')[0] ?? ''}`;
    const out = archive.run(
      `set PATH=${SYSTEM};${archive.python}`,
      'set STANDIN_ORDINARY=1',
      `${archive.admin} setup --system --yes`,
      'set STANDIN_ORDINARY=',
      'set STANDIN_OPEN=C:\\Program Files',
      `${archive.admin} setup --system --yes`,
      'set STANDIN_OPEN=',
      `set STANDIN_OWNER=${node}`,
      `${archive.admin} setup --system --yes`,
      `${archive.admin} setup --system --prefix C:\\x`,
    );
    expect(out).toContain('open a terminal with "Run as administrator", and run this again there');
    expect(out).toMatch(
      /C:\\Program Files can be changed by users who are not administrators.*only administrators write/s,
    );
    expect(out).toMatch(
      /node\.exe belongs to S-1-5-21-1-2-3-1001.*unpack the archive into a folder that only administrators/s,
    );
    expect(out).toContain('--system installs into C:\\Program Files\\pipward: leave --prefix out');
    expect(existsSync(path.join(programs, 'pipward'))).toBe(false);
  });

  test('the registry is the same after setup --system and unsetup --system', () => {
    const out = archive.run(
      `reg add "${KEY}" /v Path /t REG_EXPAND_SZ /d "%%SystemRoot%%\\system32;${archive.python}" /f`,
      `reg export "${KEY}" ${archive.at('before')} /y`,
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} setup --system --yes`,
      'echo setup %ERRORLEVEL%',
      `reg export "${KEY}" ${archive.at('between')} /y`,
      `set PATH=${PREFIX}\\shims;${SYSTEM};${archive.python}`,
      'pipward doctor --json',
      `set STANDIN_OPEN=${PREFIX}\\dist\\admin.cjs`,
      'pipward unsetup --system --yes',
      'echo refused %ERRORLEVEL%',
      'set STANDIN_OPEN=',
      'pipward unsetup --yes',
      'echo unsetup %ERRORLEVEL%',
      `reg export "${KEY}" ${archive.at('after')} /y`,
    );
    expect(out).toContain('will be set up for all users of this machine');
    expect(out).toMatch(/yes {2}cmd +pip is C:\\Program Files\\pipward\\shims\\pip\.exe; pip 23\.2\.1/);
    expect(out).toContain('Every user has it in programs and terminals that start from now on. It does not reach:');
    expect(out).toContain('setup 0');
    expect(out).toContain("shims is in the machine's part");
    expect(out).toMatch(/admin\.cjs can be changed by users who are not administrators[^]*\/reset \/t\s+refused 1/);
    expect(out).toContain('will be removed for all users of this machine');
    expect(out).toContain('unsetup 0');
    expect(readPath('between')).toBe(`2 ${PREFIX}\\shims;%SystemRoot%\\system32;${archive.python}`);
    const read = (name: string) => readFileSync(path.join(archive.folder, 'work', name));
    expect(read('before').length).toBeGreaterThan(100);
    expect(read('after').equals(read('before'))).toBe(true);
    expect(existsSync(path.join(programs, 'pipward'))).toBe(false);
  });
});
