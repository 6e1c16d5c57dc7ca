import { asksInterpreter, describeFinding, isRefusal } from '../../diagnostics/describe-finding.ts';
import type { Finding } from '../../diagnostics/registry.ts';
import { asksForFull } from '../../decision/advice-form.ts';
import { wasShownToday } from '../../host/files/shown-messages.ts';
import type { InheritedState } from '../../host/process/inherited-state.ts';
import { openErrorOutput, type ErrorOutput } from '../../host/streams/error-output.ts';
import type { Prompt } from '../../host/streams/prompt.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import type { Decision, Refusal } from '../../model/decision.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Notice } from '../../model/notice.ts';
import type { AdviceForm } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import { cleanText } from '../../terminal/clean.ts';
import { renderDiagnostic, renderGitHubAnnotation } from '../../terminal/render.ts';
import { chooseColour } from '../../terminal/style.ts';
import { createFactSource, gatherCallFacts } from './call-facts.ts';
import { describeNotice } from './describe-notice.ts';
import { describeVerdict } from './verdict-finding.ts';
import { followPython } from './follow-python.ts';
import { findCause, type WatchedRun } from './find-cause.ts';
import { canAsk, offerEnvironment, openTerminalPrompt, type Answer } from './offer.ts';

/** Prints on the caller's stderr; prints nothing if that is closed. */
export type Reporter = {
  /** One finding. `decision` is null if the call did not come to one. */
  readonly report: (finding: Finding, decision: Decision | null) => Promise<void>;
  /** What there is to say about a run, after pip's last byte; `lineOpen`: that byte did not end a line. */
  readonly reportRun: (run: WatchedRun, lineOpen: boolean) => Promise<void>;
  readonly reportRefusal: (refusal: Refusal) => Promise<void>;
  /** That pip's output did not reach the caller, by the code of the error. */
  readonly reportLostOutput: (code: string) => Promise<void>;
  readonly reportNotices: (notices: readonly Notice[], decision: Decision) => Promise<void>;
  /** The rules that advise against a call whose end will not be seen: said before pip starts. */
  readonly reportAdvised: (decision: Decision) => Promise<void>;
  /** Whether the user can be asked at all. */
  readonly canAsk: (refusal: Refusal, state: InheritedState) => boolean;
  /** Asks whether the project's environment will do in place of a refusal; `agreed`: what the call comes to with it. */
  readonly offer: (refusal: Refusal, agreed: Decision, state: InheritedState) => Promise<Answer>;
};

/** Returns the reporter of a call. `stderr`: the caller's descriptor in this process; null if the caller has none. */
export function createReporter(context: CallContext, stderr: number | null): Reporter {
  return createReporterOn(context, stderr === null ? null : openErrorOutput(stderr), openTerminalPrompt);
}

/** Returns the reporter of a call that prints on `output` (null: nowhere) and asks at the prompt of `openPrompt`. */
export function createReporterOn(
  context: CallContext,
  output: ErrorOutput | null,
  openPrompt: (state: InheritedState) => Prompt,
): Reporter {
  const { env } = context;

  async function print(text: string) {
    if (text !== '') await output?.print(text);
  }

  async function describe(finding: Finding, decision: Decision | null) {
    const facts = await gatherCallFacts(context, decision, asksInterpreter(finding));
    const command = decision?.command ?? parsePipCommand(context.name, context.arguments);
    return { facts, diagnostic: describeFinding(finding, facts, createFactSource(context, decision), command) };
  }

  function isAlwaysFull(finding: Finding, decision: Decision | null): boolean {
    return isRefusal(finding) || asksForFull(env, decision?.layers ?? []);
  }

  /** Advice is printed in full once a day for a directory. */
  function wasShown(diagnostic: Diagnostic): boolean {
    return wasShownToday(context, diagnostic.code, describeDetail(diagnostic));
  }

  async function report(finding: Finding, decision: Decision | null, lineOpen = false) {
    const asked = chooseForm(decision?.adviceForm ?? 'full', isRefusal(finding));
    if (asked === 'off' || output === null) return;
    const { facts, diagnostic } = await describe(finding, decision);
    const isRepeated = asked === 'full' && !isAlwaysFull(finding, decision) && wasShown(diagnostic);
    const form = isRepeated ? 'short' : asked;
    const { isTerminal, knowsColours } = output;
    const annotation = facts.caller.gitHubActions ? renderGitHubAnnotation(diagnostic) : '';
    const text = renderDiagnostic(diagnostic, {
      form,
      colour: chooseColour({ isTerminal: knowsColours, env }),
      columns: output.columns(),
      shell: facts.caller.shell,
    });
    // The full form stands apart from what pip printed.
    await print(`${startLine(lineOpen, isTerminal)}${form === 'full' ? '\n' : ''}${text}${annotation}`);
  }

  return {
    report: (finding, decision) => report(finding, decision),
    reportRun: async (run, lineOpen) => {
      const finding = await findCause(run, context);
      if (finding !== null) await report(finding, followPython(context, run.decision), lineOpen);
    },
    reportRefusal: (refusal) => report(findRefusal(refusal), refusal),
    reportLostOutput: (code) => print(`pipward: pip's output could not be written whole (${code})\n`),
    reportNotices: (notices, decision) =>
      print(
        notices
          .map((notice) => describeNotice(notice, decision, context, createFactSource(context, decision).findLogFault))
          .join(''),
      ),
    reportAdvised: async (decision) => {
      // Before pip there is no result to tell, so one line does.
      const form = decision.adviceForm === 'full' ? 'short' : decision.adviceForm;
      if (form !== 'off') await report(describeVerdict(false, decision.verdict), { ...decision, adviceForm: form });
    },
    canAsk: (refusal, state) => canAsk(refusal, context, state, openPrompt(state)),
    offer: (refusal, agreed, state) => {
      const describeRule = async () => {
        const { headline, place } = (await describe(findRefusal(refusal), refusal)).diagnostic;
        return cleanText(place === undefined ? headline : `${headline} (${place})`);
      };
      return offerEnvironment(refusal, agreed, context, openPrompt(state), { describe: describeRule, print });
    },
  };
}

/** A build may have left its terminal in a mode where a line feed alone stays in its column. */
function startLine(lineOpen: boolean, isTerminal: boolean): string {
  return lineOpen ? (isTerminal ? '\r\n' : '\n') : '';
}

function findRefusal(decision: Refusal): Finding {
  switch (decision.because) {
    case 'policy':
      return describeVerdict(true, decision.verdict);
    case 'unreadable-policy':
      return {
        code: 'policy-unreadable',
        problems: decision.verdict.layers.flatMap(({ layer }) => layer.problems),
      };
    case 'no-pip':
      return { code: 'no-pip-module', started: false };
    case 'no-interpreter':
      if (decision.resolution.kind !== 'not-found') throw new Error('an interpreter was found, and then refused');
      return { code: 'interpreter-not-found', ...decision.resolution };
  }
}

/** A refusal always prints. */
function chooseForm(asked: AdviceForm, refusal: boolean): AdviceForm {
  return refusal && asked === 'off' ? 'short' : asked;
}

/** Rows that say where to look. */
const PLACES = ['index', 'find-links', 'missing', 'page', 'proxy', 'set by', 'needed by', 'denied', 'yanked'];

/** Returns what tells this message from others of its code: what it is about, and the places, files and lines that it names. */
function describeDetail({ headline, place, facts }: Diagnostic): string {
  const told = facts.filter(({ label, text }) => PLACES.includes(label) || /:\d|\bline \d/.test(text));
  return [headline, place, ...told.map(({ text }) => text)].join('\n');
}
