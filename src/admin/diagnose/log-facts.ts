import { guessRequest } from '../../diagnostics/describe-finding.ts';
import type { Finding } from '../../diagnostics/registry.ts';
import type { CallerFacts, CallFacts } from '../../model/facts.ts';
import type { Observation } from '../../pip/output/messages.ts';
import type { Platform } from '../../model/call-context.ts';
import { diagnose } from '../../diagnostics/cause/find-cause.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import type { PipCommand } from '../../model/invocation.ts';

/** Statuses that pip fails with and something can be said of: a log does not tell which one it was. */
const FAILURES = [1, 2, 3];

/** Returns the one finding that explains a saved log, a failure before all else; null if there is nothing to say. */
export function diagnoseLog(observations: readonly Observation[]): Finding | null {
  const command = parsePipCommand('pip', ['install']);
  const findFor = (status: number) =>
    diagnose(observations, command, { kind: 'exited', status }, { interpreter: null });
  const cause = FAILURES.map(findFor).find((found) => found !== null);
  if (cause !== undefined) return cause;
  return findFor(0);
}

/** What is known where a log is read: how to write commands, and nothing about the machine that it came from. */
export function logFacts(platform: Platform, { shell }: Pick<CallerFacts, 'shell'>): CallFacts {
  return {
    isLog: true,
    isShadowed: false,
    platform,
    caller: {
      shell,
      isRoot: false,
      user: '',
      startFiles: [],
      sudoUser: null,
      script: null,
      keepsState: true,
      notebook: null,
      container: null,
      ci: null,
      gitHubActions: false,
      cwd: null,
      home: null,
    },
    project: { directory: null, marker: null, environments: [], untrusted: null, freeName: '.venv', homePlace: null },
    tools: { pipx: null, ensurepip: true, hasSudo: true, hasIndex: true, apt: false },
    interpreter: null,
    source: null,
    evidence: null,
    commandName: null,
    staleEnvironment: null,
    activeElsewhere: [],
    findObstacle: () => null,
    listSpares: () => [],
    advised: [],
    report: null,
  };
}

/** Returns the command that the log most likely shows the output of, as far as the finding names what was asked for. */
export function guessCommand(finding: Finding): PipCommand {
  return parsePipCommand('pip', ['install', ...guessRequest(finding)]);
}
