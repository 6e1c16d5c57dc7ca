import type { ResolutionStep, Evidence, InterpreterSource, SkipReason, Resolution } from '../model/environment.ts';
import { cleanText } from '../terminal/clean.ts';
import { describeTrustIssue } from './trust-messages.ts';

/** Returns where a candidate came from, as the user can check it: `VIRTUAL_ENV=/x`, `/p/.python-version:1 (3.12)`. */
export function describeEvidence(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'variable':
      return `${evidence.name}=${evidence.value}`;
    case 'file':
      return `${evidence.path}${evidence.line === null ? '' : `:${evidence.line}`} (${evidence.text})`;
    case 'path-entry':
      return `PATH, entry ${evidence.position} (${evidence.directory})`;
    case 'name':
      return `the name ${evidence.name}`;
    case 'known-location':
      return `known place ${evidence.directory}`;
    case 'found-upward':
      return `${evidence.prefix}, as ${evidence.file}${evidence.line === null ? '' : `:${evidence.line}`} asks`;
  }
}

const SOURCES = {
  'pipward-python': 'PIPWARD_PYTHON',
  'versioned-name': 'version in the name',
  'active-environment': 'active environment',
  'conda-prefix': 'active conda environment',
  'project-environment': 'project environment',
  configured: 'configuration',
  pyenv: 'pyenv',
  'install-manager': 'Python install manager',
  'py-launcher': 'py launcher',
  registry: 'registry',
  'search-path': 'PATH',
  'default-location': 'usual place',
} as const satisfies Record<InterpreterSource, string>;

/** Returns the step of the resolution order in words. */
function describeSource(source: InterpreterSource): string {
  return SOURCES[source];
}

/** Returns the step of the resolution order and the evidence: `pyenv: /p/.python-version:1 (3.12)`, `PATH, entry 1 (/usr/bin)`. */
export function describeOrigin(source: InterpreterSource, evidence: Evidence): string {
  const words = describeEvidence(evidence);
  // These words name the step already.
  return source === 'search-path' || source === 'pipward-python' ? words : `${describeSource(source)}: ${words}`;
}

const REASONS = {
  missing: 'does not exist',
  'not-executable': 'is not executable',
  'dangling-link': 'is a link that leads nowhere',
  'no-pyvenv-cfg': 'is not a virtual environment (no pyvenv.cfg)',
  'no-conda-meta': 'is not a conda environment (no conda-meta/history)',
  'not-absolute': 'is not an absolute path',
  'no-pip': 'has no pip',
  'own-shim': 'is a shim of pipward',
  'other-version': 'is another version',
  'pyenv-system': 'is left to PATH (pyenv: system)',
  'pyenv-version-missing': 'is not installed in pyenv',
  'unsafe-version-name': 'is not a version name that pyenv would take',
  'too-many-versions': 'is not considered: the file names more versions than pipward reads',
  suspicious: 'is not used',
  'not-trusted': 'is not trusted',
  'trust-ended': 'is no longer trusted',
  'trust-store-unusable': 'is not trusted',
} as const satisfies Record<SkipReason, string>;

/** Returns why a candidate was skipped, to be read after its path. */
export function describeSkip(reason: SkipReason, detail: string | null): string {
  return detail === null ? REASONS[reason] : `${REASONS[reason]}: ${describeTrustIssue(reason, detail) ?? detail}`;
}

/** Returns the trace with its line ends: what was considered, in order, and what came of it. */
export function renderTrace(resolution: Resolution): string {
  const lines = resolution.trace.map(renderCandidate);
  return [...lines, renderEnd(resolution)].map((line) => `${cleanText(line)}\n`).join('');
}

function renderCandidate({ source, evidence, path, outcome }: ResolutionStep): string {
  const subject = path ?? describeEvidence(evidence);
  const origin = path === null ? describeSource(source) : describeOrigin(source, evidence);
  return outcome.kind === 'chosen'
    ? `chosen       ${subject} (${origin})`
    : `skipped      ${subject} ${describeSkip(outcome.reason, outcome.detail)} (${origin})`;
}

function renderEnd(resolution: Resolution): string {
  switch (resolution.kind) {
    case 'resolved':
      return resolution.pipRunner === null
        ? `result       ${resolution.interpreter.executable}`
        : `result       ${resolution.interpreter.executable}, with the pip of ${resolution.pipRunner.executable}`;
    case 'without-pip':
      return `result       ${resolution.interpreter.executable} has no pip`;
    case 'not-found':
      return `result       no ${resolution.wanted} found`;
  }
}
