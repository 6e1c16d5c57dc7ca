import { startModule } from '../../pip/module-command.ts';
import { joinCommand } from '../../terminal/quote.ts';
import type { PipFacts, Remedy, Way, Worth } from './model.ts';

/** Returns the command that closes an open way, as a line for sh; null if it is not open, or if no command closes it. */
export function chooseClose(way: Way, worth: Worth, remedy: Remedy): string | null {
  if (worth !== 'open') return null;
  switch (way.kind) {
    case 'ensurepip':
      return null;
    case 'tool':
      return closeTool(way);
    case 'alias':
    case 'pip':
      return closePip(way.pip, way.environment, remedy);
    case 'shim':
      return way.shim.lifted.length > 0 ? null : closePip(way.pip, way.environment, remedy);
  }
}

function closePip(pip: PipFacts, environment: Way['environment'], remedy: Remedy): string | null {
  const { python, asks } = pip;
  if (python?.kind === 'virtual') {
    return environment === 'activated' && asks.length > 0
      ? joinCommand([remedy.pipward.here, 'setup', '--in-environments'], 'posix')
      : null;
  }
  if (asks.length > 0) {
    if (!pip.canApply) return null;
    const isSystem = asks.some(({ scope }) => scope === 'system');
    const pipward = isSystem && !remedy.isRoot ? remedy.pipward.forRoot : remedy.pipward.here;
    const words = [pipward, 'policy', 'apply', isSystem ? '--system' : '--user'];
    return joinCommand([...elevate(isSystem, remedy), ...words], 'posix');
  }
  // pip's setting rejects conda's environments as well; pip knows `config` since version 10.
  if (remedy.hasPolicy || python === null || python.kind === 'conda' || isOld(pip.pip)) return null;
  if (python.executable === null) return null;
  const isForRoot = environment === 'sudo' || environment === 'crontab';
  const printed = { word: python.executable, version: null, isEnvironment: false };
  const start = startModule(printed, 'pip', remedy.isShadowed);
  const words = ['config', isForRoot ? '--global' : '--user', 'set', 'install.require-virtualenv', 'true'];
  return joinCommand([...elevate(isForRoot, remedy), ...start, ...words], 'posix');
}

function elevate(isNeeded: boolean, { isRoot }: Remedy): readonly string[] {
  return isNeeded && !isRoot ? ['sudo'] : [];
}

function isOld(pip: string | null): boolean {
  return pip === null || Number(pip.split('.')[0]) < 10;
}

/** A setting in a file has no command of its own, but for poetry's. */
function closeTool({ tool, looseBy }: Extract<Way, { kind: 'tool' }>): string | null {
  if (looseBy === null) return null;
  if (/^[A-Z_]+$/.test(looseBy)) return `unset ${looseBy}`;
  return tool === 'poetry' ? 'poetry config virtualenvs.create true' : null;
}
