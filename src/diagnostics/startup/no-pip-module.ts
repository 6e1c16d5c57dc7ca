import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import { findOtherPip } from '../../interpreter/shadowed-pip.ts';
import type { Interpreter, ShadowedPip } from '../../model/environment.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { Observation } from '../../pip/output/messages.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Need } from '../../model/trial.ts';
import type { EndedRun } from '../cause/ended-run.ts';
import { defineDiagnostic } from '../define.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import {
  aptStep,
  createCommands,
  isDistributionPython,
  noteBlock,
  pipNeed,
  readyBlock,
  startResolved,
  venvPackage,
} from '../shared/fixes.ts';
import { repeatAsTyped } from '../shared/rewrite-command.ts';
import { interpreterRow, otherPipRow } from '../shared/fact-rows.ts';
import { chooseWorking } from '../obstacles/working-environment.ts';

const CODE = 'no-pip-module';

/** `started`: pip's interpreter said so itself; else it was seen before anything was started. */
type NoPipModule = { readonly code: typeof CODE; readonly started: boolean };
type Own = { readonly shadowedPip: ShadowedPip | null };

export const noPipModule = defineDiagnostic<NoPipModule, Own>({
  code: CODE,
  title: 'the Python has no pip',
  isRefusal: ({ started }) => !started,
  gather: (_, { context, decision }) => ({ shadowedPip: findOtherPip(context, decision?.pip.interpreter ?? null) }),
  unknown: { shadowedPip: null },
  describe,
});

export function findNoPipModule({ observations, status, interpreter }: EndedRun): NoPipModule | null {
  const isMissing = status === 1 && observations.some((seen) => isOwnMissingPip(seen, interpreter));
  return isMissing ? { code: CODE, started: true } : null;
}

/** A build may start a Python of its own that has no pip: then pip is there, or another executable is named. */
function isOwnMissingPip(observation: Observation, interpreter: Interpreter | null): boolean {
  if (observation.kind !== 'no-pip-module') return false;
  if (interpreter === null) return true;
  const { executable } = observation;
  if (executable === interpreter.executable || executable === interpreter.realPath) return true;
  return interpreter.pip.state !== 'present';
}

/** The Python that is meant has no pip. */
function describe({ started }: NoPipModule, facts: CallFacts & Own, command: PipCommand): Diagnostic {
  const environment = facts.interpreter?.environment ?? null;
  const isVirtual = environment?.kind === 'virtual';
  return {
    severity: started ? 'advice' : 'error',
    code: CODE,
    headline: isVirtual ? 'this virtual environment has no pip' : 'this Python has no pip',
    facts: [
      ...interpreterRow(facts),
      ...otherPipRow(facts),
      { label: 'result', text: started ? 'nothing was done' : 'pip was not run, nothing changed' },
    ],
    blocks: chooseFix(facts, command),
  };
}

function chooseFix(facts: CallFacts, command: PipCommand): readonly Block[] {
  const { interpreter, tools, caller, isLog } = facts;
  if (interpreter === null) {
    return isLog ? [noteBlock('install it with python -m ensurepip; on Debian and Ubuntu, install python3-pip')] : [];
  }
  const { environment, executable } = interpreter;
  const isDebian = tools.apt && isDistributionPython(facts);
  const ensurepip = joinCommand([...startResolved('ensurepip', facts, executable), '--upgrade'], caller.shell);
  const repeated = repeatAsTyped(command, caller.shell);
  const there = pipNeed(repeated.arguments, { pip: true });
  const fix = (title: string, commands: readonly string[], needs: readonly Need[] = []): Block => ({
    kind: 'fix',
    title,
    commands: [...commands, repeated.text],
    applicability: repeated.applicability,
    needs: [...needs, there],
  });
  if (environment.kind === 'virtual') {
    if (tools.ensurepip) return [fix('install pip into it', [ensurepip])];
    if (isDebian) {
      const { text, needs } = aptStep(facts, venvPackage(facts));
      return [fix('install pip into it, from its Debian package', [text, ensurepip], needs)];
    }
    const made = createCommands(environment.prefix, facts);
    return [fix('recreate the environment, with pip', made.commands, made.needs)];
  }
  if (environment.kind === 'conda') {
    const install = joinCommand(['conda', 'install', '--prefix', environment.prefix, 'pip'], caller.shell);
    return [fix('install pip into the conda environment', [install], [{ kind: 'program', name: 'conda' }])];
  }
  const apart = environmentFix(null, facts, command);
  // Debian's own Python has its ensurepip switched off.
  if (isDebian) {
    const { text, needs } = aptStep(facts, 'python3-pip');
    return [chooseWorking([fix('install pip for it', [text], needs), apart], facts)];
  }
  if (environment.kind === 'base' && environment.managedMarker !== null) return [apart];
  if (tools.ensurepip) return [chooseWorking([fix('install pip into it', [ensurepip]), apart], facts)];
  return [
    readyBlock('check', 'see which Pythons pipward considered', 'pipward which'),
    noteBlock('install pip with the tool that installed this Python'),
  ];
}
