import type { Decision } from './case.ts';
import type { Random } from './random.ts';

/** What a fake pip writes: text, bytes, control sequences, and lines that the shim looks for. */
const TEXTS = [
  ['ü日本'.repeat(50), 'a\rb\rc\n'.repeat(30), '\u001b[31mred\u001b[0m\n\u001b[2K\r\u001b[1A', '', '\n'],
  ['no newline', 'line\n'.repeat(500), 'WARNING: x\nERROR: y\n', '  warning[build-failed]: x\n'],
  ['Defaulting to user installation because normal site-packages is not writeable\n'],
].flatMap((texts) => texts.map((text) => Buffer.from(text)));

const SHELL_LINES = [
  ['echo sub; echo err >&2', 'echo x >/dev/stderr', 'echo y >/dev/stdout', 'cat | head -c 5', 'exit 3'],
  ['printf a; printf b >&2; printf c', 'stty -a </dev/tty 2>/dev/null | head -1', 'umask; ulimit -a | md5sum'],
  ['test -t 1 && echo tty1', 'tput cols 2>/dev/null'],
].flat();

const STATUSES = [0, 1, 2, 3, 23, 70, 120, 126, 127, 128, 130, 137, 255];
const SIGNALS = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31, 34, 40, 64];

/** One to four things that the fake pip does, and how it ends. */
export function chooseActions(random: Random): readonly Decision[] {
  const actions = Array.from({ length: random.between(1, 4) }, () => chooseAction(random));
  return [...actions, ...chooseEnd(random)];
}

function chooseAction(random: Random): Decision {
  const number = random.pick([1, 1, 2]);
  const kind = random.below(16);
  if (kind < 4) return chooseWrite(random, number);
  if (kind === 4) return ['alternate', random.between(2, 300)];
  if (kind === 5)
    return ['print', number, random.pick(['text\n', 'no nl', `${'x'.repeat(9000)}\n`]), random.chance(0.5)];
  if (kind === 6 && random.chance(0.25)) return ['much', number, random.pick([16, 50, 200])];
  if (kind === 8) return ['close', random.pick([0, 1, 2]), random.pick(['file', 'number'])];
  if (kind === 9) return ['shell', random.pick(SHELL_LINES)];
  if (kind === 10) return ['read', number];
  if (kind === 11 && random.chance(0.3)) return ['leave', number];
  return ['print', number, `word ${random.below(99)}\n`, random.chance(0.5)];
}

function chooseWrite(random: Random, number: number): Decision {
  const noise = Buffer.from(Array.from({ length: random.between(1, 3000) }, () => random.below(256)));
  const data = random.pick([noise, ...TEXTS]);
  const chunk = data.length < 1500 ? random.pick([0, 1, 3, 7, 1000]) : random.pick([0, 700]);
  return ['write', number, data.toString('base64'), chunk];
}

function chooseEnd(random: Random): readonly Decision[] {
  const chosen = random.below(100);
  if (chosen < 35) return [['end', 'sys', random.pick([...STATUSES, random.below(256)])]];
  if (chosen < 45) return [['end', 'os', random.below(256)]];
  if (chosen < 50) return [['end', random.pick(['abort', 'raise', 'interrupt', 'text', 'fault']), 0]];
  if (chosen < 62) return [['end', 'signal', random.pick(SIGNALS)]];
  return [];
}
