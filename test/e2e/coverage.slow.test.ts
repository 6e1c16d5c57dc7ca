import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CoverageRow } from '../../src/admin/coverage/model.ts';
import { canOverlay, runForAll, withoutForAll } from '../support/for-all.ts';
import { TEST_LIMIT } from '../support/limits.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { copyProduct } from '../support/product.ts';
import { hasProgram, hasSetpriv, NOBODY } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

const why =
  withoutForAll ||
  (canOverlay && hasSetpriv && existsSync('/usr/bin/pip') && existsSync('/etc/sudoers.d') && hasProgram('sudo')
    ? ''
    : " (needs overlay mounts, sudo and the system's pip)");

/**
 * A machine whose Python forbids nothing, on which user `nobody` may use sudo. `as` runs a program as that user with nothing
 * but HOME and PATH; `try_all` installs a wheel in each way, first as it is, then with each variable that may lift a rule.
 */
const MACHINE = `python=$(readlink -f /usr/bin/python3)
library=/usr/lib/$(basename "$python")
mount -t tmpfs none /mnt && mkdir /mnt/up /mnt/work
mount -t overlay -o "lowerdir=$library,upperdir=/mnt/up,workdir=/mnt/work" none "$library"
rm -f "$library/EXTERNALLY-MANAGED"
mount -t tmpfs -o mode=755 none /etc/sudoers.d
echo 'nobody ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/nobody; chmod 440 /etc/sudoers.d/nobody
[ -e /etc/pip.conf ] || : >/etc/pip.conf
: >/mnt/pip.conf; mount --bind /mnt/pip.conf /etc/pip.conf
as() {
  setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME="$HOME_OF_NOBODY" PATH="$NODE:/usr/bin:/bin" \
    SHELL=/bin/bash TERM=dumb LANG=C.UTF-8 "$@" </dev/null
}
words="install --no-index --no-deps --force-reinstall $WHEEL"
lift='PIPWARD_BYPASS=why PIP_REQUIRE_VIRTUALENV=0 PIP_BREAK_SYSTEM_PACKAGES=1 CI=true PIPWARD_ADVICE=off'
one() { name=$1; shift; status=0; as "$@" >/mnt/said 2>&1 || status=$?; echo "tried $name $status"; }
attempt() {
  where=$1; shift
  one "$where/plain" "$@" env
  # What is not refused needs nothing that lifts a rule.
  case $status in 0) ;; *) one "$where/lifted" "$@" env $lift ;; esac
}
try_all() {
  for pip in pip 'python3 -m pip'; do
    key=$(echo "$pip" | tr ' ' _)
    attempt "login/$key" bash -lic "\\$* $pip $words" sh
    attempt "cron/$key" env -i HOME="$HOME_OF_NOBODY" PATH=/usr/bin:/bin SHELL=/bin/sh /bin/sh -c "\\$* $pip $words" sh
    attempt "sudo/$key" sudo -n sh -c "\\$* $pip $words" sh
  done
  attempt interactive/pip bash -ic "\\$* pip $words" sh
}
pipward() { as "$PIPWARD" "$@"; }
`;

const SETUP = `as "$1/install.sh" --yes >/mnt/setup 2>&1 || cat /mnt/setup; PIPWARD=$HOME_OF_NOBODY/.local/share/pipward/bin/pipward
mkdir -p "$HOME_OF_NOBODY/.config/pipward"; printf '[policy]\\nrequire-virtual-environment = "enforce"\\n' >"$HOME_OF_NOBODY/.config/pipward/config.toml"
chown -R 65534:65534 "$HOME_OF_NOBODY/.config"
`;
const PIP_CONF = `printf '[install]\\nrequire-virtualenv = true\\n[uninstall]\\nrequire-virtualenv = true\\n' >/etc/pip.conf
`;
const FOR_ALL = `install "$1"; PIPWARD=/usr/local/bin/pipward
printf '[policy]\\nrequire-virtual-environment = "enforce"\\naccept = ["venv"]\\nallow-bypass = "never"\\n' >/etc/pipward/policy.toml
`;

/** A project with an environment, and what pip does at an interactive prompt of bash inside it. */
const IN_ENVIRONMENT = `mkdir "$HOME_OF_NOBODY/project"; chown 65534 "$HOME_OF_NOBODY/project"; cd "$HOME_OF_NOBODY/project"
as /usr/bin/python3 -m venv .venv
printf '[policy]\\nminimum-pip = "99"\\n' >"$HOME_OF_NOBODY/.config/pipward/config.toml"
at_prompt() {
  as bash -ic '. .venv/bin/activate; for each in "\${PROMPT_COMMAND[@]-}"; do eval "$each"; done; pip install --no-index --no-deps "$0"' "$WHEEL"
}
`;

type Answer = { readonly open: number; readonly asks: readonly unknown[]; readonly rows: readonly CoverageRow[] };

function readAnswer(text = ''): Answer {
  const answer: Answer = JSON.parse(text);
  return answer;
}

describe.skipIf(why !== '')(`what pipward coverage says, beside what happens${why}`, () => {
  let scratch = '';
  let product = '';
  let wheel = '';

  beforeAll(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'pipward-coverage-'));
    chmodSync(scratch, 0o755);
    product = copyProduct(path.join(scratch, 'product'));
    wheel = makeWheel(scratch, 'coverage-demo');
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

  /** Runs a script of sh on that machine; returns the parts of its output between the lines `== name`. */
  function onMachine(script: string): ReadonlyMap<string, string> {
    const home = mkdtempSync(path.join(scratch, 'home-'));
    chownSync(home, NOBODY, NOBODY);
    const variables = `HOME_OF_NOBODY='${home}' NODE='${path.dirname(process.execPath)}' WHEEL='${wheel}' PIPWARD="$1/bin/pipward"\n`;
    const { said } = runForAll(product, `${variables}${MACHINE}${script}`);
    return new Map(
      said.split(/^== /m).map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
    );
  }

  test.each<[what: string, prepare: string, expected: Readonly<Record<string, string>>]>(
    chooseSome(
      [
        [
          'nothing is set up',
          '',
          {
            'login pip': 'open',
            'interactive pip': 'open',
            'cron pip': 'open',
            'sudo pip': 'open',
            'cron python3 -m pip': 'open',
          },
        ],
        [
          "the user's own setup and policy",
          SETUP,
          { 'login pip': 'deters', 'interactive pip': 'deters', 'cron pip': 'open', 'login python3 -m pip': 'open' },
        ],
        [
          'pip.conf for all users',
          PIP_CONF,
          { 'login pip': 'deters', 'cron pip': 'deters', 'sudo pip': 'deters', 'sudo python3 -m pip': 'deters' },
        ],
        [
          "the user's own setup, policy, and pip.conf",
          `${SETUP}${PIP_CONF}`,
          { 'login pip': 'deters', 'interactive python3 -m pip': 'deters', 'cron pip': 'deters' },
        ],
        [
          "the machine's policy and setup",
          FOR_ALL,
          { 'login pip': 'prevents', 'sudo pip': 'prevents', 'cron pip': 'open', 'login python3 -m pip': 'open' },
        ],
      ],
      2,
    ),
  )(
    '%s',
    (_, prepare, expected) => {
      const check = (name: string) => `echo '== ${name}'; pipward coverage --check; echo "status $?"; `;
      const parts = onMachine(
        `${prepare}echo '== coverage'; pipward coverage --json; ${check('before')}echo '== tries'; try_all\n${PIP_CONF}${check('after')}`,
      );
      const { rows, open, asks } = readAnswer(parts.get('coverage'));
      const said = new Map(rows.map(({ environment, way, worth }) => [`${environment} ${way}`, worth]));
      expect(Object.fromEntries(Object.keys(expected).map((key) => [key, said.get(key)]))).toEqual(expected);

      const before = parts.get('before');
      expect(before).toMatch(
        open > 0 ? /\n\d+ open ways allow an install that breaks the policy\.\nstatus 1\n$/ : /\nstatus 0\n$/,
      );
      expect(before).toContain(
        asks.length === 0
          ? 'No rule is enforced, so nothing needs to be closed.'
          : 'enforced rules: require-virtual-environment (',
      );
      // With pip.conf beside the policy nothing is left.
      expect(parts.get('after')).toMatch(/\nstatus 0\n$/);
      const tries = [...(parts.get('tries') ?? '').matchAll(/^tried (\w+)\/([^/]+)\/plain (\d+)$/gm)];
      expect(tries.length).toBe(7);
      for (const [, place = '', way = '', plain] of tries) {
        const name = `${place} ${way.replaceAll('_', ' ')}`;
        const lifted = new RegExp(`^tried ${place}/${way}/lifted (\\d+)$`, 'm').exec(parts.get('tries') ?? '')?.[1];
        const seen = plain === '0' ? 'open' : lifted === '0' ? 'deters' : 'prevents';
        expect(`${name}: ${seen}`).toBe(`${name}: ${said.get(name)}`);
      }
    },
    TEST_LIMIT,
  );

  test(
    'a prompt inside an environment that is not made yet: pip there will not know minimum-pip',
    () => {
      const rule = `printf '[policy]\\nminimum-pip = "99"\\n' >"$HOME_OF_NOBODY/.config/pipward/config.toml"; `;
      const parts = onMachine(`${SETUP}${rule}echo '== answer'; pipward coverage --json`);
      const { rows } = readAnswer(parts.get('answer'));
      const [row] = rows.filter(({ environment }) => environment === 'activated');
      expect(row).toMatchObject({
        worth: 'open',
        asks: ['minimum-pip'],
        reason: 'a virtual environment, where pipward is not called: its own pip does not know minimum-pip',
      });
    },
    TEST_LIMIT,
  );

  test.runIf(isMatrix)(
    'a prompt inside an environment: its own pip before, pipward after setup --in-environments (needs the matrix)',
    () => {
      const look = (name: string) =>
        `echo '== ${name}'; pipward coverage --json; echo '== ${name} tried'; at_prompt >/mnt/said 2>&1; echo "$?"; `;
      const hook = `as "$PIPWARD" setup --in-environments --yes >/mnt/said 2>&1 || cat /mnt/said; `;
      const parts = onMachine(`${SETUP}${IN_ENVIRONMENT}${look('before')}${hook}${look('after')}`);
      const worth = (name: string) =>
        readAnswer(parts.get(name)).rows.find(({ environment }) => environment === 'activated')?.worth;
      expect([worth('before'), parts.get('before tried')]).toEqual(['open', '0\n']);
      expect([worth('after'), parts.get('after tried')]).toEqual(['deters', '3\n']);
    },
    TEST_LIMIT,
  );
});
