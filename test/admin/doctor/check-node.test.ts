import { expect, test } from 'vitest';
import { judgeNode } from '../../../src/admin/doctor/check-node.ts';

test.each([
  ['18.20.4', '2025-01-01', 'wrong', 'pipward needs 20.19 or later'],
  ['20.18.3', '2025-01-01', 'wrong', 'pipward needs 20.19 or later'],
  ['20.20.2', '2026-04-29', 'ok', 'version 20.20.2'],
  ['20.19.0', '2026-04-29', 'note', '20.20.2 is newer'],
  ['20.20.2', '2026-04-30', 'note', 'it has had no security fixes since 2026-04-30'],
  ['22.0.0', '2027-01-01', 'note', '22.23.3 is newer'],
  ['22.23.2', '2027-01-01', 'note', '22.23.3 is newer'],
  ['22.23.3', '2027-01-01', 'ok', 'version 22.23.3'],
  ['22.24.0', '2027-01-01', 'ok', 'version 22.24.0'],
  ['24.9.0', '2027-01-01', 'note', '24.21.0 is newer'],
  ['99.0.0', '2099-01-01', 'ok', 'version 99.0.0'],
])('Node %s on %s: %s', (version, day, state, text) => {
  const finding = judgeNode('/usr/bin/node', version, new Date(day));
  expect(finding.state).toBe(state);
  expect(finding.text).toContain(text);
  expect(finding.fix === null).toBe(state === 'ok');
});
