import { createPipCallFor } from '../../decision/pip-call.ts';
import { describeCall } from '../../decision/policy-call.ts';
import { findAuditLog } from '../../decision/settings.ts';
import { hasBypass } from '../../diagnostics/policy/find-bypass.ts';
import { findExposure } from '../../host/files/ownership.ts';
import { readPipVersion } from '../../interpreter/inspect/pip-presence.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { PipSetting } from '../../model/pip-call.ts';
import { RULE_NAMES, type PolicyLayer, type RuleName } from '../../model/policy.ts';
import { evaluatePolicy, findBypassBan, isUnreadable, levelOn } from '../../policy/evaluate.ts';
import { loadPipConfiguration, parseBoolean, readPipSetting } from '../../pip/configuration.ts';
import { isPipBefore } from '../../pip/releases.ts';
import { findCi } from '../../util/surroundings.ts';
import { describeExposure } from '../exposure-messages.ts';
import { translatePolicies } from '../policy/pip-conf/translate.ts';
import type { EnforcedRule, PipFacts, PipSettingFact, RulePlace, ShimFacts } from './model.ts';

/** Names of pip's settings that can refuse an install, or lift what refuses it. */
const SETTINGS = new Set(
  'require-virtualenv require-venv user no-user break-system-packages target prefix root'.split(' '),
);

/** With one of these pip does not look for EXTERNALLY-MANAGED (pip/_internal/commands/install.py, run). */
const UNMARKED = ['--target', '--prefix', '--root'];

/** Returns the enforced rules of the machine's and the user's file that count for a call there. */
export function listAskedRules(layers: readonly PolicyLayer[], today: string): readonly RulePlace[] {
  return layers
    .filter(({ scope }) => scope !== 'project')
    .flatMap((layer) => listRules(layer, today).flatMap(({ isEnforced, ...rule }) => (isEnforced ? [rule] : [])));
}

/** Returns what pip itself would make of an install into this Python; `asks` are the rules that it would break. */
export function gatherPipFacts(
  interpreter: Interpreter | null,
  layers: readonly PolicyLayer[],
  context: CallContext,
): PipFacts {
  const { files } = context;
  const version = interpreter === null ? null : readPipVersion(interpreter, files);
  const kind = interpreter?.environment.kind;
  const environment = interpreter?.environment ?? null;
  const prefix = environment === null || environment.kind === 'unknown' ? null : environment.prefix;
  const reader = { python: interpreter?.version ?? null, pip: () => version };
  const { settings } = loadPipConfiguration(context, prefix, false, SETTINGS, reader);
  const read = (subcommand: string, option: string) => readPipSetting(settings, subcommand, option);
  const requireVirtualenv = read('install', '--require-virtualenv');
  const user = read('install', '--user');
  const breaks = read('install', '--break-system-packages');
  const marker = environment?.kind === 'base' ? environment.managedMarker : null;
  const isSent = UNMARKED.some((option) => (read('install', option)?.value ?? '') !== '');
  // pip obeys the marker since 23.0; of an unknown version nothing is promised.
  const obeys = marker !== null && version !== null && !isPipBefore(version, 23, 0) && !isTrue(breaks) && !isSent;
  return {
    python: interpreter === null ? null : { executable: nameOf(interpreter), kind: kind ?? 'unknown' },
    pip: version,
    ...describeAsked(listBroken(interpreter, layers, context), layers, context.today),
    requireVirtualenv: isTrue(requireVirtualenv) ? describeSetting(requireVirtualenv) : null,
    coversUninstall: isTrue(read('uninstall', '--require-virtualenv')),
    noUser: user !== null && parseBoolean(user.value) === false ? describeSetting(user) : null,
    marker: obeys ? marker : null,
  };
}

/** An environment is known by the path that it is called by; of any other Python the names are links to one file. */
function nameOf({ environment, executable, realPath }: Interpreter): string {
  return environment.kind === 'base' ? realPath : executable;
}

/** `canApply`: whether `pipward policy apply`, for all users where the machine's file asks, would write anything. */
function describeAsked(
  asks: readonly RulePlace[],
  layers: readonly PolicyLayer[],
  today: string,
): Pick<PipFacts, 'asks' | 'canApply'> {
  const isSystem = asks.some(({ scope }) => scope === 'system');
  const applied = layers.filter(({ scope }) => (isSystem ? scope === 'system' : scope !== 'project'));
  const { lines, refusals } = translatePolicies(applied, today, () => null);
  return { asks, canApply: asks.length > 0 && refusals.length === 0 && lines.length > 0 };
}

function isTrue(setting: PipSetting | null): boolean {
  return setting !== null && parseBoolean(setting.value) === true;
}

function describeSetting(setting: PipSetting | null): PipSettingFact | null {
  if (setting === null || setting.origin.kind === 'command-line') return null;
  const { origin } = setting;
  if (origin.kind === 'variable') return { kind: 'variable', place: origin.name };
  return { kind: 'file', place: origin.line === null ? origin.path : `${origin.path}:${origin.line}` };
}

/**
 * The ways in which an install may be asked for, and the rule that the option is about; null: every rule. Otherwise a conda
 * environment that the policy accepts would count as open, since --user leaves each of them.
 */
const CALLS: readonly { readonly words: readonly string[]; readonly rule: RuleName | null }[] = [
  { words: ['install', 'x'], rule: null },
  { words: ['install', '--user', 'x'], rule: 'forbid-user-install' },
  { words: ['install', '--break-system-packages', 'x'], rule: 'forbid-break-system-packages' },
];

/** Judges a few calls as pipward would, if it saw them: by the machine's and the user's file. */
function listBroken(
  interpreter: Interpreter | null,
  layers: readonly PolicyLayer[],
  context: CallContext,
): readonly RulePlace[] {
  const judges = layers.filter((layer) => layer.scope !== 'project' && !isUnreadable(layer));
  if (judges.length === 0) return [];
  const { PIPWARD_BYPASS: _bypass, ...env } = context.env;
  const calls = interpreter?.environment.kind === 'virtual' ? CALLS.slice(0, 1) : CALLS;
  const found = calls.flatMap(({ words, rule }) => {
    const plain = { ...context, env, arguments: words };
    const call = createPipCallFor(plain, parsePipCommand('pip', words), interpreter, interpreter);
    const verdict = evaluatePolicy(judges, describeCall(plain, call, call.settings()));
    return verdict.layers.flatMap((each): readonly RulePlace[] =>
      each.kind === 'refused' && each.rule !== 'required-version' && (rule === null || each.rule === rule)
        ? [{ rule: each.rule, scope: each.layer.scope, file: each.layer.file, line: each.line }]
        : [],
    );
  });
  return RULE_NAMES.flatMap((name) => {
    const same = found.filter(({ rule }) => rule === name);
    return same.find(({ scope }) => scope === 'system') ?? same[0] ?? [];
  });
}

/** Returns what a call through a shim is judged by. `files`: the shim, and what it starts. */
export function gatherShimFacts(
  files: readonly string[],
  layers: readonly PolicyLayer[],
  context: CallContext,
): ShimFacts {
  const exposure = files.map((file) => findExposure(file)).find((found) => found !== null) ?? null;
  const rules = layers
    .filter((layer) => !isUnreadable(layer))
    .flatMap((layer) => {
      const { lift, isSet } = findLift(layer, layers, context.env);
      return listRules(layer, context.today).map((rule) => ({ ...rule, lift, isSet }));
    });
  const enforced = rules.filter(({ isEnforced }) => isEnforced);
  const strip = ({ rule, scope, file, line, lift }: EnforcedRule): EnforcedRule => ({ rule, scope, file, line, lift });
  return {
    exposure: exposure === null ? null : describeExposure(exposure),
    enforced: enforced.filter(({ isSet }) => !isSet).map(strip),
    lifted: enforced.filter(({ isSet }) => isSet).map(strip),
    advised: rules.filter(({ isEnforced }) => !isEnforced),
    unreadable: layers.filter(isUnreadable).map(({ file }) => file),
    isLogged: findAuditLog(layers) !== null,
  };
}

type LayerRule = RulePlace & { readonly isEnforced: boolean };

/** The rules that a file sets, as they count today. */
function listRules({ scope, file, rules }: PolicyLayer, today: string): readonly LayerRule[] {
  return RULE_NAMES.flatMap((rule: RuleName): readonly LayerRule[] => {
    const demand = rules.demands[rule];
    const level = levelOn(demand, { today });
    if (demand === undefined || level === 'off' || rule === 'required-version') return [];
    return [{ rule, scope, file, line: demand.line, isEnforced: level === 'enforce' }];
  });
}

/** What a user can set to pass all rules of a file, and whether it is set; a container's mark can be made in a namespace of the user's own. */
function findLift(
  { rules, scope }: PolicyLayer,
  layers: readonly PolicyLayer[],
  env: CallContext['env'],
): { lift: EnforcedRule['lift']; isSet: boolean } {
  const ban = findBypassBan(layers);
  // Of a rule of the machine's: users can change the file that forbids it.
  const canRemoveBan = scope === 'system' && ban !== null && ban.scope !== 'system';
  const lifts = [
    ...(ban === null ? [{ lift: 'bypass', isSet: hasBypass({ env }) } as const] : []),
    ...(rules.exempt.includes('ci') ? [{ lift: 'ci', isSet: findCi(env) !== null } as const] : []),
    ...(rules.exempt.includes('container') ? [{ lift: 'container', isSet: false } as const] : []),
    ...(canRemoveBan ? [{ lift: 'forbidden-bypass', isSet: false } as const] : []),
  ];
  return lifts.find(({ isSet }) => isSet) ?? lifts[0] ?? { lift: null, isSet: false };
}
