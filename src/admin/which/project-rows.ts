import { discoverInShell } from '../../interpreter/discovery/discover.ts';
import { ANY_VERSION } from '../../interpreter/discovery/version-request.ts';
import type { Decision } from '../../model/decision.ts';
import type { CallContext } from '../../model/call-context.ts';
import { activationCommand } from '../../terminal/activation.ts';
import { findUntrusted } from '../../decision/skipped-environment.ts';
import { describeUntrusted, trustCommandFor } from '../../messages/untrusted-environment.ts';
import { findCallerShell } from '../environments/project-environments.ts';

/** What `project-environment = "use"` makes of the environment here, as rows of label and text; none where it does nothing. */
export function describeProject(
  { resolution }: Decision,
  context: CallContext,
): readonly (readonly [label: string, text: string])[] {
  const { platform, cwd } = context;
  if (resolution.kind !== 'not-found' && resolution.source === 'project-environment') {
    const { environment } = resolution.interpreter;
    const python = findPython(context);
    const prefix = environment.kind === 'virtual' ? environment.prefix : null;
    if (python === resolution.interpreter.executable || prefix === null) return [];
    const activation = activationCommand(prefix, findCallerShell(context), platform, cwd);
    return [
      ['python', `${python ?? 'nothing'} in this shell: another place than pip's`],
      ['fix', `${activation}   (or: pipward run -- python)`],
    ];
  }
  const untrusted = findUntrusted(resolution);
  if (untrusted === null) return [];
  const command = trustCommandFor(untrusted, findCallerShell(context), platform, cwd);
  return [
    ['project', describeUntrusted(untrusted, platform, cwd)],
    ...(command === null ? [] : ([['to use it', command]] as const)),
  ];
}

/** What `python`, or else `python3`, starts in this shell, without a look at the configuration. */
function findPython(context: CallContext): string | null {
  for (const { path, problem } of discoverInShell(context, ANY_VERSION, null)) if (problem === null) return path;
  return null;
}
