import type { Block } from '../../model/diagnostic.ts';
import type { PythonVersion } from '../../model/environment.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { BuildCause, BuildFailure } from '../cause/build-failure.ts';
import type { BuildFacts, WithBuild } from './facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { headerBlocks, programBlocks, readOutput } from './system-packages.ts';
import { noteBlock } from '../shared/fixes.ts';
import { liftBlock, printedFix } from '../shared/unset-setting.ts';
import { isOldPip, pipUpgrade, upgradeCommand } from '../shared/pip-upgrade.ts';
import { findSpare, sparePythonFix } from '../shared/environment-fix.ts';
import { isNoIndex } from '../index/facts.ts';
import { findProjectOf, KNOWN_PROJECTS } from '../index/names/known-projects.ts';
import { repeatAsTyped, repeatChanging } from '../shared/rewrite-command.ts';
import { normalizeName } from '../../util/project-name.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { compareReleases } from '../shared/requirements/versions.ts';
import { isMissing, PEP_517 } from './program.ts';

type Facts = CallFacts & WithBuild;

/** First release that installs a project without setup.py with -e (PEP 660). */
const PEP_660 = [21, 3] as const;
/** Up to here a package without pyproject.toml is built with what is installed (its --use-pep517). */
const ISOLATED_BY_DEFAULT = [23, 1] as const;
/** Modules that Python had up to 3.11. */
const LEFT_PYTHON = ['distutils', 'imp', 'asynchat', 'asyncore', 'smtpd'];

/** What to do about a build that failed; the likely fix first. */
export function buildBlocks(finding: BuildFailure, facts: Facts, command: PipCommand): readonly Block[] {
  const upgrade = isLikelyOldPip(finding, facts, command) ? pipUpgrade(facts, command) : null;
  const blocks = causeBlocks(finding, facts, command);
  if (upgrade === null) return blocks;
  const fix = printedFix(
    'upgrade pip: this version is too old for many current wheels, which need no build',
    repeatAsTyped(command, facts.caller.shell),
    upgrade,
  );
  // If that was not it, the next message has the next way.
  return [fix, ...blocks.filter(({ kind }) => kind === 'note')];
}

/** A pip that sees no new wheels takes the source: likely where the project came from an index, and wheels were allowed. */
function isLikelyOldPip(finding: BuildFailure, { index }: Facts, command: PipCommand): boolean {
  const isOwn = ['no-setup-py', 'not-editable', 'fetch'].includes(finding.cause.kind);
  return !isOwn && index?.noIndex === null && isFromIndex(finding, command);
}

/** Whether pip looked for a wheel, and found none: not for a folder, a URL, or with --no-binary. */
function isFromIndex({ subject }: BuildFailure, { options }: PipCommand): boolean {
  return isProject(subject) && !options.some(({ name }) => name === '--no-binary');
}

function isProject(subject: string | null): boolean {
  return subject !== null && /^[A-Za-z0-9][\w.-]*$/.test(subject);
}

function causeBlocks(finding: BuildFailure, facts: Facts, command: PipCommand): readonly Block[] {
  const { cause } = finding;
  switch (cause.kind) {
    case 'header':
      return headerBlocks(cause.name, facts, command);
    case 'program':
      return isMissing(cause, facts) ? programBlocks(cause.name, facts, command) : [readOutput];
    case 'rust':
      return [
        noteBlock(
          isFromIndex(finding, command)
            ? 'no wheel fits this Python and system: install Rust (https://rustup.rs), or try another version of the package'
            : 'install Rust: https://rustup.rs',
        ),
      ];
    case 'visual-c':
      return visualCBlocks(finding, facts, command);
    case 'module':
      return moduleBlocks(cause.name, facts, command);
    case 'bdist-wheel':
      return (
        installFirst(['setuptools', 'wheel'], 'install setuptools and wheel, then try again', facts, command) ?? [
          installThere('wheel'),
        ]
      );
    case 'old-setuptools':
      return oldSetuptoolsBlocks(facts, command);
    case 'no-setup-py':
      return upgradeOrRead(PEP_517, 'upgrade pip: 19.0 and later need no setup.py', facts, command);
    case 'not-editable':
      return notEditableBlocks(cause, facts, command);
    case 'fetch':
      return [noteBlock('check the URL, its branch or tag, your access to it, and the network')];
    case 'requirement':
      return requirementBlocks(cause.name, facts, command);
    case 'unknown':
      return [readOutput];
  }
}

/** A wheel needs no compiler; the Build Tools are some gigabytes, and need an administrator. */
function visualCBlocks({ subject }: BuildFailure, facts: Facts, command: PipCommand): readonly Block[] {
  const has = (option: string) => command.options.some(({ name }) => name === option);
  const mayChoose = isProject(subject) && !facts.isLog && !has('--only-binary') && !has('--no-binary');
  const wheel = repeatChanging(command, [['--only-binary', subject ?? '']], facts.caller.shell);
  const others = 'a wheel for a Python that is one or two releases older';
  return [
    ...(mayChoose ? [printedFix('install a version that has a wheel for this Python', wheel)] : []),
    noteBlock(
      has('--no-binary')
        ? 'a wheel needs no compiler: leave --no-binary out'
        : mayChoose
          ? `if there is none, look for ${others}`
          : `a wheel needs no compiler: look for another version of the package, or ${others}`,
    ),
    noteBlock(
      'to compile it, install Microsoft C++ Build Tools, "Desktop development with C++" (needs an administrator)',
    ),
  ];
}

function moduleBlocks(module: string, facts: Facts, command: PipCommand): readonly Block[] {
  if (LEFT_PYTHON.includes(module)) return olderPythonBlocks(`Python 3.12 removed ${module}`, facts, command);
  // The `setup.py develop` of setuptools 80 calls pip again, which then isolates the build.
  const builder = [command.editables.length > 0 ? 'setuptools<80' : 'setuptools', 'wheel'];
  if (module === 'setuptools') {
    if (facts.isLog) return [installThere('setuptools wheel')];
    const isKnown = facts.build !== null && facts.build.setuptools === null && !isIsolated(facts);
    const fix = isKnown ? installFirst(builder, 'install setuptools and wheel, then try again', facts, command) : null;
    return fix ?? [undeclaredBlock(module, module, facts)];
  }
  // setuptools announced it: "pin to Setuptools<81".
  const isGone = module === 'pkg_resources';
  const project = isGone ? null : (findProjectOf(module) ?? (isKnownProject(module) ? normalizeName(module) : null));
  if (facts.build === null || (project === null && !isGone)) {
    return [undeclaredBlock(module, isGone ? 'setuptools<81' : module, facts)];
  }
  const fix = installFirst(
    isGone ? ['setuptools<81', 'wheel'] : [project ?? module, ...builder],
    isGone ? 'build it with a setuptools that still has it' : 'install it first, and build with what is installed',
    facts,
    command,
    '--no-build-isolation',
  );
  return fix ?? [readOutput];
}

/** A module that the build lacks. With --no-build-isolation pip does not install what the package declares either. */
function undeclaredBlock(module: string, project: string, { build, isLog }: Facts): Block {
  if (!isLog && build?.isolated === false) {
    return noteBlock(
      `with --no-build-isolation pip does not install what a build needs: install what has the module ${module}, then try again`,
    );
  }
  return noteBlock(
    `the package does not declare ${module} for its build: install ${project} first, then repeat with --no-build-isolation`,
  );
}

/** Where nothing is known of what is installed, or a system's tool keeps it. */
function installThere(packages: string): Block {
  return noteBlock(`install it first (pip install ${packages}), or omit --no-build-isolation`);
}

function isKnownProject(module: string): boolean {
  return KNOWN_PROJECTS.includes(normalizeName(module));
}

function isIsolated(facts: Facts): boolean {
  return facts.build?.isolated !== false && !isOldPip(facts, ISOLATED_BY_DEFAULT);
}

function installFirst(
  packages: readonly string[],
  title: string,
  facts: Facts,
  command: PipCommand,
  option: string | null = null,
): readonly Block[] | null {
  // What the build imports may be there, and others may need the version that it has.
  const first = upgradeCommand(packages, facts, command, option !== null);
  if (facts.build === null || first === null) return null;
  const { shell } = facts.caller;
  const again = option === null ? repeatAsTyped(command, shell) : repeatChanging(command, [[option]], shell);
  return [printedFix(title, again, first)];
}

function oldSetuptoolsBlocks(facts: Facts, command: PipCommand): readonly Block[] {
  const isOwn = facts.build?.isolated === false && facts.build.setuptools !== null;
  const fix = isOwn ? installFirst(['setuptools'], 'upgrade setuptools, then try again', facts, command) : null;
  return fix ?? olderPythonBlocks('the setuptools of the build was released before 2023', facts, command);
}

function olderPythonBlocks(reason: string, facts: Facts, command: PipCommand): readonly Block[] {
  const spare = findSpare(facts, ({ interpreter }) => isBefore312(interpreter.version));
  const note = noteBlock(`${reason}: try a newer version of the package being built, or a Python before 3.12`);
  return spare === null ? [note] : [sparePythonFix(spare, facts, command), note];
}

function isBefore312(version: PythonVersion | null): boolean {
  return version !== null && version.major === 3 && version.minor < 12;
}

function upgradeOrRead(
  below: readonly [number, number],
  title: string,
  facts: Facts,
  command: PipCommand,
  otherwise: Block = readOutput,
): readonly Block[] {
  if (facts.isLog) return [noteBlock(title)];
  const upgrade = pipUpgrade(facts, command, below);
  return upgrade === null ? [otherwise] : [printedFix(title, repeatAsTyped(command, facts.caller.shell), upgrade)];
}

function notEditableBlocks(
  { by }: Extract<BuildCause, { kind: 'not-editable' }>,
  facts: Facts,
  command: PipCommand,
): readonly Block[] {
  const backend = noteBlock(
    'install without -e, or use a newer build backend in pyproject.toml (setuptools 64 or later)',
  );
  const python = facts.interpreter?.version ?? null;
  // 21.3 needs Python 3.6.
  if (by === 'backend' || (python !== null && python.major < 3)) return [backend];
  const without = noteBlock('install without -e: for this project, -e needs pip 21.3 or later');
  return upgradeOrRead(PEP_660, 'upgrade pip: 21.3 and later support this', facts, command, without);
}

/** 70.1 makes wheels by itself. */
function canBuild({ setuptools, wheel }: BuildFacts): boolean {
  return setuptools !== null && (wheel !== null || compareReleases(setuptools, '70.1') >= 0);
}

function requirementBlocks(requirement: string, facts: Facts, command: PipCommand): readonly Block[] {
  const { name } = splitRequirement(requirement);
  const { build, index } = facts;
  const isHere = normalizeName(name) === 'setuptools' && build?.isolated === true && canBuild(build);
  const noIndex = index !== null && isNoIndex(index.noIndex) ? index.noIndex : null;
  if (isHere && noIndex !== null) {
    const { shell } = facts.caller;
    return [
      printedFix(
        'pip was told to use no index: build with what is installed',
        repeatChanging(command, [['--no-build-isolation']], shell),
      ),
    ];
  }
  if (noIndex !== null) return [liftBlock(noIndex, '--no-index', 'let pip look at the index', facts, command)];
  return [noteBlock('check that the index has this build tool for this Python')];
}
