import { parsePipCommand } from '../../src/invocation/parse.ts';
import type { PipCommand } from '../../src/model/invocation.ts';
import type { PolicyCall } from '../../src/model/policy.ts';
import { listRequestedNames } from '../../src/policy/package-names.ts';

export const install: PipCommand = parsePipCommand('pip', ['install', 'flask']);

/** `pip install flask` by an ordinary user, for Debian's Python, on a day in 2026; and what is different about it. */
export function policyCall(changes: Partial<PolicyCall> = {}): PolicyCall {
  const { command = install } = changes;
  return {
    command,
    target: { kind: 'base', prefix: '/usr', managedMarker: null },
    place: { kind: 'environment' },
    user: null,
    hasUnknownSettings: false,
    environmentPath: '/usr',
    projectDirectory: '/home/ada/api',
    breakSystemPackages: false,
    isRoot: false,
    pipVersion: '24.0',
    pythonVersion: { major: 3, minor: 11, patch: 2 },
    hasHiddenRequests: false,
    requestedNames: listRequestedNames(command),
    ci: null,
    container: null,
    bypass: null,
    today: '2026-11-24',
    ...changes,
  };
}
