import type { FactRow, Severity } from '../../model/diagnostic.ts';
import type { Environment, FoundEnvironment, PythonVersion, ShadowedPip } from '../../model/environment.ts';
import type { CallFacts, KnownEnvironment } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { describeCheckIssue } from '../../messages/trust-messages.ts';
import { describeObstacle } from '../obstacles/obstacle-messages.ts';
import { pathsOf } from '../../util/paths.ts';
import { formatRelease, formatVersion } from '../../util/python-version.ts';

/** Returns the path as a fact shows it: `./x` below the current directory, `~/x` below home. Not for commands. */
export function displayPath(target: string, { platform, caller }: CallFacts): string {
  const paths = pathsOf(platform);
  if (caller.cwd !== null && caller.cwd !== paths.parse(caller.cwd).root) {
    const relative = paths.relative(caller.cwd, target);
    const isBelow = relative !== '' && !relative.startsWith('..') && !paths.isAbsolute(relative);
    if (isBelow) return `.${paths.sep}${relative}`;
  }
  return shortenHome(target, caller.home);
}

/** Returns ` (Python 3.12.1)`, or nothing when the version is unknown. */
export function describeVersion(version: PythonVersion | string | null): string {
  if (version === null) return '';
  if (typeof version === 'string') return ` (Python ${version})`;
  return ` (Python ${formatVersion(version)})`;
}

/** The row that says which Python it was and why; none when there is no interpreter. `suffix` goes at its end. */
export function interpreterRow(facts: CallFacts, suffix = ''): readonly FactRow[] {
  const { interpreter, report } = facts;
  if (interpreter === null) return [];
  const version = describeVersion(report?.version ?? interpreter.version);
  const reason = describeReason(facts);
  const parts = [`${shortenHome(interpreter.executable, facts.caller.home)}${version}`, reason, suffix];
  return [{ label: 'interpreter', text: parts.filter((part) => part !== '').join(', ') }];
}

/** The row about a shadowed pip that installs elsewhere; no row if it does not, or if that is unknown. */
export function otherPipRow({
  shadowedPip,
  caller,
}: CallFacts & { readonly shadowedPip: ShadowedPip | null }): readonly FactRow[] {
  if (shadowedPip?.isElsewhere !== true || shadowedPip.interpreter === null) return [];
  const { executable, version } = shadowedPip.interpreter;
  const text = `${shortenHome(shadowedPip.path, caller.home)} is for ${shortenHome(executable, caller.home)}${describeVersion(version)}`;
  return [{ label: 'other pip', text }];
}

/** Why this interpreter, in a few words; `describeEvidence` of the trace tells more. */
function describeReason(facts: CallFacts): string {
  const { evidence, source } = facts;
  if (evidence === null) return '';
  switch (evidence.kind) {
    case 'variable':
      return source === 'active-environment' ? 'the active environment' : `from ${evidence.name}`;
    case 'file':
      return `named in ${displayPath(evidence.path, facts)}${evidence.line === null ? '' : `:${evidence.line}`}`;
    case 'path-entry':
      return ['python3', 'python'].includes(facts.commandName ?? '') ? 'first on PATH' : 'found on PATH';
    case 'name':
      return evidence.name.startsWith('-') ? `named by ${evidence.name}` : `requested as ${evidence.name}`;
    case 'known-location':
      return 'in a usual place';
    case 'found-upward':
      return "the project's environment";
  }
}

/** Returns the kind of environment in two words. */
export function describeKind(environment: Environment): string {
  switch (environment.kind) {
    case 'virtual':
      return 'virtual environment';
    case 'conda':
      return environment.isBase ? 'conda base environment' : 'conda environment';
    case 'base':
      return 'not a venv';
    case 'unknown':
      return '';
  }
}

/** The row about the environment that is there: the recommended one, or why the nearest one is not recommended. */
export function foundRow(recommended: FoundEnvironment | null, facts: CallFacts): readonly FactRow[] {
  const found = recommended ?? facts.project.environments[0];
  if (found === undefined) return condaRow(facts);
  if (isOwnEnvironment(found, facts)) return [];
  const by = found.namedBy === undefined ? '' : `, named by ${displayPath(found.namedBy, facts)}`;
  const name = displayPath(found.prefix, facts);
  const issue = recommended === null ? findReasonAgainst(found, facts) : null;
  if (recommended === null && found === findWithoutPip(facts)) {
    return [{ label: 'found', text: `${name}${describeVersion(found.version)}${by}, which has no pip` }];
  }
  const text =
    issue === null
      ? `${name}${describeVersion(found.version)}${by}, ${describeActivity(found, facts)}`
      : `${name}${by}, but ${issue}: ${found.issues[0] === 'broken' ? '`pipward doctor` tells how to repair it' : 'not recommended'}`;
  const others = recommended === null ? [] : listBeside(recommended, facts);
  const also = others.map((other) => `${displayPath(other.prefix, facts)}${describeVersion(other.version)}`).join(', ');
  const row: FactRow = { label: 'also there', text: `${also}, not chosen`, optional: true };
  return [{ label: 'found', text }, ...(others.length === 0 ? [] : [row])];
}

/** An environment of conda is activated by conda, if at all: which one is meant, the user decides. */
function condaRow(facts: CallFacts): readonly FactRow[] {
  const { project, interpreter } = facts;
  const prefix = project.condaPrefix ?? null;
  const environment = interpreter?.environment;
  if (prefix === null || (environment?.kind === 'conda' && environment.prefix === prefix)) return [];
  const name = displayPath(prefix, facts);
  return [{ label: 'found', text: `${name}, a conda environment: to use it, run conda activate ${name} first` }];
}

/** Returns the other environments in the folder of the recommended one that would do as well: which one is meant, the user knows. */
export function listBeside(recommended: FoundEnvironment, facts: CallFacts): readonly FoundEnvironment[] {
  const paths = pathsOf(facts.platform);
  return facts.project.environments.filter(
    (each) =>
      each.prefix !== recommended.prefix &&
      paths.dirname(each.prefix) === paths.dirname(recommended.prefix) &&
      findReasonAgainst(each, facts) === null &&
      !isOwnEnvironment(each, facts),
  );
}

function findReasonAgainst(found: KnownEnvironment, facts: CallFacts): string | null {
  const { issues, hasPip, isWritable, obstacle = null } = found;
  const [issue] = issues;
  if (issue !== undefined) return describeCheckIssue(issue);
  if (!hasPip) return 'it has no pip';
  if (!isWritable) return 'you may not write to it';
  const other = findOtherPython(found, facts);
  if (other !== null) return other;
  return obstacle === null ? null : describeObstacle(obstacle, facts).why;
}

/**
 * Returns how an environment's Python differs from the one that the user named (`pip3.9`, PIPWARD_PYTHON); null if it does not.
 * `pip` and `pip3` leave the release open.
 */
function findOtherPython({ version }: FoundEnvironment, { source, interpreter }: CallFacts): string | null {
  const used = interpreter?.version ?? null;
  if (used === null || version === null) return null;
  if (source !== 'pipward-python' && source !== 'versioned-name') return null;
  const [there, asked] = [formatRelease(version), formatRelease(used)];
  return there === asked ? null : `it has Python ${there}, not ${asked}`;
}

function describeActivity({ prefix }: FoundEnvironment, { activeElsewhere }: CallFacts): string {
  const active = activeElsewhere.find((each) => each.prefix === prefix);
  return active === undefined ? 'not active in this shell' : `active, ${active.reason}`;
}

/**
 * Returns the environment that may be recommended: nothing speaks against it, pip is there and may write, and it has the Python
 * that the user named; not the one in use.
 */
export function findRecommended(facts: CallFacts): FoundEnvironment | null {
  const fits = (found: KnownEnvironment) => findReasonAgainst(found, facts) === null && !isOwnEnvironment(found, facts);
  return facts.project.environments.find(fits) ?? null;
}

/** Returns the nearest environment if it would be recommended, but for the pip that it lacks; null otherwise. */
export function findWithoutPip(facts: CallFacts): FoundEnvironment | null {
  const [nearest] = facts.project.environments;
  if (nearest === undefined || nearest.hasPip || isOwnEnvironment(nearest, facts)) return null;
  const obstacle = nearest.obstacle?.kind === 'no-pip' ? null : (nearest.obstacle ?? null);
  return findReasonAgainst({ ...nearest, hasPip: true, obstacle }, facts) === null ? nearest : null;
}

/** Returns the same where the Python that the user named does not do: the caller says which one the environment has. */
export function findRecommendedOfAny(facts: CallFacts): FoundEnvironment | null {
  return findRecommended({ ...facts, source: null });
}

function isOwnEnvironment(found: FoundEnvironment, { interpreter }: CallFacts): boolean {
  return interpreter?.environment.kind === 'virtual' && interpreter.environment.prefix === found.prefix;
}

/** Returns the first headline that stays under 80 columns with severity and code, else the last. */
export function chooseHeadline(severity: Severity, code: string, ...headlines: readonly string[]): string {
  const room = 79 - `${severity}[${code}]: `.length;
  return headlines.find((headline) => headline.length <= room) ?? headlines.at(-1) ?? '';
}

/** The row that says what a run that failed did not do. */
export function nothingDoneRow({ subcommand }: PipCommand): FactRow {
  const done = subcommand === 'download' ? 'downloaded' : 'installed';
  return { label: 'result', text: subcommand === 'wheel' ? 'no wheel was saved' : `nothing was ${done}` };
}

/** More rows of one kind would push the fix off the screen. */
export const MAX_ROWS = 3;

/** Rows with one label: the first different texts, and how many more there are. */
export function limitRows(label: string, texts: readonly string[]): readonly FactRow[] {
  const shown = [...new Set(texts)];
  const more = shown.length - MAX_ROWS;
  return shown.slice(0, MAX_ROWS).map((text, index) => ({
    label: index === 0 ? label : '',
    text: more > 0 && index === MAX_ROWS - 1 ? `${text}, and ${more} more` : text,
  }));
}
