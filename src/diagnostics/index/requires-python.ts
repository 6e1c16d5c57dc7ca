import type { Block, Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { RequiresPython } from '../cause/index-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherIndexFacts, WITHOUT_INDEX, type WithIndex } from './facts.ts';
import { noteBlock } from '../shared/fixes.ts';
import { environmentFix, findSpare, sparePythonFix } from '../shared/environment-fix.ts';
import { describeTarget, targetRow, targetVersion } from '../shared/install-target.ts';
import { askedRow, describeLine, findOrigin, findTyped } from '../shared/requirements/requirement-origin.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { repeatReplacing } from '../shared/rewrite-command.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import {
  chooseHeadline,
  describeVersion,
  findRecommendedOfAny,
  foundRow,
  interpreterRow,
  limitRows,
  nothingDoneRow,
} from '../shared/fact-rows.ts';
import { compareReleases, fitsPython, isPreRelease, satisfies } from '../shared/requirements/versions.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { formatVersion } from '../../util/python-version.ts';

const CODE = 'requires-python';

export const requiresPython = defineDiagnostic<RequiresPython, WithIndex>({
  code: CODE,
  title: 'the package is not for this version of Python',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe,
  guessRequest: ({ origin, requirement }) => [origin === null ? requirement : 'PACKAGE'],
});

type Facts = CallFacts & WithIndex;

/** The package does not run on this Python: another one, or another version of the package. */
function describe(finding: RequiresPython, facts: Facts, command: PipCommand): Diagnostic {
  const { requirement, origin } = finding;
  // Of several, the newest version that a Python of this machine fits.
  const ignored = finding.ignored ?? [];
  const isHere = (each: string) => findFitting(each, facts, command) !== null;
  const specifier = ignored.find((each) => isHere(each.specifier))?.specifier ?? finding.specifier;
  const name = splitRequirement(requirement).name || requirement;
  const target = describeTarget(command);
  const own = finding.running || facts.report?.version || describeOwn(facts);
  const running = target === null ? own : (targetVersion(command) ?? own);
  const instead = running === '' ? '' : `, not ${running}`;
  const needs = finding.isGuess === true ? 'may need' : 'needs';
  const { recommended = null, spare = null } = findFitting(specifier, facts, command) ?? {};
  const path = spare === null ? null : shortenHome(spare.interpreter.executable, facts.caller.home);
  return {
    severity: 'advice',
    code: CODE,
    headline: chooseHeadline(
      'advice',
      CODE,
      ...(ignored.length > 0
        ? [
            `no version of ${requirement} supports ${running === '' ? 'this Python' : `Python ${running}`}`,
            `no version of ${name} supports this Python`,
          ]
        : [`${name} ${needs} Python ${specifier}${instead}`]),
      `${name} ${needs} another Python`,
      `the package ${needs} another Python`,
    ),
    facts: [
      ...(target === null ? interpreterRow(facts) : targetRow(command)),
      ...reasonRows(name, finding),
      ...askedRow(origin, name, facts, command),
      ...(recommended === null ? [] : foundRow(recommended, facts)),
      ...(path === null || recommended !== null
        ? []
        : [{ label: 'available', text: `${path}${describeVersion(spare?.interpreter.version ?? null)}` }]),
      nothingDoneRow(command),
    ],
    blocks: [
      ...(recommended !== null
        ? [environmentFix(recommended, facts, command)]
        : spare !== null
          ? [sparePythonFix(spare, facts, command)]
          : []),
      ...olderBlock(finding, facts, command, recommended === null && spare === null),
      ...(recommended === null && spare === null
        ? [
            noteBlock(
              target !== null
                ? `name a Python that matches ${specifier} with --python-version`
                : facts.index === null
                  ? `create an environment with a Python that matches ${specifier}`
                  : `none of the Pythons found here matches ${ignored.length > 0 ? 'any of these' : specifier}: install one that does`,
            ),
          ]
        : []),
    ],
  };
}

/** Returns what has a Python that fits: the environment of the project, else another Python of this machine; null if nothing has. */
function findFitting(specifier: string, facts: Facts, command: PipCommand) {
  // For a target that was typed, no Python of this machine makes a difference.
  if (describeTarget(command) !== null) return null;
  // The Python that was named does not fit: the row about the environment says which other one it has.
  const found = findRecommendedOfAny(facts);
  const recommended = found?.version && fitsPython(found.version, specifier) ? found : null;
  const spare = findSpare(
    facts,
    ({ interpreter }) => interpreter.version !== null && fitsPython(interpreter.version, specifier),
  );
  return recommended === null && spare === null ? null : { recommended, spare };
}

function reasonRows(name: string, { specifier, ignored, isGuess }: RequiresPython): readonly FactRow[] {
  if (ignored !== undefined) {
    return limitRows(
      'because',
      ignored.map((each) => `${name} ${each.version} requires Python ${each.specifier}`),
    );
  }
  const text =
    isGuess === true
      ? `pip ignored a version that needs Python ${specifier}, and does not say of which package`
      : `${name} requires Python ${specifier}`;
  return [{ label: 'because', text }];
}

function describeOwn({ interpreter }: Facts): string {
  return interpreter?.version ? formatVersion(interpreter.version) : '';
}

/** The newest version that this Python may have. */
function olderBlock(
  { requirement, usable, origin }: RequiresPython,
  facts: Facts,
  command: PipCommand,
  isOnly: boolean,
): readonly Block[] {
  const { name, extras } = splitRequirement(requirement);
  const newest = usable
    .filter((version) => !isPreRelease(version) && satisfies(version, '>=0'))
    .toSorted(compareReleases)
    .at(-1);
  if (newest === undefined) return [];
  const typed = origin === null ? findTyped(command, name) : null;
  const pinned = `${name}${extras}==${newest}`;
  const printed = typed === null ? null : repeatReplacing(command, typed, [pinned], facts.caller.shell);
  if (printed === null) {
    const line = describeLine(findOrigin(origin, name, facts, command));
    return [
      noteBlock(`the newest version for this Python is ${newest}${line === '' ? '' : `: write ${pinned}${line}`}`),
    ];
  }
  return [
    printedFix(`${isOnly ? '' : 'or '}keep this Python and install the newest version that supports it`, printed),
  ];
}
