import type { PipCommand } from '../../model/invocation.ts';
import type { InstalledPackage } from '../../model/observation.ts';
import { normalizeName } from '../../util/project-name.ts';

/**
 * Returns the names for `pip uninstall` that take back what was asked for; null when they are not known, and when one of them
 * replaced another version, which would not come back. With a list of
 * what was installed, names that were there before are left out, and where it is not known what was asked for, all of the
 * list are returned. Never returns `-r FILE`: it may list packages that were installed before.
 */
export function listUninstallWords(
  command: PipCommand,
  installed: readonly InstalledPackage[] | null,
): readonly string[] | null {
  const words = listRequested(command, installed);
  const replaced = installed?.filter(({ isReplacement }) => isReplacement).map(({ name }) => normalizeName(name)) ?? [];
  return words?.some((word) => replaced.includes(normalizeName(word))) ? null : words;
}

function listRequested(command: PipCommand, installed: readonly InstalledPackage[] | null): readonly string[] | null {
  const requests = [...command.words, ...command.editables];
  const names = requests.map((request) => findName(request, installed) ?? findOnlyOne(requests, command, installed));
  if (command.requirementFiles.length > 0 || names.includes(null)) {
    return installed === null || installed.length === 0 ? null : installed.map(({ name }) => name);
  }
  const added = installed?.map(({ name }) => normalizeName(name));
  const own = names.flatMap((name) => (name !== null && (added?.includes(normalizeName(name)) ?? true) ? [name] : []));
  return own.length === 0 ? null : [...new Set(own)];
}

function findName(request: string, installed: readonly InstalledPackage[] | null): string | null {
  // PEP 508: `name`, `name[extra]>=1; marker`, `name @ address`.
  const requirement = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:$|[[(<>=!~;]|@\s)/.exec(request)?.[1];
  const isFile = /[/\\]/.test(request.split('@')[0] ?? '') || /\.(?:whl|zip|tar\.\w+|tgz)$/i.test(request);
  if (requirement !== undefined && !isFile) return requirement;
  const egg = /[#&]egg=([A-Za-z0-9][\w.-]*)/.exec(request)?.[1];
  if (egg !== undefined) return egg;
  const file = request.split(/[?#]/)[0]?.split(/[/\\]/).at(-1) ?? '';
  // A wheel's name ends at the first `-` (PEP 427), an sdist's at the one before the version.
  const stem = file.endsWith('.whl') ? file.split('-')[0] : /^(.+)-\d/.exec(file)?.[1];
  if (stem === undefined) return null;
  return installed?.find(({ name }) => normalizeName(name) === normalizeName(stem))?.name ?? null;
}

/** One thing was asked for and one was installed: it is the same, whatever it was called. */
function findOnlyOne(
  requests: readonly string[],
  { requirementFiles }: PipCommand,
  installed: readonly InstalledPackage[] | null,
): string | null {
  const isOnly = requests.length === 1 && requirementFiles.length === 0 && installed?.length === 1;
  return isOnly ? (installed[0]?.name ?? null) : null;
}
