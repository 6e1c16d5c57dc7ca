import type { Block } from '../../model/diagnostic.ts';
import type { CallFacts, SparePython } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { WithIndex } from '../index/facts.ts';
import { environmentFix } from './fixes.ts';
import { formatRelease } from '../../util/python-version.ts';

/** Returns the newest Python of this machine that will do, one that can make an environment by itself before others; null if none. */
export function findSpare({ index }: WithIndex, fits: (spare: SparePython) => boolean): SparePython | null {
  const fitting = index?.pythons.filter(fits) ?? [];
  return fitting.find(({ ensurepip }) => ensurepip) ?? fitting[0] ?? null;
}

/** An environment made with another Python than the one that was used. */
export function sparePythonFix(spare: SparePython, facts: CallFacts, command: PipCommand): Block {
  const { interpreter, commandName, ensurepip } = spare;
  const other = { ...facts, interpreter, commandName, tools: { ...facts.tools, ensurepip } };
  const version = interpreter.version === null ? '' : ` ${formatRelease(interpreter.version)}`;
  const fix = environmentFix(null, other, command);
  return { ...fix, title: `create an environment with Python${version}, then install there` };
}
