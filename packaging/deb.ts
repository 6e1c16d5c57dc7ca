import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderCompletionOf } from '../src/admin/completion/completion.ts';
import { COMMANDS } from '../src/admin/cli.ts';
import { writeAr } from './ar.ts';
import { listRuntime, type Output } from './archive.ts';
import { compressStably } from './compress.ts';
import { fileEntry, listFolders, moveBelow, type PackageEntry } from './entries.ts';
import { renderManPage } from './man-page.ts';
import type { Product } from './product.ts';
import { writeTar } from './tar.ts';
import type { DebianArchitecture, Runtime } from './targets.ts';

/** What the official Node is linked against; it needs glibc 2.28 and the libstdc++ of GCC 5. */
const DEPENDS = 'libatomic1, libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 5.2)';
/** The folder of the package; src/admin/setup/locations.ts has it as well. */
const HOME = 'usr/lib/pipward';

/** Makes the .deb. It owns only files of its own; `pipward setup --system` makes links to them. */
export async function makeDeb(
  root: string,
  product: Product,
  architecture: DebianArchitecture,
  runtime: Runtime,
): Promise<Output> {
  const { epoch } = product;
  const version = toDebianVersion(product.version);
  const data = await listData(product, runtime);
  const script = (name: string): PackageEntry => ({
    kind: 'file',
    path: name,
    mode: 0o755,
    bytes: Buffer.from(
      readFileSync(path.join(root, 'packaging/debian', name), 'utf8').replaceAll('@VERSION@', version),
    ),
  });
  const control = [
    fileEntry('control', renderControl(version, architecture, data)),
    fileEntry('md5sums', renderMd5Sums(data)),
    script('postinst'),
    script('prerm'),
  ];
  const members = [
    { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
    { name: 'control.tar.gz', bytes: await compressStably(writeTar(control, epoch, './')) },
    { name: 'data.tar.gz', bytes: await compressStably(writeTar(data, epoch, './')) },
  ];
  return { name: `pipward_${version}_${architecture}.deb`, bytes: writeAr(members, epoch) };
}

/** In Debian a tilde sorts before everything: 0.2.0~beta.1 comes before 0.2.0, as npm means 0.2.0-beta.1. */
export function toDebianVersion(version: string): string {
  return version.replace('-', '~');
}

/** Returns every file of the package with its path from the root of the file system. */
async function listData(product: Product, runtime: Runtime): Promise<readonly PackageEntry[]> {
  const { files, version, epoch } = product;
  const has = (pattern: RegExp) => files.filter(({ path: name }) => pattern.test(name));
  const texts = has(/^(?:README\.md|docs\/.*\.(?:md|json|svg))$/);
  const changelog = has(/^CHANGELOG\.md$/);
  const compressed = async (name: string, bytes: Buffer | string) =>
    fileEntry(name, await compressStably(Buffer.from(bytes)));
  return [
    ...moveBelow(HOME, [
      ...has(/^(?:bin|dist|shims)\//),
      ...listRuntime(runtime).filter(({ path: name }) => name !== 'LICENSE.node'),
      { kind: 'link', path: 'shims/pip3', target: 'pip' },
      { kind: 'link', path: 'shims/pipward', target: '../bin/pipward' },
    ]),
    { kind: 'link', path: 'usr/bin/pipward', target: '../lib/pipward/bin/pipward' },
    ...moveBelow('usr/share', [
      fileEntry('bash-completion/completions/pipward', renderCompletionOf('bash', COMMANDS)),
      fileEntry('zsh/vendor-completions/_pipward', renderZshFunction()),
      fileEntry('fish/vendor_completions.d/pipward.fish', renderCompletionOf('fish', COMMANDS)),
      await compressed('man/man1/pipward.1.gz', renderManPage(COMMANDS, version, epoch)),
      fileEntry('doc/pipward/copyright', renderCopyright(files, runtime)),
      ...(await Promise.all(
        changelog.map((entry) => compressed('doc/pipward/changelog.gz', entry.kind === 'file' ? entry.bytes : '')),
      )),
      ...moveBelow('doc/pipward', texts),
    ]),
  ];
}

/** zsh runs the file itself as the function, the first time as well; a script that is sourced only defines it. */
function renderZshFunction(): string {
  return renderCompletionOf('zsh', COMMANDS).replace('compdef _pipward pipward', '_pipward "$@"');
}

function renderControl(version: string, architecture: DebianArchitecture, data: readonly PackageEntry[]): string {
  const sizes = data.map((entry) => (entry.kind === 'file' ? Math.ceil(entry.bytes.length / 1024) : 1));
  const size = sizes.reduce((sum, each) => sum + each, listFolders(data).length);
  return `Package: pipward
Version: ${version}
Architecture: ${architecture}
Maintainer: The pipward developers <pipward@users.noreply.github.com>
Installed-Size: ${size}
Depends: ${DEPENDS}
Suggests: python3-pip, python3-venv
Section: python
Priority: optional
Homepage: https://github.com/pipward/pipward
Description: pip that comes first on PATH and says what happened
 For each call pipward finds the Python that is meant and runs its pip with
 the same arguments. Afterwards it says what happened and what to do. Where a
 policy requires a virtual environment it refuses before pip starts.
 .
 The package has a Node.js of its own and changes no shell: run
 "pipward setup --system" as root to put its pip first for all users.
`;
}

function renderMd5Sums(data: readonly PackageEntry[]): string {
  const lines = data.flatMap((entry) =>
    entry.kind === 'file' ? [`${createHash('md5').update(entry.bytes).digest('hex')}  ${entry.path}\n`] : [],
  );
  return lines.toSorted((one, other) => (one.slice(34) < other.slice(34) ? -1 : 1)).join('');
}

function renderCopyright(files: readonly PackageEntry[], { nodeLicence }: Runtime): string {
  const read = (name: string) =>
    files.flatMap((entry) => (entry.kind === 'file' && entry.path === name ? [String(entry.bytes)] : []))[0] ?? '';
  const line = '='.repeat(72);
  return [
    `pipward, https://github.com/pipward/pipward\n\n${read('LICENSE').trim()}\n`,
    `What is bundled in /${HOME}/dist:\n\n${read('dist/licences.txt').trim()}\n`,
    `Node.js, /${HOME}/node:\n\n${nodeLicence.toString().trim()}\n`,
  ].join(`\n${line}\n\n`);
}
