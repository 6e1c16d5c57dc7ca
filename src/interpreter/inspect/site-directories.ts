import type { PythonVersion } from '../../model/environment.ts';
import type { FileView, Platform, CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import type { Layout } from './layout.ts';
import { pathsOf } from '../../util/paths.ts';
import { findWindowsUserBase } from '../discovery/windows/usual-folders.ts';
import { formatRelease } from '../../util/python-version.ts';

/** Returns the site directories of a base interpreter or conda environment, in the order of sys.path. */
export function listSiteDirectories(layout: Layout, files: FileView, platform: Platform): readonly string[] {
  const { prefix, library, stdlib, version } = layout;
  if (stdlib === null) return [];
  const own = listBelow(prefix, layout, files, platform);
  if (prefix !== '/usr' || library === null || version === null) return own;
  // Debian's Python looks into dist-packages alone (its site.py, getsitepackages).
  const shared = version.major === 3 ? '/usr/lib/python3/dist-packages' : `${stdlib}/dist-packages`;
  if (files.status(shared) !== null) {
    return [...new Set([`/usr/local/lib/${library}/dist-packages`, shared, `${stdlib}/dist-packages`])];
  }
  // Fedora's looks into /usr/local first.
  return stdlib.startsWith('/usr/lib64/') ? [...listBelow('/usr/local', layout, files, platform), ...own] : own;
}

/** Returns the site-packages below a prefix (a virtual environment's, say) for the interpreter that `layout` shows. */
export function listBelow(prefix: string, layout: Layout, files: FileView, platform: Platform): readonly string[] {
  const paths = pathsOf(platform);
  const { library, stdlib } = layout;
  if (library === null)
    return PIPWARD_FOR_WINDOWS && platform === 'win32' ? [paths.join(prefix, 'Lib', 'site-packages')] : [];
  // sys.platlibdir is lib64 on Fedora and openSUSE; venv makes lib64 a link to lib, and one of the two is enough.
  const uses64 = stdlib !== null && paths.basename(paths.dirname(stdlib)) === 'lib64';
  const names = uses64 && !files.isLink(paths.join(prefix, 'lib64')) ? ['lib64', 'lib'] : ['lib'];
  return names.map((name) => paths.join(prefix, name, library, 'site-packages'));
}

/** Returns where the user site may be (CPython Lib/site.py, getuserbase and _get_path); empty when it cannot be known. */
export function listUserSites(
  version: PythonVersion | null,
  { library, stdlib }: Pick<Layout, 'library' | 'stdlib'>,
  context: Pick<CallContext, 'platform' | 'env' | 'home'>,
): readonly string[] {
  const { platform, home } = context;
  const paths = pathsOf(platform);
  if (version === null) return [];
  const dotted = formatRelease(version);
  const chosen = readVariable(context, 'PYTHONUSERBASE');
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
    const base = chosen ?? findWindowsUserBase(stdlib, context);
    // sys.winver (PCbuild/python.props of CPython): a t for a free-threaded build, then -32 or -arm64.
    return base === null
      ? []
      : ['', '-32', '-arm64', 't', 't-32', 't-arm64'].map((end) =>
          paths.join(base, `Python${dotted.replace('.', '')}${end}`, 'site-packages'),
        );
  }
  if (stdlib?.includes('.framework/') === true && (chosen !== null || home !== null)) {
    return [paths.join(chosen ?? paths.join(home ?? '', 'Library', 'Python', dotted), 'lib/python/site-packages')];
  }
  const base = chosen ?? (home === null ? null : paths.join(home, '.local'));
  return base === null ? [] : [paths.join(base, 'lib', library ?? `python${dotted}`, 'site-packages')];
}
