import type { Diagnostic } from '../../model/diagnostic.ts';
import type { StoreAlias } from '../cause/windows-failure.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { noteBlock } from '../shared/fixes.ts';
import { STORE_ALIAS } from './windows-words.ts';

const CODE = 'store-alias';

export const storeAlias = defineDiagnostic<StoreAlias, object>({
  code: CODE,
  title: 'python only opens the Microsoft Store (Windows)',
  ...NO_OWN_FACTS,
  describe,
});

/** Windows has a python.exe of its own that is not a Python. */
function describe(): Diagnostic {
  return {
    severity: 'advice',
    code: CODE,
    headline: 'this python only opens the Microsoft Store: no Python ran',
    facts: [{ label: 'result', text: 'nothing was done' }],
    blocks: [
      noteBlock('install Python from www.python.org, then open a new window'),
      noteBlock(STORE_ALIAS),
      noteBlock('pipward never starts that alias; it looks for a real Python'),
    ],
  };
}
