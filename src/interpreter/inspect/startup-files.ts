import type { CallContext } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';

const PTH_LIMIT = 64 * 1024;
/** CPython Lib/site.py imports these by name. */
const CUSTOMIZE = ['sitecustomize', 'usercustomize'];

/**
 * Returns the files in an environment whose code runs at every start of its python, relative to it: `.pth` files with a
 * line that imports (CPython Lib/site.py, addpackage), and sitecustomize. Many are harmless: setuptools has one.
 */
export function listStartFiles(prefix: string, { files, platform }: CallContext): readonly string[] {
  const paths = pathsOf(platform);
  const libraries =
    platform === 'win32'
      ? [paths.join('Lib', 'site-packages')]
      : ['lib', 'lib64'].flatMap((name) =>
          files.isLink(paths.join(prefix, name))
            ? []
            : files.list(paths.join(prefix, name)).map((library) => paths.join(name, library, 'site-packages')),
        );
  return libraries.flatMap((library) =>
    files
      .list(paths.join(prefix, library))
      .filter((name) => runsCode(name, () => files.readText(paths.join(prefix, library, name), PTH_LIMIT)))
      .toSorted()
      .map((name) => paths.join(library, name)),
  );
}

function runsCode(name: string, read: () => ReturnType<CallContext['files']['readText']>): boolean {
  if (CUSTOMIZE.some((word) => name === word || name === `${word}.py`)) return true;
  if (!name.endsWith('.pth')) return false;
  const content = read();
  // What cannot be read by us may be read by Python: named, to be looked at.
  return content.kind !== 'text' || /^import[ \t]/m.test(content.text);
}
