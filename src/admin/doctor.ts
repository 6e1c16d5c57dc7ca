import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { createFileView } from '../host/files.ts';
import { observe } from '../host/observe.ts';
import { probeInterpreter } from '../host/probe-interpreter.ts';
import { canOpenPseudoTerminal, findNativePart } from '../host/pseudo-terminal.ts';
import { isOwnShim } from '../host/shim-files.ts';
import type { FileView, Surroundings } from '../model/surroundings.ts';
import type { Resolution } from '../model/environment.ts';
import { findPolicyLayers } from '../policy/find-layers.ts';
import { decide } from '../shim/decide.ts';
import { cleanText, shortenHome } from '../terminal/clean.ts';
import { joinCommand } from '../terminal/quote.ts';
import { describePassedOver } from '../terminal/render-ledger.ts';
import type { AdminCommand, AdminContext } from './command.ts';
import { say } from './output.ts';

type Finding = {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly state: 'ok' | 'wrong' | 'note';
  readonly text: string;
  /** What to do, as a command or a sentence; null where nothing is to be done. */
  readonly fix: string | null;
};

export const doctorCommand: AdminCommand = {
  usage: 'doctor',
  summary: 'Look for what keeps pip from doing the right thing here',
  examples: [['pipward doctor', 'status 1 if something is wrong']],
  options: { json: { describe: 'print an object for programs', type: 'boolean' } },
  run: async (context, given) => {
    const shims = path.join(path.dirname(context.programDirectory), 'shims');
    const surroundings = observe('pip', [], context.env, shims);
    const findings = [
      checkShims(surroundings, shims),
      checkNode(context),
      ...(await checkInterpreter(surroundings)),
      ...checkActive(surroundings),
      ...checkPolicies(surroundings),
      checkTerminal(context),
    ].flat();
    if (given.flag('json')) say(JSON.stringify({ schema: 1, findings }));
    else for (const finding of findings) say(cleanLines(finding, surroundings.home));
    return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
  },
};

function cleanLines({ subject, state, text, fix }: Finding, home: string | null): string {
  const mark = { ok: 'ok   ', wrong: 'WRONG', note: 'note ' }[state];
  const first = `${mark}  ${subject.padEnd(12)}  ${cleanText(shortenHome(text, home))}`;
  return fix === null ? first : `${first}\n${' '.repeat(21)}fix: ${cleanText(fix)}`;
}

/** Who answers to `pip` on PATH, in order; an activated environment's own pip before us is right. */
function checkShims({ env, files }: Surroundings, shims: string): readonly Finding[] {
  const hits = listOnPath(env, 'pip', files);
  const own = hits.findIndex((file) => isOwnShim(file));
  const others = hits.filter((file) => !isOwnShim(file));
  const [first] = hits;
  const where = joinCommand(['export', `PATH=${shims}:$PATH`], 'posix')
    .replace("'PATH=", "PATH='")
    .replace(":$PATH'", `':"$PATH"`);
  if (own === -1) {
    const text = first === undefined ? 'no pip is on PATH' : `pip is ${first}: pipward is not on PATH`;
    return [{ subject: 'PATH', state: 'wrong', text, fix: `open a new shell, or: ${where}` }];
  }
  const shadowed: Finding = {
    subject: 'PATH',
    state: 'note',
    text: others.length === 0 ? 'no other pip is on PATH' : `behind it: ${others.join(', ')}`,
    fix: null,
  };
  if (own === 0) return [{ subject: 'PATH', state: 'ok', text: `pip is ${hits[0]}`, fix: null }, shadowed];
  const inEnvironment = env['VIRTUAL_ENV'] !== undefined && first?.startsWith(`${env['VIRTUAL_ENV']}/`);
  return [
    inEnvironment
      ? { subject: 'PATH', state: 'ok', text: `pip is the active environment's own: ${first}`, fix: null }
      : {
          subject: 'PATH',
          state: 'wrong',
          text: `${first} stands before pipward`,
          fix: `put the shims first: ${where}`,
        },
  ];
}

function checkNode({ node, programDirectory }: AdminContext): Finding {
  const link = path.join(path.dirname(programDirectory), 'node');
  try {
    const target = realpathSync(link);
    return { subject: 'Node', state: 'ok', text: `${target}, version ${process.versions.node}`, fix: null };
  } catch {
    const fix = 'pipward setup, with the Node on PATH that shall be used';
    return { subject: 'Node', state: 'note', text: `${link} leads nowhere; Node is looked for on PATH (${node})`, fix };
  }
}

async function checkInterpreter(surroundings: Surroundings): Promise<readonly Finding[]> {
  const { resolution } = decide(surroundings, findPolicyLayers(surroundings), 0);
  const subject = 'Python';
  if (resolution.kind === 'not-found') {
    return [{ subject, state: 'wrong', text: 'none was found', fix: 'install Python 3, or set PIPWARD_PYTHON to one' }];
  }
  const { executable } = resolution.interpreter;
  if (resolution.kind === 'without-pip') {
    const fix = joinCommand([executable, '-m', 'ensurepip', '--upgrade'], 'posix');
    return [{ subject, state: 'wrong', text: `${executable} has no pip`, fix }];
  }
  const probe = await probeInterpreter(executable, surroundings.env);
  if (probe.kind === 'failed') {
    return [{ subject, state: 'wrong', text: `${executable} gives no answer: ${probe.reason}`, fix: 'pipward which' }];
  }
  const { report } = probe;
  const found: Finding = { subject, state: 'ok', text: `${executable}, version ${report.version}`, fix: null };
  if (report.siteWritable || !report.userSiteEnabled || report.managedMarker !== null) return [found];
  const isSeen = (surroundings.env['PATH'] ?? '').split(':').includes(report.userScripts);
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

/** Environments that variables name and that are not there: what `pip` then means is not what the prompt shows. */
function checkActive(surroundings: Surroundings): readonly Finding[] {
  const { resolution }: { readonly resolution: Resolution } = decide(surroundings, [], 0);
  return resolution.ledger.flatMap(({ source, evidence, outcome }): readonly Finding[] => {
    const isActive = source === 'active-environment' || source === 'conda-prefix' || source === 'pipward-python';
    if (!isActive || outcome.kind === 'chosen' || evidence.kind !== 'variable') return [];
    return [
      {
        subject: evidence.name,
        state: 'wrong',
        text: `${evidence.value}: ${describePassedOver(outcome.reason, outcome.detail)}`,
        fix: `unset ${evidence.name}`,
      },
    ];
  });
}

function checkPolicies(surroundings: Surroundings): readonly Finding[] {
  return findPolicyLayers(surroundings).flatMap((layer): readonly Finding[] => {
    const lines = [...layer.problems, ...layer.warnings].map(({ file, line, message, nearest }): Finding => ({
      subject: 'policy',
      state: layer.problems.length > 0 ? 'wrong' : 'note',
      text: `${file}${line === null ? '' : `:${line}`}: ${message}`,
      fix: nearest === null ? null : `did you mean ${nearest}`,
    }));
    return lines.length > 0 ? lines : [{ subject: 'policy', state: 'ok', text: layer.file, fix: null }];
  });
}

function checkTerminal({ programDirectory }: AdminContext): Finding {
  const subject = 'terminal';
  const file = findNativePart(programDirectory);
  if (canOpenPseudoTerminal(file)) return { subject, state: 'ok', text: 'pip is read along on a terminal', fix: null };
  const why = existsSync(file) ? `no pseudo-terminal can be opened with ${file}` : `${file} is missing`;
  const text = `${why}; on a terminal, what pip did is judged by facts`;
  return { subject, state: 'note', text, fix: null };
}

function listOnPath(env: Surroundings['env'], name: string, files: FileView = createFileView()): readonly string[] {
  const entries = (env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  return [...new Set(entries.map((entry) => path.join(entry, name)))].filter((file) => files.status(file)?.executable);
}
