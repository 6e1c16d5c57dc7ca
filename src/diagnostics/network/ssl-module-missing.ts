import type { Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { SslModuleMissing } from '../cause/index-failure.ts';
import { defineDiagnostic } from '../define.ts';
import { gatherIndexFacts, WITHOUT_INDEX, type WithIndex } from '../index/facts.ts';
import { noteBlock } from '../shared/fixes.ts';
import { findSpare, sparePythonFix } from '../shared/environment-fix.ts';
import { interpreterRow } from '../shared/fact-rows.ts';

export const sslModuleMissing = defineDiagnostic<SslModuleMissing, WithIndex>({
  code: 'ssl-module-missing',
  title: 'the Python has no ssl module',
  gather: (_, source) => gatherIndexFacts(source),
  unknown: WITHOUT_INDEX,
  describe: (_, facts, command) => describe(facts, command),
});

/** pip cannot speak https: whatever it says of retries and of missing distributions comes from that. */
function describe(facts: CallFacts & WithIndex, command: PipCommand): Diagnostic {
  const spare = findSpare(facts, ({ ssl }) => ssl);
  const isWindowsConda = facts.platform === 'win32' && facts.interpreter?.environment.kind === 'conda';
  return {
    severity: 'advice',
    code: 'ssl-module-missing',
    headline: 'this Python has no ssl module, so pip cannot use https',
    facts: [...interpreterRow(facts), { label: 'result', text: 'pip reached no index, nothing was installed' }],
    blocks: [
      ...(spare === null ? [] : [sparePythonFix(spare, facts, command)]),
      noteBlock(
        isWindowsConda
          ? 'conda finds its OpenSSL only while the environment is active: conda activate'
          : facts.platform === 'win32'
            ? 'install this Python again from www.python.org, or use another one'
            : "build this Python again with OpenSSL's headers (Debian: libssl-dev), or use another one",
      ),
    ],
  };
}
