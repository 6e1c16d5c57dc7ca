import type { Random } from '../../../fidelity/random.ts';
import type { Tree, TreeEntry } from '../../tree.ts';
import type { World } from '../world.ts';

/** A world while it is made: parts add files and variables one after the other. */
export type Draft = {
  readonly random: Random;
  readonly platform: World['platform'];
  readonly isWindows: boolean;
  readonly files: Record<string, TreeEntry>;
  readonly env: Record<string, string>;
  readonly home: string;
  readonly userId: number | null;
  /** The project has an environment that may be used, and nothing is active. */
  readonly isProjectReady: boolean;
  /** Folder of the project, and one beside it. */
  readonly project: string;
  readonly other: string;
  /** Entries of PATH, in order. */
  readonly path: string[];
  readonly pythons: Installation[];
  /** Environments that are there. */
  readonly environments: string[];
};

export type Installation = { readonly prefix: string; readonly executable: string; readonly version: string };

/** A path of this platform. */
export function join({ isWindows }: Pick<Draft, 'isWindows'>, ...parts: readonly string[]): string {
  return isWindows ? parts.join('\\').replaceAll('/', '\\') : parts.join('/');
}

export function add({ files }: Draft, tree: Tree): void {
  Object.assign(files, tree);
}

/** A value so many times: it is chosen more often than the others. */
export function repeat<T>(value: T, count: number): readonly T[] {
  return Array.from({ length: count }, () => value);
}

/** pip releases that differ in what they read or can do. */
export const PIPS = [
  '9.0.3',
  '18.1',
  '19.3.1',
  '20.0.2',
  '20.3.4',
  '21.2',
  '22.2',
  '22.3',
  '23.0.1',
  '23.1',
  '24.0',
  '25.3',
  '26.2.1',
];
export const PYTHONS = ['2.7', '3.6', '3.8', '3.9', '3.10', '3.11', '3.11', '3.12', '3.12', '3.12', '3.13', '3.14'];

/** A release of pip; null: no pip. */
export function choosePip(random: Random): string | null {
  return random.chance(0.12) ? null : random.pick(random.chance(0.5) ? ['24.0', '24.2', '25.3', '26.2.1'] : PIPS);
}
