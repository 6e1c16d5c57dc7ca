import type { LayerScope, PolicyLayer, PolicyProblem, PolicyRules, Settings } from '../model/policy.ts';
import type { TextRead } from '../model/surroundings.ts';

/** What a file says that says nothing. */
export const noRules: PolicyRules = {
  demands: {},
  accept: ['venv', 'conda'],
  exempt: [],
  exemptPackages: [],
  allowBypass: 'with-reason',
  onRefusal: { value: 'refuse', line: null },
  reason: null,
  contact: null,
};

export const noSettings: Settings = {
  python: null,
  environmentNames: null,
  projectEnvironment: null,
  adviceForm: null,
};

export type UnreadableReason = Extract<TextRead, { kind: 'unreadable' }>['reason'] | 'dangling-link';

const MESSAGES: Readonly<Record<UnreadableReason, string>> = {
  permission: 'the file cannot be read: permission denied',
  'not-a-file': 'the file is not a regular file',
  'too-large': 'the file is larger than 1 MiB',
  'not-utf-8': 'the file is not UTF-8 text',
  'dangling-link': 'the file is a link that leads nowhere',
  failed: 'the file cannot be read',
};

/** The layer of a file that is there but could not be read: no rules, one problem. */
export function unreadableLayer(scope: LayerScope, file: string, reason: UnreadableReason): PolicyLayer {
  return {
    scope,
    file,
    rules: noRules,
    settings: noSettings,
    problems: [noteFile(file, MESSAGES[reason])],
    warnings: [],
  };
}

/** The layer of a file of which it is not known that it has a policy: no rules, one warning, no obstacle. */
export function doubtfulLayer(scope: LayerScope, file: string, reason: UnreadableReason): PolicyLayer {
  const warning = noteFile(file, `${MESSAGES[reason]}, so a policy in it does not count`);
  return { scope, file, rules: noRules, settings: noSettings, problems: [], warnings: [warning] };
}

/** A problem or warning of the file as a whole. */
export function noteFile(file: string, message: string): PolicyProblem {
  return { file, line: null, column: null, key: null, message, nearest: null };
}
