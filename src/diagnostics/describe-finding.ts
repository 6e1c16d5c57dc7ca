import type { Diagnostic, Finding } from '../model/diagnostic.ts';
import type { AdviceFacts } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import { describeBuildFailed } from './build/build-failed.ts';
import { describeDependencyConflict, describeResolutionImpossible } from './index/dependency-conflicts.ts';
import { describeExternallyManaged } from './install-location/externally-managed.ts';
import { describeInterpreterNotFound, describeInterpreterNotRunnable } from './startup/interpreter-errors.ts';
import { describeNetwork } from './index/network.ts';
import { describeNoMatch } from './index/no-matching-distribution.ts';
import { describeNoPipModule } from './startup/no-pip-module.ts';
import { describeCallLoop, describeInternalError } from './startup/internal-errors.ts';
import { describePermissionDenied } from './install-location/permission-denied.ts';
import { describePipVenvRequired, describeUserInstallInVenv } from './install-location/pip-settings.ts';
import { keepWorking } from './shared/keep-working.ts';
import { addPolicy } from './policy/policy-rows.ts';
import { describePolicyUnreadable } from './policy/unreadable.ts';
import { describePolicyVerdict } from './policy/verdict.ts';
import { describeRunningAsRoot } from './install-location/running-as-root.ts';
import { describeScriptNotOnPath } from './install-location/script-not-on-path.ts';
import { describeRequiresPython } from './index/requires-python.ts';
import { describeSslModuleMissing } from './index/ssl-module-missing.ts';
import { describeUserInstallFallback } from './install-location/user-install-fallback.ts';

/** Returns the words for a finding: ready to render, no colour, not yet cleaned. */
export function describeFinding(finding: Finding, facts: AdviceFacts, command: PipCommand): Diagnostic {
  const working = keepWorking(describe(finding, facts, command), facts, command);
  return addPolicy(working, facts.advised, facts.caller.home);
}

function describe(finding: Finding, facts: AdviceFacts, command: PipCommand): Diagnostic {
  switch (finding.code) {
    case 'user-install-fallback':
      return describeUserInstallFallback(finding, facts, command);
    case 'externally-managed':
      return describeExternallyManaged(facts, command);
    case 'permission-denied':
      return describePermissionDenied(finding, facts, command);
    case 'script-not-on-path':
      return describeScriptNotOnPath(finding, facts);
    case 'running-as-root':
      return describeRunningAsRoot(finding.installed, facts, command);
    case 'user-install-in-venv':
      return describeUserInstallInVenv(facts, command);
    case 'pip-venv-required':
      return describePipVenvRequired(facts, command);
    case 'no-pip-module':
      return describeNoPipModule(finding.started, facts, command);
    case 'requires-python':
      return describeRequiresPython(finding, facts, command);
    case 'no-matching-distribution':
      return describeNoMatch(finding, facts, command);
    case 'ssl-module-missing':
      return describeSslModuleMissing(facts, command);
    case 'network':
      return describeNetwork(finding, facts, command);
    case 'dependency-conflict':
      return describeDependencyConflict(finding.conflicts, facts, command);
    case 'resolution-impossible':
      return describeResolutionImpossible(finding, facts, command);
    case 'build-failed':
      return describeBuildFailed(finding, facts, command);
    case 'venv-required':
    case 'project-environment-required':
    case 'user-install-forbidden':
    case 'break-system-packages-forbidden':
    case 'root-forbidden':
    case 'python-not-allowed':
    case 'pip-too-old':
      return describePolicyVerdict(finding.refused, finding.verdict, facts, command);
    case 'policy-unreadable':
      return describePolicyUnreadable(finding.refused, finding.problems, facts);
    case 'interpreter-not-found':
      return describeInterpreterNotFound(finding, facts, command);
    case 'interpreter-not-runnable':
      return describeInterpreterNotRunnable(finding, facts);
    case 'call-loop':
      return describeCallLoop(finding.depth, facts, command);
    case 'internal-error':
      return describeInternalError(finding.message, finding.refused, facts, command);
  }
}
