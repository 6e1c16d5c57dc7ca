import { describe, expect, test } from 'vitest';
import type { NoMatch, RequiresPython } from '../../../../src/diagnostics/cause/index-failure.ts';
import type { Finding } from '../../../../src/diagnostics/registry.ts';
import type { RequestedLine } from '../../../../src/diagnostics/index/list-requested.ts';
import { factsWith, indexFacts, print } from '../../build.ts';

const requested: readonly RequestedLine[] = [
  { file: 'r.txt', line: 2, requirement: 'Reqeusts>=1' },
  { file: 'sub/dev.txt', line: 7, requirement: 'demo_lib==9; python_version > "3"' },
];
const facts = factsWith({ index: indexFacts({ requested }) });
const noMatch = (changes: Partial<NoMatch>): Finding => ({
  code: 'no-matching-distribution',
  requirement: 'x',
  origin: null,
  versions: [],
  addresses: [],
  untrusted: null,
  answers: [],
  ...changes,
});
const tooNew = (changes: Partial<RequiresPython>): Finding => ({
  code: 'requires-python',
  requirement: 'demo-lib',
  specifier: '>=3.99',
  running: '3.10.12',
  origin: null,
  usable: ['1.0'],
  ...changes,
});
const conflict = (requests: readonly string[], ...causes: readonly string[]): Finding => ({
  code: 'resolution-impossible',
  requested: requests,
  causes,
});

/** pip from 20.3 on rarely says who asked. */
describe('the file and line that a project was asked for in', () => {
  test.each<[case_: string, finding: Finding, line: string, shown: readonly string[]]>([
    [
      'a near miss',
      noMatch({ requirement: 'reqeusts' }),
      'pip install -r r.txt',
      ['needed by     r.txt (line 2)', 'this is a guess: look at requests on the index first'],
    ],
    [
      'a version, in a file that was included',
      noMatch({ requirement: 'demo-lib==9', versions: ['1.0'] }),
      'pip install -r r.txt',
      ['needed by     sub/dev.txt (line 7)', 'write demo-lib==1.0 in sub/dev.txt, line 7'],
    ],
    [
      'another Python',
      tooNew({}),
      'pip install -r r.txt',
      ['needed by     sub/dev.txt (line 7)', 'write demo-lib==1.0 in sub/dev.txt, line 7'],
    ],
    [
      'a dependency',
      noMatch({ requirement: 'ghost' }),
      'pip install -r r.txt',
      ['r.txt, directly or through a dependency'],
    ],
    [
      'a folder',
      noMatch({ requirement: 'ghost' }),
      'pip install -e .[dev]',
      ['.[dev], directly or through a dependency'],
    ],
    ['pip said it', noMatch({ requirement: 'ghost', origin: 'a==1' }), 'pip install -r r.txt', ['needed by     a==1']],
    [
      'files that exclude each other',
      conflict(['-r r.txt (line 1)', '-r r.txt (line 2)'], 'a 1.0 depends on b<2', 'c 1.0 depends on b>=2'),
      'pip install -r r.txt',
      ['a 1.0 needs b<2, c 1.0 needs b>=2', 'remove one of the packages that need b from r.txt'],
    ],
    [
      'a line that excludes another',
      conflict(['-r r.txt (line 1)', 'demo-lib==2'], 'The user requested demo-lib==2', 'a 1.0 depends on demo-lib<2'),
      'pip install -r r.txt',
      ['a needs demo-lib<2, not demo-lib==2', 'relax the requirement on demo-lib in sub/dev.txt, line 7'],
    ],
  ])('%s', (_, finding, line, shown) => {
    const text = print(finding, facts, line).replaceAll(/\n {2,}/g, ' ');
    for (const part of shown) expect(text).toContain(part);
  });

  test('what was typed is not looked for in files', () => {
    const text = print(
      noMatch({ requirement: 'demo-lib==9', versions: ['1.0'] }),
      facts,
      'pip install -r sub/dev.txt demo-lib==9',
    );
    expect(text).not.toContain('needed by');
    expect(text).toContain('    pip install -r sub/dev.txt demo-lib==1.0\n');
  });
});

/** Ada is in /home/ada/code/api, whose project is called ada-api. */
describe('a typed source is not named as the origin of itself', () => {
  const projects = { '.': 'ada-api', './slow': 'slow-project', './slow/': 'slow-project', '.[dev]': 'ada-api' };
  const here = factsWith({ index: indexFacts({ projects }) });
  const failed = (subject: string): Finding => ({
    code: 'build-failed',
    subject,
    origin: null,
    cause: { kind: 'unknown' },
    evidence: null,
    installing: false,
  });
  const URL = 'https://example.org/slow-1.0.tar.gz';

  test.each<[line: string, finding: Finding]>([
    ['pip install .', failed('/home/ada/code/api')],
    ['pip install ./', failed('/home/ada/code/api')],
    ['pip install .', failed('ada_api')],
    ['pip install .', tooNew({ requirement: 'ada-api' })],
    ['pip install .[dev]', failed('file:///home/ada/code/api')],
    ['pip install -e .', failed('file:///home/ada/code/api')],
    ['pip install --editable=./slow', tooNew({ requirement: 'slow-project' })],
    ['pip install ./slow', failed('./slow')],
    ['pip install ./slow', failed('/home/ada/code/api/slow')],
    ['pip install ./slow/', failed('slow-project')],
    ['pip install ../slow', failed('/home/ada/code/slow')],
    ['pip install file:///home/ada/slow', failed('/home/ada/slow')],
    ['pip install file:///home/ada/slow', failed('file:///home/ada/slow')],
    ['pip install ./slow-1.0.tar.gz', failed('slow')],
    ['pip install slow-1.0-py3-none-any.whl', tooNew({ requirement: 'slow' })],
    ['pip install ./dist/Slow_App-1.0-py3-none-any.whl', tooNew({ requirement: 'slow-app' })],
    [`pip install ${URL}`, failed(URL)],
    [`pip install ${URL}`, tooNew({ requirement: 'slow' })],
    [`pip install slow@${URL}`, failed(`slow@ ${URL}`)],
    [`pip install slow@${URL}`, tooNew({ requirement: 'slow' })],
    ['pip install git+https://ada:x@example.org/slow.git@main', failed('git+https://example.org/slow.git@main')],
    ['pip install git+https://example.org/slow.git@main', failed('slow')],
    ['pip install git+https://example.org/x.git#egg=slow', failed('slow')],
    ['pip install -e git+ssh://git@example.org/slow', tooNew({ requirement: 'slow' })],
  ])('%s', (line, finding) => {
    expect(print(finding, here, line)).not.toContain('needed by');
  });

  test.each<[line: string, finding: Finding, source: string]>([
    ['pip install .', noMatch({ requirement: 'ghost' }), '.'],
    ['pip install ./slow', failed('/home/ada/code/api/other'), './slow'],
    ['pip install -r r.txt ./slow', failed('other'), 'r.txt or ./slow'],
    ['pip install slow-1.0-py3-none-any.whl', noMatch({ requirement: 'ghost' }), 'slow-1.0-py3-none-any.whl'],
    [`pip install slow@${URL}`, noMatch({ requirement: 'ghost' }), `slow@${URL}`],
    ['pip install git+https://example.org/slow.git', failed('ghost'), 'git+https://example.org/slow.git'],
  ])('%s: a dependency', (line, finding, source) => {
    expect(print(finding, here, line).replaceAll(/\n {2,}/g, ' ')).toContain(
      `${source}, directly or through a dependency`,
    );
  });
});
