import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { isForOtherSystem, readWheelName } from '../../pip/wheel-name.ts';
import { normalizeName } from '../../util/project-name.ts';
import type { NoMatch } from '../cause/index-failure.ts';
import { interpreterRow } from '../shared/fact-rows.ts';
import { noteBlock } from '../shared/fixes.ts';
import { describeTarget } from '../shared/install-target.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { satisfies } from '../shared/requirements/versions.ts';
import type { Reading, WithIndex } from './facts.ts';

/** More names of files would push the note off the screen. */
const MAX_WHEELS = 2;

/** There are wheels of that name and version, and pip took none: their names tell why. */
export function readOtherSystem(finding: NoMatch, facts: CallFacts & WithIndex, command: PipCommand): Reading | null {
  const { requirement, versions, skipped = [] } = finding;
  const { name, specifier } = splitRequirement(requirement);
  // With --platform and its like the wheels are for that.
  if (name === '' || describeTarget(command) !== null) return null;
  const wheels = [...new Set([...skipped, ...(facts.index?.wheels ?? [])])].flatMap((file) => {
    const wheel = readWheelName(file);
    const isIt = wheel !== null && normalizeName(wheel.project) === normalizeName(name);
    return isIt && satisfies(wheel.version, specifier) && !versions?.includes(wheel.version)
      ? [{ ...wheel, file }]
      : [];
  });
  if (wheels.length === 0) return null;
  const isOther = wheels.every((wheel) => isForOtherSystem(wheel, facts.platform));
  const more = wheels.length - MAX_WHEELS;
  const named = wheels.slice(0, MAX_WHEELS).map(({ file }) => file);
  return {
    headlines: isOther
      ? [`pip found ${requirement} for other systems only`, `pip found ${name} for other systems only`]
      : [`no file of ${requirement} fits this Python or system`, `no file of ${name} fits this Python or system`],
    facts: [
      ...interpreterRow(facts),
      { label: 'available', text: `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}` },
    ],
    blocks: [
      noteBlock(
        isOther
          ? 'the names of the files tell their system: ask the authors for a wheel for yours, or for the source'
          : 'the names of the files tell their Python and system: another Python may fit, or the source',
      ),
    ],
  };
}
