import { expect, test } from 'vitest';
import { listIgnoredSignals } from '../../../src/host/process/ignored-signals.ts';

const [INT, QUIT, USR1, CHLD] = ['SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGCHLD'];

test.each([
  { recorded: '', ignored: [] },
  { recorded: '0000000000000000', ignored: [] },
  { recorded: '0000000000000000', isDash: true, ignored: [] },
  { recorded: '0000000000010200', ignored: [USR1, CHLD] },
  // dash changes nothing of QUIT; other shells ignore it while they run a script.
  { recorded: '0000000000000004', isDash: true, ignored: [QUIT] },
  { recorded: '0000000000000004', ignored: [] },
  { recorded: '0000000000000006', ignored: [INT, QUIT] },
  { recorded: '0000000000000204', ignored: [USR1] },
  // Only a mask counts there; no process can ignore KILL and STOP.
  { recorded: '0000000000040100', isDash: true, ignored: [] },
  { recorded: 'nonsense', ignored: [] },
  // bash's `trap`
  { recorded: "trap -- '' SIGUSR1\ntrap -- 'echo' SIGCHLD", ignored: [USR1] },
  { recorded: "trap -- '' SIGQUIT", ignored: [] },
  { recorded: "trap -- '' SIGINT\ntrap -- '' SIGQUIT", ignored: [INT, QUIT] },
])('$recorded, dash: $isDash', ({ recorded, isDash = false, ignored }) => {
  expect(new Set(listIgnoredSignals({ ignored: recorded, isDash }))).toEqual(new Set(ignored));
});
