import { describe, expect, test } from 'vitest';
import { hasSecrets, redactDeep, redactMentions, redactText, redactWords } from '../../src/util/redact.ts';

describe('words of a command line', () => {
  test.each<[what: string, words: readonly string[], shown: readonly string[]]>([
    ['user and password', ['-i', 'http://user:s3cr3t@h/simple'], ['-i', 'http://****@h/simple']],
    ['a token as the user', ['--index-url', 'https://s3cr3t@h/'], ['--index-url', 'https://****@h/']],
    ['a token and a usual password', ['https://s3cr3t:x-oauth-basic@h/x'], ['https://****@h/x']],
    ['an empty password', ['https://s3cr3t:@h/x'], ['https://****@h/x']],
    ['behind =', ['--extra-index-url=https://u:s3cr3t@h/'], ['--extra-index-url=https://****@h/']],
    ['attached', ['-ihttps://u:s3cr3t@h/'], ['-ihttps://****@h/']],
    ['in a bundle', ['-qihttps://u:s3cr3t@h/'], ['-qihttps://****@h/']],
    ['an @ in the password', ['https://u:s3c@r3t@h/x'], ['https://****@h/x']],
    ['a slash in the password', ['https://u:s3c/r3t@h/x'], ['https://****@h/x']],
    ['two slashes in the password', ['https://u:s//3cr3t@h/x'], ['https://****@h/x']],
    ['digits in front of a slash', ['https://u:123/s3cr3t@h/x'], ['https://****@h/x']],
    ['a space in the password', ['https://u:s3c r3t@h/x'], ['https://****@h/x']],
    ['percent signs', ['https://u:s3cr3t%40x%2F@h/x'], ['https://****@h/x']],
    ['git', ['git+https://u:s3cr3t@h/r.git@v1#egg=x'], ['git+https://****@v1#egg=x']],
    ['git, a token', ['git+https://s3cr3t@h/r.git@v1#egg=x'], ['git+https://****@h/r.git@v1#egg=x']],
    ['a requirement', ['x @ https://u:s3cr3t@h/x.whl'], ['x @ https://****@h/x.whl']],
    ['a requirement without spaces', ['x[a]@https://s3cr3t@h/x.whl'], ['x[a]@https://****@h/x.whl']],
    ['a proxy without a scheme', ['--proxy', 'u:s3cr3t@h:3128'], ['--proxy', '****@h:3128']],
    ['a proxy with a token alone', ['--proxy=s3cr3t@h:3128'], ['--proxy=****@h:3128']],
    ['an index without a scheme', ['-i', 's3cr3t@h/simple'], ['-i', '****@h/simple']],
    ['links without a scheme', ['-fu:s3cr3t@h/x'], ['-f****@h/x']],
    ['a host with a user', ['--trusted-host', 'u:s3cr3t@h'], ['--trusted-host', '****@h']],
    ['backslashes', ['-r', 'https:\\\\u:s3cr3t@h\\x'], ['-r', '****@h\\x']],
    ['one slash', ['-i', 'https:/u:s3cr3t@h/'], ['-i', '****@h/']],
    ['a query', ['https://h/x?token=s3cr3t&a=b#egg=x'], ['https://h/x?****#egg=x']],
    ['a query of one name', ['https://h/x?sig=s3cr3t'], ['https://h/x?****']],
    ['a query without a name', ['https://h/x.whl?s3cr3t'], ['https://h/x.whl?****']],
    ['a fragment', ['https://h/x#egg=x&token=s3cr3t'], ['https://h/x#egg=x&token=****']],
    ['a setting of a build', ['--config-settings', 'key=s3cr3t'], ['--config-settings', 'key=****']],
    ['the same behind =', ['--config-settings=key=s3cr3t'], ['--config-settings=key=****']],
    ['the same, attached', ['-Ckey=s3cr3t'], ['-Ckey=****']],
    ['the same, in a bundle', ['-vC', 'key=s3cr3t'], ['-vC', 'key=****']],
    ['the same, attached to a bundle', ['-vqCkey=s3cr3t'], ['-vqCkey=****']],
    ['an index in a bundle', ['-qi', 's3cr3t@h/simple'], ['-qi', '****@h/simple']],
    ['the same, a beginning', ['--config-s', 'key=s3cr3t'], ['--config-s', 'key=****']],
    ['an option of a build', ['--global-option', 's3cr3t'], ['--global-option', '****']],
    ['an option of a build behind =', ['--global-option=--token=s3cr3t'], ['--global-option=****']],
    ['--build-option', ['--build-option', '--password=s3cr3t'], ['--build-option', '****']],
    ['an option that sounds so', ['--token', 's3cr3t'], ['--token', '****']],
    ['the same behind =', ['--password=s3cr3t'], ['--password=****']],
    ['a host that was forgotten', ['-i', 'https://u:s3cr3t/x'], ['-i', 'https://u:****/x']],
    ['a proxy without its host', ['--proxy', 'u:s3cr3t'], ['--proxy', 'u:****']],
    ['an @ written as %40', ['https://u:s3cr3t%40h/x'], ['https://****%40h/x']],
    ['a colon written as %3A', ['https://u%3As3cr3t%40h/x'], ['https://****%40h/x']],
    ['a slash too many', ['https:///u:s3cr3t@h/x'], ['https:///****@h/x']],
    ['capital letters', ['HTTPS://s3cr3t@h/x'], ['HTTPS://****@h/x']],
    ['a signature without its question mark', ['https://h/x&Signature=s3cr3t'], ['https://h/x&Signature=****']],
    ['a short name', ['--pass', 's3cr3t', 'DB_PASS=s3cr3t'], ['--pass', '****', 'DB_PASS=****']],
    ['an assignment', ['API_KEY=s3cr3t'], ['API_KEY=****']],
  ])('%s', (_, words, shown) => {
    expect(redactWords(words)).toEqual(shown);
    expect(hasSecrets(words)).toBe(true);
    expect(redactText(redactWords(words).join(' '))).not.toMatch(/s3c|r3t/);
  });

  test.each<readonly string[]>([
    ['install', 'flask>=1,!=1.5', 'x[y]==2', '-r', 'requirements.txt', '-e', '.'],
    ['-i', 'https://pypi.example.org:8443/simple', '--trusted-host', 'h:8080'],
    ['git+https://github.com/x/y@v1.0#egg=y', 'git+ssh://git@github.com/x/y.git'],
    ['x @ https://h/x-1.0.whl#sha256=0123abcd', '--hash=sha256:0123'],
    ['https://[2001:db8::1]:8443/simple', 'http://[::1]/x', '-i', 'https://h:443', '--find-links', '/w@1'],
    ['https://h/x%40v1', '--bypass=yes', 'PIPWARD_BYPASS=why', 'file:///C:/x'],
    ['--config-settings', 'editable_mode=compat', '--global-option', 'build_ext', '--global-option=-j4'],
    ['--client-cert', '/etc/ssl/a@b.pem', '--find-links', './wheels@1', '--keyring-provider=import'],
    ['--target', 'C:\\Users\\a@b\\x', '--cert=/a:b/c@d', "x; python_version >= '3'"],
    ['git+file:/srv/x@v1', 'x@file:/srv/y@2/x.whl', 'https://h/?', 'was https://h/x found?'],
    ['file:///srv/wheels@2/x.whl', '--no-build-isolation', '--author=me'],
  ])('has nothing to hide: %s %s', (...words) => {
    expect(redactWords(words)).toEqual(words);
    expect(hasSecrets(words)).toBe(false);
  });
});

describe('text', () => {
  test.each([
    ['PIP_PROXY=u:s3cr3t@h:1 is set', 'PIP_PROXY=****@h:1 is set'],
    ['index-url = https://u:s3cr3t@h/, from pip.conf', 'index-url = https://****@h/, from pip.conf'],
    ['("https://s3cr3t@h/") and https://h/a?b=s3cr3t', '("https://****@h/") and https://h/a?****'],
    ['https://a:s3cr3t@h/,https://s3cr3t@i/', 'https://****@i/'],
    ['https://h/x,https://s3cr3t@i/', 'https://h/x,https://****@i/'],
    ['/x/http:/u:s3cr3t@h is gone', '/x/http:/****@h is gone'],
    ['/x/git+https:/s3cr3t@h/r@v1', '/x/git+https:/****@v1'],
    ['UV_TOKEN=s3cr3t', 'UV_TOKEN=****'],
  ])('%s', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  test.each([
    'ask mailto:help@example.org or help@example.org',
    'pip 24.0: is it there? a = b',
    '/p/pyproject.toml:3 asks for "venv"',
    'see https://docs.example.org/x#y',
    'git@github.com:x/y',
    'requires-python = ">=3.8"',
  ])('keeps: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('hides what words hide, where an error repeats them', () => {
    expect(redactMentions('unknown: s3cr3t, x', ['--global-option', 's3cr3t', 'x'])).toBe('unknown: ****, x');
  });

  test('cleans JSON output, too', () => {
    const value = { a: ['--global-option', 's3cr3t'], b: [{ c: 'https://s3cr3t@h' }, null, 1], d: 'x' };
    expect(redactDeep(value)).toEqual({
      a: ['--global-option', '****'],
      b: [{ c: 'https://****@h' }, null, 1],
      d: 'x',
    });
  });

  test.each(['//a:', '//a@/', '//', '@', 'a:', '?=', 'token', '=', '/@'])(
    'a long text of repeated characters does not fail: %s',
    (part) => {
      expect(redactText(part.repeat(30_000)).length).toBeGreaterThan(0);
    },
  );
});
