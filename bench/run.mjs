// `npm run bench`: what a call costs, as whole processes, side by side, in turns; medians. See docs/internals/performance.md.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { printPromptRows } from './prompt-hook.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const root = path.join(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'pipward-bench-'));
const shims = path.join(folder, 'shims');
cpSync(path.join(root, 'shims'), shims, { recursive: true });
cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
symlinkSync(process.execPath, path.join(folder, 'node'));
// As setup does: V8's compiled code for this Node.
const compiled = spawnSync(process.execPath, [path.join(folder, 'dist/shim.cjs'), 'compile'], { maxBuffer: 1 << 24 });
for (let rest = compiled.stdout; rest.length > 0;) {
  const end = rest.indexOf(10);
  const [name, size] = rest.toString('latin1', 0, end).split(' ');
  writeFileSync(path.join(folder, 'dist', name), rest.subarray(end + 1, end + 1 + Number(size)));
  rest = rest.subarray(end + 1 + Number(size));
}
const project = path.join(folder, 'project');
mkdirSync(project);

const pyenv = path.join(homedir(), '.pyenv');
const python =
  ['3.12.1', '3.11.7', '3.13.0']
    .map((version) => path.join(pyenv, 'versions', version, 'bin', 'python'))
    .find((file) => existsSync(file)) ?? '/usr/bin/python3';
const pythonBin = path.dirname(python);

const plain = { HOME: folder, XDG_CONFIG_DIRS: folder, PATH: `${shims}:${pythonBin}:/usr/bin:/bin`, LANG: 'C.UTF-8' };
const manyDirectories = Array.from({ length: 200 }, (_, index) => path.join(folder, 'path', String(index)));
for (const directory of manyDirectories) mkdirSync(directory, { recursive: true });
const deep = path.join(project, ...Array.from({ length: 60 }, (_, index) => `d${index}`));
mkdirSync(deep, { recursive: true });

// A Python that does nothing, in an installation that looks like one: what is left is what we add. (pip itself takes
// 200 to 400 ms and varies by more than that.)
const nothing = path.join(folder, 'nothing');
for (const directory of ['bin', 'lib/python3.12/site-packages/pip']) {
  mkdirSync(path.join(nothing, directory), { recursive: true });
}
cpSync('/bin/true', path.join(nothing, 'bin/python3.12'));
symlinkSync('python3.12', path.join(nothing, 'bin/python3'));
writeFileSync(path.join(nothing, 'lib/python3.12/os.py'), '');
writeFileSync(path.join(nothing, 'lib/python3.12/site-packages/pip/__main__.py'), '');
const doNothing = path.join(nothing, 'bin/python3');
const nothingFirst = { PATH: `${shims}:${path.dirname(doNothing)}:/usr/bin:/bin` };
const emptyVenv = path.join(folder, 'empty-venv');
mkdirSync(path.join(emptyVenv, 'lib/python3.12/site-packages/pip'), { recursive: true });
mkdirSync(path.join(emptyVenv, 'bin'));
symlinkSync(doNothing, path.join(emptyVenv, 'bin/python'));
writeFileSync(
  path.join(emptyVenv, 'pyvenv.cfg'),
  `home = ${path.dirname(doNothing)}\ninclude-system-site-packages = false\nversion = 3.12.1\n`,
);
mkdirSync(path.join(emptyVenv, 'lib/python3.12/site-packages/pip-24.0.dist-info'));
writeFileSync(path.join(emptyVenv, 'lib/python3.12/site-packages/pip/__main__.py'), '');

// Four layers, all but the machine's, which only root can write: a user's, and three of a project. Once with the
// file that `pipward policy init` writes, enforced; once with every rule there is. Both are kept.
const everyRule = [
  'require-virtual-environment = { level = "enforce", from = 2026-01-01 }',
  'forbid-user-install = "enforce"',
  'forbid-break-system-packages = "enforce"',
  'requires-python = ">=3.8, !=3.9.1, <5"',
  'minimum-pip = { value = "22.3", level = "enforce" }',
  'exempt-packages = ["virtualenv", "pipx", "uv"]',
  'exempt = ["ci", "container", "target"]',
  'reason = "Shared build host."',
].join('\n');
spawnSync(process.execPath, [path.join(root, 'dist/admin.cjs'), 'policy', 'init'], { cwd: project, env: plain });
const written = path.join(project, 'pipward.toml');
const usualRule = readFileSync(written, 'utf8')
  .replace('[policy]\n', '')
  .replace('= "advise"', '= "enforce"')
  .replace('# reason', 'reason')
  .replace('# contact', 'contact');
rmSync(written);
function govern(name, policy) {
  const governed = path.join(folder, name);
  const inner = path.join(governed, 'inner');
  const userConfig = path.join(folder, `${name}-config`);
  for (const directory of [path.join(governed, '.git'), inner, path.join(userConfig, 'pipward')]) {
    mkdirSync(directory, { recursive: true });
  }
  const files =
    policy === null
      ? {}
      : {
          [path.join(governed, 'pipward.toml')]: `[policy]\n${policy}\n`,
          [path.join(inner, 'pipward.toml')]: `[policy]\n${policy}\n`,
          [path.join(governed, 'pyproject.toml')]: `[project]\nname = "x"\n[tool.pipward.policy]\n${policy}\n`,
          [path.join(userConfig, 'pipward/config.toml')]: `[policy]\n${policy}\n`,
        };
  for (const [file, text] of Object.entries(files)) writeFileSync(file, text);
  return {
    command: ['pip', 'install', 'x'],
    env: { VIRTUAL_ENV: emptyVenv, XDG_CONFIG_HOME: userConfig },
    cwd: inner,
  };
}
// A user whose configuration says `project-environment = "use"`, in a repository with a trusted .venv and 2000 files.
const trusting = path.join(folder, 'trusting');
const trusted = path.join(trusting, 'project');
mkdirSync(path.join(trusting, '.config/pipward'), { recursive: true });
writeFileSync(path.join(trusting, '.config/pipward/config.toml'), '[resolve]\nproject-environment = "use"\n');
mkdirSync(path.join(trusted, 'src'), { recursive: true });
for (let index = 0; index < 2000; index += 1) writeFileSync(path.join(trusted, 'src', `file-${index}.py`), '');
spawnSync('git', ['init', '-q', '.'], { cwd: trusted });
spawnSync('git', ['add', 'src'], { cwd: trusted });
cpSync(emptyVenv, path.join(trusted, '.venv'), { recursive: true, verbatimSymlinks: true });
cpSync(path.join(root, 'bin'), path.join(folder, 'bin'), { recursive: true });
const trust = spawnSync(path.join(folder, 'bin/pipward'), ['trust'], {
  cwd: trusted,
  env: { ...plain, HOME: trusting },
  encoding: 'utf8',
});
if (trust.status !== 0) throw new Error(trust.stderr);

// What anyone may have written, found from the current directory upward: as much of everything as the bounds let through
// (src/policy/file/budget.ts, src/interpreter). The costs were looked for among long lines, deep nesting, tables, escapes.
const hostile = path.join(folder, 'hostile');
const hostileLevels = [hostile];
for (let index = 0; index < 100; index += 1) hostileLevels.push(path.join(hostileLevels.at(-1), 'd'));
const hostileHere = hostileLevels.at(-1);
const hostilePyenv = path.join(folder, 'hostile-home/.pyenv');
mkdirSync(hostileHere, { recursive: true });
mkdirSync(path.join(hostile, '.git'));
mkdirSync(path.join(folder, 'hostile-home/.config/pipward'), { recursive: true });
mkdirSync(path.join(hostilePyenv, 'shims'), { recursive: true });
for (let index = 0; index < 20; index += 1) {
  mkdirSync(path.join(hostilePyenv, 'versions', `3.${index}.1`), { recursive: true });
}
writeFileSync(
  path.join(folder, 'hostile-home/.config/pipward/config.toml'),
  '[resolve]\nproject-environment = "use"\n',
);
const pyenvShim = `#!/bin/sh\nexport PYENV_ROOT="${hostilePyenv}"\nexec pyenv exec\n`;
for (const name of ['python', 'python3']) {
  writeFileSync(path.join(hostilePyenv, 'shims', name), pyenvShim, { mode: 0o755 });
}
writeFileSync(path.join(hostile, 'pyproject.toml'), '#'.repeat(15 * 2 ** 18));
writeFileSync(
  path.join(hostile, 'd/pipward.toml'),
  `[policy]\n${Array.from({ length: 1250 }, (_, index) => `k${index}=1\n`).join('')}`,
);
writeFileSync(path.join(hostile, 'd/d/pyproject.toml'), `[tool.pipward]\nx = "${'\\n'.repeat(9900)}"\n`);
writeFileSync(
  path.join(hostileHere, '.python-version'),
  Array.from({ length: 9000 }, (_, index) => `4.${index}\n`).join(''),
);
for (const level of hostileLevels.slice(-20)) {
  cpSync(emptyVenv, path.join(level, '.venv'), { recursive: true, verbatimSymlinks: true });
}
const entries = Array.from({ length: 104_000 }, (_, index) => {
  const name = Buffer.from(`d/.venv/li-${index}`);
  const entry = Buffer.alloc((62 + name.length + 8) & ~7);
  entry[61] = name.length;
  name.copy(entry, 62);
  return entry;
});
const head = Buffer.from('DIRC\0\0\0\u0002\0\0\0\0');
head.writeUInt32BE(entries.length, 8);
writeFileSync(path.join(hostile, '.git/index'), Buffer.concat([head, ...entries, Buffer.alloc(20)]));

/** Each row: what, command, environment, and the row that it is compared with. */
const rows = [
  { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
  { name: 'a Python that does nothing', command: [doNothing, '-m', 'pip', 'list'] },
  {
    name: 'pip list, mode fast (active venv)',
    command: ['pip', 'list'],
    env: { VIRTUAL_ENV: emptyVenv },
    minus: 'a Python that does nothing',
  },
  { name: 'pip list, decide', command: ['pip', 'list'], env: nothingFirst, minus: 'a Python that does nothing' },
  {
    name: 'pip list, decide, "use" with a trusted environment',
    command: ['pip', 'list'],
    env: { ...nothingFirst, HOME: trusting },
    cwd: trusted,
    minus: 'a Python that does nothing',
  },
  {
    name: 'pip list, decide, 200 directories on PATH, 60 levels deep',
    command: ['pip', 'list'],
    env: { PATH: `${shims}:${manyDirectories.join(':')}:${nothingFirst.PATH}` },
    cwd: deep,
    minus: 'a Python that does nothing',
  },
  {
    name: 'pip install, watch (whole run)',
    command: ['pip', 'install', 'x'],
    env: nothingFirst,
    minus: 'a Python that does nothing',
  },
  {
    name: 'pip install, watch, active venv, no policy',
    ...govern('free', null),
  },
  {
    name: 'the same, four policy files that require an environment',
    ...govern('usual', usualRule),
    minus: 'pip install, watch, active venv, no policy',
  },
  {
    name: 'the same, four policy files with all rules',
    ...govern('strict', everyRule),
    minus: 'pip install, watch, active venv, no policy',
  },
  {
    name: 'pip install, in a directory without a project',
    command: ['pip', 'install', '--help'],
    env: nothingFirst,
  },
  {
    name: 'the same, among hostile files (at most 100 ms)',
    command: ['pip', 'install', '--help'],
    env: {
      HOME: path.join(folder, 'hostile-home'),
      PATH: `${shims}:${path.join(hostilePyenv, 'shims')}:${nothingFirst.PATH}`,
    },
    cwd: hostileHere,
    minus: 'pip install, in a directory without a project',
  },
  { name: 'python -m pip --version', command: [python, '-m', 'pip', '--version'] },
  { name: 'pip --version', command: ['pip', '--version'], minus: 'python -m pip --version' },
  ...(existsSync(path.join(pyenv, 'shims/pip'))
    ? [
        {
          name: 'pyenv’s shim: pip --version',
          command: [path.join(pyenv, 'shims/pip'), '--version'],
          env: { PYENV_VERSION: path.basename(path.dirname(pythonBin)), PYENV_ROOT: pyenv },
          minus: 'python -m pip --version',
        },
      ]
    : []),
];

/** What policy files add is a twentieth of the call: these go around four times as often. */
const isFine = ({ env }) => env?.XDG_CONFIG_HOME !== undefined;
const times = new Map(rows.map(({ name }) => [name, []]));
for (let round = -1; round < ROUNDS * 4; round += 1) {
  for (const { name, command, env = {}, cwd = project } of round < ROUNDS ? rows : rows.filter(isFine)) {
    const [file, ...args] = command;
    const before = performance.now();
    const { status, error } = spawnSync(file === 'pip' ? path.join(shims, 'pip') : file, args, {
      cwd,
      env: { ...plain, ...env },
      stdio: 'ignore',
    });
    const milliseconds = performance.now() - before;
    if (error || status === null) throw error ?? new Error(`${name} was killed`);
    if (round >= 0) times.get(name).push(milliseconds);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const node = median(times.get('node -e 0'));
console.log(`median of ${ROUNDS} rounds, milliseconds; Node ${process.versions.node}\n`);
console.log('| what | median | adds | adds, in node -e 0 |\n|---|---:|---:|---:|');
for (const { name, minus } of rows) {
  const own = median(times.get(name));
  // Round by round: what slows the machine down slows both.
  const base = times.get(minus);
  const added = base === undefined ? null : median(times.get(name).map((time, round) => time - base[round]));
  const cells = added === null ? ['', ''] : [added.toFixed(1), (added / node).toFixed(2)];
  console.log(`| ${name} | ${own.toFixed(1)} | ${cells.join(' | ')} |`);
}

const size = statSync(path.join(root, 'dist/call.cjs')).size;
console.log(`\nthe file of every call: ${(size / 1000).toFixed(1)} kB`);

// When pip starts, and how long its end is before ours where there is something to say. It stamps both times by date.
const stamping = path.join(folder, 'stamping');
const stamp = path.join(folder, 'stamp');
mkdirSync(stamping);
writeFileSync(
  path.join(stamping, 'python3'),
  `#!/bin/sh
case " $* " in *runpy* | *' pip '*) ;; *) exec "${python}" "$@" ;; esac
date +%s%N >"${stamp}"
echo 'Defaulting to user installation because normal site-packages is not writeable'
date +%s%N >>"${stamp}"
`,
  { mode: 0o755 },
);
const stamps = { bare: [], started: [], advised: [] };
for (let round = -1; round < ROUNDS; round += 1) {
  for (const who of ['bare', 'started']) {
    const command = who === 'bare' ? path.join(stamping, 'python3') : path.join(shims, 'pip');
    const args = who === 'bare' ? ['-m', 'pip', 'install', 'x'] : ['install', 'x'];
    const before = Date.now();
    // A home directory of its own each time: the second message on a day would be the short one.
    const home = path.join(folder, `home-${round}`);
    const env = { ...plain, HOME: home, PATH: `${stamping}:/usr/bin:/bin` };
    spawnSync(command, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const after = Date.now();
    const [start, end] = readFileSync(stamp, 'utf8')
      .split('\n')
      .map((text) => Number(text) / 1e6);
    if (round < 0) continue;
    stamps[who].push(start - before);
    if (who === 'started') stamps.advised.push(after - end);
  }
}
const starts = median(stamps.started) - median(stamps.bare);
console.log(
  `pip install, watch: pip starts after ${starts.toFixed(1)} ms, ${(starts / node).toFixed(2)} x node -e 0; ` +
    `advice is there ${median(stamps.advised).toFixed(0)} ms after pip's end`,
);

// Throughput and memory of the watched way: 200 MB through a pipe.
const megabytes = 200;
const fake = path.join(folder, 'fake');
mkdirSync(fake);
spawnSync('/bin/sh', [
  '-c',
  `printf '#!/bin/sh\\nexec head -c ${megabytes}000000 /dev/zero\\n' >"$1"; chmod +x "$1"`,
  'sh',
  path.join(fake, 'python3'),
]);
const started = performance.now();
const through = spawnSync(
  '/bin/sh',
  [
    '-c',
    `"${shims}/pip" install x | cat >/dev/null & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do for p in $(pgrep -f "${folder}/.*dist/shim.cjs"); do rss=$(awk '/VmHWM/ {print $2}' /proc/$p/status 2>/dev/null); [ "\${rss:-0}" -gt $peak ] && peak=$rss; done; sleep 0.02; done; echo $peak`,
  ],
  {
    env: { ...plain, PATH: `${fake}:/usr/bin:/bin` },
    encoding: 'utf8',
  },
);
const seconds = (performance.now() - started) / 1e3;
console.log(
  `watched output: ${megabytes} MB at ${(megabytes / seconds).toFixed(0)} MB/s, peak memory of Node ${(Number(through.stdout) / 1024).toFixed(0)} MiB`,
);

// The reader alone: 100 MB of a compiler's lines, in pieces as a pipe gives them.
const reader = path.join(folder, 'reader.mjs');
await build({
  stdin: { contents: "export * from './src/pip/output/output-watcher.ts';", resolveDir: root },
  outfile: reader,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const { createOutputWatcher } = await import(reader);
const log = Buffer.from(
  Array.from({ length: 2000 }, (_, index) =>
    [
      `      gcc -pthread -Wno-unused-result -DNDEBUG -g -O3 -Wall -fPIC -I/usr/include/python3.11 -c src/m${index}.c -o build/m${index}.o`,
      `      src/m${index}.c:${index}:10: warning: unused variable 'x' [-Wunused-variable]`,
      '      |          ^~~~~~~~~~~~~~~~~~~~~~~~~',
      '',
    ].join('\n'),
  ).join(''),
);
const watcher = createOutputWatcher();
const cpu = process.cpuUsage();
const heap = process.memoryUsage().heapUsed;
let most = heap;
for (let read = 0, at = 0; read < 100e6; read += 65536, at = (at + 65536) % (log.length - 65536)) {
  watcher.push('stdout', log.subarray(at, at + 65536));
  most = Math.max(most, process.memoryUsage().heapUsed);
}
watcher.finish();
const { user, system } = process.cpuUsage(cpu);
console.log(
  `monitored: 100 MB of build log in ${((user + system) / 1e6).toFixed(2)} s of CPU, ${((most - heap) / 2 ** 20).toFixed(0)} MiB more on the heap`,
);

await printPromptRows();

rmSync(folder, { recursive: true, force: true });
