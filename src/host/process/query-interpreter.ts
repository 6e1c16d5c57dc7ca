import { execFile } from 'node:child_process';
import type { CallContext } from '../../model/call-context.ts';
import type { InterpreterReport } from '../../model/facts.ts';
import { isWritable } from '../../util/windows/writable.ts';

/**
 * pip's own questions (pip/_internal/commands/install.py, decide_user_install; utils/misc.py, check_externally_managed).
 * sys.path[0] goes before anything is imported: a ./site.py in the current directory must not run. Works on 2.7.
 */
export const QUESTIONS = `import sys
if sys.path[:1] == [""]: del sys.path[0]
import json, os, site, sysconfig
def writable(path):
    while not os.path.isdir(path):
        parent = os.path.dirname(path)
        if parent == path: break
        path = parent
    return os.access(path, os.W_OK)
paths = sysconfig.get_paths()
base = getattr(sys, "base_prefix", getattr(sys, "real_prefix", sys.prefix))
base = getattr(sys, "real_prefix", base)
marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
scheme = {"posix": "posix_user", "nt": "nt_user"}.get(os.name, "posix_user")
if sys.platform == "darwin" and getattr(sys, "_framework", ""): scheme = "osx_framework_user"
print(json.dumps({
  "version": "%d.%d.%d" % sys.version_info[:3],
  "prefix": sys.prefix,
  "basePrefix": base,
  "purelib": paths["purelib"],
  "userSite": site.getusersitepackages(),
  "userScripts": sysconfig.get_path("scripts", scheme),
  "userSiteEnabled": bool(site.ENABLE_USER_SITE),
  "siteWritable": writable(paths["purelib"]) and writable(paths["platlib"]),
  "managedMarker": marker if sys.prefix == base and os.path.isfile(marker) else None,
}))`;

export const TIME_LIMIT_MILLISECONDS = 5_000;

/**
 * Asks an interpreter where it installs, with the flags and variables that pip gets (-I or -S would change the answer).
 * Null if it does not answer in time or not in our form. Only for interpreters whose use was consented to.
 */
export function askInterpreter(executable: string, context: CallContext): Promise<InterpreterReport | null> {
  return new Promise((resolve) => {
    const options = {
      env: context.env,
      encoding: 'utf8',
      timeout: TIME_LIMIT_MILLISECONDS,
      maxBuffer: 64 * 1024,
      // Started by a Node without a console, each Python would open a window.
      windowsHide: true,
    } as const;
    const child = execFile(executable, ['-c', QUESTIONS], options, (error, stdout) => {
      const report = error === null ? readReport(stdout) : null;
      resolve(report === null ? null : correctWritability(report, context));
    });
    child.stdin?.end();
  });
}

/** os.access of Windows says no more than the read-only attribute: there we ask Windows, as pip does by making a file. */
export function correctWritability(report: InterpreterReport, context: CallContext): InterpreterReport {
  return context.platform === 'win32' ? { ...report, siteWritable: isWritable(report.purelib, context) } : report;
}

/** The interpreter's answer to QUESTIONS; null if it is not a valid answer. */
export function readReport(text: string): InterpreterReport | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  return isReport(answer) ? answer : null;
}

function isReport(answer: unknown): answer is InterpreterReport {
  if (typeof answer !== 'object' || answer === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...answer };
  const texts = ['version', 'prefix', 'basePrefix', 'purelib', 'userSite', 'userScripts'];
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    typeof fields['userSiteEnabled'] === 'boolean' &&
    typeof fields['siteWritable'] === 'boolean' &&
    (fields['managedMarker'] === null || typeof fields['managedMarker'] === 'string')
  );
}
