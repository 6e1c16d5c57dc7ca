import { describeFinding } from '../../diagnostics/describe-finding.ts';
import { addTrustNote } from '../../diagnostics/policy/trust-note.ts';
import { readCaller } from '../../host/process/detect-caller.ts';
import { wasShownToday } from '../../host/files/shown-messages.ts';
import { encodeOsString } from '../../host/files/os-strings.ts';
import { createWriter } from '../../host/streams/writer.ts';
import { DEFAULT_COLUMNS, isTerminalDescriptor, readColumns } from '../../host/streams/terminal-size.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import type { Action } from '../../model/decision.ts';
import type { Finding } from '../../model/diagnostic.ts';
import type { AdviceForm, PolicyVerdict } from '../../model/policy.ts';
import type { Surroundings } from '../../model/call-context.ts';
import { warningsOf } from '../../policy/evaluate.ts';
import { cleanText } from '../../terminal/clean.ts';
import { renderDiagnostic, renderGitHubAnnotation } from '../../terminal/render.ts';
import { renderLedger } from '../../messages/render-trace.ts';
import { chooseColour } from '../../terminal/style.ts';
import { describeInstead } from '../../messages/substitution.ts';
import { describeDistrusted, findDistrusted, trustCommandFor } from '../../messages/untrusted-environment.ts';
import { isDebugging } from '../debugging.ts';
import { describeStray } from './mismatch-notice.ts';
import { describeVerdict } from './verdict-finding.ts';
import { passesOverProject } from '../../decision/skipped-environment.ts';
import { findCause, type WatchedRun } from './find-cause.ts';
import { gatherFacts } from './facts/gather-facts.ts';
import { offerEnvironment, type Offered, type Offering } from './offer.ts';

/** Says things on the caller's stderr; says nothing where that is closed. */
export type Speaker = {
  /** One finding. `action` is what was decided, if it came to that. */
  readonly say: (finding: Finding, action: Action | null) => Promise<void>;
  /** What there is to say of a run, after pip's last byte; `lineOpen`: that byte ended no line. */
  readonly explain: (run: WatchedRun, lineOpen: boolean) => Promise<void>;
  readonly refuse: (action: Extract<Action, { kind: 'refuse' }>) => Promise<void>;
  /** That pip's output did not reach the caller, by the code of the error. */
  readonly sayLost: (code: string) => Promise<void>;
  /** Asks whether the project's environment would do in place of a refusal. */
  readonly offer: (offering: Omit<Offering, 'surroundings' | 'describe' | 'print'>) => Promise<Offered>;
  /**
   * What comes before pip: the ledger if asked for, a line for each policy file that is partly ignored, for what is
   * active and broken, for an environment that is used in place of a refusal.
   */
  readonly preface: (action: Action) => Promise<void>;
  /** The rules that advise against a call whose end will not be seen: said before pip starts. */
  readonly advise: (action: Action) => Promise<void>;
};

/** `stderr`: the caller's descriptor in this process; null where the caller has none. */
export function createSpeaker(surroundings: Surroundings, stderr: number | null): Speaker {
  const { env } = surroundings;

  async function print(text: string) {
    if (stderr === null || text === '') return;
    const writer = createWriter(stderr);
    writer.write(encodeOsString(text));
    await writer.flushed();
  }

  async function say(finding: Finding, action: Action | null, lineOpen = false) {
    const form = chooseForm(surroundings, finding.code, action?.adviceForm ?? 'full', isOurRefusal(finding));
    if (form === 'off' || stderr === null) return;
    const facts = await gatherFacts(surroundings, action, finding);
    const command = action?.command ?? parsePipCommand(surroundings.name, surroundings.arguments);
    const diagnostic = addTrustNote(describeFinding(finding, facts, command), facts);
    const isTerminal = isTerminalDescriptor(stderr);
    const annotation = facts.caller.gitHubActions ? renderGitHubAnnotation(diagnostic) : '';
    const text = renderDiagnostic(diagnostic, {
      form,
      colour: chooseColour({ isTerminal, env }),
      columns: isTerminal ? readColumns(stderr) : DEFAULT_COLUMNS,
    });
    // The full form stands apart from what pip printed.
    await print(`${startLine(lineOpen, isTerminal)}${form === 'full' ? '\n' : ''}${text}${annotation}`);
  }

  return {
    say: (finding, action) => say(finding, action),
    explain: async (run, lineOpen) => {
      const finding = await findCause(run, surroundings);
      if (finding !== null) await say(finding, run.action, lineOpen);
    },
    refuse: (action) => say(findRefusal(action), action),
    offer: (offering) => {
      const describe = async () => {
        const finding = findRefusal(offering.refusal);
        const facts = await gatherFacts(surroundings, offering.refusal, finding);
        const { headline, place } = describeFinding(finding, facts, offering.refusal.command);
        return cleanText(place === undefined ? headline : `${headline} (${place})`);
      };
      return offerEnvironment({ ...offering, surroundings, describe, print });
    },
    sayLost: (code) => print(`pipward: pip's output could not be written whole (${code})\n`),
    preface: async (action) => {
      const ledger = isDebugging(env) ? renderLedger(action.resolution) : '';
      const lines = [
        ...listWarnings(action),
        describeStray(action, surroundings),
        ...listPassedOver(action, surroundings),
        ...listInstead(action, surroundings),
      ].join('');

      await print(ledger + lines + describeBypass(action.verdict));
    },
    advise: async (action) => {
      // Before pip there is no result to tell, so one line does.
      const form = action.adviceForm === 'full' ? 'short' : action.adviceForm;
      if (form !== 'off') await say(describeVerdict(false, action.verdict), { ...action, adviceForm: form });
    },
  };
}

/** A build may have left its terminal in a mode where a line feed alone stays in its column. */
function startLine(lineOpen: boolean, isTerminal: boolean): string {
  return lineOpen ? (isTerminal ? '\r\n' : '\n') : '';
}

/** For calls that the files would judge; a refusal names its own. */
function listWarnings({ command, kind, layers }: Action): readonly string[] {
  if (command.effect !== 'environment' || command.informational || kind === 'refuse') return [];
  return warningsOf(layers).map(({ file, line, message, nearest }) => {
    const place = line === null ? file : `${file}:${line}`;
    return `pipward: ${cleanText(`${place}: ${message}${nearest === null ? '' : `; did you mean ${nearest}?`}`)}\n`;
  });
}

/** One line: what a bypass lifted, and the reason that was given. */
function describeBypass({ lifted }: PolicyVerdict): string {
  const bypassed = lifted.filter((each) => each.lifted.by === 'bypass');
  const [first] = bypassed;
  if (first === undefined) return '';
  const rules = bypassed.map(({ rule, layer, line }) => `${rule} (${layer.file}${line === null ? '' : `:${line}`})`);
  return `pipward: ${cleanText(`PIPWARD_BYPASS lifts ${rules.join(', ')}: ${first.lifted.evidence}`)}\n`;
}

/** pip works elsewhere than the configuration asks for: that must not go without a word. */
function listPassedOver(action: Action, surroundings: Surroundings): readonly string[] {
  const distrusted = findDistrusted(action.resolution);
  if (distrusted === null || !passesOverProject(action)) return [];
  const { platform, cwd } = surroundings;
  const command = trustCommandFor(distrusted, readCaller(surroundings).shell, platform, cwd);
  const fix = command === null ? '' : `; to let pip use it: ${command}`;
  return [`pipward: ${cleanText(`${describeDistrusted(distrusted, platform, cwd)}${fix}`)}\n`];
}

/** pip works elsewhere than `python` does, because a policy said so. */
function listInstead(action: Action, { platform, cwd, home }: Surroundings): readonly string[] {
  const words = action.kind === 'refuse' ? null : describeInstead(action, platform, cwd, home);
  return words === null ? [] : [`pipward: pip works ${cleanText(words)}\n`];
}

function findRefusal(action: Extract<Action, { kind: 'refuse' }>): Finding {
  switch (action.because) {
    case 'policy':
      return describeVerdict(true, action.verdict);
    case 'unreadable-policy':
      return {
        code: 'policy-unreadable',
        refused: true,
        problems: action.verdict.layers.flatMap(({ layer }) => layer.problems),
      };
    case 'no-pip':
      return { code: 'no-pip-module', started: false };
    case 'no-interpreter':
      return action.resolution.kind === 'not-found'
        ? { code: 'interpreter-not-found', ...action.resolution }
        : { code: 'internal-error', message: 'an interpreter was found and refused', refused: true };
  }
}

/** We did not run pip: silence would leave a person with nothing but a status. */
function isOurRefusal(finding: Finding): boolean {
  switch (finding.code) {
    case 'policy-unreadable':
    case 'internal-error':
      return finding.refused;
    case 'no-pip-module':
      return !finding.started;
    case 'interpreter-not-found':
    case 'interpreter-not-runnable':
    case 'call-loop':
      return true;
    case 'user-install-fallback':
    case 'externally-managed':
    case 'permission-denied':
    case 'script-not-on-path':
    case 'running-as-root':
    case 'user-install-in-venv':
    case 'pip-venv-required':
    case 'requires-python':
    case 'no-matching-distribution':
    case 'ssl-module-missing':
    case 'network':
    case 'dependency-conflict':
    case 'resolution-impossible':
    case 'build-failed':
      return false;
    case 'venv-required':
    case 'project-environment-required':
    case 'user-install-forbidden':
    case 'break-system-packages-forbidden':
    case 'root-forbidden':
    case 'python-not-allowed':
    case 'pip-too-old':
      return finding.refused;
  }
}

/** A refusal always prints; advice in full once a day for a directory. */
function chooseForm(surroundings: Surroundings, code: string, asked: AdviceForm, refusal: boolean): AdviceForm {
  if (refusal) return asked === 'off' ? 'short' : asked;
  return asked === 'full' && wasShownToday(surroundings, code) ? 'short' : asked;
}
