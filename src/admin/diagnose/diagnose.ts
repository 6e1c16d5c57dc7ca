import { diagnoseLog, guessCommand, logFacts } from './log-facts.ts';
import { describeFinding } from '../../diagnostics/describe-finding.ts';
import { readCaller } from '../../host/process/detect-caller.ts';
import { captureContext } from '../../host/capture-context.ts';
import { readParts } from './read-log.ts';
import { createLogReader } from './log-reader.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { cleanText } from '../../terminal/clean.ts';
import { renderDiagnostic } from '../../terminal/render.ts';
import type { AdminCommand } from '../command.ts';
import { describeReadFailure } from '../describe-error.ts';
import { complain, say, sayJson } from '../output.ts';

export const diagnoseCommand: AdminCommand = {
  usage: 'diagnose <file>',
  missing: 'name the log: `pipward diagnose FILE`, or `-` for standard input',
  summary: 'Explain a saved log of pip (from CI, from a colleague)',
  examples: [
    ['pipward diagnose build.log', 'what went wrong there, and what to do'],
    ['docker build . 2>&1 | pipward diagnose -', 'the same for what comes through a pipe'],
  ],
  words: { file: { describe: 'the log, or - for standard input', type: 'string' } },
  options: { json: { describe: 'print JSON', type: 'boolean' } },
  run: async ({ env, windows }, given) => {
    // yargs makes an empty text of a lone dash.
    const file = given.text('file') || '-';
    const reader = createLogReader();
    try {
      for await (const part of readParts(file)) reader.push(part);
    } catch (error) {
      const name = file === '-' ? 'standard input' : file;
      complain(`pipward: ${cleanText(`${name} cannot be read: ${describeReadFailure(error)}`)}`);
      return 1;
    }
    const finding = diagnoseLog(reader.finish());
    const context = captureContext('pip', [], env, null, windows);
    const facts = logFacts(context.platform, readCaller(context));
    const diagnostic = finding === null ? null : describeFinding(finding, facts, null, guessCommand(finding));
    if (given.flag('json')) sayJson({ schema: 1, diagnostics: diagnostic === null ? [] : [forPrograms(diagnostic)] });
    else if (diagnostic === null) say('pipward found no problem that it knows in this log');
    else
      say(
        renderDiagnostic(withOrigin(diagnostic, file), {
          form: 'full',
          colour: false,
          columns: null,
          shell: facts.caller.shell,
        }).trimEnd(),
      );
    return 0;
  },
};

/** What this machine has may not be what the log's machine has. */
function withOrigin(diagnostic: Diagnostic, file: string): Diagnostic {
  const name = file === '-' ? 'standard input' : file;
  const row = { label: 'log', text: `${name}; nothing is known of the machine that wrote it` };
  return { ...diagnostic, facts: [...diagnostic.facts.filter(({ label }) => label !== 'result'), row] };
}

function forPrograms({ code, severity, headline, facts, blocks }: Diagnostic) {
  return {
    code,
    severity,
    headline: cleanText(headline),
    facts: facts.map(({ label, text }) => ({ label, text: cleanText(text) })),
    blocks: blocks.map(({ kind, title, commands, applicability }) => ({
      kind,
      title: cleanText(title),
      commands: commands.map(cleanText),
      applicability,
    })),
  };
}
