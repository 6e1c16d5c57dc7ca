import type { FileView } from '../../model/call-context.ts';

/** Returns what is installed in a folder, as the names of its dist-info and egg-info folders tell. */
export function listDistributions(
  directory: string,
  files: FileView,
): readonly { readonly module: string; readonly version: string }[] {
  return files.list(directory).flatMap((entry) => {
    const [, module = '', version = ''] = /^(.+?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(entry) ?? [];
    return module === '' ? [] : [{ module, version }];
  });
}
