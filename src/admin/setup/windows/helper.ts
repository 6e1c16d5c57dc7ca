import { existsSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import type { WindowsFacts } from '../../../model/call-context.ts';
import { createWindowsFacts, readAccess } from '../../../host/windows/windows-facts.ts';
import type { AccessReader } from '../../../util/windows/exposed-path.ts';
import { parseValue, renderValue, type RawValue } from './path-value.ts';

export type PathScope = 'user' | 'machine';

/** What pipward-setup.exe does for the `pipward` command; Node itself reaches neither the registry nor access lists. */
export type WindowsHelper = {
  readonly facts: WindowsFacts;
  /** PATH as the registry has it, nothing expanded. */
  readonly readPath: (scope: PathScope) => RawValue;
  /** Replaces it; returns false, and writes nothing, if it is not `old` any more. */
  readonly writePath: (scope: PathScope, old: RawValue, made: RawValue) => boolean;
  /** Tells running programs that PATH has changed. Returns false if a program did not take note of it in time. */
  readonly announce: () => boolean;
  /** Security identifiers: the user's, and the one that own files get. */
  readonly identity: () => readonly string[];
  readonly readAccess: AccessReader;
  /** Makes a folder that administrators alone may look into; nothing if it is there. Throws if that fails. */
  readonly makeClosedFolder: (folder: string) => void;
  /** Puts a file in the place of another one in the same folder, with the access rights of that. Returns the error of Windows; null if it is done. */
  readonly replaceFile: (file: string, made: string) => string | null;
};

/** Programs of ours between the shell and pipward-setup.exe. */
const OWN_PROGRAMS = ['node.exe', 'pipward.exe'];
const LIMIT_MILLISECONDS = 20_000;

/** Returns what commands ask Windows, for their context; nothing elsewhere, or in a checkout without the program. */
export function findWindowsFacts(programDirectory: string): { readonly windows?: WindowsFacts } {
  if (process.platform !== 'win32' || !existsSync(findHelper(programDirectory))) return {};
  return { windows: openHelper(programDirectory).facts };
}

function findHelper(programDirectory: string): string {
  return path.join(programDirectory, 'windows', 'pipward-setup.exe');
}

/** `programDirectory` is dist, which has the program. */
export function openHelper(programDirectory: string): WindowsHelper {
  const program = findHelper(programDirectory);
  if (!existsSync(program)) {
    throw new Error(
      `${program} is missing: this copy of pipward is not complete; in a checkout, run \`npm run build:windows\``,
    );
  }
  const run = (input: string): string => {
    const { stdout, exitCode, failed, shortMessage } = execaSync(program, [], {
      input,
      reject: false,
      stripFinalNewline: false,
      timeout: LIMIT_MILLISECONDS,
      windowsHide: true,
    });
    if (failed || exitCode !== 0)
      throw new Error(`${program} did not do its work: ${shortMessage ?? 'no reason given'}`);
    return stdout;
  };
  return {
    facts: createWindowsFacts({
      ask: (question) => (question === 'parent' ? findCaller(run('callers\n')) : readAnswer(run(`ask\n${question}`))),
    }),
    readPath: (scope) => readValue(run(`read ${scope}\n`), scope),
    writePath: (scope, old, made) =>
      readWritten(run(`write ${scope}\n${renderValue(old)}\n${renderValue(made)}\n`), scope),
    announce: () => {
      try {
        return run('announce\n') === 'announced\n';
      } catch {
        // PATH is written by then: no reason to stop.
        return false;
      }
    },
    identity: () => run('identity\n').split('\n').filter(Boolean),
    readAccess: (paths) => (paths.length === 0 ? [] : readAnswers(run(`access\n${paths.join('\n')}\n`))),
    makeClosedFolder: (folder) => {
      const answer = run(`close\n${folder}\n`);
      if (answer !== 'made\n') throw new Error(`${folder} could not be made (${describeAnswer(answer)})`);
    },
    replaceFile: (file, made) => {
      const answer = run(`replace\n${file}\n${made}\n`);
      return answer === 'replaced\n' ? null : describeAnswer(answer);
    },
  };
}

function readAnswer(answer: string): string | null {
  return answer.startsWith('answer\n') ? answer.slice('answer\n'.length) : null;
}

/** The answers to `access`: lengths count bytes. */
function readAnswers(text: string): ReturnType<AccessReader> {
  const answers: (ReturnType<typeof readAccess> | 'missing')[] = [];
  for (let rest = Buffer.from(text); rest.length > 0;) {
    const end = rest.indexOf('\n');
    const line = rest.toString('utf8', 0, end);
    const length = Number(/^answer (\d+)$/.exec(line)?.[1] ?? 0);
    const start = end + 1;
    answers.push(line === 'missing' ? line : readAccess(rest.toString('utf8', start, start + length)));
    rest = rest.subarray(start + length);
  }
  return answers;
}

function findCaller(callers: string): string | null {
  return callers.split('\n').find((name) => name !== '' && !OWN_PROGRAMS.includes(name.toLowerCase())) ?? null;
}

function readValue(answer: string, scope: PathScope): RawValue {
  const value = parseValue(answer.trimEnd());
  if (value !== undefined) return value;
  throw new Error(`${describePathOf(scope)} in the registry could not be read (${describeAnswer(answer)})`);
}

function readWritten(answer: string, scope: PathScope): boolean {
  if (answer === 'written\n') return true;
  if (answer === 'changed\n') return false;
  throw new Error(`${describePathOf(scope)} in the registry could not be written (${describeAnswer(answer)})`);
}

function describeAnswer(answer: string): string {
  const code = /^failed (\d+)/.exec(answer)?.[1];
  if (code !== undefined) return `Windows error ${code}`;
  return answer.startsWith('value ') ? 'it is not a text' : answer.trim().slice(0, 60);
}

export function describePathOf(scope: PathScope): string {
  return scope === 'user' ? "the user's PATH" : "the machine's PATH";
}
