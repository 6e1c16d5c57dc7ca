import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command, factsWith, indexFacts, print } from '../build.ts';

/** What is printed for pip's own lines. */
function show(line: string, output: string, settings: Parameters<typeof indexFacts>[0] = {}): string {
  const watcher = createOutputWatcher();
  watcher.push('stderr', Buffer.from(output));
  const finding = diagnose(watcher.finish(), command(line), { kind: 'exited', status: 1 }, { interpreter: null });
  if (finding === null) throw new Error(`nothing was found in:\n${output}`);
  // No file is there.
  const unread = [...line.matchAll(/ -c (\S+)/g)].flatMap(([, file]) => file ?? []);
  return print(finding, factsWith({ index: indexFacts({ unread, ...settings }) }), line);
}

const impossible = (requested: string, ...causes: readonly string[]) =>
  [
    `ERROR: Cannot install ${requested} because these package versions have conflicting dependencies.`,
    '',
    'The conflict is caused by:',
    ...causes.map((cause) => `    ${cause}`),
    '',
  ].join('\n');

// The causes are those of pip 22.0, 23.0 and 24.2.
test.each<[case_: string, line: string, requested: string, causes: readonly string[], shown: readonly string[]]>([
  [
    'an innocent package beside two that conflict',
    'pip install aa==11 bb cc',
    'aa==11, bb==1.0 and cc==1.0',
    ['The user requested aa==11', 'bb 1.0 depends on aa>=5', 'cc 1.0 depends on aa<11'],
    [': cc 1.0 needs aa<11, but you asked for aa==11\n', '    pip install aa bb cc\n'],
  ],
  [
    'an innocent request keeps its version',
    'pip install cc==1.0 dd==1.0 aa>5',
    'aa>5, cc==1.0 and dd==1.0',
    ['The user requested aa>5', 'cc 1.0 depends on aa<11', 'dd 1.0 depends on aa>=11'],
    [': cc 1.0 needs aa<11, dd 1.0 needs aa>=11\n', "    pip install cc dd 'aa>5'\n"],
  ],
  [
    'names in two spellings',
    'pip install Ab.c ab-d',
    'ab-c==1.0 and ab-d==1.0',
    ['ab-c 1.0 depends on big.name-X<2', 'ab-d 1.0 depends on Big-Name.X>=2'],
    [': ab-c and ab-d disagree about big.name-X\n', 'install ab-d separately'],
  ],
  [
    'a dependency that exists nowhere',
    'pip install lost',
    'lost==1.0, lost==2.0 and lost==3.0',
    ['lost 3.0 depends on nowhere>=3', 'lost 2.0 depends on nowhere>=3', 'lost 1.0 depends on nowhere>=3'],
    [': pip did not find nowhere>=3, which lost needs\n', 'check whether the index has such a version of nowhere'],
  ],
  [
    'a dependency of which no such version exists',
    'pip install lost bb',
    'lost==1.0 and lost==2.0',
    ['lost 2.0 depends on aa>=31', 'lost 1.0 depends on aa>=30'],
    [': pip did not find aa>=31, which lost needs\n'],
  ],
  [
    'each version of a package conflicts with the request',
    'pip install aa==11 lost',
    'aa==11, lost==1.0 and lost==2.0',
    [
      'The user requested aa==11',
      'lost 2.0 depends on aa>=31',
      'The user requested aa==11',
      'lost 1.0 depends on aa>=30',
    ],
    [': lost 2.0 needs aa>=31, but you asked for aa==11\n', '    pip install aa lost\n'],
  ],
  [
    'two versions of one package are never wanted together',
    'pip install lost',
    'lost==1.0 and lost==2.0',
    ['lost 2.0 depends on aa==2', 'lost 1.0 depends on aa==1'],
    [': pip did not find aa==2, which lost needs\n'],
  ],
  [
    'a package that contradicts itself',
    'pip install clash',
    'clash==1.0',
    ['clash 1.0 depends on aa<11', 'clash 1.0 depends on aa>11'],
    [': clash 1.0 needs both aa<11 and aa>11\n', 'note: try another version of clash\n'],
  ],
  [
    'two dependencies of one package',
    'pip install clash',
    'clash',
    ['cc 1.0 depends on aa<11', 'dd 1.0 depends on aa>=11'],
    [': cc 1.0 needs aa<11, dd 1.0 needs aa>=11\n', 'cc and dd are dependencies of clash: try another version of it'],
  ],
  [
    'dependencies of packages of which either may be the cause',
    'pip install clash other',
    'clash and other',
    ['cc 1.0 depends on aa<11', 'dd 1.0 depends on aa>=11'],
    ['note: cc and dd are dependencies of what you asked for'],
  ],
  [
    'a constraint against the request',
    'pip install aa==11 -c con.txt',
    'aa==11',
    ['The user requested aa==11', 'The user requested (constraint) aa<11'],
    [': you asked for aa==11, a constraint says aa<11\n', 'note: relax the constraint on aa in con.txt\n'],
  ],
  [
    'a constraint against a dependency',
    'pip install dd -c con.txt -c more.txt',
    'dd==1.0',
    ['dd 1.0 depends on aa>=11', 'The user requested (constraint) aa<11'],
    [': dd 1.0 needs aa>=11, but a constraint says aa<11\n', 'relax the constraint on aa'],
  ],
  [
    'no version between a constraint and a dependency',
    'pip install -c con.txt bb',
    'bb==1.0',
    ['bb 1.0 depends on aa>=5', 'The user requested (constraint) aa<6'],
    [': pip found no aa that matches >=5, <6\n', 'relax the constraint on aa in con.txt'],
  ],
  [
    'a constraint that no version meets',
    'pip install aa -c con.txt',
    'aa',
    ['The user requested aa', 'The user requested (constraint) aa==99'],
    [': a constraint says aa==99, pip found none\n', 'relax the constraint on aa in con.txt'],
  ],
  [
    'a constraint that is not part of the conflict',
    'pip install cc dd -c con.txt',
    'cc==1.0 and dd==1.0',
    ['cc 1.0 depends on aa<11', 'dd 1.0 depends on aa>=11', 'The user requested (constraint) aa<20'],
    [': cc 1.0 needs aa<11, dd 1.0 needs aa>=11\n', 'install dd separately'],
  ],
  [
    'several clauses, as pip joins them',
    'pip install cc dd==1',
    'aa!=12, <20 and >=11 and cc==1.0',
    ['The user requested aa!=12, <20 and >=11', 'cc 1.0 depends on aa<11'],
    [': cc needs aa<11, not aa!=12,<20,>=11\n'],
  ],
  [
    'a marker and extras',
    'pip install aa==12 mark[x]',
    'aa==12 and mark[x]==1.0',
    ['The user requested aa==12', 'mark[x] 1.0 depends on aa[y and z]<11; python_version >= "3" and extra == "x"'],
    [': mark 1.0 needs aa<11, but you asked for aa==12\n'],
  ],
  [
    'an extra, of which pip 23 does not say who asked for it',
    'pip install ex aa Bb',
    'aa, aa[x]==4 and bb==1.0',
    ['The user requested aa', 'bb 1.0 depends on aa>=5', 'aa[x] 4 depends on aa 4 (from /w/aa-4-py3-none-any.whl)'],
    [': bb 1.0 needs aa>=5, but aa[x] is 4\n', 'install Bb separately', '-m pip install Bb\n    pip install ex aa\n'],
  ],
  [
    'an extra against a request',
    'pip install ex aa>=5',
    'aa>=5 and aa[x]==4',
    ['The user requested aa>=5', 'aa[x] 4 depends on aa==4'],
    [': you asked for aa>=5, but aa[x] is 4\n', '    pip install ex aa\n'],
  ],
  [
    'a constraint beside an extra that hides it',
    'pip install -c con.txt aa[x] bb',
    'aa[x]==4 and bb==1.0',
    ['aa[x] 4 depends on aa==4', 'bb 1.0 depends on aa>=5', 'The user requested (constraint) aa<5'],
    [': bb 1.0 needs aa>=5, but a constraint says aa<5\n', 'note: relax the constraint on aa in con.txt'],
  ],
  [
    'a file against a request',
    'pip install aa==11 ./aa-10-py3-none-any.whl',
    'aa 10 (from /w/aa-10-py3-none-any.whl) and aa==11',
    ['The user requested aa==11', 'The user requested aa 10 (from /w/aa-10-py3-none-any.whl)'],
    [': you asked for both aa==11 and aa==10\n'],
  ],
  [
    'an address, of which the version is unknown',
    'pip install aa cc',
    'aa and cc',
    ['The user requested aa@ https://example.org/aa.zip', 'cc 1.0 depends on aa<11'],
    [': no choice of versions meets all requirements\n'],
  ],
  [
    'three that only together exclude each other',
    'pip install xx yy zz',
    'xx==1, yy==1 and zz==1',
    ['ww 1 depends on aa>=1', 'xx 1 depends on aa>=10', 'yy 1 depends on aa<=10', 'zz 1 depends on aa!=10'],
    [
      ': no version of aa meets all requirements\n',
      'xx 1 depends on aa>=10\n',
      'yy 1 depends on aa<=10\n',
      'zz 1 depends on aa!=10\n',
    ],
  ],
  [
    'a range without a version',
    'pip install bb cc',
    'bb==1.0 and cc==1.0',
    ['bb 1.0 depends on aa>=5', 'cc 1.0 depends on aa<10'],
    [': pip found no aa that matches >=5, <10\n'],
  ],
])('names what conflicts: %s', (_, line, requested, causes, shown) => {
  const text = show(line, impossible(requested, ...causes));
  for (const part of shown) expect(text).toContain(part);
  expect(text).not.toContain('exclude');
});

test('an innocent package is not in the rows', () => {
  const causes = ['The user requested aa==11', 'bb 1.0 depends on aa>=5', 'cc 1.0 depends on aa<11'];
  expect(show('pip install aa==11 bb cc', impossible('aa==11 and bb==1.0', ...causes))).not.toContain('bb 1.0');
});

test('the line of a requirements file that asks for it', () => {
  const requested = [
    { file: 'r.txt', line: 1, requirement: 'aa == 11' },
    { file: 'r.txt', line: 4, requirement: 'AA==10' },
    { file: 'r.txt', line: 5, requirement: 'cc' },
  ];
  const causes = ['The user requested aa==10', 'cc 1.0 depends on aa>=11'];
  const text = show('pip install -r r.txt', impossible('aa==10 and cc==1.0', ...causes), { requested });
  expect(text).toContain('The user requested aa==10 in r.txt, line 4\n');
});

test('says that no index is used if a requirement was not found', () => {
  const noIndex = { value: '', origin: { kind: 'command-line' } } as const;
  const causes = ['lost 2.0 depends on nowhere>=3', 'lost 1.0 depends on nowhere>=3'];
  const text = show('pip install --no-index lost', impossible('lost==1.0', ...causes), { noIndex });
  expect(text).toContain('index         none: pip was told to use no index\n');
});

describe('a project that was asked for twice, before pip 20.3', () => {
  test.each([
    ['aa==10 (already in aa==11', 'you asked for both aa==11 and aa==10'],
    ['aa==11 (from -r r.txt (line 1)) (already in aa==10', 'you asked for both aa==10 and aa==11'],
    ['aa==10 from file:///w/aa-10-py3-none-any.whl (already in aa==11', 'you asked for both aa==11 and aa==10'],
    ['aa>=5 (already in aa', 'this pip does not accept aa twice'],
  ])('%s', (given, headline) => {
    const text = show('pip install aa==11 aa==10', `ERROR: Double requirement given: ${given}, name='aa')\n`);
    expect(text.split('\n')[0]).toBe(`advice[resolution-impossible]: ${headline}`);
    expect(text).toContain('    pip install aa\n');
  });
});

test.each([
  ['-c', 'pip install -c con.txt aa==11', {}, ' in con.txt, line 2\n'],
  [
    'a variable',
    'pip install aa==11',
    { constraintSetting: { value: 'con.txt', origin: { kind: 'variable', name: 'PIP_CONSTRAINT', value: 'con.txt' } } },
    ' in con.txt, line 2, from PIP_CONSTRAINT\n',
  ],
  [
    'the only file that could not be read',
    'pip install -r r.txt',
    { constraints: [{ file: 'other.txt', line: 1, requirement: 'bb<2' }], unread: ['https://u:pw@h/con.txt?key=1'] },
    ' in https://****@h/con.txt\n',
  ],
  [
    'not a file that has nothing of the project',
    'pip install -c other.txt aa==11',
    { constraints: [{ file: 'other.txt', line: 1, requirement: 'bb<2' }] },
    '\n',
  ],
  [
    'of two lines that one which pip names',
    'pip install -c con.txt aa==11',
    {
      constraints: [
        { file: 'con.txt', line: 1, requirement: 'aa!=3' },
        { file: 'sub/con.txt', line: 4, requirement: 'aa <11; python_version>"3"' },
      ],
    },
    ' in sub/con.txt, line 4\n',
  ],
] as const)('the line of a constraint is named: %s', (_, line, changes, place) => {
  const constraints = [{ file: 'con.txt', line: 2, requirement: 'Aa<11' }];
  const finding = {
    code: 'resolution-impossible',
    requested: ['aa==11'],
    causes: ['The user requested aa==11', 'The user requested (constraint) aa<11'],
  } as const;
  const text = print(finding, factsWith({ index: indexFacts({ constraints, ...changes }) }), line);
  expect(text.replaceAll(/\n {6}/g, ' ')).toContain(`relax the constraint on aa${place}`);
});
