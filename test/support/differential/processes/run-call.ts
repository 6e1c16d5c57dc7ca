import { execFile } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { FOLDER } from '../../../fidelity/folders.ts';
import { normalize } from '../../../fidelity/normalize.ts';
import { NOBODY } from '../../../fidelity/workshop.ts';
import type { Call, ProcessOutcome } from './call.ts';
import { giveToNobody, writeEnvironment, type SideName, type Stage } from './stage.ts';

/** A call that hangs is ended, which is an outcome: no call takes a tenth of it, but a question waits for half a minute. */
const LIMIT_SECONDS = 120;
const MAX_REPORT = 1 << 26;

/** Runs a call by one build, in a fresh box. Both builds have the same box, one after the other. */
export async function runCall(call: Call, side: SideName, stage: Stage, folder: string): Promise<ProcessOutcome> {
  const [box, run] = [path.join(folder, 'box'), path.join(folder, 'run')];
  const fill = (text: string) => text.replaceAll('{box}', box).replaceAll('{base}', stage.base);
  const prefix = prepareBox(call, stage, box, fill);
  const where = { side, stage, box, run, prefix, fill };
  const clean = (text: string) => normalizeText(text, stage, side);
  if (call.project === 'trusted' && call.args[0] !== 'trust') {
    const trust: Call = { ...call, program: 'pipward', io: ['null', 'pipe', 'pipe'], env: {} };
    await launch({ ...where, call: trust }, ['trust', '.venv'], clean);
  }
  const runs = [await launch({ ...where, call }, call.args, clean)];
  if (call.twice) runs.push(await launch({ ...where, call }, call.args, clean));
  return { runs, files: Object.fromEntries(listBox(box, clean)) };
}

type Where = {
  readonly call: Call;
  readonly side: SideName;
  readonly stage: Stage;
  readonly box: string;
  readonly run: string;
  readonly prefix: string;
  readonly fill: (text: string) => string;
};

type Run = ProcessOutcome['runs'][number];

async function launch(
  { call, side, stage, box, run, prefix, fill }: Where,
  args: readonly string[],
  clean: (text: string) => string,
): Promise<Run> {
  rmSync(run, { recursive: true, force: true });
  mkdirSync(run, { recursive: true });
  chmodSync(run, 0o777);
  const actions = call.actions.map(([kind, ...values]) =>
    kind === 'write' ? [kind, values[0], fillBytes(String(values[1]), fill), values[2]] : [kind, ...values],
  );
  writeFileSync(path.join(run, 'actions.json'), JSON.stringify(actions));
  const install = stage.install(side);
  const folder = call.program === 'pipward' ? 'bin' : 'shims';
  const given = Object.fromEntries(Object.entries(call.env).map(([name, value]) => [name, fill(value)]));
  // An environment without pip is served by the pip of this one.
  const behind = call.place === 'bare' ? [`${stage.base}/bin`] : [];
  const spec = {
    argv: [path.join(install, folder, call.program), ...args.map(fill)],
    env: {
      PATH: [`${install}/shims`, `${prefix}/bin`, ...behind, stage.programs].join(':'),
      HOME: path.join(box, 'home'),
      LANG: 'C.UTF-8',
      FIDELITY_RUN: run,
      PIP_NO_INDEX: '1',
      ...(call.place === 'broken' ? { PIPWARD_PYTHON: `${prefix}/bin/python` } : {}),
      ...(['active', 'bare'].includes(call.place) ? { VIRTUAL_ENV: prefix } : {}),
      ...given,
    },
    cwd: path.join(box, 'cwd'),
    run,
    io: call.io,
    extra: {},
    before: [],
    size: call.size,
    steps: call.steps,
    expected: null,
    deleteCwd: false,
    uid: call.unprivileged ? NOBODY : null,
    limit: LIMIT_SECONDS,
  };
  writeFileSync(path.join(run, 'spec.json'), JSON.stringify(spec));
  const words = ['-I', '-S', path.join(FOLDER, 'launch.py'), path.join(run, 'spec.json')];
  const { stdout } = await promisify(execFile)(stage.launcher, words, { maxBuffer: MAX_REPORT });
  const report: Run['report'] = JSON.parse(clean(stdout));
  const read = (name: string) => clean(readFileSync(path.join(run, name), 'latin1'));
  return { report, stdout: read('read1'), stderr: read('read2'), terminal: read('terminal') };
}

function fillBytes(bytes: string, fill: (text: string) => string): string {
  return Buffer.from(fill(Buffer.from(bytes, 'base64').toString('utf8'))).toString('base64');
}

/** Makes the folders of a call; returns the prefix that is on PATH. */
function prepareBox(call: Call, stage: Stage, box: string, fill: (text: string) => string): string {
  rmSync(box, { recursive: true, force: true, maxRetries: 20 });
  for (const name of ['home', 'cwd', 'tmp']) mkdirSync(path.join(box, name), { recursive: true });
  for (const [name, text] of Object.entries(call.files)) {
    const file = path.join(box, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, fill(text));
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
  if (call.project !== 'none') writeEnvironment(stage, path.join(box, 'cwd', '.venv'), true);
  const own = path.join(box, 'python');
  if (call.place === 'active' || call.place === 'bare') writeEnvironment(stage, own, call.place === 'active');
  if (call.place === 'broken') {
    mkdirSync(path.join(own, 'bin'), { recursive: true });
    writeFileSync(path.join(own, 'bin', 'python'), '#!/dev/null/no-such-program\n');
    chmodSync(path.join(own, 'bin', 'python'), 0o755);
  }
  if (call.unprivileged) giveToNobody(box);
  switch (call.place) {
    case 'active':
    case 'bare':
    case 'broken':
      return own;
    case 'managed':
      return stage.managed;
    case 'none':
      return stage.none;
    case 'base':
    case 'closed':
      return stage.base;
  }
}

/** Where the build is, and what no two runs have in common. */
function normalizeText(text: string, stage: Stage, side: SideName): string {
  return normalize(text)
    .replaceAll(path.basename(stage.install(side)), 'PRODUCT')
    .replace(/("(?:inode|configInode|configChanged)": )[\d.]+/g, '$1N')
    .replace(/\b\d+(?:\.\d+)? m?s\b/g, 'TIME')
    .replace(/\/dev\/pts\/\d+/g, '/dev/pts/N');
}

/** Every file below the box: mode, owner, and what is in it. Compiled code is written when Python likes. */
function* listBox(box: string, clean: (text: string) => string): Generator<readonly [string, string]> {
  for (const name of readdirSync(box, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (/(?:^|\/)__pycache__(?:\/|$)/.test(name)) continue;
    const file = path.join(box, name);
    const stats = lstatSync(file);
    const start = `${stats.mode.toString(8)} ${stats.uid}`;
    if (stats.isSymbolicLink()) yield [name, `${start} -> ${readlinkSync(file)}`];
    else yield [name, stats.isFile() ? `${start} ${clean(readFileSync(file, 'latin1'))}` : start];
  }
}
