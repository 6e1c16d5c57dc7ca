import type { AccessEntry, AccessRights, WindowsFacts } from '../../model/call-context.ts';
import type { Launcher } from './launcher.ts';

/** Asks the launcher when a fact is needed; answers are remembered for the call. */
export function createWindowsFacts({ ask }: Pick<Launcher, 'ask'>): WindowsFacts {
  const answers = new Map<string, string | null>();
  const know = (question: string) => {
    let answer = answers.get(question);
    if (answer === undefined) answers.set(question, (answer = ask(question)));
    return answer;
  };
  return {
    knownFolder: (name) => know(`folder ${name}`),
    registryValue: (key, name) => know(`value ${key}\n${name}`),
    registryKeys: (key) => know(`keys ${key}`)?.split('\n').filter(Boolean) ?? [],
    mayAddFile: (folder) => readChoice(know(`may-add ${folder}`)),
    access: (path) => readAccess(know(`access ${path}`)),
    parentProgram: () => know('parent'),
    isElevated: () => readChoice(know('elevated')) === true,
  };
}

function readChoice(answer: string | null): boolean | null {
  return answer === 'yes' ? true : answer === 'no' ? false : null;
}

/** The lines of an `access` answer; null if one of them is not understood: half a list would say too much or too little. */
export function readAccess(answer: string | null): AccessRights | null {
  const [first = '', ...lines] = (answer ?? '').split('\n').filter(Boolean);
  const owner = /^owner (S-[\d-]+)$/.exec(first)?.[1];
  if (owner === undefined) return null;
  if (lines.length === 1 && lines[0] === 'everyone') return { owner, entries: null };
  const entries = lines.map(readEntry);
  return entries.every((entry) => entry !== null) ? { owner, entries } : null;
}

function readEntry(line: string): AccessEntry | null {
  const [, kind, identifier = '', mask = '', flags = ''] =
    /^(allow|deny) (S-[\d-]+) ([\da-f]{1,8}) ([\da-f]{1,2})$/i.exec(line) ?? [];
  if (kind !== 'allow' && kind !== 'deny') return null;
  return { kind, identifier, mask: Number.parseInt(mask, 16), flags: Number.parseInt(flags, 16) };
}
