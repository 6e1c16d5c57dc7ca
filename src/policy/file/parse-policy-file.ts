import { TomlError } from 'smol-toml';
import { RULE_NAMES } from '../../model/policy.ts';
import type {
  RuleSetting,
  LayerScope,
  Located,
  Mistyped,
  PolicyLayer,
  PolicyProblem,
  RuleName,
} from '../../model/policy.ts';
import { noRules, noSettings, noteFile } from './defaults.ts';
import { isTooOld, OWN_VERSION } from '../own-version.ts';
import { locateKeys, type LineOf } from './toml-positions.ts';
import { namesUs, seemsOurs } from './names-us.ts';
import { parseToml } from './parse-toml.ts';
import { findTable, SCHEMA } from './schema.ts';
import { isTable, type PathStyle, type Shape, type Table } from './validators.ts';

export type PolicySource = {
  readonly scope: LayerScope;
  /** Absolute path: its form says by which system's rules paths in the file are judged. */
  readonly file: string;
  readonly text: string;
  readonly kind: 'pipward-toml' | 'pyproject';
};

/**
 * Returns the layer of a file's text, with its mistakes as `problems`; never throws. A value that cannot be read counts as
 * not set. Returns null for a pyproject.toml without a table `tool.pipward`.
 */
export function parsePolicyFile({ scope, file, text, kind }: PolicySource): PolicyLayer | null {
  if (kind === 'pyproject' && !namesUs(text)) return null;
  const empty = { scope, file, rules: noRules, settings: noSettings, problems: [], warnings: [] };
  const toml = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const document = parseToml(toml);
  if (document instanceof Error) {
    // A mistake in a pyproject.toml that merely names us, as a dependency, is not ours to report.
    if (kind === 'pyproject' && !seemsOurs(toml)) return null;
    return { ...empty, problems: [describeError(document, file)] };
  }
  if (kind === 'pipward-toml') return { ...empty, ...readTables(document, [], locateLater(toml), scope, file) };
  const tool = document['tool'];
  const ours = isTable(tool) ? tool['pipward'] : undefined;
  if (ours === undefined) return null;
  const prefix = ['tool', 'pipward'];
  const lineOf = locateLater(toml, prefix);
  if (isTable(ours)) return { ...empty, ...readTables(ours, prefix, lineOf, scope, file) };
  const message = '`tool.pipward` must be a table';
  return {
    ...empty,
    problems: [{ ...noteFile(file, message), line: lineOf(prefix), key: 'tool.pipward' }],
  };
}

/** The text is searched when the first line is asked for. */
function locateLater(text: string, within: readonly string[] = []): LineOf {
  let lineOf: LineOf | null = null;
  return (path) => (lineOf ??= locateKeys(text, within))(path);
}

function describeError(error: Error, file: string): PolicyProblem {
  const [line, column] = error instanceof TomlError ? [error.line, error.column] : [null, null];
  // The message goes on with an excerpt of the file.
  const [first = ''] = error.message.split('\n');
  const words = first.replace(/^Invalid TOML document: /, '').replace(/\.$/, '');
  return { ...noteFile(file, `the file is not valid TOML: ${words}`), line, column };
}

/** Mistakes that are told of one file; there may be thousands. */
export const MAX_PROBLEMS = 20;

/** `prefix`: where our tables begin in the document; it is left out of the keys in problems. */
function readTables(
  root: Table,
  prefix: readonly string[],
  lineOf: LineOf,
  scope: LayerScope,
  file: string,
): Pick<PolicyLayer, 'rules' | 'settings' | 'problems' | 'warnings'> {
  const problems: PolicyProblem[] = [];
  const warnings: PolicyProblem[] = [];
  const style: PathStyle = file.startsWith('/') ? 'posix' : 'win32';
  const tables = new Map<string, Table>();

  const locate = (path: readonly string[]) => lineOf([...prefix, ...path]);
  const note = (path: readonly string[], message: string, mistyped: Mistyped | null = null): PolicyProblem => {
    const key = showKey(path);
    return { ...noteFile(file, `\`${key}\` ${message}`), line: locate(path), key, mistyped };
  };
  // One is enough to stop a call, and for each its line is looked for.
  const isFull = () => problems.length >= MAX_PROBLEMS;

  function read<T>(path: readonly [table: string, key: string], shape: Shape<T>): Located<T> | null {
    const table = tables.get(path[0]);
    if (table === undefined || !(path[1] in table)) return null;
    const reading = shape.read(table[path[1]], style);
    for (const problem of reading.problems) {
      problems.push({ ...note([...path, ...problem.path], problem.message, problem.mistyped), found: problem.found });
    }
    if (reading.value === null) return null;
    const { value } = reading;
    // Asked for only where a message names it: most calls keep the rules.
    return {
      value,
      get line() {
        return locate(path);
      },
    };
  }

  for (const [name, value] of Object.entries(root)) {
    if (isFull()) break;
    const schema = findTable(name);
    if (schema === null) {
      problems.push(note([name], isTable(value) ? 'is not a known table' : 'is not a known key', likeTable(name)));
    } else if (!schema.scopes.includes(scope)) {
      warnings.push(note([name], `is ignored in a project's file; only the user's and the machine's may have it`));
    } else if (isTable(value)) {
      tables.set(name, value);
      for (const key of Object.keys(value)) {
        if (isFull()) break;
        if (Object.hasOwn(schema.keys, key)) continue;
        problems.push(note([name, key], 'is not a known key', likeKey(name, key)));
      }
    } else {
      problems.push(note([name], 'must be a table'));
    }
  }

  const policy = SCHEMA.policy.keys;
  const resolve = SCHEMA.resolve.keys;
  const names = 'environment-names';
  const demands: Partial<Record<RuleName, RuleSetting>> = {};
  for (const rule of RULE_NAMES) {
    const written = read(['policy', rule], policy[rule].shape);
    if (written === null) continue;
    demands[rule] = {
      ...written.value,
      // A project asks its users to upgrade; only who administers the machine can make them.
      ...(rule === 'required-version' && scope !== 'system' ? { level: 'advise' as const } : {}),
      get line() {
        return written.line;
      },
    };
  }
  const rules = {
    demands,
    accept: read(['policy', 'accept'], policy.accept.shape)?.value ?? noRules.accept,
    exempt: read(['policy', 'exempt'], policy.exempt.shape)?.value ?? noRules.exempt,
    exemptPackages: read(['policy', 'exempt-packages'], policy['exempt-packages'].shape)?.value ?? [],
    allowBypass: read(['policy', 'allow-bypass'], policy['allow-bypass'].shape)?.value ?? noRules.allowBypass,
    onRefusal: read(['policy', 'on-refusal'], policy['on-refusal'].shape) ?? noRules.onRefusal,
    // Empty text would be printed as an empty row.
    reason: read(['policy', 'reason'], policy.reason.shape)?.value || null,
    contact: read(['policy', 'contact'], policy.contact.shape)?.value || null,
  };
  const settings = {
    python: read(['resolve', 'python'], resolve.python.shape),
    projectEnvironment: read(['resolve', 'project-environment'], resolve['project-environment'].shape),
    environmentNames: read(['resolve', names], resolve[names].shape)?.value ?? null,
    adviceForm: read(['advice', 'form'], SCHEMA.advice.keys.form.shape)?.value ?? null,
    auditLog: read(['audit', 'log'], SCHEMA.audit.keys.log.shape),
  };
  if (!isTooOld(demands['required-version']?.value)) {
    return { rules, settings, problems: sortByLine(problems), warnings };
  }
  // What is not known here is known to a newer pipward: the rule about versions speaks in its place.
  const later = problems.map(({ key, ...problem }) => {
    const message = `\`${key}\` is not understood by pipward ${OWN_VERSION}: upgrade pipward`;
    return { ...problem, key, message, found: null, mistyped: null };
  });
  return { rules, settings, problems: [], warnings: [...warnings, ...sortByLine(later)] };
}

/** A known table may be meant, or a known key that was written outside its table. */
function likeTable(word: string): Mistyped {
  return { word, known: [{ prefix: '', names: Object.keys(SCHEMA) }, ...Object.keys(SCHEMA).map(listKeys)] };
}

/** A key of the same table may be meant, or one of another. */
function likeKey(table: string, word: string): Mistyped {
  return { word, known: [table, ...Object.keys(SCHEMA)].map(listKeys) };
}

function listKeys(table: string): Mistyped['known'][number] {
  return { prefix: `${table}.`, names: Object.keys(findTable(table)?.keys ?? {}) };
}

function showKey(path: readonly string[]): string {
  return path
    .map((part) => (part.length > MAX_SHOWN_KEY ? `${part.slice(0, MAX_SHOWN_KEY)}...` : part))
    .map((part) => (/^[\w-]+$/.test(part) ? part : JSON.stringify(part)))
    .join('.');
}

/** A key may be as long as its file. */
const MAX_SHOWN_KEY = 60;

function sortByLine(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  return problems.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}
