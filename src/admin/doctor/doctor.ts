import { existsSync } from 'node:fs';
import path from 'node:path';
import { holdsShadowingModule } from '../../diagnostics/shared/shadowing-modules.ts';
import { startModule } from '../../pip/module-command.ts';
import { describePython } from '../../diagnostics/shared/fixes.ts';
import { captureContext } from '../../host/capture-context.ts';
import { probeInterpreter } from '../query-interpreter.ts';
import { canOpenPseudoTerminal, findNativePart } from '../../host/streams/pseudo-terminal.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import type { SkipReason, Resolution } from '../../model/environment.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { decide } from '../../decision/decide.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { findUntrusted } from '../../decision/skipped-environment.ts';
import { describeUntrusted, trustCommandFor } from '../../messages/untrusted-environment.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { describeSkip } from '../../messages/render-trace.ts';
import type { AdminCommand, AdminContext } from '../command.ts';
import { checkMismatches } from './check-environments.ts';
import { checkEnvironments, checkInstallation, checkState, rebuildCommand } from './check-files.ts';
import type { Finding } from './finding.ts';
import { checkNode } from './check-node.ts';
import { checkNames, checkShims } from './check-path.ts';
import { checkPlaces } from './check-shells.ts';
import { describeIgnored, listIgnoredFiles, POLICY_NAMES } from '../policy/ignored-files.ts';
import { readManifest } from '../setup/plan/manifest.ts';
import { say, sayJson } from '../output.ts';
import { findHome } from '../setup/locations.ts';
import { checkMemory } from '../which/shell-hash.ts';
import { describeStart } from '../which/which.ts';

export const doctorCommand: AdminCommand = {
  usage: 'doctor',
  summary: 'Look for what keeps pip from doing the right thing here',
  examples: [
    ['pipward doctor', 'status 1 if something is wrong'],
    ['pipward doctor --json', 'the same as an object'],
  ],
  options: { json: { describe: 'print an object for programs', type: 'boolean' } },
  run: async (context, given) => {
    const shims = path.join(path.dirname(context.programDirectory), 'shims');
    const callContext = captureContext('pip', [], context.env, shims);
    const prefix = path.dirname(context.programDirectory);
    const decision = decide(callContext, findPolicyLayers(callContext), 0);
    const manifest = readManifest(prefix);
    const findings = [
      checkInstallation(manifest, prefix),
      checkShims(callContext, shims),
      manifest === null ? [] : checkNames(callContext, shims),
      checkMemory(prefix),
      manifest === null ? [] : await checkPlaces(context, prefix, findHome(context.env)),
      await checkNode(context, new Date()),
      ...(await checkInterpreter(decision, callContext)),
      ...checkActive(callContext),
      ...checkMismatches(decision, callContext),
      ...checkEnvironments(callContext),
      ...checkProject(decision, callContext),
      ...checkPolicies(callContext),
      checkState(callContext),
      checkTerminal(context),
      describeBare(decision, callContext),
    ].flat();
    if (given.flag('json')) sayJson({ schema: 1, findings });
    else for (const finding of findings) say(cleanLines(finding, callContext.home));
    return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
  },
};

function cleanLines({ subject, state, text, fix }: Finding, home: string | null): string {
  const mark = { ok: 'ok   ', wrong: 'WRONG', note: 'note ' }[state];
  const first = `${mark}  ${subject.padEnd(16)}  ${cleanText(shortenHome(text, home))}`;
  return fix === null ? first : `${first}\n${' '.repeat(25)}fix: ${cleanText(fix)}`;
}

async function checkInterpreter({ resolution }: Decision, callContext: CallContext): Promise<readonly Finding[]> {
  const subject = 'Python';
  if (resolution.kind === 'not-found') {
    return [{ subject, state: 'wrong', text: 'none was found', fix: 'install Python 3, or set PIPWARD_PYTHON to one' }];
  }
  const { executable } = resolution.interpreter;
  if (resolution.kind === 'without-pip') {
    const python = describePython(executable, resolution.interpreter);
    const start = startModule(python, 'ensurepip', holdsShadowingModule(callContext));
    const fix = joinCommand([...start, '--upgrade'], 'posix');
    return [{ subject, state: 'wrong', text: `${executable} has no pip`, fix }];
  }
  const probe = await probeInterpreter(executable, callContext.env);
  if (probe.kind === 'failed') {
    return [{ subject, state: 'wrong', text: `${executable} gives no answer: ${probe.reason}`, fix: 'pipward which' }];
  }
  const { report } = probe;
  const found: Finding = { subject, state: 'ok', text: `${executable}, version ${report.version}`, fix: null };
  if (report.siteWritable || !report.userSiteEnabled || report.managedMarker !== null) return [found];
  const isSeen = (callContext.env['PATH'] ?? '').split(':').includes(report.userScripts);
  return [
    found,
    {
      subject: 'user site',
      state: 'note',
      text: isSeen
        ? `pip installs into ${report.userSite}`
        : `pip installs into ${report.userSite}; its programs in ${report.userScripts} are not on PATH`,
      fix: isSeen ? null : `use a virtual environment, or put ${report.userScripts} on PATH`,
    },
  ];
}

/** How to tell whether pipward is to blame: the command that runs pip without it. */
function describeBare(decision: Decision, callContext: CallContext): readonly Finding[] {
  if (decision.resolution.kind !== 'resolved' || decision.kind === 'refuse') return [];
  const start = describeStart(decision.start, decision, callContext);
  const text = `to compare: ${start} ... is pip here without pipward; PIPWARD_ADVICE=off pip ... is pip without advice`;
  return [{ subject: 'without pipward', state: 'ok', text, fix: null }];
}

/** Environments that variables name and that are not there: what `pip` then means is not what the prompt shows. */
function checkActive(callContext: CallContext): readonly Finding[] {
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
          : leaveCommand(evidence.name),
      },
    ];
  });
}

/** What leaves an environment that is gone; bash goes on to start what it remembers of it, even then. */
function leaveCommand(variable: string): string {
  if (variable === 'VIRTUAL_ENV') return 'deactivate, or: unset VIRTUAL_ENV; hash -r';
  return variable === 'CONDA_PREFIX' ? 'conda deactivate, or: unset CONDA_PREFIX; hash -r' : `unset ${variable}`;
}

/** An environment that the configuration asks pip to use, and that it does not. */
function checkProject({ resolution }: Decision, { platform, cwd }: CallContext): readonly Finding[] {
  const untrusted = findUntrusted(resolution);
  if (untrusted === null) return [];
  const text = describeUntrusted(untrusted, platform, cwd);
  return [{ subject: 'project', state: 'note', text, fix: trustCommandFor(untrusted, 'posix', platform, cwd) }];
}

function checkPolicies(callContext: CallContext): readonly Finding[] {
  const ignored = listIgnoredFiles(callContext, POLICY_NAMES).map((each): Finding => ({
    subject: 'policy',
    state: 'note',
    text: `ignored: ${describeIgnored(each)}`,
    fix: null,
  }));
  const judged = findPolicyLayers(callContext).flatMap((layer): readonly Finding[] => {
    const lines = [...layer.problems, ...layer.warnings]
      .map(describeProblem)
      .map(({ file, line, message, nearest }): Finding => ({
        subject: 'policy',
        state: layer.problems.length > 0 ? 'wrong' : 'note',
        text: `${file}${line === null ? '' : `:${line}`}: ${message}`,
        fix: nearest === null ? null : `did you mean ${nearest}?`,
      }));
    return lines.length > 0 ? lines : [{ subject: 'policy', state: 'ok', text: layer.file, fix: null }];
  });
  return [...judged, ...ignored];
}

function checkTerminal({ programDirectory }: AdminContext): Finding {
  const subject = 'terminal';
  const file = findNativePart(programDirectory);
  if (canOpenPseudoTerminal(file)) return { subject, state: 'ok', text: 'pip is read along on a terminal', fix: null };
  const why = existsSync(file) ? `no pseudo-terminal can be opened with ${file}` : `${file} is missing`;
  const text = `${why}; on a terminal, what pip did is judged by facts`;
  return { subject, state: 'note', text, fix: null };
}
