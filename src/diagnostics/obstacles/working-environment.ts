import type { Block } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { Obstacle } from '../../model/trial.ts';

/** Returns what keeps the commands of a block from doing what they promise; empty if nothing does. */
export function listObstacles({ needs }: Pick<Block, 'needs'>, facts: CallFacts): readonly Obstacle[] {
  return needs.map((need) => facts.findObstacle(need)).filter((obstacle) => obstacle !== null);
}

/** Returns the variables that do, and that the commands could do without. */
export function listVariablesAgainst(block: Pick<Block, 'needs'>, facts: CallFacts): readonly string[] {
  const origins = listObstacles(block, facts).map((each) => (each.kind === 'setting' ? each.origin : null));
  return origins.flatMap((origin) => (origin?.kind === 'variable' ? [origin.name] : []));
}

/** Whether nothing keeps them from it. */
export function isWorking(block: Pick<Block, 'needs'>, facts: CallFacts): boolean {
  return listObstacles(block, facts).length === 0;
}

/**
 * Returns the first block whose commands would work. Without one returns the first block with the needs of all of them, so
 * that everything that was tried can be explained.
 */
export function chooseWorking(blocks: readonly [Block, ...Block[]], facts: CallFacts): Block {
  const working = blocks.find((block) => isWorking(block, facts));
  return working ?? { ...blocks[0], needs: blocks.flatMap(({ needs }) => needs) };
}
