import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMount } from '../support/namespaces.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt } from '../support/product.ts';
import { hasProgram } from '../support/sandbox.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const lacks = !canMount ? ' (needs root and unshare)' : hasProgram('python3') ? '' : ' (needs python3)';

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-small-'));
  chmodSync(scratch, 0o755);
  const product = copyProduct(path.join(scratch, 'product'));
  for (const name of ['bin', 'out', 'real', 'plain', 'project/below', 'project/.git'])
    mkdirSync(path.join(scratch, name), { recursive: true });
  chmodSync(path.join(scratch, 'out'), 0o1777);
  symlinkSync(path.join(product, 'shims/pip'), path.join(scratch, 'bin/pip'));
  writeFileSync(path.join(scratch, 'project/pipward.toml'), '[policy]\nrequire-virtual-environment = "enforce"\n');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

/** As another user: list, a failing install that is monitored, and an install that the project's policy refuses. */
const CALLS = `cd "$1/plain"; out=$1/out/$$; mkdir "$out"
for words in 'list --format=freeze' 'install --no-index --quiet not-there' 'help wheel'; do
  /usr/bin/python3 -m pip $words >"$out/bare" 2>"$out/bare.err"; bare=$?
  pip $words >"$out/ours" 2>"$out/ours.err"; ours=$?
  if [ "$bare" != "$ours" ]; then echo "$words: $ours instead of $bare"; fi
  diff "$out/bare" "$out/ours" || echo "$words: other output"
  # What pipward adds comes after what pip said.
  lines=$(grep -c '' "$out/bare.err"); head -n "$lines" "$out/ours.err" | diff "$out/bare.err" - || echo "$words: other errors"
done
cd ../project/below; pip install x >/dev/null 2>"$out/refused"; echo "refused: $? $(grep -c 'venv-required' "$out/refused")"`;

const USER = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
/** Puts a stand-in in the place of a program, which stays reachable below $1/real. Options of GNU alone end with 1, as on macOS. */
const BSD = `for name in readlink stty ps; do
  file=/usr/bin/$name; [ -e "$file" ] || continue; cp "$(readlink -f "$file")" "$1/real/$name"
done
for name in readlink stty ps; do
  printf '#!/bin/sh\\nfor word; do case $word in --*|-[fFe]) echo "%s: illegal option -- $word" >&2; exit 1;; esac; done\\nexec "%s/real/%s" "$@"\\n' $name "$1" $name >"$1/real/$name.sh"
  chmod 755 "$1/real/$name.sh"; [ ! -e "/usr/bin/$name" ] || mount --bind "$1/real/$name.sh" "/usr/bin/$name"
done`;

describe.skipIf(lacks !== '')(`small systems, and stand-ins of others${lacks}`, () => {
  const run = (prepare: string, user: string, shell = '/bin/sh', env: Readonly<Record<string, string>> = {}) =>
    runAt(
      path.join(scratch, 'plain'),
      [
        'unshare',
        '-m',
        '/bin/sh',
        '-c',
        `${prepare}\nexec ${user} ${shell} -c '${CALLS.replaceAll("'", String.raw`'\''`)}' sh "$1"`,
        'sh',
        scratch,
      ],
      { PATH: `${path.join(scratch, 'bin')}:${path.dirname(findOwnNode())}:/usr/bin:/bin`, ...env },
    );

  test.each<[system: string, prepare: string, user?: string, env?: Record<string, string>]>(
    chooseSome(
      [
        ['as it is', ':'],
        ['without /proc', 'mount -t tmpfs none /proc'],
        ['with readlink, stty and ps that know no option of GNU', BSD],
        ['without stty and cat', 'for name in stty cat; do mount --bind /dev/null /usr/bin/$name; done'],
        ['with a read-only root', 'mount -t tmpfs none "$1/out"; chmod 1777 "$1/out"; mount -o remount,ro,bind /'],
        ['as a user without an entry in passwd', ':', 'setpriv --reuid=1234567 --regid=0 --clear-groups'],
        ['with BASH_COMPAT=3.2', ':', USER, { BASH_COMPAT: '3.2' }],
        ['with BASH_COMPAT=5.0', ':', USER, { BASH_COMPAT: '5.0' }],
      ],
      3,
    ),
  )('pip runs and policies hold: %s', (_, prepare, user = USER, env = {}) => {
    const { stdout, stderr } = run(prepare, user, '/bin/sh', env);
    expect(stdout + stderr).toMatch(/^refused: 3 [1-9]\n$/);
  });

  test.each(
    chooseSome(
      [
        ['bash', '3.2'],
        ['bash', '5.0'],
      ],
      1,
    ),
  )('the shim as a script of %s with BASH_COMPAT=%s', (shell, level) => {
    const { stdout, stderr } = run(`mount --bind "$(command -v ${shell})" "$(readlink -f /bin/sh)"`, USER, '/bin/sh', {
      BASH_COMPAT: level,
    });
    expect(stdout + stderr).toMatch(/^refused: 3 [1-9]\n$/);
  });

  test.skipIf(!isMatrix || !hasProgram('busybox'))(
    'busybox as /bin/sh, without the native part (needs the matrix)',
    () => {
      const dist = path.join(scratch, 'product/dist');
      const native = readdirSync(dist).filter((name) => name.endsWith('.node'));
      const prepare = `mount --bind "$(command -v busybox)" "$(readlink -f /bin/sh)"
      ${native.map((name) => `mount --bind /dev/null "${path.join(dist, name)}"`).join('\n')}`;
      const { stdout, stderr } = run(prepare, USER);
      expect(stdout + stderr).toMatch(/^refused: 3 [1-9]\n$/);
    },
  );
});
