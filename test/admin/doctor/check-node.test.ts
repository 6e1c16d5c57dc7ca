import { expect, test } from 'vitest';
import { judgeNode } from '../../../src/admin/doctor/check-node.ts';

test.each([
  ['18.20.4', '2025-01-01', 'wrong', 'pipward needs 20.19 or later'],
  ['20.18.3', '2025-01-01', 'wrong', 'pipward needs 20.19 or later'],
  ['20.19.0', '2026-04-29', 'ok', 'version 20.19.0'],
  ['20.19.0', '2026-04-30', 'note', 'end of life since 2026-04-30'],
  ['22.0.0', '2027-01-01', 'ok', 'version 22.0.0'],
  ['99.0.0', '2099-01-01', 'ok', 'version 99.0.0'],
])('Node %s on %s: %s', (version, day, state, text) => {
  const finding = judgeNode('/usr/bin/node', version, new Date(day));
  expect(finding.state).toBe(state);
  expect(finding.text).toContain(text);
  expect(finding.fix === null).toBe(state === 'ok');
});
