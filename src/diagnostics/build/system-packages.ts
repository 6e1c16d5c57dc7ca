import type { Block } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { WithBuild } from './facts.ts';
import { baseName } from './program.ts';
import { findHeaderPackage, findProgramPackage } from './debian-packages.ts';
import { aptStep, isDistributionPython, noteBlock } from '../shared/fixes.ts';
import { printedFix } from '../shared/unset-setting.ts';
import { repeatAsTyped } from '../shared/rewrite-command.ts';
import { formatRelease } from '../../util/python-version.ts';

type Facts = CallFacts & WithBuild;

/** Where the user has to read on, if the cause is not known. */
export const readOutput = noteBlock('see the last lines of the build output above');

/** What brings a header that the compiler did not find. */
export function headerBlocks(header: string, facts: Facts, command: PipCommand): readonly Block[] {
  const { build, interpreter } = facts;
  if (facts.platform === 'win32') return windowsHeader(header, build?.headers === true);
  if (header !== 'Python.h') {
    const name = findHeaderPackage(header);
    return name === null
      ? [
          noteBlock(
            `${header} belongs to a library: install its development package. If there is none, this system may not be supported`,
          ),
        ]
      : packageBlocks([name], `install the library that ${header} belongs to`, facts, command);
  }
  if (build?.headers === true) return [readOutput];
  if (interpreter !== null && !isDistributionPython(facts)) {
    return [noteBlock('install this Python again with its headers, or use another one')];
  }
  return packageBlocks(pythonDevelopment(facts), "install Python's headers", facts, command);
}

function windowsHeader(header: string, isThere: boolean): readonly Block[] {
  if (header !== 'Python.h') {
    return [
      noteBlock(
        `${header} belongs to a library that Windows does not have: look for a version of the package with a wheel`,
      ),
    ];
  }
  if (isThere) return [readOutput];
  return [noteBlock('install Python from www.python.org: this one has no headers (the embeddable package has none)')];
}

/** What brings a program that a build did not find. */
export function programBlocks(program: string, facts: Facts, command: PipCommand): readonly Block[] {
  const name = facts.platform === 'win32' ? null : findProgramPackage(program);
  if (name === null) return [noteBlock(`install ${baseName(program)}, and put it on PATH`)];
  const isCompiler = name === 'build-essential' && baseName(program) !== 'make';
  const isBare = isCompiler && isDistributionPython(facts) && facts.build?.headers === false;
  const names = isBare ? [name, ...pythonDevelopment(facts)] : [name];
  return packageBlocks(
    names,
    isBare ? "install a compiler and Python's headers" : `install ${baseName(program)}`,
    facts,
    command,
  );
}

/** Debian keeps the headers in a package of their own. */
function pythonDevelopment({ interpreter, build }: Facts): readonly string[] {
  const version = interpreter?.version ?? null;
  const name = version === null ? 'python3-dev' : `python${formatRelease(version)}-dev`;
  return build?.compiler === false ? ['build-essential', name] : [name];
}

function packageBlocks(names: readonly string[], title: string, facts: Facts, command: PipCommand): readonly Block[] {
  const text = [...new Set(names)].join(' ');
  if (!facts.tools.apt) return [noteBlock(`${title}, with your system's package manager (Debian and Ubuntu: ${text})`)];
  return [printedFix(`${title}, then try again`, repeatAsTyped(command, facts.caller.shell), aptStep(facts, text))];
}
