import type { LayerScope, PolicyLayer, PolicyProblem, PolicyRules, Settings } from '../../model/policy.ts';
import type { TextRead } from '../../model/call-context.ts';
import { MAX_LEVELS } from '../../util/upward.ts';
import { MAX_KEYS, MAX_PARSED_BYTES, MAX_POLICIES } from './budget.ts';

/** Rules of a file that sets nothing. */
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
  auditLog: null,
};

export type UnreadableReason =
  | Extract<TextRead, { kind: 'unreadable' }>['reason']
  | 'dangling-link'
  | 'too-many-bytes'
  | 'too-many-keys'
  | 'too-many-files'
  | 'too-deep'
  | 'unseen';

const MESSAGES: Readonly<Record<UnreadableReason, string>> = {
  permission: 'the file cannot be read: permission denied',
  'not-a-file': 'the file is not a regular file',
  'too-large': 'the file is larger than 1 MiB',
  'not-utf-8': 'the file is not UTF-8 text',
  'dangling-link': 'the file is a link that leads nowhere',
  'too-many-bytes': `the files of projects that apply here are larger than ${MAX_PARSED_BYTES / 1024} KiB`,
  'too-many-keys': `the files of projects that apply here have more than ${MAX_KEYS} keys`,
  'too-many-files': `more than ${MAX_POLICIES} files of projects apply here`,
  'too-deep': `more than ${MAX_LEVELS} directories lead here, and this one is not looked at`,
  unseen: 'its folder does not let this user see whether the file is there',
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

/** Returns the layer of a file that may or may not contain a policy: no rules, one warning. */
export function uncertainLayer(scope: LayerScope, file: string, reason: UnreadableReason): PolicyLayer {
  const warning = noteFile(file, `${MESSAGES[reason]}, so a policy in it is ignored`);
  return { scope, file, rules: noRules, settings: noSettings, problems: [], warnings: [warning] };
}

/** A problem or warning of the file as a whole. */
export function noteFile(file: string, message: string): PolicyProblem {
  return { file, line: null, column: null, key: null, message, found: null, mistyped: null };
}
