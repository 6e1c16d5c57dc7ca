import { describe, expect, test } from 'vitest';
import {
  installFromSameSources,
  repeatAsTyped,
  repeatChanging,
  repeatFor,
  repeatForUser,
  repeatInEnvironment,
  repeatRegardless,
  repeatReplacing,
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
  repeatWithout: (words: readonly string[]) => repeatWithout(read(words), '--user', 'bash'),
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

test.each([
  ['install requirements.txt', 'pip install -r requirements.txt'],
  ['install -U dev/requirements.in', 'pip install -U -r dev/requirements.in'],
  ['install -r requirements.txt', 'pip install -r requirements.txt'],
  ['install x -c constraints.txt', 'pip install x -c constraints.txt'],
  ['install --log=a.txt x', 'pip install --log=a.txt x'],
])('for another environment, -r is not left out once more: %s', (line, text) => {
  expect(repeatInEnvironment(parsePipCommand('pip', line.split(' ')), 'bash').text).toBe(text);
});

test.each(['-r /dev/fd/63', '-r/dev/stdin', '--requirement=/proc/self/fd/3', '-c /dev/fd/62 x'])(
  'what was open for one call is not printed for the next: %s',
  (words) => {
    const command = parsePipCommand('pip', ['install', ...words.split(' ')]);
    expect(repeatInEnvironment(command, 'bash')).toMatchObject({
      text: 'pip install ...',
      applicability: 'has-placeholder',
    });
    expect(repeatForUser(command, 'bash').text).toBe('pip install ...');
  },
);

const typed = (line: string) => parsePipCommand('pip', line.split(' '));

describe('options of the call that affect what is installed', () => {
  test('a flag that is replaced does not take the next argument with it', () => {
    const call = typed('install --no-build-isolation --no-index -f wheels x');
    expect(repeatChanging(call, [['--no-build-isolation']], 'bash').text).toBe(
      'pip install --no-build-isolation --no-index -f wheels x',
    );
    expect(repeatWithout(typed('install --no-index x'), '--no-index', 'bash').text).toBe('pip install x');
  });

  test('another spelling of a replaced option goes as well, since the last one would count', () => {
    const call = typed('install --default-timeout 5 --retries=0 x');
    expect(
      repeatChanging(
        call,
        [
          ['--timeout', '60'],
          ['--retries', '9'],
        ],
        'bash',
      ).text,
    ).toBe('pip install --timeout 60 --retries 9 x');
  });

  test('a requirement is replaced, not the value of an option', () => {
    expect(repeatReplacing(typed('install reqeusts -f reqeusts'), 'reqeusts', ['requests'], 'bash')?.text).toBe(
      'pip install requests -f reqeusts',
    );
  });

  test('files of requirements are kept for other requirements: they may name an index', () => {
    expect(repeatFor(typed('--proxy h:1 install -r dev.txt --no-deps x'), ['y'], 'bash').text).toBe(
      'pip install --proxy h:1 --requirement dev.txt --no-deps y',
    );
  });

  test('an option that is not known leaves a place for it', () => {
    expect(repeatFor(typed('install --only-from there x'), ['y'], 'bash')).toMatchObject({
      text: 'pip install ... y',
      applicability: 'has-placeholder',
    });
  });

  test.each([
    ['install x', []],
    ['install --no-index -f wheels x', ['--no-index', '--find-links', 'wheels']],
    ['--cert c.pem install -ihttps://h/simple x', ['--cert', 'c.pem', '--index-url', 'https://h/simple']],
    ['install --upgrade --no-deps --target t --pre x', []],
    ['install -i https://ada:secret@h/simple x', ['...']],
  ])('%s: what is installed first takes %s', (line, options) => {
    expect(installFromSameSources(['pip'], typed(line))).toEqual(['install', '--upgrade', 'pip', ...options]);
  });

  test('nothing is installed first where hashes are wanted', () => {
    expect(installFromSameSources(['pip'], typed('install --require-hashes -r x.txt'))).toBeNull();
  });
});
