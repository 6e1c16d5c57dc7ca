import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe.skipIf(NODE_MISSING !== null)('what is for all users on Windows', () => {
  beforeAll(() => {
    archive = makeArchive('all-users');
    useRightsOfWindows(archive);
    programs = path.join(openWindows().folder, 'wine/drive_c/Program Files');
    for (const name of ['before', 'between', 'after']) writeFileSync(path.join(archive.folder, 'work', name), '');
  });
  // The Windows is that of all files of the run: a policy that stays would hold for their calls, too.
  afterAll(() => {
    const folder = path.join(openWindows().folder, 'wine/drive_c/ProgramData/pipward');
    rmSync(folder, { recursive: true, force: true });
  });

  test('it is refused without the rights of an administrator, and with a Node that an ordinary user owns', () => {
    const [node = ''] = archive.admin.split(' ');
    const out = archive.run(
      `set PATH=${SYSTEM};${archive.python}`,
      'set STANDIN_ORDINARY=1',
      `${archive.admin} setup --system --yes`,
      'set STANDIN_ORDINARY=',
      `set STANDIN_OWNER=${node}`,
      `${archive.admin} setup --system --yes`,
    );
    expect(out).toContain('open a terminal with "Run as administrator", and run this again there');
    expect(out).toMatch(
      /node\.exe belongs to S-1-5-21-1-2-3-1001.*unpack the archive into a folder that only administrators/s,
    );
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
    expect(out).toMatch(/admin\.cjs can be changed by users who are not administrators[^]*\/reset \/t\s+refused 1/);
    expect(out).toContain('will be removed for all users of this machine');
    expect(out).toContain('unsetup 0');
    expect(readPath('between')).toBe(`2 ${PREFIX}\\shims;%SystemRoot%\\system32;${archive.python}`);
    const read = (name: string) => readFileSync(path.join(archive.folder, 'work', name));
    expect(read('before').length).toBeGreaterThan(100);
    expect(read('after').equals(read('before'))).toBe(true);
    expect(existsSync(path.join(programs, 'pipward'))).toBe(false);
  });

  test('policy apply, verify and revert: the file of the user, and the one of the machine', () => {
    const folder = path.join(openWindows().folder, 'wine/drive_c');
    const [user = ''] = readdirSync(path.join(folder, 'users')).filter((name) => name !== 'Public');
    const own = path.join(folder, 'users', user, 'AppData/Roaming/pip/pip.ini');
    const shared = path.join(folder, 'ProgramData/pip/pip.ini');
    const text = '[global]\r\nindex-url = https://ann:secret@host.example/simple\r\n[install]\r\nno-cache-dir = 1';
    for (const file of [own, shared]) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    mkdirSync(path.join(folder, 'ProgramData/pipward'), { recursive: true });
    writeFileSync(
      path.join(folder, 'ProgramData/pipward/policy.toml'),
      '[policy]\nrequire-virtual-environment = "enforce"\naccept = ["venv"]\n',
    );
    const out = archive.run(
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} policy apply`,
      'echo own %ERRORLEVEL%',
      `copy "%APPDATA%\\pip\\pip.ini" ${archive.at('own')} > NUL`,
      `${archive.admin} policy verify`,
      'echo verify %ERRORLEVEL%',
      `${archive.admin} policy revert`,
      `${archive.admin} policy apply --system`,
      'echo shared %ERRORLEVEL%',
      `copy C:\\ProgramData\\pip\\pip.ini ${archive.at('shared')} > NUL`,
      `${archive.admin} policy revert --system`,
      'echo reverted %ERRORLEVEL%',
    );
    expect(out).toMatch(/Roaming\\pip\\pip\.ini, for this user, says now:[^]*\nown 0\n/);
    expect(out).toMatch(/says what the policy says, and nothing found here overrides it[^]*\nverify 0\n/);
    expect(out).toMatch(/C:\\ProgramData\\pip\\pip\.ini, for all users, says now:[^]*\nshared 0\n/);
    expect(out).toContain('reverted 0');
    expect(out).not.toContain('secret');
    const comment = '# written by `pipward policy apply`; `pipward policy revert` removes it';
    const added = [
      '',
      comment,
      'require-virtualenv = true',
      '',
      '[uninstall]',
      comment,
      'require-virtualenv = true',
      '',
    ];
    for (const name of ['own', 'shared']) {
      expect(readFileSync(path.join(archive.folder, 'work', name), 'utf8')).toBe(text + added.join('\r\n'));
    }
    // Byte for byte, with the password and without a line end.
    for (const file of [own, shared]) expect(readFileSync(file, 'utf8')).toBe(text);
    expect(existsSync(path.join(folder, 'ProgramData/pipward-records'))).toBe(false);
  });
});
