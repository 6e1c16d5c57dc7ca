import type { ConfiguredPython, ProjectSearch } from '../interpreter/resolve.ts';
import type { AuditLog, PolicyLayer, ProjectEnvironmentUse, Settings } from '../model/policy.ts';

const ENVIRONMENT_NAMES: readonly string[] = ['.venv', 'venv'];

/** `[resolve] python`. */
export function findConfiguredPython(layers: readonly PolicyLayer[]): ConfiguredPython | null {
  const layer = findSetting(layers, 'python');
  const python = layer?.settings.python;
  return !layer || !python ? null : { path: python.value, file: layer.file, line: python.line };
}

/** `[resolve] environment-names`, or the usual ones. */
export function findEnvironmentNames(layers: readonly PolicyLayer[]): readonly string[] {
  return findSetting(layers, 'environmentNames')?.settings.environmentNames ?? ENVIRONMENT_NAMES;
}

/** `[resolve] project-environment`. */
export function readProjectEnvironmentUse(layers: readonly PolicyLayer[]): ProjectEnvironmentUse {
  return findSetting(layers, 'projectEnvironment')?.settings.projectEnvironment?.value ?? 'advise';
}

/** What to look for upward from the current directory; null unless `project-environment = "use"`. */
export function findProjectSearch(layers: readonly PolicyLayer[]): ProjectSearch | null {
  const layer = findSetting(layers, 'projectEnvironment');
  const use = layer?.settings.projectEnvironment;
  if (!layer || use?.value !== 'use') return null;
  return { names: findEnvironmentNames(layers), file: layer.file, line: use.line };
}

/** The user's file before the system's, which comes first among the layers; a project's has no settings. */
function findSetting(layers: readonly PolicyLayer[], name: keyof Settings): PolicyLayer | undefined {
  return layers.findLast((layer) => layer.settings[name] !== null);
}

/** The log that counts, and the file that asks for it. */
export type AuditLogSetting = {
  readonly log: Exclude<AuditLog, 'off'>;
  readonly file: string;
  readonly line: number | null;
};

/**
 * Returns the log that counts; null if there is none. The machine's file takes precedence, so that a user cannot turn its log
 * off; where it asks for none, the user's own file may.
 */
export function findAuditLog(layers: readonly PolicyLayer[]): AuditLogSetting | null {
  for (const { file, settings } of layers) {
    const log = settings.auditLog;
    if (log !== null && log.value !== 'off') return { log: log.value, file, line: log.line };
  }
  return null;
}
