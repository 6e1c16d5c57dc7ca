import { describeFinding } from '../../diagnostics/describe-finding.ts';
import { addTrustNote } from '../../diagnostics/policy/trust-note.ts';
import { readCaller } from '../../host/process/detect-caller.ts';
import { wasShownToday } from '../../host/files/shown-messages.ts';
import { encodeOsString } from '../../host/files/os-strings.ts';
import { createWriter } from '../../host/streams/writer.ts';
import { DEFAULT_COLUMNS, isTerminalDescriptor, readColumns } from '../../host/streams/terminal-size.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import type { Decision } from '../../model/decision.ts';
import type { Finding } from '../../model/diagnostic.ts';
import type { AdviceForm, PolicyVerdict } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import { warningsOf } from '../../policy/evaluate.ts';
import { cleanText } from '../../terminal/clean.ts';
import { renderDiagnostic, renderGitHubAnnotation } from '../../terminal/render.ts';
import { renderTrace } from '../../messages/render-trace.ts';
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
export type Reporter = {
  /** One finding. `action` is what was decided, if it came to that. */
  readonly say: (finding: Finding, decision: Decision | null) => Promise<void>;
  /** What there is to say of a run, after pip's last byte; `lineOpen`: that byte ended no line. */
  readonly explain: (run: WatchedRun, lineOpen: boolean) => Promise<void>;
  readonly refuse: (decision: Extract<Decision, { kind: 'refuse' }>) => Promise<void>;
  /** That pip's output did not reach the caller, by the code of the error. */
  readonly sayLost: (code: string) => Promise<void>;
  /** Asks whether the project's environment would do in place of a refusal. */
  readonly offer: (offering: Omit<Offering, 'context' | 'describe' | 'print'>) => Promise<Offered>;
  /**
   * What comes before pip: the trace if asked for, a line for each policy file that is partly ignored, for what is
   * active and broken, for an environment that is used in place of a refusal.
   */
  readonly preface: (decision: Decision) => Promise<void>;
  /** The rules that advise against a call whose end will not be seen: said before pip starts. */
  readonly advise: (decision: Decision) => Promise<void>;
};

/** `stderr`: the caller's descriptor in this process; null where the caller has none. */
export function createReporter(context: CallContext, stderr: number | null): Reporter {
  const { env } = context;

  async function print(text: string) {
    if (stderr === null || text === '') return;
    const writer = createWriter(stderr);
    writer.write(encodeOsString(text));
    await writer.flushed();
  }

  async function say(finding: Finding, decision: Decision | null, lineOpen = false) {
    const form = chooseForm(context, finding.code, decision?.adviceForm ?? 'full', isOurRefusal(finding));
    if (form === 'off' || stderr === null) return;
    const facts = await gatherFacts(context, decision, finding);
    const command = decision?.command ?? parsePipCommand(context.name, context.arguments);
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
    say: (finding, decision) => say(finding, decision),
    explain: async (run, lineOpen) => {
      const finding = await findCause(run, context);
      if (finding !== null) await say(finding, run.decision, lineOpen);
    },
    refuse: (decision) => say(findRefusal(decision), decision),
    offer: (offering) => {
      const describe = async () => {
        const finding = findRefusal(offering.refusal);
        const facts = await gatherFacts(context, offering.refusal, finding);
        const { headline, place } = describeFinding(finding, facts, offering.refusal.command);
        return cleanText(place === undefined ? headline : `${headline} (${place})`);
      };
      return offerEnvironment({ ...offering, context, describe, print });
    },
    sayLost: (code) => print(`pipward: pip's output could not be written whole (${code})\n`),
    preface: async (decision) => {
      const trace = isDebugging(env) ? renderTrace(decision.resolution) : '';
      const lines = [
        ...listWarnings(decision),
        describeStray(decision, context),
        ...listPassedOver(decision, context),
        ...listInstead(decision, context),
      ].join('');

      await print(trace + lines + describeBypass(decision.verdict));
    },
    advise: async (decision) => {
      // Before pip there is no result to tell, so one line does.
      const form = decision.adviceForm === 'full' ? 'short' : decision.adviceForm;
      if (form !== 'off') await say(describeVerdict(false, decision.verdict), { ...decision, adviceForm: form });
    },
  };
}

/** A build may have left its terminal in a mode where a line feed alone stays in its column. */
function startLine(lineOpen: boolean, isTerminal: boolean): string {
  return lineOpen ? (isTerminal ? '\r\n' : '\n') : '';
}

/** For calls that the files would judge; a refusal names its own. */
function listWarnings({ command, kind, layers }: Decision): readonly string[] {
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
function listPassedOver(decision: Decision, context: CallContext): readonly string[] {
  const distrusted = findDistrusted(decision.resolution);
  if (distrusted === null || !passesOverProject(decision)) return [];
  const { platform, cwd } = context;
  const command = trustCommandFor(distrusted, readCaller(context).shell, platform, cwd);
  const fix = command === null ? '' : `; to let pip use it: ${command}`;
  return [`pipward: ${cleanText(`${describeDistrusted(distrusted, platform, cwd)}${fix}`)}\n`];
}

/** pip works elsewhere than `python` does, because a policy said so. */
function listInstead(decision: Decision, { platform, cwd, home }: CallContext): readonly string[] {
  const words = decision.kind === 'refuse' ? null : describeInstead(decision, platform, cwd, home);
  return words === null ? [] : [`pipward: pip works ${cleanText(words)}\n`];
}

function findRefusal(decision: Extract<Decision, { kind: 'refuse' }>): Finding {
  switch (decision.because) {
    case 'policy':
      return describeVerdict(true, decision.verdict);
    case 'unreadable-policy':
      return {
        code: 'policy-unreadable',
        refused: true,
        problems: decision.verdict.layers.flatMap(({ layer }) => layer.problems),
      };
    case 'no-pip':
      return { code: 'no-pip-module', started: false };
    case 'no-interpreter':
      return decision.resolution.kind === 'not-found'
        ? { code: 'interpreter-not-found', ...decision.resolution }
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
function chooseForm(context: CallContext, code: string, asked: AdviceForm, refusal: boolean): AdviceForm {
  if (refusal) return asked === 'off' ? 'short' : asked;
  return asked === 'full' && wasShownToday(context, code) ? 'short' : asked;
}
