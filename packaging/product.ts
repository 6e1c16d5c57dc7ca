import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileEntry, readTree, type PackageEntry } from './entries.ts';

/** An npm package whose code is in the programs of dist. */
type BundledPackage = { readonly name: string; readonly version: string; readonly license: string };

/** What one clean build made, for all packages: the same for every machine. */
export type Product = {
  readonly version: string;
  /** The date of all files, in seconds. */
  readonly epoch: number;
  /** The files of an installation or archive, without the parts that depend on the machine. */
  readonly files: readonly PackageEntry[];
  readonly bundled: readonly BundledPackage[];
};

/** Besides dist. npm adds package.json by itself. */
const SHIPPED = ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'docs', 'install.sh', 'shims/pip'];

/** Builds into an empty folder, so that nothing of an earlier build or of a test run is in a package. */
export function buildProduct(root: string, env: NodeJS.ProcessEnv = process.env): Product {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-package-'));
  try {
    const list = path.join(folder, 'bundled.json');
    execFileSync(process.execPath, ['build.mjs', `--outdir=${path.join(folder, 'dist')}`, `--bundled=${list}`], {
      cwd: root,
      stdio: 'inherit',
    });
    const built = readTree(folder, 'dist').filter(({ path: name }) => !name.endsWith('.node'));
    return {
      version: JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version,
      epoch: readEpoch(root, env),
      files: [
        ...listTracked(root, SHIPPED).map((name) => fileEntry(name, readFileSync(path.join(root, name)))),
        ...built,
      ],
      bundled: JSON.parse(readFileSync(list, 'utf8')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the date of all files: SOURCE_DATE_EPOCH (reproducible-builds.org), else that of the last commit. */
function readEpoch(root: string, env: NodeJS.ProcessEnv): number {
  const given = env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) {
    if (!/^\d{1,11}$/.test(given))
      throw new Error(`SOURCE_DATE_EPOCH must be a number of seconds, not ${JSON.stringify(given)}`);
    return Number(given);
  }
  return Number(runGit(root, ['log', '-1', '--format=%ct']).trim());
}

/** Returns what git would refuse to call clean: it is in the packages, but not in the commit that they are said to be of. */
export function listUncommitted(root: string): readonly string[] {
  return runGit(root, ['status', '--porcelain']).split('\n').filter(Boolean);
}

/** Returns the files below these names that git knows: an editor's or a test's files stay out. */
function listTracked(root: string, names: readonly string[]): readonly string[] {
  return runGit(root, ['ls-files', '-z', '--', ...names])
    .split('\0')
    .filter(Boolean)
    .toSorted();
}

function runGit(root: string, args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd: root, encoding: 'utf8' });
}
