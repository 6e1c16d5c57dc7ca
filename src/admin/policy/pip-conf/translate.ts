import { RULE_NAMES, type PolicyLayer, type RuleName, type RuleSetting } from '../../../model/policy.ts';
import { findBypassBan, isForNewer } from '../../../policy/evaluate.ts';
import { describeProblem } from '../../../policy/describe-problem.ts';
import { areSame, type ConfLine } from './text/conf-line.ts';

/** One thing that a policy says, where, and why it is not (or not wholly) in pip.conf. */
export type PolicyNote = {
  readonly file: string;
  readonly line: number | null;
  readonly key: string;
  readonly message: string;
};

export type Translation = {
  /** What pip.conf has to say. */
  readonly lines: readonly ConfLine[];
  /** What makes pip.conf stricter than the policy: with one of these nothing is written. */
  readonly refusals: readonly (PolicyNote & { readonly fix: string })[];
  /** What holds only for `pip`, not for `python -m pip`: pip.conf is milder than the policy there. */
  readonly notes: readonly PolicyNote[];
};

/** Finds the line of a key of `[policy]` in a policy file; null if it is not in the text. */
export type FindLine = (file: string, key: string) => number | null;

type Refusal = Translation['refusals'][number];

/** What one layer makes of one option: it wants it (no refusals), it would if it could, or it does not ask. */
type Wish = { readonly lines: readonly ConfLine[]; readonly refusals: readonly Refusal[] };

const VIRTUALENV: readonly ConfLine[] = [
  { section: 'install', option: 'require-virtualenv', value: 'true' },
  { section: 'uninstall', option: 'require-virtualenv', value: 'true' },
];
const NO_USER: readonly ConfLine[] = [{ section: 'install', option: 'user', value: 'no' }];

/**
 * Returns what pip.conf has to say for these layers together. As for a call, each layer judges by itself: where one of them
 * wants a setting as it can be written, what other layers exempt does not matter. `today`: `2026-11-24`.
 */
export function translatePolicies(layers: readonly PolicyLayer[], today: string, findLine: FindLine): Translation {
  const unusable = layers.flatMap((layer) => refuseUnusable(layer));
  if (unusable.length > 0) return { lines: [], refusals: unusable, notes: [] };
  const results = [VIRTUALENV, NO_USER].map((lines) => {
    const wishes = layers.map((layer) => readWish(layer, lines, today, findLine)).filter((wish) => wish !== null);
    const isWanted = wishes.some(({ refusals }) => refusals.length === 0);
    return isWanted ? { lines, refusals: [] } : { lines: [], refusals: wishes.flatMap(({ refusals }) => refusals) };
  });
  const refusals = results.flatMap((result) => result.refusals);
  return {
    lines: results.flatMap(({ lines }) => lines),
    // An exemption stands in the way of both settings, and is told once.
    refusals: refusals.filter((one, index) => refusals.findIndex((other) => isSameNote(one, other)) === index),
    notes: layers.flatMap((layer) => listNotes(layer, findBypassBan(layers) === null, findLine)),
  };
}

function isSameNote(one: Refusal, other: Refusal): boolean {
  return one.file === other.file && one.key === other.key && one.message === other.message;
}

/** A file that is half understood must not be half written. */
function refuseUnusable(layer: PolicyLayer): readonly Refusal[] {
  const { file, problems, rules } = layer;
  if (isForNewer(layer)) {
    const { line = null, value } = rules.demands['required-version'] ?? {};
    const message = `the file needs pipward ${value ?? ''}`;
    return [{ file, line, key: 'required-version', message, fix: 'upgrade pipward' }];
  }
  return problems.map(describeProblem).map(({ line, key, message }) => {
    const fix = 'correct it: `pipward policy check` names each mistake';
    return { file, line, key: key?.replace(/^policy\./, '') ?? 'file', message, fix };
  });
}

const RULES_OF = {
  'require-virtualenv': ['require-virtual-environment', 'project-environment-only'],
  user: ['forbid-user-install'],
} as const;

function readWish(layer: PolicyLayer, lines: readonly ConfLine[], today: string, findLine: FindLine): Wish | null {
  const [first] = lines;
  const { demands } = layer.rules;
  const asked = RULES_OF[first?.option ?? 'user'].flatMap((rule) => {
    const demand = demands[rule];
    return demand === undefined || demand.level === 'off' ? [] : [{ rule, demand }];
  });
  if (asked.length === 0) return null;
  const timed = asked.map(({ rule, demand }) => refuseLevel(layer, rule, demand, today));
  // One rule in force is enough for the setting.
  const levels = timed.includes(null) ? [] : timed.filter((refusal) => refusal !== null);
  return {
    lines,
    refusals: [
      ...levels,
      ...refuseExemptions(layer, areSame(lines, VIRTUALENV), asked[0]?.demand.line ?? null, findLine),
    ],
  };
}

function refuseLevel({ file }: PolicyLayer, key: RuleName, demand: RuleSetting, today: string): Refusal | null {
  const { level, from, line } = demand;
  if (level === 'advise') {
    const message = 'it advises, and pip.conf can only refuse';
    return { file, line, key, message, fix: 'make it "enforce", or "off", then run this again' };
  }
  if (from === null || from <= today) return null;
  const message = `it is enforced from ${from} on, and pip.conf knows no days`;
  return { file, line, key, message, fix: `run this again on ${from}, or take the date out` };
}

/** `rule`: the line of the rule that would be written, which is told where a key is not set. */
function refuseExemptions(
  { file, rules }: PolicyLayer,
  isAboutPlaces: boolean,
  rule: number | null,
  findLine: FindLine,
): readonly Refusal[] {
  const conda = rules.accept.filter((kind) => kind !== 'venv');
  const exempt = rules.exempt.filter((kind) => isAboutPlaces || kind !== 'target');
  const at = (key: string) => ({ file, key, line: findLine(file, key) ?? rule });
  return [
    ...(isAboutPlaces && conda.length > 0
      ? [
          {
            ...at('accept'),
            message:
              (findLine(file, 'accept') === null
                ? 'it is not set, which accepts conda'
                : `it accepts ${conda.join(' and ')}`) +
              ", and pip's require-virtualenv refuses every conda environment",
            fix: 'write accept = ["venv"] if conda is not used on any of these machines; else leave pip.conf alone',
          },
        ]
      : []),
    ...(isAboutPlaces && !rules.accept.includes('venv')
      ? [
          {
            ...at('accept'),
            message: 'it does not accept virtual environments, the only ones that pip.conf can ask for',
            fix: 'add "venv" to it, or leave pip.conf alone',
          },
        ]
      : []),
    ...exempt.map((kind) => ({ ...at('exempt'), ...EXEMPTIONS[kind] })),
    ...(rules.exemptPackages.length > 0
      ? [
          {
            ...at('exempt-packages'),
            message: `it exempts ${rules.exemptPackages.join(', ')}, and pip.conf knows no packages`,
            fix: 'take it out, and install these in an environment of their own (pipx does)',
          },
        ]
      : []),
  ];
}

const EXEMPTIONS = {
  ci: {
    message: 'it exempts CI, and pip.conf does not know what CI is',
    fix: 'take "ci" out, and set PIP_REQUIRE_VIRTUALENV=0 in the jobs that need it',
  },
  container: {
    message: 'it exempts containers, and pip.conf does not know what a container is',
    fix: 'take "container" out: a container has its own /etc, which this does not write to',
  },
  target: {
    message: 'it exempts --target and similar options, and pip.conf refuses these outside of environments, too',
    fix: 'take "target" out, or leave pip.conf alone',
  },
} as const;

/** What pip.conf leaves out. Only what is enforced or may matter: what advises is told by `pip` alone anyway. */
function listNotes({ file, rules }: PolicyLayer, mayBypass: boolean, findLine: FindLine): readonly PolicyNote[] {
  const { demands, onRefusal } = rules;
  const isEnforced = (rule: RuleName) => demands[rule] !== undefined && demands[rule].level !== 'off';
  const note = (rule: RuleName, message: string) =>
    isEnforced(rule) ? [{ file, line: demands[rule]?.line ?? null, key: rule, message }] : [];
  const bypass = mayBypass
    ? 'a bypass now also needs PIP_REQUIRE_VIRTUALENV=0: pip itself refuses, and does not know PIPWARD_BYPASS'
    : 'pip.conf cannot forbid it: PIP_REQUIRE_VIRTUALENV=0 lifts it for `python -m pip`';
  const rule = RULES_OF['require-virtualenv'].find(isEnforced);
  const bypassLine = findLine(file, 'allow-bypass');
  return [
    ...RULE_NAMES.flatMap((name) => (LEFT_OUT[name] === null ? [] : note(name, LEFT_OUT[name]))),
    ...(rule === undefined
      ? []
      : bypassLine === null
        ? note(rule, bypass)
        : [{ file, line: bypassLine, key: 'allow-bypass', message: bypass }]),
    ...(onRefusal.value === 'refuse'
      ? []
      : [
          {
            file,
            line: onRefusal.line,
            key: 'on-refusal',
            message: "pip itself only refuses: the question and the other environment are `pip`'s alone",
          },
        ]),
  ];
}

const NOT_CARRIED = 'not carried over: pip has no such setting, so it holds only for `pip`';
/** What pip.conf leaves out of each rule, for a note; null for no note. */
const LEFT_OUT: Readonly<Record<RuleName, string | null>> = {
  // A file that needs a newer pipward is refused (refuseUnusable).
  'required-version': null,
  'require-virtual-environment': null,
  'project-environment-only': 'pip.conf asks for any virtual environment, not for that of the project',
  'forbid-user-install': 'with user = no, pip no longer falls back to the user site; an explicit --user still works',
  'forbid-break-system-packages': NOT_CARRIED,
  'forbid-root': NOT_CARRIED,
  'requires-python': NOT_CARRIED,
  'minimum-pip': NOT_CARRIED,
};
