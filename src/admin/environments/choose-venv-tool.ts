import { aptInstall, isDistributionPython, venvPackage } from '../../diagnostics/shared/fixes.ts';
import { findOnPath } from '../../interpreter/discovery/find-on-path.ts';
import { findMissingMaker } from '../../interpreter/inspect/venv-module.ts';
import type { StartCommand } from '../../model/decision.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { fromDirectory } from '../../terminal/activation.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { findProgram } from '../setup/locations.ts';
import { findCallerShell } from './project-environments.ts';

export type Maker =
  | { readonly kind: 'found'; readonly command: StartCommand }
  | {
      readonly kind: 'missing';
      readonly reason: string;
      /** Lines that say what to install. */
      readonly fix: readonly string[];
    };

/**
 * Returns what makes an environment with this interpreter: venv, or virtualenv where ensurepip is missing (Debian without
 * python3-venv, Python 2). -I keeps the current directory and PYTHONPATH off its sys.path, where a ./venv.py would run.
 */
export function chooseMaker(interpreter: Interpreter, prefix: string, context: CallContext): Maker {
  const { executable } = interpreter;
  const missing = findMissingMaker(interpreter, context);
  if (missing === null) return { kind: 'found', command: [executable, '-I', '-m', 'venv', prefix] };
  // The usual folders of other systems, such as \bin, any user of Windows could make.
  const virtualenv =
    context.platform === 'win32' ? findOnPath('virtualenv', context) : findProgram(context.env, 'virtualenv');
  if (virtualenv !== null) return { kind: 'found', command: [virtualenv, '--python', executable, prefix] };
  const reason = `${executable} has no ${missing}, and virtualenv is not on PATH`;
  return { kind: 'missing', reason, fix: describeFix(interpreter, prefix, context) };
}

function describeFix(interpreter: Interpreter, prefix: string, context: CallContext): readonly string[] {
  const { files, userId, platform, cwd } = context;
  const folder = fromDirectory(prefix, platform, cwd);
  const words = ['pipward', 'venv', ...(folder === '.venv' ? [] : [folder])];
  const again = `    ${joinCommand(words, findCallerShell(context))}`;
  const hasApt = platform !== 'win32' && files.status('/usr/bin/apt') !== null;
  if (interpreter.version?.major !== 2 && hasApt && isDistributionPython({ interpreter })) {
    const install = aptInstall({ caller: { isRoot: userId === 0 } }, venvPackage({ interpreter }));
    return ["fix: install what Debian's Python leaves out, then again", `    ${install}`, again];
  }
  return ['fix: put virtualenv on PATH (pipx install virtualenv), or choose another Python by PIPWARD_PYTHON'];
}
