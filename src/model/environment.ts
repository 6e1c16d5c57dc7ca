export type PythonVersion = {
  readonly major: number;
  readonly minor: number;
  /** null when only `3.12` is known. */
  readonly patch: number | null;
};

/** The kind of place that an interpreter installs into. A virtual environment cannot carry an EXTERNALLY-MANAGED marker of its own (PEP 668). */
export type Environment =
  | {
      readonly kind: 'virtual';
      readonly prefix: string;
      /** `home =` of pyvenv.cfg: folder of the base interpreter (PEP 405). */
      readonly home: string | null;
      readonly seesSystemSite: boolean;
      /** What pyvenv.cfg was written for, if its python is another version now: the base was upgraded in place. */
      readonly upgradedFrom?: PythonVersion;
    }
  | { readonly kind: 'conda'; readonly prefix: string; readonly isBase: boolean }
  | {
      readonly kind: 'base';
      readonly prefix: string;
      /** Path of the EXTERNALLY-MANAGED marker; null if there is none. */
      readonly managedMarker: string | null;
    }
  /** A wrapper or a layout that we do not know: only running it would tell. */
  | { readonly kind: 'unknown' };

export type PipPresence =
  | {
      readonly state: 'present';
      /** The site directory that holds the pip package. */
      readonly directory: string;
    }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' };

/** A Python as its files show it; nothing was run to know this. */
export type Interpreter = {
  /** Absolute path to start it with; links not resolved, since a virtual environment is known by this path (PEP 405). */
  readonly executable: string;
  readonly realPath: string;
  readonly version: PythonVersion | null;
  readonly environment: Environment;
  /** The standard library folder, for instance /usr/lib/python3.12; null if not found. */
  readonly stdlib: string | null;
  /** Folders that pip would be looked for in, in the order of sys.path, user site left out. */
  readonly siteDirectories: readonly string[];
  readonly pip: PipPresence;
};

/** Steps of the resolution order, in that order. */
export type InterpreterSource =
  | 'pipward-python'
  | 'versioned-name'
  | 'active-environment'
  | 'conda-prefix'
  | 'project-environment'
  | 'configured'
  | 'pyenv'
  | 'install-manager'
  | 'py-launcher'
  | 'registry'
  | 'search-path'
  | 'default-location';

/** Why a candidate was looked at: what the user can check and change. */
export type Evidence =
  | { readonly kind: 'variable'; readonly name: string; readonly value: string }
  | { readonly kind: 'file'; readonly path: string; readonly line: number | null; readonly text: string }
  | { readonly kind: 'path-entry'; readonly directory: string; readonly position: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'known-location'; readonly directory: string }
  /** Found by its name upward from the current directory, as `[resolve] project-environment` of `file` asks. */
  | { readonly kind: 'found-upward'; readonly prefix: string; readonly file: string; readonly line: number | null };

export type SkipReason =
  | 'missing'
  | 'not-executable'
  | 'dangling-link'
  | 'no-pyvenv-cfg'
  | 'no-conda-meta'
  | 'not-absolute'
  | 'no-pip'
  | 'own-shim'
  | 'other-version'
  | 'pyenv-system'
  | 'pyenv-version-missing'
  | 'unsafe-version-name'
  | 'too-many-versions'
  /** The next four are said of a project environment that was found (docs/explanation/security.md); the detail is a code. */
  | 'suspicious'
  | 'not-trusted'
  | 'trust-ended'
  | 'trust-store-unusable';

/** One line of the trace that `pipward which` prints. */
export type ResolutionStep = {
  readonly source: InterpreterSource;
  readonly evidence: Evidence;
  /** Path of the interpreter looked at; null if the evidence led to none. */
  readonly path: string | null;
  readonly outcome:
    | { readonly kind: 'chosen' }
    | { readonly kind: 'passed-over'; readonly reason: SkipReason; readonly detail: string | null };
};

export type Resolution =
  | {
      readonly kind: 'resolved';
      readonly interpreter: Interpreter;
      readonly source: InterpreterSource;
      readonly evidence: Evidence;
      /** Set when the interpreter's environment has no pip and another interpreter's pip drives it with --python (pip 22.3). */
      readonly pipRunner: Interpreter | null;
      readonly trace: readonly ResolutionStep[];
    }
  | {
      /** An environment (or the only Python) that is meant, but that has no pip and nothing to drive it with. */
      readonly kind: 'without-pip';
      readonly interpreter: Interpreter;
      readonly source: InterpreterSource;
      readonly evidence: Evidence;
      readonly trace: readonly ResolutionStep[];
    }
  | {
      readonly kind: 'not-found';
      /** What was asked for: `python`, `python3.12`, the value of PIPWARD_PYTHON, or a version that pyenv was told and where. */
      readonly wanted: string;
      /** Interpreters that are there, for the message. */
      readonly known: readonly Interpreter[];
      readonly trace: readonly ResolutionStep[];
    };

/** The pip that the called name would have started without us, as its files tell. */
export type ShadowedPip = {
  readonly path: string;
  /** The Python that it starts; null where reading does not tell. */
  readonly interpreter: Interpreter | null;
  /** Both interpreters are known, and they install into two places. */
  readonly isElsewhere: boolean;
};

/** Tool that manages an interpreter or an environment, or that a shim belongs to. For display only. */
export type Manager =
  | 'pyenv'
  | 'pyenv-virtualenv'
  | 'poetry'
  | 'pipenv'
  | 'hatch'
  | 'virtualenvwrapper'
  | 'virtualenv'
  | 'uv'
  | 'pipx'
  | 'conda'
  | 'micromamba'
  | 'homebrew'
  | 'python.org'
  | 'install-manager'
  | 'microsoft-store'
  | 'nuget'
  | 'apple'
  | 'mise'
  | 'asdf';

/** What does not fit together, though pip may well run. */
export type EnvironmentMismatch =
  | { readonly kind: 'environment-moved'; readonly prefix: string; readonly from: string }
  | {
      readonly kind: 'environment-of-other-project';
      readonly prefix: string;
      readonly project: string;
      readonly here: string;
    }
  /** VIRTUAL_ENV came through, its place on PATH did not: a login shell inside an activated one resets PATH. */
  | { readonly kind: 'python-elsewhere'; readonly prefix: string; readonly python: string }
  /** pyvenv.cfg was written for one version, its python is another. */
  | { readonly kind: 'base-upgraded'; readonly prefix: string; readonly from: string; readonly to: string }
  /** Called through sudo; `environment` is VIRTUAL_ENV if that came through. */
  | { readonly kind: 'sudo'; readonly user: string; readonly environment: string | null }
  | { readonly kind: 'environment-link'; readonly path: string; readonly to: string | null }
  /** `to`: the environment that the file names; null where it names none. */
  | { readonly kind: 'environment-file'; readonly path: string; readonly to: string | null };

/** What keeps a found environment from being used (docs/explanation/security.md); `reason` tells which check found it. */
export type TrustIssue =
  /** Its files, their owners or its repository. */
  | { readonly reason: 'suspicious'; readonly detail: CheckIssue }
  | { readonly reason: 'not-trusted'; readonly detail: null }
  /** What changed since the environment was trusted. */
  | { readonly reason: 'trust-ended'; readonly detail: RecordIssue }
  /** Nothing in the trust store counts. */
  | { readonly reason: 'trust-store-unusable'; readonly detail: StoreIssue };

export type CheckIssue =
  | 'python-inside-project'
  | 'home-disagrees'
  | 'foreign-owner'
  | 'writable-by-others'
  | 'in-repository'
  /** Whether the repository brought it is not known: the index is missing or cannot be read. */
  | 'repository-unknown'
  /** More than are checked. */
  | 'too-many-files'
  | 'broken';

export type RecordIssue =
  | 'replaced'
  | 'pyvenv-cfg-edited'
  | 'pyvenv-cfg-touched'
  | 'python-elsewhere'
  | 'python-replaced';

export type StoreIssue =
  | 'is-link'
  | 'foreign-owner'
  | 'writable-by-others'
  | 'inside-project'
  | 'unreadable'
  | 'damaged';

/** An environment found upward from the current directory; found is not trusted: it is neither run nor probed. */
export type FoundEnvironment = {
  /** Folder of the environment, absolute. */
  readonly prefix: string;
  /** The file that names it; a folder of a usual name is its own. */
  readonly namedBy?: string;
  readonly version: PythonVersion | null;
  readonly hasPip: boolean;
  /** Whether the user may write where its pip installs to; false when that place is unknown. */
  readonly isWritable: boolean;
  readonly issues: readonly CheckIssue[];
};
