import { isFromOtherUser } from '../../util/other-user.ts';
import type { PolicyLayer } from '../../model/policy.ts';
import type { FileView, CallContext } from '../../model/call-context.ts';
import { chargeParsing, createBudget, MAX_READ_BYTES, type Budget } from './budget.ts';
import { uncertainLayer, noteFile, unreadableLayer } from './defaults.ts';
import { hasOurTable, namesUs, namesUsIn } from './names-us.ts';
import { parsePolicyFile, type PolicySource } from './parse-policy-file.ts';
import { nameIn, projectDirectories, systemFile, userFile } from './policy-locations.ts';
import { pathsOf } from '../../util/paths.ts';
import { findNamedFileFault, findWindowsWeakness } from '../windows-system-file.ts';

/** Every policy file that a call is judged by: system, user, then the projects' from the outermost directory inward. */
export function findPolicyLayers(context: CallContext): readonly PolicyLayer[] {
  const { files } = context;
  const user = userFile(context);
  const { directories, leftOut } = projectDirectories(context);
  const budget = createBudget();
  return [
    readSystemLayer(context),
    user === null ? null : readLayer(files, 'user', user),
    ...directories.flatMap((directory) => [
      readProjectFile(directory, 'pipward.toml', context, (file) => readLayer(files, 'project', file, budget)),
      readProjectFile(directory, 'pyproject.toml', context, (file) => readPyproject(files, file, budget)),
    ]),
    leftOut === null ? null : uncertainLayer('project', leftOut, 'too-deep'),
  ].filter((layer) => layer !== null);
}

/** A file that another user put where everyone can write is not opened: it says nothing here (`pipward policy show` names it). */
function readProjectFile(
  directory: string,
  name: string,
  context: CallContext,
  read: (file: string) => PolicyLayer | null,
): PolicyLayer | null {
  const file = nameIn(directory, name, context);
  return isFromOtherUser(directory, file, context) ? null : read(file);
}

/** `budget`: of a project's file, which anyone may have written. */
function readLayer(
  files: FileView,
  scope: PolicySource['scope'],
  file: string,
  budget: Budget | null = null,
): PolicyLayer | null {
  const read = files.readText(file, budget === null ? MEBIBYTE : Math.max(1, Math.min(MEBIBYTE, budget.read)));
  switch (read.kind) {
    case 'text': {
      if (budget !== null) budget.read -= read.text.length;
      const excess = budget === null ? null : chargeParsing(budget, read.text);
      if (excess !== null) return unreadableLayer(scope, file, excess);
      return parsePolicyFile({ scope, file, text: read.text, kind: 'pipward-toml' });
    }
    case 'unreadable': {
      const isUsedUp = budget !== null && read.reason === 'too-large' && budget.read < MEBIBYTE;
      const reason = isUsedUp ? 'too-many-bytes' : read.reason;
      // `sudo -u other pip` is often called where the other user may not look: then not even its existence is known.
      const known = scope === 'system' || files.status(file) !== null || files.isLink(file);
      if (!known && scope === 'user') return null;
      return known ? unreadableLayer(scope, file, reason) : uncertainLayer(scope, file, 'unseen');
    }
    case 'missing':
      // The link shows that a policy was meant: a missing target must not loosen it.
      return files.isLink(file) ? unreadableLayer(scope, file, 'dangling-link') : null;
  }
}

/**
 * A file that others than root can change says nothing for the system: it counts as the user's. Nor may they choose which Python
 * runs: on Windows every user may add a folder to C:\ProgramData.
 */
function readSystemLayer(context: CallContext): PolicyLayer | null {
  const { files } = context;
  const file = systemFile(context);
  if (PIPWARD_FOR_WINDOWS && context.platform === 'win32') {
    const fault = findNamedFileFault(context, file);
    if (fault !== null) return fault;
  }
  const layer = readLayer(files, 'system', file);
  const weakness = layer === null ? null : findWeakness(context, file);
  if (layer === null || weakness === null) return layer;
  const warning = noteFile(file, `${weakness}, so it counts as the user's, without its [resolve]`);
  const settings = { ...layer.settings, python: null, projectEnvironment: null };
  return { ...layer, scope: 'user', settings, warnings: [warning, ...layer.warnings] };
}

/** What lets others than root change the file; null if nothing does. */
function findWeakness(context: CallContext, file: string): string | null {
  if (PIPWARD_FOR_WINDOWS && context.platform === 'win32') return findWindowsWeakness(context, file);
  for (const name of [file, pathsOf(context.platform).dirname(file)]) {
    const status = context.files.status(name);
    // In a directory of root's that we may not look into, or at the end of a dangling link, nothing is known: root's then.
    if (status === null) continue;
    if (status.owner !== 0) return `${name} is not owned by root`;
    if ((status.mode & 0o022) !== 0) return `${name} can be written by others than root`;
  }
  return null;
}

/**
 * Returns the layer of a pyproject.toml. Other tools share that file: if it cannot be read and is not known to have a table
 * of pipward, that is only a warning.
 */
function readPyproject(files: FileView, file: string, budget: Budget): PolicyLayer | null {
  let read = files.readText(file, Math.max(1, Math.min(MAX_DECODED, budget.read)));
  if (read.kind === 'unreadable' && read.reason === 'too-large' && budget.read > MAX_DECODED) {
    // To decode megabytes takes three times as long as to search them.
    const named = files.readBlocks(file, budget.read, (next, size) => namesUsIn(next) || size);
    if (typeof named === 'number') {
      budget.read -= named;
      return null;
    }
    read = files.readText(file, budget.read);
  }
  switch (read.kind) {
    case 'text':
      return judgePyproject(file, read.text, budget);
    case 'unreadable':
      // What outer files have used up hides no policy of this one; one that is too large by itself says nothing.
      if (read.reason === 'too-large' && budget.read < MAX_READ_BYTES) {
        return unreadableLayer('project', file, 'too-many-bytes');
      }
      // Sandboxes mask files by a device or a folder: no tool reads that as a project's file, while `pipward.toml` is ours alone.
      return files.status(file)?.kind === 'file' ? uncertainLayer('project', file, read.reason) : null;
    case 'missing':
      return null;
  }
}

/** What does not fit into the budget is not parsed, but looked through: a table of ours counts as one that cannot be read. */
function judgePyproject(file: string, text: string, budget: Budget): PolicyLayer | null {
  budget.read -= text.length;
  if (!namesUs(text)) return null;
  const excess = chargeParsing(budget, text);
  if (excess === null) return parsePolicyFile({ scope: 'project', file, text, kind: 'pyproject' });
  budget.scanned -= text.length;
  if (budget.scanned >= 0 && !hasOurTable(text)) return null;
  return unreadableLayer('project', file, text.length > MEBIBYTE ? 'too-large' : excess);
}

const MEBIBYTE = 1024 * 1024;
const MAX_DECODED = 256 * 1024;
