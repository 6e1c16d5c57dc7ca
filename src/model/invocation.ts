/** What a subcommand changes: see "How a call is read" in docs/reference/policy.md. */
export type Effect = 'environment' | 'user-state' | 'nothing';

/** Options by which more is installed than the words say. */
export const REQUESTING_OPTIONS = ['--requirement', '--editable', '--group', '--requirements-from-script'] as const;

/** An option as pip's parser would take it: full long name (or short one), value if it has one. */
export type PipOption = {
  readonly name: string;
  readonly value: string | null;
};

/** Where an install goes other than to the environment itself. */
export type Redirection = {
  readonly option: '--target' | '--prefix' | '--root';
  readonly value: string;
};

/** A command line of pip, read as pip's own two parsers read it (pip/_internal/cli/main_parser.py). */
export type PipCommand = {
  /** The name that was called: pip, pip3, pip3.12. */
  readonly name: string;
  /** Words that start the same pip once more, where the name alone may not: a variable of this one call named its Python. */
  readonly start?: readonly string[];
  readonly arguments: readonly string[];
  /** First word after the global options; null if there is none. Not checked against the known ones. */
  readonly subcommand: string | null;
  readonly effect: Effect;
  readonly options: readonly PipOption[];
  /** Words of the subcommand: requirements of an install, names of an uninstall. */
  readonly words: readonly string[];
  /** Values of -r/--requirement. */
  readonly requirementFiles: readonly string[];
  /** Values of -e/--editable. */
  readonly editables: readonly string[];
  /** Help or the version is printed and nothing else is done. */
  readonly informational: boolean;
  readonly dryRun: boolean;
  /** --user: true, --no-user: false, neither: null (last one wins). */
  readonly user: boolean | null;
  readonly redirection: Redirection | null;
  /** Value of --python before or after the subcommand; null if not given. */
  readonly python: string | null;
  /** How many -q. */
  readonly quiet: number;
  readonly isolated: boolean;
  readonly breakSystemPackages: boolean;
};
