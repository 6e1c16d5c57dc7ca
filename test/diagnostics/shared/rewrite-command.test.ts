import { describe, expect, test } from 'vitest';
import {
  repeatAsTyped,
  repeatChanging,
  repeatFor,
  repeatForUser,
  repeatInEnvironment,
  repeatRegardless,
  repeatWith,
  repeatWithOption,
  repeatWithout,
} from '../../../src/diagnostics/shared/rewrite-command.ts';
import { parsePipCommand } from '../../../src/invocation/parse.ts';
import { SECRET_WORDS } from '../../support/secret-words.ts';

const repeats = {
  repeatAsTyped: (words: readonly string[]) => repeatAsTyped(read(words), 'bash'),
  repeatChanging: (words: readonly string[]) => repeatChanging(read(words), [['--timeout', '60']], 'bash'),
  repeatFor: (words: readonly string[]) => repeatFor(read(words), ['y'], 'bash'),
  repeatForUser: (words: readonly string[]) => repeatForUser(read(words), 'bash'),
  repeatInEnvironment: (words: readonly string[]) => repeatInEnvironment(read(words), 'bash'),
  repeatRegardless: (words: readonly string[]) => repeatRegardless(read(words), 'bash'),
  repeatWith: (words: readonly string[]) => repeatWith(['/x/python', '-m', 'pip'], read(words), 'bash'),
  repeatWithOption: (words: readonly string[]) => repeatWithOption('--break-system-packages', read(words), 'bash'),
  repeatWithout: (words: readonly string[]) => repeatWithout(read(words), '--user', false, 'bash'),
};

function read(words: readonly string[]) {
  return parsePipCommand('pip', ['install', ...words, 'x']);
}

describe.each(Object.entries(repeats))('%s', (_, repeat) => {
  test.each(SECRET_WORDS.map((words) => [words.join(' '), words] as const))('leaves out: %s', (_none, words) => {
    const { text, applicability } = repeat(words);
    expect(text).not.toMatch(/s3c|r3t/);
    expect(text).toMatch(/ \.\.\.$/);
    expect(applicability).toBe('has-placeholder');
  });

  test.each([
    [['-i', 'https://h:8443/simple', '--trusted-host', 'h']],
    [['git+ssh://git@h/x.git', '--config-settings', 'editable_mode=compat']],
  ])('works as printed: %s', (words) => {
    expect(repeat(words).applicability).toBe('ready');
  });
});
