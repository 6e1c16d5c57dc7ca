import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { OWN_FOLDER } from './own-folder.ts';
import { listPyenvPythons, type Python } from './pythons.ts';
import { NOBODY } from './sandbox.ts';

type Interpreter = Pick<Python, 'executable' | 'version'>;
type Options = {
  /** The environment belongs to `nobody` if the tests run as root. */
  readonly unprivileged?: boolean;
  /** For the interpreter: a copy may need LD_LIBRARY_PATH. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Makes what `python -m venv` makes, pip included, without its seconds of ensurepip: pip is copied from the first
 * environment of that version in this run of the tests. Throws an error if the interpreter has no venv.
 */
export function makeEnvironment(interpreter: Interpreter, prefix: string, { unprivileged, env }: Options = {}): void {
  const template = findTemplate(interpreter);
  makeBare(interpreter.executable, ['--without-pip', prefix], env);
  // With their times: else the compiled code does not fit, and each first pip compiles all of pip.
  cpSync(findSite(template), findSite(prefix), { recursive: true, preserveTimestamps: true });
  for (const name of readdirSync(path.join(template, 'bin')).filter((each) => /^(?:pip|easy_install)/.test(each))) {
    const [, ...lines] = readFileSync(path.join(template, 'bin', name), 'utf8').split('\n');
    const script = path.join(prefix, 'bin', name);
    writeFileSync(script, [`#!${path.join(prefix, 'bin/python')}`, ...lines].join('\n'));
    chmodSync(script, 0o755);
  }
  if (unprivileged === true) execFileSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, prefix]);
}

/** Pip is the same in each environment of a version, whichever copy of that Python makes it. */
function findTemplate({ executable, version }: Interpreter): string {
  const own = process.env[OWN_FOLDER] ?? '';
  const template = path.join(own, `environment-${version}`);
  if (existsSync(template)) return template;
  const made = mkdtempSync(path.join(own, 'environment-'));
  makeBare(listPyenvPythons().find((python) => python.version === version)?.executable ?? executable, [made]);
  try {
    renameSync(made, template);
  } catch {
    // Another test file was faster.
    rmSync(made, { recursive: true, force: true });
  }
  return template;
}

function makeBare(executable: string, args: readonly string[], env: Options['env'] = {}): void {
  const options = { cwd: '/', env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] } as const;
  execFileSync(executable, ['-m', 'venv', ...args], { ...options, stdio: [...options.stdio] });
}

function findSite(prefix: string): string {
  const [library = ''] = readdirSync(path.join(prefix, 'lib'));
  return path.join(prefix, 'lib', library, 'site-packages');
}
