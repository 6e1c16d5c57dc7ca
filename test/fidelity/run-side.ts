import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Case, Outcome } from './case.ts';
import { SHELLS, WRAPPERS } from './choices.ts';
import { FOLDER } from './folders.ts';
import { SYSTEM_PYTHON, writePipScripts } from './interpreters.ts';
import { listFiles } from './list-files.ts';
import { findProgram, NOBODY, type Workshop } from './workshop.ts';

/** A program that hangs is ended after this; no pip of ours needs a tenth of it. */
const LIMIT_SECONDS = 240;
const MAX_REPORT = 1 << 26;

/** `bare` is `python -m pip`, what the user compares with. */
export type Side = 'bare' | 'shim';

/** Runs one side of a case in a fresh box. Both sides have the same folders, so that paths in pip's output are the same. */
export async function runSide(
  chosen: Case,
  side: Side,
  workshop: Workshop,
  folder: string,
  expected: Outcome['counts'] | null,
): Promise<Outcome> {
  const [box, run] = [path.join(folder, 'box'), path.join(folder, 'run')];
  const prefix = prepareBox(chosen, workshop, box);
  rmSync(run, { recursive: true, force: true });
  mkdirSync(run, { recursive: true });
  chmodSync(run, 0o777);
  const fill = (text: string) =>
    text.replaceAll('{box}', box).replaceAll('{wheels}', workshop.wheels).replaceAll('{run}', run);
  writeFileSync(path.join(run, 'actions.json'), JSON.stringify(chosen.actions));
  const spec = {
    argv: buildCommand(chosen, side, prefix, workshop, run, fill),
    env: buildEnvironment(chosen, prefix, workshop, box, run, fill),
    cwd: path.join(box, 'cwd'),
    run,
    io: chosen.io,
    extra: chosen.extra,
    before: chosen.before,
    size: chosen.size,
    steps: chosen.steps,
    expected,
    deleteCwd: chosen.deleteCwd,
    uid: chosen.unprivileged ? NOBODY : null,
    limit: LIMIT_SECONDS,
  };
  writeFileSync(path.join(run, 'spec.json'), JSON.stringify(spec));
  const launch = path.join(FOLDER, 'launch.py');
  const { stdout } = await promisify(execFile)(workshop.launcher, ['-I', '-S', launch, path.join(run, 'spec.json')], {
    maxBuffer: MAX_REPORT,
    signal: workshop.stopped,
  });
  const read = (name: string) => readFileSync(path.join(run, name), 'latin1');
  const report: Omit<Outcome, 'output' | 'files'> = JSON.parse(stdout);
  return {
    ...report,
    output: { 1: read('read1'), 2: read('read2'), terminal: read('terminal') },
    files: listFiles(box),
  };
}

/** Makes the folders that a run may change; returns the prefix of its interpreter. */
function prepareBox(chosen: Case, workshop: Workshop, box: string): string {
  rmSync(box, { recursive: true, force: true, maxRetries: 20 });
  for (const name of ['home', 'cwd', 'tmp']) mkdirSync(path.join(box, name), { recursive: true });
  if (chosen.kind !== 'real') return workshop.fake(chosen.version);
  const prefix = prepareInterpreter(chosen, workshop, box);
  if (!chosen.deleteCwd) {
    writeFileSync(path.join(box, 'cwd', 'req.txt'), 'tiny==1.0\n');
    writeFileSync(path.join(box, 'cwd', 'bad.txt'), 'tiny==9\n--nope\n');
    writeFileSync(path.join(box, 'cwd', 'con.txt'), 'tiny<2\n');
    cpSync(workshop.sources, path.join(box, 'cwd', 'src'), { recursive: true, preserveTimestamps: true });
  }
  if (chosen.unprivileged) spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, box]);
  return prefix;
}

function prepareInterpreter(chosen: Case, workshop: Workshop, box: string): string {
  if (chosen.mode !== 'venv') {
    const { executable } = workshop.interpreter(chosen.version);
    const isSystem = chosen.mode === 'system' || executable === SYSTEM_PYTHON;
    // (The system's may be called python3 only.)
    if (isSystem && workshop.systemPrefix !== null) return workshop.systemPrefix;
    if (!isSystem) return path.dirname(path.dirname(executable));
  }
  const template = chosen.unprivileged ? workshop.realOfNobody(chosen.version) : workshop.real(chosen.version);
  const folder = path.join(box, 'venv');
  // Hard links are enough: pip replaces files, and never writes into one.
  spawnSync('cp', ['-al', template, folder]);
  writePipScripts(folder);
  return folder;
}

function buildCommand(
  chosen: Case,
  side: Side,
  prefix: string,
  { shims }: Workshop,
  run: string,
  fill: (text: string) => string,
): readonly string[] {
  // By its path: the case may have any PATH.
  const [shell, ...options] = SHELLS[chosen.shell] ?? [];
  const script = [...(shell === undefined ? [] : [findProgram(shell) ?? shell, ...options]), path.join(shims, 'pip')];
  const pip = side === 'bare' ? [path.join(prefix, 'bin', 'python'), '-m', 'pip'] : script;
  const wrapper = (WRAPPERS[chosen.wrapper] ?? []).map(fill);
  const args = chosen.args.map(fill);
  const words = [...wrapper, ...pip];
  if (chosen.wrapper === 'xargs')
    writeFileSync(path.join(run, 'arguments'), joinForXargs(args.length === 0 ? ['x'] : args));
  else words.push(...args);
  if (chosen.wrapper === 'find') words.push(';');
  const [program = '', ...rest] = words;
  return [program.startsWith('/') ? program : (findProgram(program) ?? program), ...rest];
}

/** Bytes that are not UTF-8 are lone surrogates in a case. */
function joinForXargs(args: readonly string[]): Buffer {
  const parts = `${args.join('\0')}\0`.split(/([\udc80-\udcff]+)/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part) : Buffer.from(part.split('').map((lone) => lone.charCodeAt(0) - 0xdc00)),
    ),
  );
}

function buildEnvironment(
  chosen: Case,
  prefix: string,
  { shims, wheels }: Workshop,
  box: string,
  run: string,
  fill: (text: string) => string,
): Readonly<Record<string, string>> {
  return {
    PATH: `${shims}:${prefix}/bin:/usr/bin:/bin`,
    FIDELITY_RUN: run,
    ...(chosen.bareEnvironment ? {} : { HOME: path.join(box, 'home'), LANG: 'C.UTF-8' }),
    ...(chosen.bareEnvironment || chosen.mode !== 'venv' ? {} : { VIRTUAL_ENV: prefix }),
    ...(chosen.bareEnvironment || chosen.kind !== 'real' ? {} : settingsOfPip(wheels)),
    ...Object.fromEntries(chosen.env.map(([name, value]) => [name, fill(value)])),
  };
}

/** No network: the wheels of this run, or nothing. */
function settingsOfPip(wheels: string): Readonly<Record<string, string>> {
  return {
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: wheels,
    PIP_DEFAULT_TIMEOUT: '1',
    PIP_RETRIES: '0',
  };
}
