import { describe, expect, test } from 'vitest';
import type { NoMatch } from '../../../src/diagnostics/cause/index-failure.ts';
import type { PipSetting } from '../../../src/model/pip-call.ts';
import { type FactChanges, factsWith, indexFacts, print } from '../build.ts';

const nothing: NoMatch = {
  code: 'no-matching-distribution',
  requirement: 'demo-lib==9',
  origin: null,
  versions: [],
  addresses: [],
  untrusted: null,
  answers: [],
};
const index: PipSetting = { value: 'https://index.example.org/simple', origin: { kind: 'command-line' } };
const onlyBinary: PipSetting = { value: ':all:', origin: { kind: 'command-line' } };

// An index that answers 403 or 503 looks to us as one without the project.
test.each([
  ['an index of their own', nothing, { index }, 'pip found no demo-lib in the index in use'],
  ['the usual index', nothing, {}, 'pip found no demo-lib, and does not say why'],
  ['a project that is known', { ...nothing, requirement: 'numpy' }, {}, 'pip found no numpy that it could use'],
  ['wheels alone', nothing, { onlyBinary }, 'pip found none, and only wheels are allowed'],
  [
    'an address from a log',
    { ...nothing, requirement: '@ https://index.example.org/x' },
    {},
    'pip found no such package',
  ],
])('what an index has is not claimed: %s', (_, finding, settings, headline) => {
  const text = print(finding, factsWith({ index: indexFacts(settings) }), 'pip install demo-lib==9');
  expect(text.split('\n')[0]).toBe(`advice[no-matching-distribution]: ${headline}`);
});

test.each<[how: string, facts: FactChanges, again: string]>([
  ['by PIPWARD_PYTHON, perhaps for this call alone', { source: 'pipward-python' }, 'python3 -m pip install'],
  ['otherwise', { source: 'search-path' }, 'pip install'],
])('the Python was named %s: what is printed means the same', (_, facts, again) => {
  const text = print(
    { ...nothing, versions: ['1.0'] },
    factsWith({ ...facts, index: indexFacts() }),
    'pip install demo-lib==9',
  );
  expect(text).toContain(`\n    ${again} demo-lib==1.0\n`);
});

test.each([
  ['requirements.txt', true, 'requirements.txt is a file; -r was left out'],
  ['requirements.txt', false, '-r is missing before requirements.txt'],
  ['setup.py', false, 'setup.py is not a project; name a folder'],
])('%s, and it is there: %s', (requirement, isHere, headline) => {
  const facts = factsWith({ index: { ...indexFacts(), files: isHere ? [requirement] : [] } });
  const text = print({ ...nothing, requirement }, facts, `pip install ${requirement}`);
  expect(text.split('\n')[0]).toBe(`advice[no-matching-distribution]: ${headline}`);
});

test.each([
  ['what pip would not find either', [], 'note: with --no-index, pip has no file of opencv-python to install'],
  [
    'what it would find',
    ['opencv-python-4.0-py3-none-any.whl'],
    'fix: install it instead\n    pip install opencv-python --no-index',
  ],
])('with --no-index: %s', (_, names, block) => {
  const setting: PipSetting = { value: './wheels', origin: { kind: 'command-line' } };
  const places = [{ option: '--find-links', setting, names, path: '/w', isThere: true }] as const;
  const noIndex: PipSetting = { value: 'true', origin: { kind: 'command-line' } };
  const facts = factsWith({ index: { ...indexFacts({ noIndex }), places: names.length === 0 ? [] : places } });
  expect(print({ ...nothing, requirement: 'cv2' }, facts, 'pip install cv2 --no-index')).toContain(`\n${block}\n`);
});

describe('unknown facts are not claimed', () => {
  const show = (finding: NoMatch, settings: Parameters<typeof indexFacts>[0], line = 'pip install --retries 0 flask') =>
    print({ ...nothing, ...finding }, factsWith({ index: indexFacts(settings) }), line);
  const flask = { ...nothing, requirement: 'flask' };
  const retries: PipSetting = { value: '0', origin: { kind: 'command-line' } };

  test('without retries pip does not say that it reached no index: neither do we', () => {
    const text = show(flask, { retries });
    expect(text).toContain(': pip may not have reached the index\n');
    expect(text).toContain('\n    pip install flask\n');
    expect(text).not.toMatch(/this Python/);
  });

  test('the same by a variable', () => {
    const origin = { kind: 'variable', name: 'PIP_RETRIES', value: '0' } as const;
    const text = show(flask, { retries: { value: '0', origin } }, 'pip install flask');
    expect(text).toContain('\n    unset PIP_RETRIES\n    pip install flask\n');
  });

  test('a retry is enough for pip to say it', () => {
    expect(show(flask, { retries: { ...retries, value: '1' } })).toContain(': pip found no flask that it could use\n');
  });

  test.each([
    [404, ': the index has no project flask\n'],
    [403, ': the index answered 403 for flask\n'],
    [503, ': the index answered 503 for flask\n'],
  ])('what the index answered, where pip told: %i', (status, headline) => {
    const text = show({ ...flask, answers: [{ status, host: 'index.example.org' }] }, { retries });
    expect(text).toContain(headline);
    expect(text).toContain('index         index.example.org\n');
  });

  test.each([
    ['withdrawn versions, none asked for', 'flask', ['1.0']],
    ['a pre-release beside a version that fits', 'flask', ['1.0', '2.0rc1']],
    ['a version that fits', 'flask>=1', ['1.0', '2.0rc1']],
  ])('pip did not take what is there: %s', (_, requirement, versions) => {
    const text = show({ ...flask, requirement, versions }, {});
    expect(text).toContain('pip accepted none of the versions of flask');
    expect(text).not.toMatch(/pre-release|fix:/);
  });
});

describe('an address that failed', () => {
  const failure = { code: 'network', trouble: 'refused', host: '127.0.0.1', requirement: 'flask' } as const;
  const detail = "NewConnectionError(HTTPSConnection(host='127.0.0.1', port=9): [Errno 111] Connection refused)";
  const at = (value: string): PipSetting => ({ value, origin: { kind: 'variable', name: 'https_proxy', value } });

  test('is the proxy where a setting names it so: pip 26 does not tell', () => {
    const facts = factsWith({ index: indexFacts({ proxy: [at('http://127.0.0.1:9')] }) });
    expect(print({ ...failure, detail }, facts, 'pip install flask')).toContain(
      'pip could not connect through the proxy',
    );
  });

  test('is not the proxy on another port', () => {
    const facts = factsWith({ index: indexFacts({ proxy: [at('http://127.0.0.1:3128')] }) });
    expect(print({ ...failure, detail }, facts, 'pip install flask')).toContain('127.0.0.1 refused the connection');
  });

  test('may be another one than the index that listed the file', () => {
    const text = print(
      { ...failure, detail },
      factsWith({ index: indexFacts({ index: at('http://127.0.0.1:8080/simple') }) }),
      'pip install flask',
    );
    expect(text).not.toMatch(/8080|reached no index/);
  });
});

test.each<[what: string, finding: Partial<NoMatch>, expected: string]>([
  ['another version does not help it', { origin: 'app' }, 'note: app asks for it: try another version of app\n'],
  [
    'nor does one of many',
    { origin: 'app[x]==1.0->-r a.txt (line 1)' },
    'note: app asks for it: try another version of app\n',
  ],
  [
    'another name does not, either',
    { origin: 'app', requirement: 'cv2', versions: [] },
    'note: app asks for it: try another version of app\n',
  ],
  [
    'the newest of all is a pre-release',
    { origin: '-r a.txt (line 3)', requirement: 'demo-lib>=3', versions: ['2.0a2'] },
    'note: install the newest version that pip finds, a pre-release: write demo-lib==2.0a2 in a.txt, line 3\n',
  ],
  [
    'a pre-release does',
    { origin: 'app', requirement: 'demo-lib>=2.0a1', versions: ['2.0a2'] },
    'note: install the pre-release: demo-lib==2.0a2\n',
  ],
  [
    'what a file asks for can be changed there',
    { origin: '-r a.txt (line 3)' },
    'write demo-lib==1.0 in a.txt, line 3\n',
  ],
])('a package asks for what does not exist: %s', (_, finding, expected) => {
  const text = print(
    { ...nothing, versions: ['1.0'], ...finding },
    factsWith({ index: indexFacts() }),
    'pip install app',
  );
  expect(text.replaceAll(/\n {6}(?=\S)/g, ' ')).toContain(expected);
});
