import type { BuildCause } from '../cause/build-failure.ts';
import type { WithBuild } from './facts.ts';

/** First release that builds what has a pyproject.toml and no setup.py. */
export const PEP_517 = [19, 0] as const;

/** Whether a program is not there: the output says so, or nothing of that name is on PATH. */
export function isMissing({ missing }: Extract<BuildCause, { kind: 'program' }>, { build }: WithBuild): boolean {
  return build?.program === undefined || build.program === null ? missing : !build.program;
}

/** Returns the name of a program without its folder. */
export function baseName(program: string): string {
  return program.split(/[/\\]/).at(-1) ?? program;
}
