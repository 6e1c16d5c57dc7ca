import path from 'node:path';
import { runShard, type Side } from './shard.ts';

type Work = Parameters<typeof runShard>[0] & { readonly folder: string };

const { folder, ...work }: Work = JSON.parse(process.argv[2] ?? '');
async function load(name: string): Promise<Side> {
  const { outcomeOf }: { readonly outcomeOf: Side } = await import(path.join(folder, name));
  return outcomeOf;
}

process.send?.(await runShard(work, await load('old.mjs'), await load('new.mjs')));
