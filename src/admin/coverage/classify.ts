import type { RuleName } from '../../model/policy.ts';
import { chooseClose } from './choose-close.ts';
import {
  WORTHS,
  type CoverageRow,
  type EnforcedRule,
  type PipFacts,
  type PipSettingFact,
  type Remedy,
  type RulePlace,
  type ShimFacts,
  type ToolFacts,
  type Way,
  type Worth,
} from './model.ts';

/** How well the rules hold, and why, as one short clause. */
type Judgement = { readonly worth: Worth; readonly reason: string };

/** Returns what each way is worth. */
export function classifyWays(ways: readonly Way[], remedy: Remedy): readonly CoverageRow[] {
  return ways.map((way): CoverageRow => {
    const { worth, reason } = judgeWay(way);
    const { environment, path } = way;
    const interpreter =
      'pip' in way ? (way.pip.python?.executable ?? null) : way.kind === 'ensurepip' ? way.python : null;
    const asks = listAsks(way);
    return {
      way: way.way,
      environment,
      path,
      interpreter,
      worth,
      reason,
      asks,
      close: chooseClose(way, worth, remedy),
    };
  });
}

/** Returns the rows that `--check` fails for: what is open although an enforced rule of the machine or the user asks. */
export function listUncovered(rows: readonly CoverageRow[]): readonly CoverageRow[] {
  return rows.filter(({ worth, asks }) => worth === 'open' && asks.length > 0);
}

/** A policy is about pip: of other tools it asks only that what keeps them in environments is not switched off. */
function listAsks(way: Way): readonly RuleName[] {
  if (way.kind === 'ensurepip' || way.kind === 'tool') return [];
  return [...new Set(way.pip.asks.map(({ rule }) => rule))];
}

function judgeWay(way: Way): Judgement {
  switch (way.kind) {
    case 'shim':
      return stronger(judgeShim(way.shim), judgeSettings(way.pip));
    case 'pip':
      return judgePip(way.pip);
    case 'alias': {
      const { worth, reason } = judgePip(way.pip);
      const what =
        way.text.startsWith('alias') || way.text.includes('aliased') ? 'an alias' : 'a function or a builtin';
      return { worth, reason: `${what} of the shell comes first; ${reason}` };
    }
    case 'ensurepip':
      return judgeEnsurepip(way);
    case 'tool':
      return judgeTool(way);
  }
}

function stronger(one: Judgement, other: Judgement | null): Judgement {
  return other !== null && WORTHS.indexOf(other.worth) > WORTHS.indexOf(one.worth) ? other : one;
}

/** The strongest rule counts: each of them refuses by itself. */
function judgeShim(shim: ShimFacts): Judgement {
  const [file] = shim.unreadable;
  const judged = [
    ...shim.enforced.map((rule) => judgeRule(rule, shim.exposure)),
    ...(file === undefined ? [] : [weaken(`${file} is invalid, so install is refused`, shim.exposure)]),
  ];
  const best = judged.find(({ worth }) => worth === 'prevents') ?? judged[0];
  if (best !== undefined) return best;
  const [lifted] = shim.lifted;
  if (lifted !== undefined)
    return { worth: 'open', reason: `${describeRule(lifted)}, and ${LIFTS[lifted.lift ?? 'bypass']} is set there` };
  const [advised] = shim.advised;
  if (advised === undefined) return { worth: 'open', reason: 'pipward is reached, but no rule is enforced' };
  const log = shim.isLogged ? ', recorded in the log' : '';
  return { worth: 'detects', reason: `${placeOf(advised)} only advises ${advised.rule}${log}` };
}

const LIFTS = {
  bypass: 'PIPWARD_BYPASS',
  'forbidden-bypass': "PIPWARD_BYPASS, without the user's or the project's file that forbids it,",
  ci: 'CI=true',
  container: 'a container',
} as const;

/** A rule that the machine's file sets holds against variables and files of the user, unless the file itself gives way. */
function judgeRule(rule: EnforcedRule, exposure: string | null): Judgement {
  const text = describeRule(rule);
  if (rule.lift !== null) return { worth: 'deters', reason: `${text}; ${LIFTS[rule.lift]} lifts that rule` };
  if (rule.scope === 'project') return { worth: 'deters', reason: `${text}, in this project only` };
  if (rule.scope === 'user') return { worth: 'deters', reason: `${text}; the user can change that file` };
  return weaken(text, exposure);
}

function weaken(text: string, exposure: string | null): Judgement {
  if (exposure === null) return { worth: 'prevents', reason: text };
  return { worth: 'deters', reason: `${text}; but ${exposure}` };
}

function describeRule(rule: RulePlace): string {
  return `${placeOf(rule)} enforces ${rule.rule}`;
}

function placeOf({ file, line }: RulePlace): string {
  return line === null ? file : `${file}:${line}`;
}

function judgePip(pip: PipFacts): Judgement {
  const held = judgeSettings(pip);
  if (held !== null) return held;
  if (pip.python?.kind === 'virtual') {
    const [first] = pip.asks;
    const text = first === undefined ? 'no enforced rule would be broken' : `its own pip does not know ${first.rule}`;
    return { worth: 'open', reason: `a virtual environment, where pipward is not called: ${text}` };
  }
  const unheld = pip.marker === null ? undefined : pip.asks.find(({ rule }) => rule === 'forbid-break-system-packages');
  if (unheld !== undefined)
    return { worth: 'open', reason: `without pipward, no setting of pip forbids --break-system-packages` };
  const [first] = pip.asks;
  const more = first === undefined || pip.canApply ? '' : `; pip.conf cannot say all that ${first.file} says`;
  return { worth: 'open', reason: `without pipward, and no setting of pip refuses${more}` };
}

/** Returns what pip's own settings are worth; null if they leave open something that is asked for, or refuse nothing. */
function judgeSettings(pip: PipFacts): Judgement | null {
  const { python, requireVirtualenv, noUser, marker, asks } = pip;
  // Inside a virtual environment both let everything pass.
  if (python?.kind === 'virtual') return null;
  if (requireVirtualenv !== null) return judgeRequireVirtualenv(requireVirtualenv, pip.coversUninstall);
  const rules = asks.map(({ rule }) => rule);
  if (marker !== null && !rules.includes('forbid-break-system-packages')) {
    return { worth: 'deters', reason: `pip refuses because of ${marker}, unless --break-system-packages is given` };
  }
  if (noUser !== null && rules.length > 0 && rules.every((rule) => rule === 'forbid-user-install')) {
    return {
      worth: 'deters',
      reason: `${describeSetting(noUser, 'user = no')}: pip uses the user site only with --user`,
    };
  }
  return null;
}

function judgeRequireVirtualenv(setting: PipSettingFact, coversUninstall: boolean): Judgement {
  const more = coversUninstall ? '' : ' (not for uninstall)';
  const text = `pip refuses because of ${describeSetting(setting, 'require-virtualenv')}${more}, unless PIP_REQUIRE_VIRTUALENV=0 is set`;
  return { worth: 'deters', reason: text };
}

function describeSetting({ kind, place }: PipSettingFact, name: string): string {
  return kind === 'file' ? `${name} in ${place}` : `the variable ${place}`;
}

function judgeEnsurepip({ marker, isDisabled }: Extract<Way, { kind: 'ensurepip' }>): Judgement {
  if (isDisabled) return { worth: 'prevents', reason: 'the distribution has switched it off outside of environments' };
  // ensurepip removes pip's variables and files, so that --break-system-packages cannot be set.
  if (marker !== null)
    return { worth: 'prevents', reason: `${marker} stops it, and it takes no option that lifts this` };
  return { worth: 'open', reason: 'it reads no pip.conf; it installs pip and nothing else' };
}

function judgeTool({ tool, looseBy }: ToolFacts): Judgement {
  if (looseBy !== null) return { worth: 'open', reason: `${looseBy} lets ${tool} install outside of environments` };
  switch (tool) {
    case 'pipx':
      return {
        worth: 'deters',
        reason: 'pipx makes an environment for each tool, unless --pip-args sends pip elsewhere',
      };
    case 'uv':
      return {
        worth: 'deters',
        reason: '`uv pip` needs an environment, unless --system or UV_SYSTEM_PYTHON=1 is given',
      };
    case 'poetry':
      return { worth: 'deters', reason: 'poetry makes an environment, unless POETRY_VIRTUALENVS_CREATE=false is set' };
    case 'pipenv':
      return { worth: 'deters', reason: 'pipenv makes an environment, unless --system is given' };
    case 'conda':
      return { worth: 'open', reason: 'conda changes its own environments, without pip: rules are not about it' };
  }
}
