import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { install, writes, writesLine, type Installation } from './installation.ts';
import { openWindows, toWindowsPath, WINE_MISSING } from './wine.ts';

let it: Installation;
let run = '';
beforeAll(() => {
  if (WINE_MISSING !== null) return;
  it = install(['pip', 'pip3', 'pip3.12', 'my pip']);
  run = writes('run', `"${it.python}" -P -m pip`);
});

describe.skipIf(WINE_MISSING !== null)('a call with Node', () => {
  test.each([0, 1, 3, 300, 0xc0000005, 0xc000013a, 0xffffffff])('ends with the exit code of pip: %i', (status) => {
    it.script(run, 'read');
    const result = it.pip(['install', 'x'], { env: { STANDIN_EXIT: String(status) } });
    expect(result).toMatchObject({ status, received: [`ended ${status}`], stdout: 'python ran\n', stderr: '' });
  });

  test('prints what Node says before and after pip, byte by byte, and not what comes with NUL', () => {
    it.script(writes('say', 'caf\u00E9 \u{1F600}\n'), run, 'read', writes('say', 'after\n'), writes('say', ''));
    expect(it.pip(['install', 'x'])).toMatchObject({ status: 0, stderr: 'caf\u00E9 \u{1F600}\nafter\n' });
  });

  test('does not start pip after `stop`, and says what comes behind it', () => {
    it.script(writes('say', 'no\n'), writesLine('stop 3\n'), writes('say', 'because\n'));
    expect(it.pip(['install', 'x'])).toMatchObject({ status: 3, starts: [], stderr: 'no\nbecause\n' });
  });

  test.each(['pip', 'pip3', 'pip3.12', 'my pip'])('tells Node the name of the file: %s', (name) => {
    it.script(run, 'read');
    const { nodeStarts, starts } = it.pip(['install'], { name });
    expect(nodeStarts[0]?.words.slice(1)).toEqual([
      '--v8-pool-size=0',
      toWindowsPath(path.join(it.home, 'dist/shim.cjs')),
      'attend',
      name,
      'install',
    ]);
    expect(starts.length).toBe(1);
  });

  test('gives pip the variables of the caller, with the depth, and keeps from Node what can stop it', () => {
    it.script(run, 'read');
    const env = {
      NODE_OPTIONS: '--nonsense',
      node_extra_ca_certs: 'x',
      OPENSSL_CONF: 'C:\\x',
      SSL_CERT_FILE: 'y',
      PYTHONINSPECT: '1',
      Ünï: 'ö',
      _PIPWARD_DEPTH: '2',
    };
    const { starts, nodeStarts } = it.pip(['install'], { env });
    const pips = starts[0]?.variables ?? [];
    const nodes = nodeStarts[0]?.variables ?? [];
    expect(pips).toEqual(
      expect.arrayContaining([
        'NODE_OPTIONS=--nonsense',
        'node_extra_ca_certs=x',
        'OPENSSL_CONF=C:\\x',
        'SSL_CERT_FILE=y',
        'PYTHONINSPECT=1',
        'Ünï=ö',
        '_PIPWARD_DEPTH=3',
      ]),
    );
    expect(pips.filter((entry) => entry.startsWith('_PIPWARD_'))).toEqual(['_PIPWARD_DEPTH=3']);
    expect(nodes).toEqual(
      expect.arrayContaining([
        '_PIPWARD_ASIDE_NODE_OPTIONS=--nonsense',
        '_PIPWARD_ASIDE_node_extra_ca_certs=x',
        '_PIPWARD_ASIDE_OPENSSL_CONF=C:\\x',
        '_PIPWARD_ASIDE_SSL_CERT_FILE=y',
        '_PIPWARD_DEPTH=2',
      ]),
    );
    expect(nodes.filter((entry) => /^(?:NODE_|OPENSSL_|SSL_)/i.test(entry))).toEqual([]);
    // Nothing else is different.
    const others = (entries: readonly string[]) =>
      entries.filter((entry) => !/^(?:_PIPWARD|NODE_|OPENSSL_|SSL_|LANG=)/i.test(entry));
    expect(others(pips)).toEqual(others(nodes));
  });

  test('hides PYTHONINSPECT from a Python that is started by -c', () => {
    it.script(writes('run', `"${it.python}" -c "import runpy"`), 'read');
    const { starts } = it.pip(['install'], { env: { PYTHONINSPECT: '1' } });
    expect(starts[0]?.variables).toContain('_PIPWARD_INSPECT=1');
    expect(starts[0]?.variables.filter((entry) => entry.startsWith('PYTHONINSPECT'))).toEqual([]);
  });

  test('gives pip the handles of the caller, and none of the pipes to Node', () => {
    it.script(run, 'read');
    const plain = it.pip(['install']);
    expect(plain.starts[0]?.pipes).toEqual([]);
    expect(plain.nodeStarts[0]?.pipes.length).toBe(2);
    const env = { HARNESS_PIPE: '1' };
    const bare = it.pip([], { env, line: `"${it.python}"` });
    const passed = it.pip(['install'], { env });
    expect(bare.starts[0]?.pipes.length).toBe(2);
    expect(passed.starts[0]?.pipes).toEqual(bare.starts[0]?.pipes);
    // Node gets its own two, and nothing of the caller.
    expect(passed.nodeStarts[0]?.pipes.length).toBe(2);
  });

  test('leaves pip to handle Ctrl-C, waits for it, and tells Node', () => {
    it.script(run, 'read', writes('say', 'after\n'));
    const result = it.pip(['install'], { interrupts: true, env: { STANDIN_EXIT: '1' } });
    expect(result).toMatchObject({ status: 1, received: ['ended 1'], stderr: 'after\n' });
    expect(result.stdout).toBe('python ran\npython cleaned up after event 0\n');
  });

  test('ends a loop of calls at depth 10', () => {
    it.script(run, 'read');
    const call = (depth: string) => it.pip(['install'], { env: { _PIPWARD_DEPTH: depth } });
    expect(call('9')).toMatchObject({ status: 0, starts: [{}], stderr: '' });
    const stderr = expect.stringMatching(/^pipward: pip and pipward keep calling each other .*\n$/);
    for (const depth of ['10', '11'])
      expect(call(depth)).toMatchObject({ status: 126, starts: [], nodeStarts: [], stderr });
    for (const depth of ['x', '-1', '100', '10 ']) expect(call(depth)).toMatchObject({ status: 0, starts: [{}] });
  });

  test('finds Node by the file node.path, and takes node.exe beside it if that leads nowhere', () => {
    it.script(run, 'read');
    const file = path.join(it.home, 'node.path');
    const other = path.join(it.home, 'an öther node.exe');
    copyFileSync(path.join(it.home, 'node.exe'), other);
    writeFileSync(file, `\uFEFF${toWindowsPath(other)}\r\n`);
    expect(it.pip(['install']).nodeStarts[0]?.words[0]).toBe(toWindowsPath(other));
    for (const text of ['Z:\\missing\\node.exe\n', 'node.exe\n', '', '\u0000']) {
      writeFileSync(file, text);
      expect(it.pip(['install']).nodeStarts[0]?.words[0]).toBe(toWindowsPath(path.join(it.home, 'node.exe')));
    }
    rmSync(file);
  });

  test('loads no library of the current directory or of its own folder, and starts no program of it', () => {
    const folder = path.join(it.home, 'planted');
    mkdirSync(folder);
    const names = ['shell32', 'user32', 'ole32', 'shlwapi', 'version', 'ntmarta', 'cryptbase', 'uxtheme'];
    for (const name of [...names, 'advapi32', 'msvcrt'])
      copyFileSync(openWindows().planted, path.join(folder, `${name}.dll`));
    // Windows takes the libraries that a program starts with from System32 (KnownDLLs), wine does not.
    const own = names.map((name) => path.join(it.home, 'shims', `${name}.dll`));
    for (const file of own) copyFileSync(openWindows().planted, file);
    for (const name of ['python', 'node', 'cmd']) copyFileSync(openWindows().python, path.join(folder, `${name}.exe`));
    it.script(writes('ask', 'folder ProgramData'), 'read', writes('ask', 'access C:\\windows'), 'read', run, 'read');
    const result = it.pip(['install'], { folder: toWindowsPath(folder) });
    expect(result).toMatchObject({ status: 0, stderr: '', starts: [{}], nodeStarts: [{}] });
    expect(result.received).toEqual(expect.arrayContaining(['C:\\ProgramData', 'ended 0']));
    expect(result.starts[0]?.words[0]).toBe(it.python);
    for (const file of own) rmSync(file);
  });

  test('says which program cannot be started', () => {
    const text = path.join(it.home, 'run', 'text.exe');
    writeFileSync(text, 'no program');
    it.script(writes('run', `"${toWindowsPath(text)}" -m pip`), 'read');
    const result = it.pip(['install']);
    expect(result.status).toBe(126);
    expect(result.stderr).toMatch(/^pipward: Z:\\.*\\text\.exe was not started \(Windows error \d+\)\n$/);
  });
});
