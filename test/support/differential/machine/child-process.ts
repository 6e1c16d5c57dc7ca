import { machine } from './machine.ts';

/** Stands in for node:child_process: an interpreter answers with the world's report, nothing else can be started. */
export function execFile(
  file: string,
  _: readonly string[],
  __: unknown,
  done: (error: Error | null, stdout: string, stderr: string) => void,
) {
  const { world, view } = machine();
  const answers = world.report !== null && view.status(file) !== null;
  queueMicrotask(() =>
    answers ? done(null, JSON.stringify(world.report), '') : done(new Error(`${file} cannot be run`), '', ''),
  );
  return { stdin: { end: () => {} } };
}

/** stty tells the size of the terminal; ps and the like are not there. */
export function spawnSync(file: string) {
  const { terminal } = machine().world;
  const isKnown = file.endsWith('/stty') && terminal !== null;
  return { stdout: isKnown ? `40 ${terminal}\n` : '', stderr: '', status: isKnown ? 0 : 1 };
}

export function spawn(file: string): never {
  throw new Error(`${file} is not started in memory`);
}
