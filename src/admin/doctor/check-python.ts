import path from 'node:path';
import { decide } from '../../decision/decide.ts';
import { findUntrusted } from '../../decision/skipped-environment.ts';
import { describePython } from '../../diagnostics/shared/fixes.ts';
import { holdsShadowingModule } from '../../diagnostics/shared/shadowing-modules.ts';
import { describeSkip } from '../../messages/render-trace.ts';
import { describeUntrusted, trustCommandFor } from '../../messages/untrusted-environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import type { Resolution, SkipReason } from '../../model/environment.ts';
import { startModule } from '../../pip/module-command.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { probeInterpreter } from '../query-interpreter.ts';
import { describeStart } from '../which/which.ts';
import { readSearchPath } from '../../interpreter/discovery/search-path.ts';
import type { InterpreterReport } from '../../model/facts.ts';
import { isSameWindowsFolder } from '../setup/windows/path-value.ts';
import { rebuildCommand } from './check-files.ts';
import { choosePrintedShell } from '../which/printed-shell.ts';
import type { ShellKind } from '../../model/diagnostic.ts';
import type { Finding } from './finding.ts';

/** The Python that pip means here: whether it runs, has pip, and where it installs. */
export async function checkInterpreter(
  { resolution }: Decision,
  callContext: CallContext,
): Promise<readonly Finding[]> {
  const subject = 'Python';
  if (resolution.kind === 'not-found') {
    return [{ subject, state: 'wrong', text: 'none was found', fix: 'install Python 3, or set PIPWARD_PYTHON to one' }];
  }
  const { executable } = resolution.interpreter;
  if (resolution.kind === 'without-pip') {
    const python = describePython(executable, resolution.interpreter);
    const start = startModule(python, 'ensurepip', holdsShadowingModule(callContext));
    const fix = joinCommand([...start, '--upgrade'], choosePrintedShell(callContext));
    return [{ subject, state: 'wrong', text: `${executable} has no pip`, fix }];
  }
  const probe = await probeInterpreter(executable, callContext);
  if (probe.kind === 'failed') {
    return [{ subject, state: 'wrong', text: `${executable} gives no answer: ${probe.reason}`, fix: 'pipward which' }];
  }
  const { report } = probe;
  const found: Finding = { subject, state: 'ok', text: `${executable}, version ${report.version}`, fix: null };
  return [found, ...describeUserSite(report, callContext)];
}

/** Says that pip falls back to the user site, if it does, and whether the programs there are found. */
export function describeUserSite(
  report: InterpreterReport,
  callContext: Pick<CallContext, 'env' | 'platform'>,
): readonly Finding[] {
  if (report.siteWritable || !report.userSiteEnabled || report.managedMarker !== null) return [];
  const isScripts = (folder: string) =>
    callContext.platform === 'win32' ? isSameWindowsFolder(folder, report.userScripts) : folder === report.userScripts;
  const isSeen = readSearchPath(callContext).some(({ directory }) => isScripts(directory));
  return [
    {
      subject: 'user site',
      state: 'note',
      text: isSeen
        ? `pip installs into ${report.userSite}`
        : `pip installs into ${report.userSite}, and programs into ${report.userScripts}, which is not on PATH`,
      fix: isSeen ? null : `use a virtual environment, or put ${report.userScripts} on PATH`,
    },
  ];
}

/** Returns the command that runs pip without pipward; null if no call would run it. */
export function describeBare(decision: Decision, callContext: CallContext): string | null {
  if (decision.resolution.kind !== 'resolved' || decision.kind === 'refuse') return null;
  return `${describeStart(decision.start, decision, callContext)} ...`;
}

/** Environments that variables name and that are missing: what `pip` then means is not what the prompt shows. */
export function checkActive(callContext: CallContext): readonly Finding[] {
  const { resolution }: { readonly resolution: Resolution } = decide(callContext, [], 0);
  // What is emptied must be a virtual environment, and nothing else.
  const mayRebuild = (prefix: string, reason: SkipReason) =>
    (reason === 'dangling-link' || reason === 'missing') &&
    path.isAbsolute(prefix) &&
    callContext.files.status(path.join(prefix, 'pyvenv.cfg')) !== null;
  return resolution.trace.flatMap(({ source, evidence, outcome, path: python }): readonly Finding[] => {
    const isActive = source === 'active-environment' || source === 'conda-prefix' || source === 'pipward-python';
    if (!isActive || outcome.kind === 'chosen' || evidence.kind !== 'variable') return [];
    return [
      {
        subject: evidence.name,
        state: 'wrong',
        text: `${python ?? evidence.value} ${describeSkip(outcome.reason, outcome.detail)}`,
        fix: mayRebuild(evidence.value, outcome.reason)
          ? rebuildCommand(evidence.value, callContext)
          : leaveCommand(evidence.name, choosePrintedShell(callContext)),
      },
    ];
  });
}

/** What leaves an environment that is gone; bash goes on to start what it remembers of it, even then. */
function leaveCommand(variable: string, shell: ShellKind): string {
  if (shell === 'cmd') return `deactivate, or: set ${variable}=`;
  if (shell === 'powershell') return `deactivate, or: Remove-Item Env:${variable}`;
  if (variable === 'VIRTUAL_ENV') return 'deactivate, or: unset VIRTUAL_ENV; hash -r';
  return variable === 'CONDA_PREFIX' ? 'conda deactivate, or: unset CONDA_PREFIX; hash -r' : `unset ${variable}`;
}

/** An environment that the configuration asks pip to use, though it is not trusted. */
export function checkProject({ resolution }: Decision, context: CallContext): readonly Finding[] {
  const { platform, cwd } = context;
  const untrusted = findUntrusted(resolution);
  if (untrusted === null) return [];
  const text = describeUntrusted(untrusted, platform, cwd);
  return [
    {
      subject: 'project',
      state: 'note',
      text,
      fix: trustCommandFor(untrusted, choosePrintedShell(context), platform, cwd),
    },
  ];
}
