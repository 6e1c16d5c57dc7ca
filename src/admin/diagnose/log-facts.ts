import type { Finding } from '../../model/diagnostic.ts';
import type { AdviceFacts, CallerFacts } from '../../model/facts.ts';
import type { Observation } from '../../model/observation.ts';
import type { Platform } from '../../model/call-context.ts';
import { diagnose } from '../../diagnostics/cause/find-cause.ts';
import { splitRequirement } from '../../diagnostics/shared/requirement.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import type { PipCommand } from '../../model/invocation.ts';

/** Statuses that pip fails with and something can be said of: a log does not tell which one it was. */
const FAILURES = [1, 2, 3];

/** Returns the one finding that explains a saved log, a failure before all else; null if there is nothing to say. */
export function diagnoseLog(observations: readonly Observation[]): Finding | null {
  const command = parsePipCommand('pip', ['install']);
  const evaluateCall = (status: number) =>
    diagnose(observations, command, { kind: 'exited', status }, { interpreter: null });
  const cause = FAILURES.map(evaluateCall).find((found) => found !== null);
  if (cause !== undefined) return cause;
  const found = evaluateCall(0);
  // A paste may end before pip did, or with a failure that nothing is known of: that pip fell back is not its cause.
  const ended = observations.some(({ kind }) => kind === 'installed' || kind === 'would-install');
  return found?.code === 'user-install-fallback' && !ended ? null : found;
}

/** What is known where a log is read: how to write commands, and nothing of the machine that it came from. */
export function logFacts(platform: Platform, { shell }: Pick<CallerFacts, 'shell'>): AdviceFacts {
  return {
    isLog: true,
    platform,
    caller: {
      shell,
      isRoot: false,
      user: '',
      startFiles: [],
      sudoUser: null,
      script: null,
      container: null,
      ci: null,
      gitHubActions: false,
      cwd: null,
      home: null,
    },
    project: { directory: null, marker: null, environments: [], distrusted: null, freeName: '.venv', homePlace: null },
    tools: { pipx: null, ensurepip: true, hasSudo: true, apt: false },
    interpreter: null,
    source: null,
    evidence: null,
    commandName: null,
    prefixOwner: null,
    shadowedPip: null,
    staleEnvironment: null,
    activeElsewhere: [],
    otherPython: null,
    askedBy: null,
    pipVersion: null,
    findObstacle: () => null,
    advised: [],
    hasBypass: false,
    userSitePython: null,
    denied: null,
    setting: null,
    userSite: null,
    index: null,
    build: null,
    report: null,
  };
}

/** Returns the command that the log most likely shows the output of, as far as the finding names what was asked for. */
export function guessCommand(finding: Finding): PipCommand {
  return parsePipCommand('pip', ['install', ...guessWords(finding)]);
}

/** Stands for what the log does not tell. */
const UNKNOWN = 'PACKAGE';

function guessWords(finding: Finding): readonly string[] {
  const { code } = finding;
  if (code === 'requires-python' || code === 'no-matching-distribution') {
    return finding.origin === null ? [finding.requirement] : [UNKNOWN];
  }
  if (code === 'network') return [finding.requirement ?? UNKNOWN];
  if (code === 'user-install-fallback') return finding.installed?.slice(0, 1).map(({ name }) => name) ?? [UNKNOWN];
  if (code === 'dependency-conflict') return [];
  if (code !== 'resolution-impossible') return [UNKNOWN];
  const names = finding.requested.map((each) => splitRequirement(each).name);
  return names.includes('') ? [] : [...new Set(names)];
}
