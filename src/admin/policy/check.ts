import path from 'node:path';
import type { PolicyLayer, PolicyProblem } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import { describeProblem } from '../../policy/describe-problem.ts';
import { chargeParsing, createBudget } from '../../policy/file/budget.ts';
import { noteFile, unreadableLayer } from '../../policy/file/defaults.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { hasOurTable } from '../../policy/file/names-us.ts';
import { isForNewer } from '../../policy/evaluate.ts';
import { OWN_VERSION } from '../../policy/own-version.ts';
import { ABOUT_PLACES } from '../../policy/on-refusal.ts';
import { parsePolicyFile } from '../../policy/file/parse-policy-file.ts';
import { systemFile, userFile } from '../../policy/file/policy-locations.ts';
import { cleanText } from '../../terminal/clean.ts';
import { describeIgnored, listIgnoredFiles, POLICY_NAMES } from './ignored-files.ts';
import { complain, say } from '../output.ts';

/**
 * Says of each file what is wrong in it, as compilers do: `file:line:column: message`. Without files: of all that count
 * here. `isSystem`: a named file is checked as the machine's, wherever it is now. Returns 1 if anything is wrong, for CI and pre-commit; also if no file counts in CI, where a check of nothing would
 * pass for good.
 */
export function checkPolicies(
  context: CallContext,
  named: readonly string[],
  isCi: boolean,
  isSystem: boolean,
): number {
  const files = isSystem && named.length === 0 ? [systemFile(context)] : named;
  const unread = files.filter((file) => context.files.readText(path.resolve(file)).kind === 'missing');
  for (const file of unread) complain(cleanText(`${file}: error: ${describeMissing(context, path.resolve(file))}`));
  if (unread.length > 0) return 1;
  const layers =
    files.length === 0 ? findPolicyLayers(context) : files.map((file) => readNamed(context, file, isSystem));
  let problems = 0;
  for (const layer of layers) {
    if (layer === null) continue;
    const read = context.files.readText(layer.file);
    const text = read.kind === 'text' ? read.text : '';
    for (const problem of layer.problems) complain(describe(problem, text, 'error'));
    for (const warning of [...layer.warnings, ...listMismatches(layer)]) {
      complain(describe(warning, text, 'warning'));
    }
    problems += layer.problems.length;
    if (isForNewer(layer)) {
      complain(describe(noteVersion(layer), text, 'error'));
      problems += 1;
    }
  }
  for (const ignored of files.length === 0 ? listIgnoredFiles(context, POLICY_NAMES) : []) {
    complain(cleanText(`${ignored.file}: warning: ignored, since ${describeIgnored(ignored)}`));
  }
  if (isCi && layers.length === 0) {
    complain('pipward: no policy file applies here, so nothing was checked; name it: pipward policy check FILE');
    return 1;
  }
  const names = layers.map((layer, index) => layer?.file ?? `${files[index]} (no policy in it)`);
  if (problems === 0)
    say(names.length === 0 ? 'no policy file applies here' : `no mistakes: ${names.map(cleanText).join(', ')}`);
  return problems === 0 ? 0 : 1;
}

function describeMissing({ files }: CallContext, file: string): string {
  return files.isLink(file) ? 'it is a link that leads nowhere' : 'there is no such file';
}

function readNamed(context: CallContext, name: string, isSystem: boolean): PolicyLayer | null {
  const file = path.resolve(name);
  const scope =
    isSystem || file === systemFile(context) ? 'system' : file === userFile(context) ? 'user' : ('project' as const);
  const read = context.files.readText(file);
  if (read.kind === 'unreadable') return unreadableLayer(scope, file, read.reason);
  if (read.kind === 'missing') return { ...unreadableLayer(scope, file, 'failed') };
  const kind = path.basename(file) === 'pyproject.toml' ? 'pyproject' : 'pipward-toml';
  // A file that no call would parse is not valid.
  const excess = scope === 'project' ? chargeParsing(createBudget(), read.text) : null;
  if (excess === null) return parsePolicyFile({ scope, file, text: read.text, kind });
  return kind === 'pipward-toml' || hasOurTable(read.text) ? unreadableLayer(scope, file, excess) : null;
}

/** A file for a newer pipward cannot be checked by this one: a check that passes would say more than is known. */
function noteVersion({ file, rules }: PolicyLayer): PolicyProblem {
  const wanted = rules.demands['required-version'];
  const message = `this file needs pipward ${wanted?.value ?? ''}, and this is ${OWN_VERSION}: upgrade pipward to check it`;
  return { ...noteFile(file, message), line: wanted?.line ?? null, key: 'policy.required-version' };
}

/** Returns what is valid, but probably a mistake. */
function listMismatches({ file, rules }: PolicyLayer): readonly PolicyProblem[] {
  const { allowBypass, exempt, onRefusal, demands } = rules;
  const note = (key: string, line: number | null, message: string): PolicyProblem => {
    return { ...noteFile(file, message), line, key };
  };
  return [
    ...(allowBypass === 'never' && exempt.includes('ci')
      ? [
          note(
            'policy.exempt',
            null,
            'CI is recognised by variables that any user can set: with `exempt = ["ci"]`, any user can get past the rules in spite of `allow-bypass = "never"`',
          ),
        ]
      : []),
    ...(onRefusal.value !== 'refuse' && !ABOUT_PLACES.some((rule) => demands[rule]?.level === 'enforce')
      ? [
          note(
            'policy.on-refusal',
            onRefusal.line,
            `\`on-refusal\` does nothing here: of the rules that it is about, ${ABOUT_PLACES.join(', ')}, none is enforced`,
          ),
        ]
      : []),
  ];
}

function describe(problem: PolicyProblem, text: string, kind: 'error' | 'warning'): string {
  const { file, line, message, nearest } = describeProblem(problem);
  const column = problem.column ?? findColumn(problem, text);
  const place = [file, line, line === null ? null : column].filter((part) => part !== null).join(':');
  return cleanText(`${place}: ${kind}: ${message}${nearest === null ? '' : `; did you mean \`${nearest}\`?`}`);
}

/** Where the key's last part stands on its line. */
function findColumn({ line, key }: PolicyProblem, text: string): number | null {
  if (line === null || key === null) return null;
  const position = (text.split('\n')[line - 1] ?? '').indexOf(key.split('.').at(-1)?.replaceAll('"', '') ?? key);
  return position < 0 ? null : position + 1;
}
