import type { Diagnostic, FactRow } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { BuildCause, BuildFailure } from '../cause/build-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherBuildFacts, WITHOUT_BUILD, type WithBuild } from './facts.ts';
import { askedRow } from '../shared/requirements/requirement-origin.ts';
import { buildBlocks } from './fixes.ts';
import { baseName, isMissing, PEP_517 } from './program.ts';
import { isOldPip } from '../shared/pip-upgrade.ts';
import { chooseHeadline, interpreterRow } from '../shared/fact-rows.ts';

const CODE = 'build-failed';

type Facts = CallFacts & WithBuild;

export const buildFailed = defineDiagnostic<BuildFailure, WithBuild>({
  code: CODE,
  title: 'a package could not be built',
  gather: gatherBuildFacts,
  unknown: WITHOUT_BUILD,
  describe: describeBuildFailed,
});

/** There was no wheel that this pip takes, and the package's own build failed: what it stumbled over, as far as that is known. */
function describeBuildFailed(finding: BuildFailure, facts: Facts, command: PipCommand): Diagnostic {
  const { cause, origin, installing, subject } = finding;
  return {
    severity: 'advice',
    code: CODE,
    headline: chooseHeadline(
      'advice',
      CODE,
      ...(subject === null ? [] : [describe(cause, `building ${subject}`, facts, subject)]),
      describe(cause, 'the build', facts),
      'a package could not be built',
    ),
    facts: [
      ...interpreterRow(facts, isOldPip(facts) ? `pip ${facts.index?.pipVersion}` : ''),
      ...evidenceRow(finding),
      ...askedRow(origin, subject ?? '', facts, command),
      // setup.py's own install comes after that of other packages.
      ...(installing || command.subcommand !== 'install' ? [] : [{ label: 'result', text: 'nothing was installed' }]),
    ],
    blocks: buildBlocks(finding, facts, command),
  };
}

/** Lines of the pip that installs what a build needs: the build itself did not print them. */
const OF_PIP =
  /^(?:pip\._vendor\.|(?:(?:ERROR|WARNING): )?(?:No matching distribution |Could not (?:find a version|fetch URL|install packages) |Retrying \(Retry\(|Can not execute `setup\.py`))/;

function evidenceRow({ evidence, cause }: BuildFailure): readonly FactRow[] {
  if (evidence === null) return [];
  if (cause.kind === 'fetch') return [{ label: `${cause.name} says`, text: evidence }];
  const label = OF_PIP.test(evidence) ? 'pip says' : cause.kind === 'unknown' ? 'last error' : 'build says';
  return [{ label, text: evidence }];
}

/** `building`: `building demo-app`, or without a name. */
function describe(cause: BuildCause, building: string, facts: Facts, subject = 'the source'): string {
  const pip = facts.index?.pipVersion ? `pip ${facts.index.pipVersion}` : 'this pip';
  switch (cause.kind) {
    case 'header':
      return `${building} needs ${cause.name}`;
    case 'program':
      return isMissing(cause, facts)
        ? `${building} needs ${baseName(cause.name)}`
        : `${building} failed: ${baseName(cause.name)} reported an error`;
    case 'rust':
      return `${building} needs a Rust compiler`;
    case 'visual-c':
      return `${building} needs Microsoft's C++ compiler`;
    case 'module':
      return `${building} needs the module ${cause.name}`;
    case 'bdist-wheel':
      return `${building} needs the package wheel`;
    case 'old-setuptools':
      return `${building} needs a newer setuptools`;
    case 'no-setup-py':
      return facts.isLog || isOldPip(facts, PEP_517)
        ? `${pip} is too old for ${building}`
        : `${building} failed: the source has no setup.py`;
    case 'not-editable':
      return cause.by === 'pip'
        ? `${pip} is too old to install this project with -e`
        : "the project's build backend does not support -e";
    case 'fetch':
      return `${cause.name} could not fetch ${subject}`;
    case 'requirement':
      return `${building} needs ${cause.name}`;
    case 'unknown':
      return `${building} failed`;
  }
}
