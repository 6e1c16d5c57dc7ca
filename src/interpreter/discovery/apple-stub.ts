import type { CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import { pathsOf } from '../../util/paths.ts';

const STUB = '/usr/bin/python3';
const USUAL = ['/Library/Developer/CommandLineTools', '/Applications/Xcode.app/Contents/Developer'];

/**
 * Returns whether a path is macOS's python3 with nothing behind it: started, it opens a window that offers to install
 * the command line tools, and fails. It looks where xcode-select(1) does: DEVELOPER_DIR, the chosen one, the usual ones.
 */
export function isDeveloperStub(path: string, context: CallContext): boolean {
  const { files, platform } = context;
  if (platform !== 'darwin' || path !== STUB) return false;
  const chosen = readVariable(context, 'DEVELOPER_DIR') ?? files.realPath('/var/db/xcode_select_link');
  const folders = [...(chosen === null ? [] : [chosen]), ...USUAL];
  return folders.every((folder) => files.status(pathsOf(platform).join(folder, 'usr/bin/python3')) === null);
}
