import path from 'node:path';
import type { Interpreter } from '../../model/environment.ts';
import type { FactSource } from '../../model/facts.ts';
import { isWritable } from '../../util/windows/writable.ts';

/** Why a location could not be written to. */
export type DeniedFacts = {
  /** The closest file or folder that is there and cannot be written. */
  readonly place: string;
  /** Whose it is. */
  readonly owner: { readonly name: string; readonly isCaller: boolean };
  /** The environment, or the highest folder on the way to `place` that is not the caller's: what to give back to them. */
  readonly top: string;
  /** Whether `top` is in a folder of the caller's. */
  readonly isInOwnPlace: boolean;
};

/** Returns who owns what pip could not write, and how far up that goes; null if nothing is known about it. */
export function findDenied(
  target: string | null,
  { context, viewNow, findUserName }: FactSource,
  interpreter: Interpreter | null,
): DeniedFacts | null {
  const { home, userId, cwd, platform } = context;
  // On Windows the rights are in a list, and Node knows neither that nor the owner.
  if (target === null || platform === 'win32' || (!path.isAbsolute(target) && cwd === null)) return null;
  const files = viewNow();
  let place = path.resolve(cwd ?? '/', target);
  while (files.status(place) === null && place !== path.dirname(place)) place = path.dirname(place);
  // To remove or replace a file takes the right to write its folder.
  const folder = path.dirname(place);
  if (files.status(place)?.kind !== 'directory' && !isWritable(folder, context, files)) place = folder;
  const owner = files.status(place)?.owner;
  if (owner === undefined) return null;
  const isOwn = (file: string) => files.status(file)?.owner === userId;
  let top = place;
  while (!isOwn(path.dirname(top)) && path.dirname(top) !== top) top = path.dirname(top);
  const environment = interpreter?.environment;
  const prefix = environment?.kind === 'virtual' || environment?.kind === 'conda' ? environment.prefix : null;
  const isInOwnPlace = isOwn(path.dirname(top)) && (home === null || !isBelow(home, top));
  return {
    place,
    owner: { name: findUserName(owner) ?? 'another user', isCaller: isOwn(place) },
    // In an environment more than this one folder will be in other hands.
    top: prefix !== null && isInOwnPlace && isBelow(top, prefix) ? prefix : top,
    isInOwnPlace,
  };
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
