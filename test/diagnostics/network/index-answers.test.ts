import { describe, expect, test } from 'vitest';
import type { NoMatch } from '../../../src/diagnostics/cause/index-failure.ts';
import type { LocalPlace } from '../../../src/diagnostics/index/facts.ts';
import type { PipSetting } from '../../../src/model/pip-call.ts';
import { factsWith, indexFacts, print } from '../build.ts';

const rocket: NoMatch = {
  code: 'no-matching-distribution',
  requirement: 'rocket',
  origin: null,
  versions: [],
  addresses: [],
  untrusted: null,
  answers: [],
};
const typed = (value: string): PipSetting => ({ value, origin: { kind: 'command-line' } });

function say(
  line: string,
  changes: Parameters<typeof indexFacts>[0] = {},
  finding: Partial<NoMatch> = {},
  form: 'full' | 'short' = 'full',
): string {
  const text = print({ ...rocket, ...finding }, factsWith({ index: indexFacts(changes) }), line, { form });
  return text.replaceAll(/\n {5,}(?=\S)/g, ' ');
}

describe('what the index answers is shown by a whole command', () => {
  const index = typed('https://index.example.org/simple/');

  test.each([
    ['pip install rocket', {}, 'pip install -vv --dry-run rocket'],
    ['pip install rocket', { pipVersion: '22.1.2' }, 'pip install -vv rocket'],
    ['pip install rocket', { pipVersion: null }, 'pip install -vv rocket'],
    ['pip install --dry-run rocket', {}, 'pip install -vv --dry-run rocket'],
    ['pip install -v -q --no-deps rocket', { index }, 'pip install -vv --dry-run --no-deps rocket'],
    [
      'pip download -i https://index.example.org/simple/ rocket',
      { index },
      'pip download -vv -i https://index.example.org/simple/ rocket',
    ],
    ['pip3 install --retries 0 -r list.txt', { index }, 'pip3 install -vv --dry-run --retries 0 -r list.txt'],
  ])('%s', (line, changes, command) => {
    expect(say(line, changes)).toContain(`check: see what the index answers\n    ${command}\n`);
  });

  test('the short form ends with it', () => {
    expect(say('pip install rocket', {}, {}, 'short')).toMatch(/; check: pip install -vv --dry-run rocket\n$/);
  });

  test('a command with a password is not repeated', () => {
    const text = say('pip install -i https://a:b@index.example.org/simple rocket', { index });
    expect(text).not.toContain('check:');
    expect(text).toContain('run it again with -vv to see what the index answers');
  });

  test('a URL of another form', () => {
    expect(say('pip install rocket', { index: typed('https://pypi.org') })).toContain(
      '(the URLs of most indexes end in /simple/)',
    );
    expect(say('pip install rocket', { index })).not.toContain('/simple/)');
    expect(say('pip install rocket', { index: typed('https://download.pytorch.org/whl/cu118') })).not.toContain(
      '/simple/)',
    );
  });

  test.each(['-vv', '-v -v', '--verbose --verbose', '-vvv'])(
    'pip %s told it: there is a page, and nothing on it',
    (option) => {
      const text = say(`pip install ${option} Rocket_Ship`, { index }, { requirement: 'Rocket_Ship' });
      expect(text).toContain('the index lists no file ');
      expect(text).toContain('https://index.example.org/simple/rocket-ship/\n');
      expect(text).not.toContain('check:');
    },
  );
});

test.each([
  [401, 'give pip a user name and a password'],
  [407, 'a user name and a password for the proxy go before the host in its URL'],
  [429, 'too many requests from here: try again later'],
  [502, 'did not reach the index behind it'],
  [403, 'ask its administrator'],
  [503, 'has a problem of its own'],
])('an index that answers %i', (status, note) => {
  const index = typed('https://index.example.org/simple/');
  const text = say('pip install -vv rocket', { index }, { answers: [{ status, host: 'index.example.org' }] });
  expect(text).toContain(note);
  expect(text).toContain('https://index.example.org/simple/, from --index-url');
});

describe('folders in place of an index', () => {
  const place = (changes: Partial<LocalPlace> = {}): LocalPlace => ({
    option: '--index-url',
    setting: typed('file:///srv/simple'),
    path: '/srv/simple',
    isThere: true,
    names: [],
    ...changes,
  });
  const noIndex = typed('');

  test('it is not there', () => {
    const text = say('pip install rocket', { places: [place({ isThere: false })], index: typed('file:///srv/simple') });
    expect(text).toContain(': the folder of the index does not exist\n');
    expect(text).toContain('missing       /srv/simple\n');
  });

  test('it holds the files themselves', () => {
    const places = [place({ names: ['rocket-1.0-py3-none-any.whl'] })];
    const text = say('pip install -i file:///srv/simple rocket', { places, index: typed('file:///srv/simple') });
    expect(text).toContain('\n    pip install --no-index --find-links /srv/simple rocket\n');
  });

  test('it has other projects', () => {
    const text = say('pip install rocket', {
      places: [place({ names: ['flask'] })],
      index: typed('file:///srv/simple'),
    });
    expect(text).toContain(': the index in that folder has no such project\n');
  });

  test('it has the project: nothing is known', () => {
    const text = say('pip install rocket', {
      places: [place({ names: ['Rocket'] })],
      index: typed('file:///srv/simple'),
    });
    expect(text).toContain(': pip found no rocket in the index in use\n');
  });

  test('a folder of --find-links counts where pip may look nowhere else', () => {
    const places = [place({ option: '--find-links', setting: typed('wheels'), path: '/p/wheels', isThere: false })];
    expect(say('pip install --no-index -f wheels rocket', { places, noIndex })).toContain(
      ': the folder of --find-links does not exist\n',
    );
    expect(say('pip install -f wheels rocket', { places })).not.toContain('does not exist');
    expect(
      say('pip install --no-index -f wheels rocket', { places: [{ ...places[0]!, isThere: true }], noIndex }),
    ).toContain(': pip was told to use no index');
  });
});

test.each([
  [':all:', true],
  ['flask,Rocket', true],
  ['flask', false],
  [':none:', false],
])('--no-binary and --only-binary %s', (value, isCause) => {
  const noBinary = say('pip install --no-binary X rocket', { noBinary: typed(value) });
  expect(noBinary.includes('wheels are not allowed')).toBe(isCause);
  expect(noBinary.includes('\n    pip install rocket\n')).toBe(isCause);
  expect(say('pip install --only-binary X rocket', { onlyBinary: typed(value) }).includes('only wheels')).toBe(isCause);
});

test('--pre: the newest version is the pre-release', () => {
  const versions = ['1.0', '2.0rc1'];
  expect(say('pip install --pre rocket==9', {}, { requirement: 'rocket==9', versions })).toContain('rocket==2.0rc1\n');
  expect(say('pip install rocket==9', {}, { requirement: 'rocket==9', versions })).toContain('rocket==1.0\n');
});

test('a group of pyproject.toml is named', () => {
  expect(say('pip install --group dev')).toContain('needed by     the group dev, directly or through a dependency\n');
});

test('a known project with a long name is still named', () => {
  const text = say('pip install beautifulsoup', {}, { requirement: 'beautifulsoup' });
  expect(text).toContain(': beautifulsoup is called beautifulsoup4\n');
});
