import { isFromOtherUser } from '../model/other-user.ts';
import type { PolicyLayer } from '../model/policy.ts';
import type { FileView, Surroundings } from '../model/surroundings.ts';
import { doubtfulLayer, noteFile, unreadableLayer } from './empty-layer.ts';
import { namesUs, parsePolicyFile, type PolicySource } from './parse-layer.ts';
import { nameIn, pathsOf, projectDirectories, systemFile, userFile } from './places.ts';

/** Every policy file that a call is judged by: system, user, then the projects' from the outermost directory inward. */
export function findPolicyLayers(surroundings: Surroundings): readonly PolicyLayer[] {
  const { files } = surroundings;
  const user = userFile(surroundings);
  return [
    readSystemLayer(surroundings),
    user === null ? null : readLayer(files, 'user', user),
    ...projectDirectories(surroundings).flatMap((directory) => [
      readProjectFile(directory, 'pipward.toml', surroundings, (file) => readLayer(files, 'project', file)),
      readProjectFile(directory, 'pyproject.toml', surroundings, (file) => readPyproject(files, file)),
    ]),
  ].filter((layer) => layer !== null);
}

/** A file that another user put where everyone can write is not opened: it says nothing here (`pipward policy show` names it). */
function readProjectFile(
  directory: string,
  name: string,
  surroundings: Surroundings,
  read: (file: string) => PolicyLayer | null,
): PolicyLayer | null {
  const file = nameIn(directory, name, surroundings);
  return isFromOtherUser(directory, file, surroundings) ? null : read(file);
}

function readLayer(files: FileView, scope: PolicySource['scope'], file: string): PolicyLayer | null {
  const read = files.readText(file);
  switch (read.kind) {
    case 'text':
      return parsePolicyFile({ scope, file, text: read.text, kind: 'pipward-toml' });
    case 'unreadable': {
      // `sudo -u other pip` is often called where the other user may not look: then not even its existence is known.
      const known = scope === 'system' || files.status(file) !== null || files.isLink(file);
      if (!known && scope === 'user') return null;
      return (known ? unreadableLayer : doubtfulLayer)(scope, file, read.reason);
    }
    case 'missing':
      // Somebody put a policy there; that its target is gone must not loosen it.
      return files.isLink(file) ? unreadableLayer(scope, file, 'dangling-link') : null;
  }
}

/** A file that others than root can change says nothing for the system: it counts as the user's. */
function readSystemLayer(surroundings: Surroundings): PolicyLayer | null {
  const { files } = surroundings;
  const file = systemFile(surroundings);
  const layer = readLayer(files, 'system', file);
  const weakness = layer === null ? null : findWeakness(surroundings, file);
  if (layer === null || weakness === null) return layer;
  const warning = noteFile(file, `${weakness}, so the file counts as the user's, not as the system's`);
  return { ...layer, scope: 'user', warnings: [warning, ...layer.warnings] };
}

/** What lets others than root change the file; null if nothing does, and on Windows, where there are no such bits. */
function findWeakness(surroundings: Surroundings, file: string): string | null {
  if (surroundings.platform === 'win32') return null;
  for (const name of [file, pathsOf(surroundings).dirname(file)]) {
    const status = surroundings.files.status(name);
    // In a directory of root's that we may not look into, or at the end of a dangling link, nothing is known: root's then.
    if (status === null) continue;
    if (status.owner !== 0) return `${name} is not owned by root`;
    if ((status.mode & 0o022) !== 0) return `${name} can be written by others than root`;
  }
  return null;
}

/** A pyproject.toml is everybody's file: as long as it is not known to name us, it can be no obstacle. */
function readPyproject(files: FileView, file: string): PolicyLayer | null {
  const read = files.readText(file);
  switch (read.kind) {
    case 'text':
      return parsePolicyFile({ scope: 'project', file, text: read.text, kind: 'pyproject' });
    case 'unreadable':
      if (read.reason === 'too-large') return judgeLarge(files, file);
      return files.status(file)?.kind === 'file' ? doubtfulLayer('project', file, read.reason) : null;
    case 'missing':
      return null;
  }
}

const LARGEST_SEARCHED = 16 * 1024 * 1024;

/** Too large to be parsed on every call, but not to be searched for our name. */
function judgeLarge(files: FileView, file: string): PolicyLayer | null {
  const read = files.readText(file, LARGEST_SEARCHED);
  if (read.kind !== 'text') return doubtfulLayer('project', file, 'too-large');
  return namesUs(read.text) ? unreadableLayer('project', file, 'too-large') : null;
}
