import type { Case } from './case.ts';
import { SHELLS, VERSIONS, WRAPPERS } from './choices.ts';

/** What the machine that the runs take place on has. */
export type Machine = {
  readonly isRoot: boolean;
  /** Versions, oldest first. */
  readonly pythons: readonly string[];
  readonly pythonsWithPip: readonly string[];
  /** Shells and wrappers on PATH. */
  readonly programs: readonly string[];
  readonly hasSystemPip: boolean;
  readonly hasGermanLocale: boolean;
};

/** The case with what this machine does not have replaced, so that a seed means the same wherever it can. */
export function fitCase(chosen: Case, machine: Machine): Case {
  const has = ([program]: readonly string[] = []) => program === undefined || machine.programs.includes(program);
  const kind = chosen.kind === 'real' && machine.pythonsWithPip.length === 0 ? 'fake' : chosen.kind;
  return {
    ...chosen,
    kind,
    mode: kind === chosen.kind ? fitMode(chosen.mode, machine) : 'venv',
    version: fitVersion(chosen.version, kind === 'real' ? machine.pythonsWithPip : machine.pythons),
    shell: has(SHELLS[chosen.shell]) ? chosen.shell : 'direct',
    wrapper: has(WRAPPERS[chosen.wrapper]) ? chosen.wrapper : 'none',
    unprivileged: chosen.unprivileged && machine.isRoot,
  };
}

/** A copy that the user cannot write makes no difference for root, and cannot be made by anybody else. */
function fitMode(mode: Case['mode'], { isRoot, hasSystemPip }: Machine): Case['mode'] {
  if (mode === 'system') return hasSystemPip ? mode : 'venv';
  return mode === 'copy' && !isRoot ? 'venv' : mode;
}

function fitVersion(version: string, pythons: readonly string[]): string {
  if (pythons.includes(version)) return version;
  const [fallback] = pythons.length === 0 ? [] : [pythons[VERSIONS.indexOf(version) % pythons.length]];
  if (fallback === undefined) throw new Error(`there is no Python from ${VERSIONS[0]} on`);
  return fallback;
}

/** What is not tried on this machine, each with its reason. */
export function listSkipped(machine: Machine): readonly string[] {
  const missing = VERSIONS.filter((version) => !machine.pythons.includes(version));
  const shells = Object.keys(SHELLS).filter((name) => isMissing(SHELLS[name], machine));
  const wrappers = Object.keys(WRAPPERS).filter((name) => isMissing(WRAPPERS[name], machine));
  return [
    ...(missing.length === 0 ? [] : [`Python ${missing.join(', ')}: neither pyenv nor /usr/bin/python3 has it`]),
    ...(machine.pythonsWithPip.length > 0 ? [] : ['real pips: no Python here has one']),
    ...(shells.length === 0 ? [] : [`as a script of ${shells.join(', ')}: not on PATH`]),
    ...(wrappers.length === 0 ? [] : [`started by ${wrappers.join(', ')}: not on PATH`]),
    ...(machine.isRoot ? [] : ['another user, and an interpreter that the user cannot write: not root']),
    ...(machine.hasSystemPip ? [] : ["the system's Python: /usr/bin/python3 is missing or has no pip"]),
    ...(machine.hasGermanLocale ? [] : ['translated messages: there is no locale de_DE.UTF-8']),
  ];
}

function isMissing([program]: readonly string[] = [], machine: Machine): boolean {
  return program !== undefined && !machine.programs.includes(program);
}
