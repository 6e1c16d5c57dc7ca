import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { describeRemembered } from '../../../../src/admin/setup/plan/render-plan.ts';

test('what unsetup deletes in the state folder: the audit log stays, and the list says so', () => {
  const state = mkdtempSync(path.join(tmpdir(), 'pipward-state-'));
  try {
    writeFileSync(path.join(state, 'trust.json'), '');
    expect(describeRemembered(state)).toBe('records of messages and of trust');
    for (const name of ['audit-20261129T101112000Z-1a-2b.jsonl', 'audit.jsonl']) {
      writeFileSync(path.join(state, name), '');
      expect(describeRemembered(state)).toBe('records of messages and of trust (the audit log stays)');
      rmSync(path.join(state, name));
    }
    expect(describeRemembered(path.join(state, 'missing'))).toBe('records of messages and of trust');
  } finally {
    rmSync(state, { recursive: true });
  }
});
