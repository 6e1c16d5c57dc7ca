import type { CallContext } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';

const MAX_NEXT = 50;

/**
 * Returns a name for a new environment in `folder`: `.venv`, `.venv-2` and so on. Whatever is there takes the name: venv
 * would go on in a folder that another user filled, and keep its contents.
 */
export function chooseFreeName(folder: string, { files, platform }: Pick<CallContext, 'files' | 'platform'>): string {
  const paths = pathsOf(platform);
  // A project may bring thousands of these names: after some the numbers double, so that few are looked at.
  for (let number = 1; ; number = number < MAX_NEXT ? number + 1 : number * 2) {
    const name = number === 1 ? '.venv' : `.venv-${number}`;
    const place = paths.join(folder, name);
    // A dangling link has no status, but venv would create what it points to.
    if (files.status(place) === null && !files.isLink(place)) return name;
  }
}
