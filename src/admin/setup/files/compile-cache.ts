import { spawnSync } from 'node:child_process';

/** V8's compiled code of one program, as a file beside it. */
export type CompileCache = { readonly name: string; readonly bytes: Buffer };

/** Asks a Node for its compiled code of what calls load (`entry`: dist/shim.cjs); empty if that fails: then each call compiles for itself. */
export function makeCompileCaches(node: string, entry: string): readonly CompileCache[] {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));
  const { status, stdout } = spawnSync(node, [entry, 'compile'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 16 * 1024 * 1024,
    timeout: 10_000,
  });
  return status === 0 ? readCaches(stdout) : [];
}

/** Returns the caches that the entry wrote, each as its name, a space, its size, a line feed and its bytes; none if it is cut off. */
export function readCaches(written: Buffer): readonly CompileCache[] {
  const caches: CompileCache[] = [];
  for (let rest = written; rest.length > 0;) {
    const end = rest.indexOf(10);
    const [, name, size] = /^([\w.-]+\.cache) (\d+)$/.exec(rest.toString('latin1', 0, Math.max(end, 0))) ?? [];
    if (name === undefined) return [];
    const next = end + 1 + Number(size);
    if (next > rest.length) return [];
    caches.push({ name, bytes: rest.subarray(end + 1, next) });
    rest = rest.subarray(next);
  }
  return caches;
}
