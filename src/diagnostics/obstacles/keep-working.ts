import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Obstacle } from '../../model/trial.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import { noteBlock } from '../shared/fixes.ts';
import { describeObstacle } from './obstacle-messages.ts';
import { findRecommended } from '../shared/fact-rows.ts';
import { isWorking, listObstacles } from './working-environment.ts';

/** More would be a list of all that is closed. */
const MAX_REASONS = 2;

/**
 * Returns the diagnostic with those commands alone that would do what they promise here. This is the one place where that is
 * checked, for every diagnostic: each block says what its commands need. Without any fix left, says so and whom to ask.
 */
export function keepWorking(diagnostic: Diagnostic, facts: CallFacts, command: PipCommand): Diagnostic {
  const dropped: Block[] = [];
  const kept = diagnostic.blocks.flatMap((block) => {
    const working = isWorking(block, facts) ? block : repeatElsewhere(block, facts, command);
    if (working === null) dropped.push(block);
    return working === null ? [] : [startSomewhere(working, facts)];
  });
  const hasFix = kept.some(({ kind, commands }) => kind === 'fix' && commands.length > 0);
  const lost = dropped.filter(({ kind }) => kind === 'fix');
  if (lost.length === 0 || hasFix) return { ...diagnostic, blocks: kept };
  const none = noWayBlock(
    lost.flatMap((block) => listObstacles(block, facts)),
    facts,
  );
  return { ...diagnostic, blocks: [none, ...kept] };
}

/** What is in the way of an install here, and not in an environment. */
const OF_PLACE: readonly Obstacle['kind'][] = ['policy', 'managed', 'not-writable', 'no-user-site', 'user-site-off'];

/** A call that cannot be done in this place may do in an environment, with what was to come before it. */
function repeatElsewhere(block: Block, facts: CallFacts, { name }: PipCommand): Block | null {
  const { repeat, title, kind } = block;
  if (repeat === undefined || listObstacles(block, facts).some(({ kind: obstacle }) => !OF_PLACE.includes(obstacle)))
    return null;
  const first = repeat.before.flatMap(({ pip }) => (pip === null ? [] : [pip]));
  const before = repeat.before.flatMap(({ pip, text }) => (pip === null ? [text] : []));
  const call = parsePipCommand(name, repeat.arguments);
  const fix = environmentFix(findRecommended(facts), facts, call, { first });
  const moved: Block = {
    ...fix,
    kind,
    title: `${title}, in a virtual environment`,
    commands: [...before, ...fix.commands],
  };
  return isWorking(moved, facts) ? moved : null;
}

/** In a deleted directory neither pip nor Python starts. */
function startSomewhere(block: Block, { caller, project, isLog, platform }: CallFacts): Block {
  if (caller.cwd !== null || isLog || platform === 'win32' || block.needs.length === 0) return block;
  if (block.commands.length === 0) return block;
  return {
    ...block,
    commands: [
      joinCommand(['cd', project.homePlace === null ? '/' : (caller.home ?? '/')], caller.shell),
      ...block.commands,
    ],
  };
}

function noWayBlock(obstacles: readonly Obstacle[], facts: CallFacts): Block {
  const words = obstacles.map((obstacle) => describeObstacle(obstacle, facts));
  const rules = [...new Set(words.flatMap(({ rule }) => (rule === undefined ? [] : [rule])))].slice(0, MAX_REASONS);
  const forbidden = `${rules.join(' and ')} ${rules.length === 1 ? 'forbids' : 'forbid'} the commands that would help`;
  const others = words.filter(({ rule }) => rule === undefined).map(({ why }) => why);
  const whys = [...new Set([...(rules.length === 0 ? [] : [forbidden]), ...others])].slice(0, MAX_REASONS);
  const all = [...new Set(words.map(({ ask }) => ask))];
  // "or ask the author" of one rule says it for the other, too.
  const asks = all.filter((ask) => !all.some((other) => other !== ask && other.endsWith(ask))).slice(0, MAX_REASONS);
  return noteBlock(`no command can help here: ${whys.join(', and ')}; ${asks.join('; or ')}`);
}
