import type { Evidence, Interpreter } from './environment.ts';
import type { PipCommand, Redirection } from './invocation.ts';

/** Where a setting of pip was written; `text` of a file is the line as it stands there. */
export type SettingOrigin = Extract<Evidence, { kind: 'variable' | 'file' }> | { readonly kind: 'command-line' };

/** A setting of pip and where it was said. */
export type PipSetting = {
  readonly value: string;
  readonly origin: SettingOrigin;
};

/** A file of pip's configuration that pip would read more of than pipward can. */
export type UnknownFile = { readonly path: string; readonly reason: string };

/** What an install or uninstall is really asked to do: the command line over PIP_* over pip's files. */
export type InstallSettings = {
  readonly user: boolean | null;
  readonly redirection: Redirection | null;
  /** Value of --root, which pip puts before the folder of a --prefix; null if none counts. */
  readonly root: string | null;
  readonly dryRun: boolean;
  /** How many -q, less how many -v, as pip counts; never below 0. */
  readonly quiet: number;
  readonly breakSystemPackages: boolean;
  /** Whether variables or pip's files ask for more than the command line says: `PIP_REQUIREMENT`, `[install] editable`. */
  readonly hasHiddenRequests: boolean;
  /** Whether the `setup.py install` of an sdist is told where to install: --install-option, --global-option=install. */
  readonly steersBuilds: boolean;
  /** Any of the other settings may be in these files. */
  readonly unknown: readonly UnknownFile[];
  /** Interpreter or environment folder that pip will hand over to (pip 22.3). */
  readonly python: string | null;
  /** Where each was said; null where nothing was. */
  readonly origins: Readonly<
    Record<'user' | 'redirection' | 'dryRun' | 'quiet' | 'breakSystemPackages' | 'python', SettingOrigin | null>
  >;
};

/** What one call means to the pip that runs it. Each function reads the disk when it is first called, and then remembers. */
export type PipCall = {
  readonly command: PipCommand;
  /** The interpreter whose environment pip works on; null if there is none. */
  readonly interpreter: Interpreter | null;
  /** The interpreter that runs pip: the pip runner's, where one drives an environment without pip; null if pip cannot start. */
  readonly runner: Interpreter | null;
  /** sys.prefix of `interpreter`; null if unknown. */
  readonly prefix: string | null;
  /** Version of the pip that runs, from its dist-info folder; null if unknown. */
  readonly version: () => string | null;
  readonly settings: () => InstallSettings;
};
