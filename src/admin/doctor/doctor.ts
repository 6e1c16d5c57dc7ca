import { existsSync } from 'node:fs';
import path from 'node:path';
import { decide } from '../../decision/decide.ts';
import { captureContext } from '../../host/capture-context.ts';
import { canOpenPseudoTerminal, findNativePart } from '../../host/streams/pseudo-terminal.ts';
import type { CallContext } from '../../model/call-context.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import type { AdminCommand, AdminContext } from '../command.ts';
import { say, sayJson } from '../output.ts';
import { describeIgnored, listIgnoredFiles, POLICY_NAMES } from '../policy/ignored-files.ts';
import { findHome, findInstalledRoot } from '../setup/locations.ts';
import { readManifest } from '../setup/plan/manifest.ts';
import { readStdoutStyle } from '../stdout-style.ts';
import { checkMemory } from '../which/shell-hash.ts';
import { checkMismatches } from './check-environments.ts';
import { checkEnvironments, checkInstallation, checkState } from './check-files.ts';
import { checkLinks } from './check-links.ts';
import { checkLog } from './check-log.ts';
import { checkNode } from './check-node.ts';
import { checkNames, checkShims } from './check-path.ts';
import { checkActive, checkInterpreter, checkProject, describeBare } from './check-python.ts';
import { checkSessionPath, checkWindowsInstallation, checkWindowsNode } from './check-windows.ts';
import { checkPlaces } from './check-shells.ts';
import type { Area, Finding } from './finding.ts';
import { renderFindings } from './render-findings.ts';

export const doctorCommand: AdminCommand = {
  usage: 'doctor',
  summary: 'Check for problems that affect pip here',
  examples: [
    ['pipward doctor', 'what is wrong and how to fix it; exit status 1 if there is a problem'],
    ['pipward doctor --verbose', 'what is wrong and how to fix it, then every check'],
    ['pipward doctor --json', 'every check as JSON'],
  ],
  options: {
    verbose: { describe: 'list every check, instead of one line per area', type: 'boolean' },
    json: { describe: 'print JSON', type: 'boolean' },
  },
  run: async (context, given) => {
    const areas = await checkAreas(context);
    const findings = areas.flatMap((area) => area.findings);
    if (given.flag('json')) {
      sayJson({ schema: 1, findings });
    } else {
      const shown = areas.filter((area) => area.findings.length > 0 || area.summary !== null);
      // cmd has no short form of the home directory.
      const home = context.platform === 'win32' ? null : (context.env['HOME'] ?? null);
      say(renderFindings(shown, { ...readStdoutStyle(context.env), home, verbose: given.flag('verbose') }));
    }
    return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
  },
};

/** Runs every check; the order of the areas is that of the findings in JSON. */
async function checkAreas(context: AdminContext): Promise<readonly Area[]> {
  const prefix = findInstalledRoot(context);
  const shims = path.join(prefix, 'shims');
  const callContext = captureContext('pip', [], context.env, shims, context.windows);
  const decision = decide(callContext, findPolicyLayers(callContext), 0);
  const manifest = readManifest(prefix);
  const isWindows = context.platform === 'win32';
  const windows = isWindows && manifest !== null ? await checkWindowsInstallation(context, manifest) : null;
  const places =
    isWindows || manifest === null
      ? { shells: windows?.shells ?? [], programs: [] }
      : await checkPlaces(context, manifest, findHome(context.env));
  const policies = checkPolicies(callContext);
  const bare = describeBare(decision, callContext);
  const environments = checkEnvironments(callContext);
  // An environment that a variable names is not told of twice.
  const active = checkActive(callContext).filter(({ fix }) => !environments.some((each) => each.fix === fix));
  const area = (name: string, findings: readonly Finding[], urgent: Area['urgent'], summary: string | null = null) => {
    return { name, findings, urgent, summary };
  };
  return [
    area('installation', checkInstallation(manifest, prefix), 'fixes'),
    area(
      'PATH',
      isWindows
        ? [...checkSessionPath(callContext, shims), ...(windows?.path ?? []), ...(windows?.names ?? [])]
        : [
            ...checkShims(callContext, shims, manifest === null ? null : manifest.inEnvironments === true),
            ...(manifest === null ? [] : checkNames(callContext, shims)),
            ...checkMemory(prefix),
            ...(manifest === null ? [] : checkLinks(manifest.links, callContext)),
          ],
      'fixes',
    ),
    area('new shells', places.shells, 'fixes', summarizeShells(places.shells)),
    area('other programs', places.programs, 'none', summarizePrograms(places.programs)),
    area('Node', await (isWindows ? checkWindowsNode : checkNode)(context, new Date()), 'fixes'),
    area(
      'Python',
      [...(await checkInterpreter(decision, callContext)), ...active, ...checkMismatches(decision, callContext)],
      'fixes',
    ),
    area('project', [...environments, ...checkProject(decision, callContext)], 'notes', 'no broken environment here'),
    area('policy', policies, 'notes', summarizePolicies(policies)),
    area('audit log', checkLog(callContext), 'fixes'),
    area('state', checkState(callContext), 'fixes'),
    // On Windows pip has the console itself, and its output is not monitored.
    area('terminal', isWindows ? [] : [checkTerminal(context)], 'fixes'),
    area('pip itself', bare === null ? [] : [compareWith(bare)], 'none', bare === null ? null : `runs as ${bare}`),
  ];
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

/** How to tell whether pipward is to blame. */
function compareWith(bare: string): Finding {
  const text = `to compare: ${bare} is pip here without pipward; PIPWARD_ADVICE=off pip ... is pip without advice`;
  return { subject: 'pip itself', state: 'ok', text, fix: null };
}

function summarizePolicies(policies: readonly Finding[]): string {
  const files = policies.filter(({ state }) => state === 'ok').map(({ text }) => text);
  return files.length === 0 ? 'no policy file applies here' : files.join(', ');
}

function checkTerminal({ programDirectory }: AdminContext): Finding {
  const subject = 'terminal';
  const file = findNativePart(programDirectory);
  if (canOpenPseudoTerminal(file))
    return { subject, state: 'ok', text: "pip's output is monitored on a terminal", fix: null };
  const why = existsSync(file) ? `no pseudo-terminal can be opened with ${file}` : `${file} is missing`;
  const text = `${why}; on a terminal, pip's output is not monitored`;
  return { subject, state: 'note', text, fix: null };
}

function summarizeShells(shells: readonly Finding[]): string | null {
  const found = shells.filter(({ state }) => state === 'ok').map(({ subject }) => subject);
  return found.length === 0 ? null : `pip is pipward in ${joinWords(found)}`;
}

/** cron and sudo set PATH themselves, so that they find another pip on most machines. */
function summarizePrograms(programs: readonly Finding[]): string | null {
  const name = ({ subject }: Finding) => (subject === 'IDE' ? 'IDEs' : subject);
  const found = programs.filter(({ state }) => state === 'ok').map(name);
  const others = programs.filter(({ state }) => state !== 'ok').map(name);
  const parts = [
    ...(found.length === 0 ? [] : [`pip is pipward in ${joinWords(found)}`]),
    ...(others.length === 0 ? [] : [`${found.length === 0 ? '' : 'but '}not in ${joinWords(others)}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function joinWords(words: readonly string[]): string {
  const [last = '', ...rest] = words.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(', ')} and ${last}`;
}
