import type { Block, Diagnostic, ShellKind } from '../model/diagnostic.ts';
import type { CallFacts } from '../model/facts.ts';
import { unsetCommand } from '../terminal/activation.ts';
import { joinCommand, quoteForShell } from '../terminal/quote.ts';
import { shortenHome } from '../terminal/clean.ts';
import { pathsOf } from '../util/paths.ts';

/**
 * Returns the diagnostic with commands that work each by itself, unless the call came from an interactive shell: in a recipe of
 * make, a RUN of a Dockerfile, a CI step or a cell of a notebook, what one command sets is gone for the next.
 */
export function standAlone(diagnostic: Diagnostic, facts: CallFacts): Diagnostic {
  const { caller, isLog } = facts;
  if (caller.keepsState || isLog) return diagnostic;
  const blocks = diagnostic.blocks.map((block) => ({
    ...block,
    commands: joinState(block.commands.map(answer), caller.shell),
  }));
  return caller.notebook === null ? { ...diagnostic, blocks } : forNotebook({ ...diagnostic, blocks }, facts);
}

/** pip and apt ask before they remove or install; in a notebook that waits for ever. */
function answer(command: string): string {
  return command
    .replace(
      /^((?:'[^']*'|"[^"]*"|(?:& )?(?:'[^']*'|\S+))(?: -[IP])?(?: -m pip)? uninstall )(?!(?:.* )?(?:-y|--yes)(?: |$))/,
      '$1--yes ',
    )
    .replace(/^((?:sudo )?apt install )(?!(?:.* )?-y(?: |$))/, '$1-y ');
}

/** `unset A`, `cd B`, `pip ...` becomes `cd B && env -u A pip ...`; env(1) of GNU, BSD and busybox has -u. */
function joinState(commands: readonly string[], shell: ShellKind): readonly string[] {
  const names: string[] = [];
  const joined: string[] = [];
  let change = '';
  for (const command of commands) {
    const name = readUnset(command, shell);
    if (name !== null) names.push(name);
    else if (command.startsWith('cd ')) change = `${command} && `;
    else {
      joined.push(`${change}${startWithout(names, shell)}${command}`);
    }
  }
  // Nothing follows: then the shell itself is meant.
  return joined.length === 0 ? commands : joined;
}

/** cmd and PowerShell have no env(1): there the command line itself unsets the variables first. */
function startWithout(names: readonly string[], shell: ShellKind): string {
  if (names.length === 0) return '';
  if (shell === 'cmd') return names.map((name) => `${unsetCommand(name, shell)} && `).join('');
  // An error of the first, which has no effect on what follows: the variable is gone already.
  if (shell === 'powershell') return names.map((name) => `${unsetCommand(name, shell)}; `).join('');
  return `${joinCommand(['env', ...names.flatMap((each) => ['-u', each])], shell)} `;
}

function readUnset(command: string, shell: ShellKind): string | null {
  const name = /\w+(?=(?:=")?$)/.exec(command)?.[0] ?? '';
  return command === unsetCommand(name, shell) ? name : null;
}

/** A cell runs `!command` in a shell of its own, and `%pip` with the Python of the kernel (IPython, "Built-in magic commands"). */
function forNotebook(diagnostic: Diagnostic, facts: CallFacts): Diagnostic {
  const { caller } = facts;
  const python = caller.notebook?.python ?? null;
  const own = python === null ? [] : listStarts(python, facts);
  const blocks = diagnostic.blocks.map((block) => ({
    ...block,
    commands: block.commands.map((command) => toCell(command, own)),
  }));
  const isElsewhere = blocks.some(installsElsewhere);
  const label = diagnostic.facts.findIndex((row) => row.label === 'interpreter');
  const row = { label: 'kernel', text: `${shortenHome(python ?? '', caller.home)} runs the cells of this notebook` };
  return {
    ...diagnostic,
    facts: python === null ? diagnostic.facts : diagnostic.facts.toSpliced(label + 1, 0, row),
    blocks: isElsewhere ? [...blocks, chooseKernel] : blocks,
  };
}

/** How commands name the kernel's Python. */
function listStarts(python: string, { caller, platform }: CallFacts): readonly string[] {
  const inside = caller.cwd === null ? null : pathsOf(platform).relative(caller.cwd, python);
  return [python, ...(inside === null ? [] : [inside])].flatMap((word) =>
    ['-m pip', '-P -m pip', '-I -m pip'].map((start) => `${quoteForShell(word, caller.shell)} ${start} `),
  );
}

function toCell(command: string, own: readonly string[]): string {
  const start = own.find((each) => command.startsWith(each));
  // IPython replaces {name} and $name in both.
  const text = (start === undefined ? command : command.slice(start.length)).replace(/[{}$]/g, '$&$&');
  return start === undefined ? `!${text}` : `%pip ${text}`;
}

function installsElsewhere({ kind, commands }: Block): boolean {
  return (
    kind === 'fix' && commands.some((command) => /^!.*[/\\]python(?:3|\.exe)?['"]? .*-m pip install /.test(command))
  );
}

const chooseKernel: Block = {
  kind: 'note',
  title:
    "make that environment the notebook's kernel (ipykernel has to be in it), or its cells will not find what is installed there",
  commands: [],
  applicability: 'ready',
  needs: [],
};
