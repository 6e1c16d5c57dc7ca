import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { InstalledPackage } from '../../model/observation.ts';
import { isClean, shortenHome } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { environmentFix } from '../shared/environment-fix.ts';
import { noteBlock, readyBlock, scriptRow, startResolved } from '../shared/fixes.ts';
import type { RunningAsRoot } from '../cause/install-location.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { hasCredentials } from '../shared/rewrite-command.ts';
import { listUninstallWords } from '../shared/uninstall-targets.ts';
import { findRecommended, foundRow, interpreterRow } from '../shared/fact-rows.ts';

export const runningAsRoot = defineDiagnostic({
  code: 'running-as-root',
  title: 'pip ran as root',
  asksInterpreter: true,
  ...NO_OWN_FACTS,
  describe,
});

/** root changed the machine's packages, outside of a container. */
function describe({ installed }: RunningAsRoot, facts: CallFacts, command: PipCommand): Diagnostic {
  const { caller, report, isLog } = facts;
  const recommended = findRecommended(facts);
  const isSudo = caller.sudoUser !== null;
  // Users who typed sudo run the next command without it.
  const own: CallFacts = { ...facts, caller: { ...caller, isRoot: caller.isRoot && !isSudo } };
  return {
    severity: 'warning',
    code: 'running-as-root',
    headline: isSudo ? 'pip ran as root, through sudo' : 'pip ran as root outside a virtual environment',
    facts: [
      ...interpreterRow(facts),
      ...(report === null || installed.length === 0
        ? []
        : [{ label: 'installed to', text: shortenHome(report.purelib, caller.home) }]),
      {
        label: 'because',
        text: 'what root installs affects all users and system programs, and only root can change it',
      },
      ...scriptRow(facts),
      ...foundRow(recommended, facts),
    ],
    blocks: [
      environmentFix(recommended, own, command),
      ...undoBlock(installed, facts, command),
      ...(isLog ? [noteBlock('in a container this may be intended')] : []),
      ...(isSudo ? [noteBlock(`in an environment of ${caller.sudoUser} no sudo is needed`)] : []),
    ],
  };
}

function undoBlock(installed: readonly InstalledPackage[], facts: CallFacts, command: PipCommand): readonly Block[] {
  const { interpreter, caller, report } = facts;
  const words = installed.length === 0 ? null : listUninstallWords(command, installed);
  if (words === null || interpreter === null || hasCredentials(command)) return [];
  const sudo = caller.sudoUser === null ? [] : ['sudo'];
  const isManaged = command.breakSystemPackages || (report?.managedMarker ?? null) !== null;
  const consent = isManaged ? ['--break-system-packages'] : [];
  const start = [...sudo, ...startResolved('pip', facts, interpreter.executable)];
  const text = joinCommand([...start, 'uninstall', ...consent, ...words], caller.shell);
  const rest = installed.length === words.length ? '' : ' (dependencies stay)';
  return isClean(text) ? [readyBlock('undo', `remove what root installed${rest}`, text)] : [];
}
