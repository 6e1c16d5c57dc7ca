// What the hook of `setup --in-environments` adds to a prompt: a loop in the shell itself. By itself: node bench/prompt-hook.mjs
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const CALLS = 1000;
const ROUNDS = 5;
const SHELLS = {
  bash: (code, loop) => [
    'bash',
    '--norc',
    '--noprofile',
    '-c',
    `${code}\nfor ((i = 0; i < ${loop}; i++)); do TURN; done`,
  ],
  zsh: (code, loop) => ['zsh', '-f', '-c', `${code}\nfor ((i = 0; i < ${loop}; i++)); do TURN; done`],
  fish: (code, loop) => ['fish', '--no-config', '-c', `${code}\nfor i in (seq ${loop}); TURN; end`],
};

/** Prints a row for each shell that is there: microseconds of a call, without an environment, in one, and where it moves. */
export async function printPromptRows() {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-bench-prompt-'));
  try {
    const hooks = path.join(folder, 'hooks.mjs');
    const source = path.join(import.meta.dirname, '../src/admin/setup/startup-files/prompt-hooks.ts');
    await build({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', outfile: hooks });
    const { HOOK_FILES } = await import(pathToFileURL(hooks).href);
    mkdirSync(path.join(folder, 'shims'));
    writeFileSync(path.join(folder, 'shims/pip'), '#!/bin/sh\n', { mode: 0o755 });
    console.log('\n| prompt with the hook, microseconds a call | no environment | in one | moves the shims |');
    console.log('|---|---:|---:|---:|');
    for (const [file, render] of HOOK_FILES) {
      const shell = path.extname(file).slice(1);
      const hook = path.join(folder, file);
      writeFileSync(hook, render(folder));
      if (spawnSync(shell, ['--version']).error) continue;
      const cells = ['none', 'settled', 'moves'].map((state) => measure(shell, hook, folder, state).toFixed(0));
      console.log(`| ${shell} | ${cells.join(' | ')} |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A call as the difference between a loop with it and the same loop without it. */
function measure(shell, hook, folder, state) {
  const environment = path.join(folder, 'environment');
  const others = Array.from({ length: 20 }, (_, index) => `/opt/some/tool-${index}/bin`);
  const entries = [`${folder}/shims`, `${environment}/bin`, ...others, '/usr/bin', '/bin'];
  const start = state === 'moves' ? [entries[1], entries[0], ...entries.slice(2)] : entries;
  const set = shell === 'fish' ? `set -gx PATH ${start.join(' ')}` : `PATH=${start.join(':')}`;
  const again = state === 'moves' ? `${set}; ` : '';
  const call = shell === 'fish' ? '_pipward_move' : '_pipward_prompt';
  const run = (turn) => {
    const [program, ...args] = SHELLS[shell](`. '${hook}'\n${set}`, CALLS);
    const env = { HOME: folder, PATH: process.env.PATH, LANG: 'C.UTF-8' };
    if (state !== 'none') env.VIRTUAL_ENV = environment;
    const before = performance.now();
    spawnSync(
      program,
      args.map((word) => word.replace('TURN', turn)),
      { env, stdio: 'ignore' },
    );
    return performance.now() - before;
  };
  // The shortest of each: other processes only ever make it longer.
  const shortest = (turn) => Math.min(...Array.from({ length: ROUNDS }, () => run(turn)));
  return ((shortest(`${again}${call}`) - shortest(`${again}:`)) * 1000) / CALLS;
}

if (process.argv[1] === import.meta.filename) await printPromptRows();
