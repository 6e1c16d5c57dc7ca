import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Names that no system folder has, but that pipward or the programs that it starts may look for. */
const FURTHER_NAMES = ['node', 'npm', 'npx', 'python', 'python2', 'python3.9', 'pip3', 'virtualenv', 'pyenv', 'conda'];

/**
 * Fills a folder with a program for each name that the system folders have. Each writes its name down when it runs.
 * Returns the function that lists the names that ran, and forgets them.
 */
export function setTraps(folder: string, trace: string): () => readonly string[] {
  mkdirSync(folder, { recursive: true });
  const trap = path.join(folder, '.trap');
  writeFileSync(trap, `#!/bin/sh\necho "\${0##*/}" >>'${trace}'\nexit 0\n`);
  chmodSync(trap, 0o755);
  const names = ['/usr/bin', '/bin', '/usr/sbin', '/usr/local/bin'].flatMap((place) =>
    existsSync(place) ? readdirSync(place) : [],
  );
  for (const name of new Set([...names, ...FURTHER_NAMES])) {
    const place = path.join(folder, name);
    if (!existsSync(place)) symlinkSync('.trap', place);
  }
  return () => {
    const ran = existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : [];
    rmSync(trace, { force: true });
    return ran;
  };
}
