import { quoteForFish, quoteForSh } from './env-files.ts';
import type { ShellName } from './profile-plan.ts';
import type { RefusalProof, ShellProof, VersionProof } from './prove.ts';

/** One line a shell and mode; then, for each shell that does not find our pip, what to do. */
export function renderShellProofs(proofs: readonly ShellProof[], prefix: string): readonly string[] {
  const behind = proofs.filter(({ outcome }) => outcome.kind === 'none' || isOtherPath(outcome));
  return [
    ...proofs.map(
      ({ shell, mode, outcome }) => `  ${shell.padEnd(6)}${mode.padEnd(13)}${renderOutcome(outcome, shell)}`,
    ),
    ...[...new Set(behind.map(({ shell }) => shell))].flatMap((shell) => ['', ...renderCure(shell, prefix)]),
  ];
}

export function renderVersionProof(proof: VersionProof, how: string): readonly string[] {
  if (proof.kind === 'no-pip') return ['  installed; no Python with pip was found on this machine yet'];
  return [`  ${how}: ${proof.kind === 'answered' ? proof.line : `NO: ${proof.detail}`}`];
}

/** The first lines of the refusal, as the person would see them. */
export function renderRefusalProof(proof: RefusalProof): readonly string[] {
  if (proof.kind === 'failed')
    return [`  a project that requires a virtual environment: NO: not refused (${proof.detail})`];
  const shown = proof.lines.slice(0, 8).map((line) => (line === '' ? '' : `    ${line}`));
  return [
    '  in a project that requires a virtual environment, `pip install` is refused (exit status 3):',
    '',
    ...shown,
  ];
}

function renderOutcome(outcome: ShellProof['outcome'], shell: ShellName): string {
  if (outcome.kind === 'ours') return 'ok';
  if (outcome.kind === 'none') return 'NO: it finds no pip at all';
  if (outcome.kind === 'failed') return `NO: ${outcome.detail}`;
  if (outcome.kind === 'timed-out') return 'NO: no answer in time; start it by hand and run `command -v pip`';
  if (isOtherPath(outcome)) return `NO: pip is ${outcome.found}`;
  return `NO: pip is ${outcome.found}, an alias or a function, which comes before PATH: remove it from ${shell}'s start files`;
}

function isOtherPath(outcome: ShellProof['outcome']): boolean {
  return outcome.kind === 'other' && outcome.found.startsWith('/');
}

function renderCure(shell: ShellName, prefix: string): readonly string[] {
  if (shell === 'fish') {
    return [
      "  Something that fish reads later changes PATH. As the last line of fish's config.fish, add",
      `    source ${quoteForFish(`${prefix}/env.fish`)}`,
    ];
  }
  return [
    `  Something in ${shell}'s start files comes after pipward's block and changes PATH.`,
    '  Move the block to the end of the file, or add as its last line',
    `    . ${quoteForSh(`${prefix}/env.sh`)}`,
  ];
}
