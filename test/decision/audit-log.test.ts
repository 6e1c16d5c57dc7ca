import { expect, test } from 'vitest';
import { findAuditLog } from '../../src/decision/settings.ts';
import type { AuditLog, PolicyLayer } from '../../src/model/policy.ts';
import { noRules, noSettings } from '../../src/policy/file/defaults.ts';

const layer = (scope: PolicyLayer['scope'], log: AuditLog | null): PolicyLayer => ({
  scope,
  file: `/${scope}.toml`,
  rules: noRules,
  settings: { ...noSettings, auditLog: log === null ? null : { value: log, line: 2 } },
  problems: [],
  warnings: [],
});

const system = (log: AuditLog | null) => layer('system', log);
const user = (log: AuditLog | null) => layer('user', log);

test.each<[what: string, layers: readonly PolicyLayer[], log: AuditLog | null, file: string | null]>([
  ['there is no file', [], null, null],
  ['no file asks for a log', [system(null), user(null), layer('project', null)], null, null],
  ['both say off', [system('off'), user('off')], null, null],
  ["a user cannot turn the machine's log off", [system('journal'), user('off')], 'journal', '/system.toml'],
  ["a user cannot move the machine's log", [system('journal'), user('file')], 'journal', '/system.toml'],
  ['a user may log where the machine says off', [system('off'), user('file')], 'file', '/user.toml'],
  ['a user may log where the machine says nothing', [system(null), user('journal')], 'journal', '/user.toml'],
  ["a user's file alone", [user('file')], 'file', '/user.toml'],
])('%s', (_, layers, log, file) => {
  expect(findAuditLog(layers)).toEqual(log === null ? null : { log, file, line: 2 });
});
