import { expect, test } from 'vitest';
import type { Outcome } from '../../src/model/observation.ts';
import { endAsWithoutUs } from '../../src/shim/lost-output.ts';

const exited = (status: number): Outcome => ({ kind: 'exited', status });
const python = (text: string) => {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { major, minor, patch: null };
};

// Measured with bare pips: stdout or stderr closed at the reader's end, hung up, or /dev/full.
test.each([
  ['3.13', 0, 'EPIPE', null, 120, 'EPIPE'],
  ['3.6', 1, null, 'EPIPE', 120, 'EPIPE'],
  ['3.9', 0, 'ENOSPC', null, 120, 'ENOSPC'],
  ['3.9', 2, null, 'ENOSPC', 120, 'ENOSPC'],
  ['3.9', 120, 'EPIPE', null, 120, null],
  ['3.9', 120, 'ENOSPC', null, 120, 'ENOSPC'],
  ['3.9', 0, 'EIO', null, 120, 'EIO'],
  ['2.7', 0, 'EPIPE', null, 1, 'EPIPE'],
  ['2.7', 0, 'ECONNRESET', null, 1, 'ECONNRESET'],
  ['2.7', 2, 'EPIPE', null, 2, null],
  ['2.7', 0, null, 'EPIPE', 0, null],
  ['2.7', 0, 'ENOSPC', null, 0, 'ENOSPC'],
  ['2.7', 0, 'EIO', null, 0, null],
  ['3.5', 0, 'ENOSPC', null, 0, 'ENOSPC'],
  ['3.13', 1, null, null, 1, null],
] as const)(
  'Python %s, status %i, stdout %s, stderr %s: ends with %i',
  (version, status, stdout, stderr, wanted, say) => {
    expect(endAsWithoutUs(exited(status), { stdout, stderr }, python(version))).toEqual({
      outcome: exited(wanted),
      say,
    });
  },
);

test('a Python whose version is not known counts as a Python 3', () => {
  expect(endAsWithoutUs(exited(0), { stdout: 'EPIPE', stderr: null }, null).outcome).toEqual(exited(120));
});

test('death by a signal stays what it is', () => {
  const outcome: Outcome = { kind: 'signalled', signal: 'SIGTERM' };
  expect(endAsWithoutUs(outcome, { stdout: 'EPIPE', stderr: null }, python('3.13'))).toEqual({ outcome, say: null });
});
