// Problem: Node changes state that its children inherit, and pip must see the caller's. Node resets ignored signals,
// raises the soft limit of open files, cannot start a child with descriptor 0, 1 or 2 closed, cannot mark a descriptor to
// be closed on exec, and replaces bytes that are not UTF-8 in arguments and variables.
//
// Mechanism: Node starts a small sh, which restores that state and then execs pip. So pip has the process id that Node
// knows, and no process is left between them. Where nothing needs to be restored, Node starts pip itself.
//
// Tried: Node's spawn options have nothing for signals, limits or closed descriptors. Writing whole words as octals for
// printf made them four times as long, and the system refused to start a long one; now only bytes that sh or printf would
// change are octals. A script that is still too long for one argument is read from a pipe. Variables with names that
// dash drops go through env(1). See docs/internals/starting-pip.md.

import { constants } from 'node:os';
import type { StartCommand } from '../../model/decision.ts';
import type { InheritedState } from './inherited-state.ts';
import { encodeOsString, needsRawBytes } from '../files/os-strings.ts';

/** A name that sh can hold as a variable; dash drops all others from the environment. */
const PORTABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const numbers: Readonly<Record<string, number>> = constants.signals;

/** The kernel takes no argument of 128 kB or more (MAX_ARG_STRLEN of Linux, with pages of 4 kB). */
const MAX_SCRIPT = 100_000;

export type TrampolineStart = {
  readonly command: StartCommand;
  /** Without what cannot be passed on by Node. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is to be written to the descriptor `feed` of the started process; null where nothing is. */
  readonly script: string | null;
  /** Whether the system would not take this: then only the form with a `feed` starts. */
  readonly isTooLong: boolean;
};

/** Descriptors of pip that are pseudo-terminals, and what belongs to them. */
export type TrampolineTerminals = {
  /** 1, 2 or both: to be passed on as they are written. */
  readonly outputs: readonly number[];
  /** Masters, of one digit each, that pip must not have: with one in its hands its terminal would never hang up. */
  readonly masters: readonly number[];
  readonly stty: string;
};

/**
 * The command that restores for pip what Node changed, and then is pip: ignored signals, the soft limit of open files,
 * closed standard descriptors, bytes that are no UTF-8 in arguments and variables. It also makes pseudo-terminals ready.
 * All by one small sh, which execs. `feed`: a descriptor of one digit that is free in the child, by which sh reads what
 * it is to do, where that is too long for an argument; null where it is one.
 */
export function throughTrampoline(
  command: StartCommand,
  env: Readonly<Record<string, string | undefined>>,
  state: Pick<InheritedState, 'closed' | 'openFiles' | 'coreSize'>,
  ignoredSignals: readonly string[],
  terminals: TrampolineTerminals | null,
  feed: number | null,
): TrampolineStart {
  const steps: string[] = [];
  if (terminals !== null) {
    steps.push(...terminals.masters.map((fd) => `exec ${fd}>&-`));
    // The caller's terminal turns line feeds into new lines, and must not find that done already.
    steps.push(...terminals.outputs.map((fd) => `${terminals.stty} -opost <&${fd} 2>/dev/null`));
  }
  if (ignoredSignals.length > 0) {
    // By number: not every sh knows every name.
    steps.push(`trap '' ${ignoredSignals.map((name) => numbers[name] ?? '').join(' ')}`);
  }
  if (state.coreSize !== null) steps.push(`ulimit -S -c ${state.coreSize} 2>/dev/null`);
  // Node raises the soft limit to the hard one when it starts.
  if (state.openFiles !== null) steps.push(`ulimit -S -n ${state.openFiles} 2>/dev/null`);

  const passed: [name: string, value: string][] = [];
  const unportable: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (!PORTABLE_NAME.test(name)) unportable.push(`${name}=${value}`);
    else if (needsRawBytes(value)) steps.push(`export ${name}; ${name}=${spellBytes(value)}; ${name}=\${${name}%.}`);
    else passed.push([name, value]);
  }
  const words = unportable.length === 0 ? command : ['/usr/bin/env', ...unportable, ...command];
  let parameters: readonly string[] = words;
  if (words.some(needsRawBytes)) {
    steps.push('set --', ...words.map((word) => `w=${spellBytes(word)}; set -- "$@" "\${w%.}"`));
    parameters = [];
  }
  if (steps.length === 0 && unportable.length === 0 && state.closed.size === 0) {
    return { command, env, script: null, isTooLong: false };
  }
  const closing = [...state.closed].map((fd) => (fd === 0 ? ' 0<&-' : ` ${fd}>&-`)).join('');
  const script = [...steps, `exec "$@"${closing}`].join('\n');
  const line = feed === null ? script : `eval "exec ${feed}<&-\n$(PATH=/usr/bin:/bin cat <&${feed})"`;
  return {
    command: ['/bin/sh', '-c', line, 'sh', ...parameters],
    env: Object.fromEntries(passed),
    script: feed === null ? null : script,
    isTooLong: line.length > MAX_SCRIPT,
  };
}

/**
 * The bytes for printf, with a full stop behind them, since command substitution eats newlines at the end. What means
 * nothing to printf or sh stands for itself: in octal all of it would be four times as long, and a word has its limit.
 */
function spellBytes(text: string): string {
  const spelled = encodeOsString(text)
    .toString('latin1')
    .replaceAll(/[^\w ./:=,;+@]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `$(printf '${spelled}.')`;
}
