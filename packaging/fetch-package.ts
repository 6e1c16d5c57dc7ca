import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** One exact version of a package in the npm registry, with the hash that was recorded for it. */
export type RegistryPackage = { readonly name: string; readonly version: string; readonly integrity: string };

const decompress = promisify(gunzip);

/**
 * Returns a package's tar archive, from the cache if it is there, else by `npm pack`, which runs none of its scripts. What
 * is in the cache is verified, too: it may have been cut off, or filled by others.
 */
export async function fetchPackage(wanted: RegistryPackage, cache: string, offline: boolean): Promise<Buffer> {
  const file = path.join(cache, `${wanted.name.replace('/', '+')}-${wanted.version}.tgz`);
  if (!existsSync(file)) {
    if (offline)
      throw new Error(`${file} is missing, and --offline was given: run \`npm run package\` once without it`);
    download(wanted, file);
  }
  const bytes = readFileSync(file);
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found !== wanted.integrity) {
    throw new Error(
      `${file} is not what was recorded for ${wanted.name}@${wanted.version}: ${found} instead of ` +
        `${wanted.integrity}. If it was cut off, delete it and try again`,
    );
  }
  return await decompress(bytes);
}

function download({ name, version }: RegistryPackage, file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  // In the folder of the cache, so that the rename stays in one file system.
  const folder = mkdtempSync(path.join(path.dirname(file), 'new-'));
  try {
    execFileSync(
      'npm',
      ['pack', `${name}@${version}`, '--silent', '--ignore-scripts', `--pack-destination=${folder}`],
      {
        cwd: tmpdir(),
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const [packed] = readdirSync(folder);
    if (packed === undefined) throw new Error(`npm pack wrote nothing for ${name}@${version}`);
    renameSync(path.join(folder, packed), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
