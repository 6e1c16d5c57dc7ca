import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command } from '../../diagnostics/build.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures', 'by-code');

/** VERSION-CODE.pipe.txt and .tty.txt: what real pips printed, and what is found in it. `-status-0` where pip ended well. */
test.each(readdirSync(fixtures))('%s', (file) => {
  const [, version = '', code = '', status = '1'] =
    /^([\d.]+)-([a-z-]+?)(?:-status-(\d+))?\.(?:pipe|tty)\.txt$/.exec(file) ?? [];
  const bytes = readFileSync(path.join(fixtures, file));
  for (const size of [1, 7, bytes.length]) {
    const watcher = createOutputWatcher();
    for (let start = 0; start < bytes.length; start += size) {
      watcher.push('stderr', bytes.subarray(start, start + size));
    }
    const outcome = { kind: 'exited', status: Number(status) } as const;
    const finding = diagnose(watcher.finish(), command('pip install x'), outcome, { interpreter: null });
    expect(finding?.code, `pip ${version}, in chunks of ${size}`).toBe(code);
  }
});
