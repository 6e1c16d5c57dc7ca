import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRuntime } from '../../packaging/archive.ts';
import { moveBelow } from '../../packaging/entries.ts';
import { writeTar } from '../../packaging/tar.ts';
import { buildImage } from '../support/image.ts';
import { canMount } from '../support/namespaces.ts';
import { buildTestProduct, checkout, readOwnRuntime } from '../support/packages.ts';
import { findPyenvPython } from '../support/pythons.ts';
import { hasProgram, hasSetpriv, NOBODY } from '../support/sandbox.ts';
import { isMatrix } from '../support/matrix.ts';

/** The Dockerfiles of a page, in their order. */
function readDockerfiles(page: string): readonly string[] {
  const text = readFileSync(path.join(checkout, page), 'utf8');
  return [...text.matchAll(/^```dockerfile\n([^]*?)^```$/gm)].map(([, block = '']) => block);
}

const [distribution = '', official = ''] = readDockerfiles('docs/recipes.md');
const [policy = ''] = readDockerfiles('docs/guides/team.md');
const python = findPyenvPython();
const missing = [...(canMount && hasSetpriv ? [] : ['root and unshare']), ...(hasProgram('awk') ? [] : ['awk'])];
/** Another user than root in the archive, as one that was packed by hand has. */
const PACKER = 1234;

describe.skipIf(missing.length > 0)(
  `the Dockerfiles of the docs (needs ${missing.join(', ') || 'nothing more'})`,
  () => {
    let scratch = '';
    let context = '';
    beforeAll(() => {
      scratch = mkdtempSync(path.join(tmpdir(), 'pipward-image-'));
      chmodSync(scratch, 0o755);
      context = path.join(scratch, 'context');
      mkdirSync(context);
      // The archive for this machine, which has its own Node.
      const { files, epoch } = buildTestProduct();
      const packed = writeTar(moveBelow('pipward', [...files, ...listRuntime(readOwnRuntime())]), epoch);
      execFileSync('tar', ['-xf', '-', '-C', scratch], { input: packed });
      const owner = [`--owner=packer:${PACKER}`, `--group=packer:${PACKER}`, '--use-compress-program=gzip -1'];
      execFileSync('tar', ['-cf', path.join(context, 'pipward.tar.gz'), ...owner, '-C', scratch, 'pipward']);
      writeFileSync(path.join(context, 'policy.toml'), '[policy]\nrequire-virtual-environment = "enforce"\n', {
        mode: 0o600,
      });
    });
    afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

    const find = (user: number) => ({ user, words: ['sh', '-c', 'command -v pip; cd /tmp; pip --version'] });
    const install = (user: number) => ({ user, words: ['pip', 'install', 'x'] });

    test("an image with the distribution's Python: pip is pipward for root and others, and the policy holds", () => {
      const { steps, printed, statuses } = buildImage(scratch, {
        dockerfile: `${distribution}${policy}`,
        context,
        python,
        commands: [find(0), find(NOBODY), install(0), install(NOBODY)],
      });
      expect([steps, statuses]).toEqual([
        [0, 0, 0],
        [0, 0, 3, 3],
      ]);
      const [, version = '', check, rootFinds, userFinds, ...refused] = printed;
      expect(version).toMatch(/^pip \d.* from \/usr\/lib\/.* \(python 3.*\)\n$/);
      expect(check).toBe('no mistakes: /etc/pipward/policy.toml\n');
      expect([rootFinds, userFinds]).toEqual([`/usr/local/bin/pip\n${version}`, `/usr/local/bin/pip\n${version}`]);
      for (const text of refused) expect(text).toContain('error[venv-required]: system policy');
    });

    test.skipIf(python === null)(
      'an image of python: its own pip stays, and the shims come first (needs a Python of pyenv)',
      () => {
        const { steps, printed, statuses } = buildImage(scratch, {
          dockerfile: `${official}${policy}`,
          context,
          python,
          commands: [find(NOBODY), install(NOBODY), { user: 0, words: ['cat', '/usr/local/bin/pip'] }],
        });
        expect([steps, statuses]).toEqual([
          [0, 0, 0],
          [0, 3, 0],
        ]);
        const [, version = '', , found, , own] = printed;
        expect(version).toMatch(/^pip \d.* from \/usr\/local\/lib\/python3\.\d+\/.* \(python 3.*\)\n$/);
        expect(found).toBe(`/usr/local/lib/pipward/shims/pip\n${version}`);
        expect(own).toMatch(/^#!\/usr\/local\/bin\/python3\n/);
      },
    );

    test.runIf(isMatrix)(
      'without --no-same-owner the files belong to the user who packed them, and setup refuses (needs the matrix)',
      () => {
        const dockerfile = distribution.replace(' --no-same-owner', '');
        expect(dockerfile).not.toBe(distribution);
        const { steps, printed } = buildImage(scratch, { dockerfile, context, python });
        expect(steps).toEqual([1]);
        expect(printed[0]).toContain(`/opt/pipward/node belongs to user ${PACKER}`);
        expect(printed[0]).toContain('tar --no-same-owner');
      },
    );

    test.runIf(isMatrix)('a mistake in the policy ends the build (needs the matrix)', () => {
      writeFileSync(path.join(context, 'wrong.toml'), '[policy]\nrequire-virtual-env = "enforce"\n');
      const dockerfile = `${distribution}${policy.replace(' policy.toml', ' wrong.toml')}`;
      const { steps, printed } = buildImage(scratch, { dockerfile, context, python });
      expect(steps).toEqual([0, 0, 1]);
      expect(printed[2]).toContain('/etc/pipward/policy.toml:2:1: error: ');
    });
  },
);
