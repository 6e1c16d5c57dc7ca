import type { CallContext, FileView, Platform } from './call-context.ts';
import type { Decision } from './decision.ts';
import type { ShellKind } from './diagnostic.ts';
import type { Evidence, FoundEnvironment, Interpreter, InterpreterSource } from './environment.ts';
import type { UntrustedEnvironment } from './notice.ts';
import type { AuditLog, RuleVerdict } from './policy.ts';
import type { Need, Obstacle } from './trial.ts';

/**
 * What an interpreter says of itself when asked with pip's own flags and environment. It is asked only when there is
 * something to say, and only where its use was consented to (docs/explanation/security.md).
 */
export type InterpreterReport = {
  /** `3.12.1`. */
  readonly version: string;
  readonly prefix: string;
  readonly basePrefix: string;
  /** sysconfig's purelib: where an ordinary install goes. */
  readonly purelib: string;
  /** site.getusersitepackages(). */
  readonly userSite: string;
  /** Folder of scripts of a user install. */
  readonly userScripts: string;
  /** site.ENABLE_USER_SITE; false in a virtual environment without system site, with -s, or when uid and euid differ. */
  readonly userSiteEnabled: boolean;
  /** Whether pip would find purelib and platlib writable. */
  readonly siteWritable: boolean;
  /** Path of EXTERNALLY-MANAGED if it is there and this is no virtual environment (PEP 668). */
  readonly managedMarker: string | null;
};

/** The user and the place that the call came from. */
export type CallerFacts = {
  readonly shell: ShellKind;
  readonly isRoot: boolean;
  /** Name of the user, as chown takes it: of the account, or its number; empty where the platform has none. */
  readonly user: string;
  /** Names of the shells' startup files that are in the home directory. */
  readonly startFiles: readonly string[];
  /** The user who typed `sudo pip` and has a shell of their own; null without sudo. */
  readonly sudoUser: string | null;
  /** The script, or the program that runs tasks such as `make`, that called pip; null if there is none. */
  readonly script: string | null;
  /** Whether what a command sets is there for the next one: an interactive shell. Else each printed command works by itself. */
  readonly keepsState: boolean;
  /** Set if a notebook's kernel called pip. */
  readonly notebook: NotebookFacts | null;
  /** Variable or file that shows a container, for instance `/.dockerenv`; null outside. */
  readonly container: string | null;
  /** Variable that shows continuous integration, for instance `CI=true`; null outside. */
  readonly ci: string | null;
  /** Whether this is a GitHub Actions job, where annotations are printed as well. */
  readonly gitHubActions: boolean;
  /** null when the directory was deleted. */
  readonly cwd: string | null;
  readonly home: string | null;
};

/** The kernel that runs a notebook's cells. */
export type NotebookFacts = {
  /** The Python that it was started with; null if unknown. */
  readonly python: string | null;
  /** The environment that this Python belongs to; null if it is not in one. */
  readonly prefix: string | null;
};

/** A found environment, and what is known of it for this call. */
export type KnownEnvironment = FoundEnvironment & {
  /** What keeps this call from doing its work there; null if nothing does. */
  readonly obstacle?: Obstacle | null;
  /** Whether it was moved or renamed: its script `activate` leads elsewhere. */
  readonly isMoved?: boolean;
};

/** The project around the current directory. */
export type ProjectFacts = {
  /** Nearest folder upward with a marker of a project (pyproject.toml, setup.py, requirements.txt, .git ...); null if none, or if it is the home directory. */
  readonly directory: string | null;
  /** The file or folder that marks it. */
  readonly marker: string | null;
  /** Environments found by name upward from the current directory, nearest first. */
  readonly environments: readonly KnownEnvironment[];
  /** A conda environment in the current directory or the project's, which is told of and not recommended; null if there is none. */
  readonly condaPrefix?: string | null;
  /** The nearest environment that `project-environment = "use"` skipped; null if none was, or if it is not set. */
  readonly untrusted: UntrustedEnvironment | null;
  /** `.venv`, or `.venv-2` and so on: a name under which nothing at all is in the folder for a new environment. */
  readonly freeName: string;
  /** A path below the home directory under which nothing is, for an environment that cannot be made here; null without one. */
  readonly homePlace: string | null;
};

/** Another Python of this machine that an environment could be made with. */
export type SparePython = {
  readonly interpreter: Interpreter;
  /** As CallFacts.commandName. */
  readonly commandName: string | null;
  readonly ensurepip: boolean;
  /** Whether its standard library has the extension module _ssl. */
  readonly ssl: boolean;
};

export type ToolFacts = {
  /** Absolute path of pipx on PATH; null if not there. */
  readonly pipx: string | null;
  /** Whether the interpreter (its base, for an environment) has venv, and ensurepip, which venv needs. */
  readonly ensurepip: boolean;
  readonly hasSudo: boolean;
  /** Whether pips that other programs start (pipx) may ask an index: neither PIP_NO_INDEX nor the user's pip.conf forbids it. */
  readonly hasIndex: boolean;
  /** Debian, Ubuntu and derivatives: apt is there, so that a package name can be given. */
  readonly apt: boolean;
};

/**
 * What every diagnostic may mention: the call, and where it was made. Paths and names in it may come from a repository: they
 * are cleaned when they are rendered.
 */
export type CallFacts = {
  /** A saved log is read: of the machine that wrote it nothing is known, and nothing of this one may be claimed. */
  readonly isLog: boolean;
  /** Whether the current directory holds a module that `python -m pip` or `-m venv` would run in place of Python's own. */
  readonly isShadowed: boolean;
  readonly platform: Platform;
  readonly caller: CallerFacts;
  readonly project: ProjectFacts;
  readonly tools: ToolFacts;
  /** null if none was found, or if the call did not come to a decision; then `source` and `evidence` are null as well. */
  readonly interpreter: Interpreter | null;
  readonly source: InterpreterSource | null;
  readonly evidence: Evidence | null;
  /** The name that starts this very interpreter in the caller's shell (`python3`); null if PATH means another one by it: then its absolute path is printed. */
  readonly commandName: string | null;
  /** VIRTUAL_ENV if it is set but was skipped, since it is not an environment (any more); else null. */
  readonly staleEnvironment: { readonly path: string; readonly exists: boolean } | null;
  /** The working environments that VIRTUAL_ENV and CONDA_PREFIX name and that pip did not work in, with why not. */
  readonly activeElsewhere: readonly ActiveElsewhere[];
  /**
   * Returns what keeps a printed command from doing what it promises; null if nothing does. Looks at the disk, at pip's
   * settings and at the policies as the command itself would meet them; starts nothing.
   */
  readonly findObstacle: (need: Need) => Obstacle | null;
  /** Returns the other Pythons of this machine, newest first; looks for them on first use. */
  readonly listSpares: () => readonly SparePython[];
  /** Rules of policy files that advise against this call. */
  readonly advised: readonly RuleVerdict[];
  /** What the interpreter says of itself; null if it did not answer, or if the diagnostic does not need it. */
  readonly report: InterpreterReport | null;
};

export type ActiveElsewhere = { readonly prefix: string; readonly reason: string };

/**
 * Where a diagnostic learns what it alone mentions. The host implements it; nothing behind it starts a process. Without a
 * decision (a loop of calls, an error of pipward's own) there is no `decision`.
 */
export type FactSource = {
  /** The call, and the disk as the decision saw it. */
  readonly context: CallContext;
  readonly decision: Decision | null;
  /** Returns a view of the disk as it is now: pip may have changed it since. */
  readonly viewNow: () => FileView;
  /** Name of a user id; null if the account is unknown. */
  readonly findUserName: (id: number) => string | null;
  /** Why a call cannot be recorded in this log now; null if it can. */
  readonly findLogFault: (log: Exclude<AuditLog, 'off'>) => string | null;
};
