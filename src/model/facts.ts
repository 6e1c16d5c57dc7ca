import type {
  ResolutionStep,
  Evidence,
  FoundEnvironment,
  Interpreter,
  InterpreterSource,
  ShadowedPip,
  PythonVersion,
} from './environment.ts';
import type { ShellKind } from './diagnostic.ts';
import type { RuleVerdict } from './policy.ts';
import type { Platform } from './call-context.ts';
import type { Need, Obstacle } from './trial.ts';

/**
 * What an interpreter says of itself when asked with pip's own flags and environment. It is asked only when there is
 * something to say, and only where its use was consented to (docs/trust.md).
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

/** The person and the place that the call came from. */
export type CallerFacts = {
  readonly shell: ShellKind;
  readonly isRoot: boolean;
  /** Name of the user, as chown takes it: of the account, or its number; empty where the platform has none. */
  readonly user: string;
  /** Names of the shells' start files that are in the home directory. */
  readonly startFiles: readonly string[];
  /** Who typed `sudo pip`: they have a shell of their own to type into; null where nobody did. */
  readonly sudoUser: string | null;
  /** The script, or `make`, that called pip without an interactive shell between; null where a person typed it. */
  readonly script: string | null;
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

/** A found environment, and what keeps this call from doing its work there; null if nothing does. */
export type KnownEnvironment = FoundEnvironment & { readonly obstacle?: Obstacle | null };

/** The project around the current directory. */
export type ProjectFacts = {
  /** Nearest folder upward with a marker of a project (pyproject.toml, setup.py, requirements.txt, .git ...); null if none, or if it is the home directory. */
  readonly directory: string | null;
  /** The file or folder that marks it. */
  readonly marker: string | null;
  /** Environments found by name upward from the current directory, nearest first. */
  readonly environments: readonly KnownEnvironment[];
  /** The nearest environment that `project-environment = "use"` passed over, and why; null if none was, or if it is not set. */
  readonly distrusted: {
    readonly prefix: string;
    readonly outcome: Extract<ResolutionStep['outcome'], { kind: 'passed-over' }>;
  } | null;
  /** `.venv`, or `.venv-2` and so on: a name under which nothing at all is in the folder for a new environment. */
  readonly freeName: string;
  /** A path below the home directory under which nothing is, for an environment that cannot be made here; null without one. */
  readonly homePlace: string | null;
};

/** Where pip hands over to, and who said so: --python, PIP_PYTHON or pip's configuration. */
export type OtherPython = SettingFacts;

/** A setting of pip and where it was said. */
export type SettingFacts = {
  readonly value: string;
  readonly origin: Extract<Evidence, { kind: 'variable' | 'file' }> | { readonly kind: 'command-line' };
};

/** Why a place could not be written to. Owner names are null where nobody is known to have them. */
export type DeniedFacts = {
  /** The closest file or folder that is there and cannot be written. */
  readonly place: string;
  /** Whose it is. */
  readonly owner: { readonly name: string; readonly isCaller: boolean };
  /** The environment, or the highest folder on the way to `place` that is not the caller's: what to give back to them. */
  readonly top: string;
  /** Whether `top` is in a folder of the caller's. */
  readonly isInOwnPlace: boolean;
};

/** Where pip put things for this user alone, and who will find them there. */
export type UserSiteFacts = {
  /** What `python` means in this shell, and whether it looks into the user site; null where that is not known. */
  readonly python: {
    readonly word: string;
    readonly executable: string;
    readonly version: PythonVersion | null;
    readonly sees: boolean;
  } | null;
  /** Distributions of the same names outside of the user site, which are hidden by it now. */
  readonly shadowed: readonly { readonly name: string; readonly version: string; readonly directory: string }[];
  /** VIRTUAL_ENV where that is a working environment and another Python was used. */
  readonly activeElsewhere: string | null;
};

/** Another Python of this machine that an environment could be made with. */
export type SparePython = {
  readonly interpreter: Interpreter;
  /** As AdviceFacts.commandName. */
  readonly commandName: string | null;
  readonly ensurepip: boolean;
  /** Whether its standard library has the extension module _ssl. */
  readonly ssl: boolean;
};

/** A line of a requirements file that names a project. */
export type RequestedLine = { readonly file: string; readonly line: number; readonly requirement: string };

/** What bears upon indexes, versions and the network. */
export type IndexFacts = {
  /** Version of the pip that ran; null when unknown. */
  readonly pipVersion: string | null;
  /** Newest first, without the one that ran. */
  readonly pythons: readonly SparePython[];
  /** --index-url. */
  readonly index: SettingFacts | null;
  readonly noIndex: SettingFacts | null;
  readonly onlyBinary: SettingFacts | null;
  /** --retries: with 0 pip does not tell that a connection failed. */
  readonly retries: SettingFacts | null;
  /** --proxy, or the variables that every program obeys. */
  readonly proxy: readonly SettingFacts[];
  /** What the files of -r name; they were read when pip had ended. */
  readonly requested: readonly RequestedLine[];
  /** Names of files in the current directory that were given as words. */
  readonly files: readonly string[];
};

/** What bears upon a build. */
export type BuildFacts = {
  /** Version that is installed for the interpreter; null where it is not there. */
  readonly setuptools: string | null;
  readonly wheel: string | null;
  /** Whether pip builds with what the package asks for, not with what is installed: false with --no-build-isolation. */
  readonly isolated: boolean;
  /** Whether Python.h of this interpreter is there; null where nobody knows its place. */
  readonly headers: boolean | null;
  readonly compiler: boolean;
  /** Whether the program that failed is on PATH; null where none did. */
  readonly program: boolean | null;
};

export type ToolFacts = {
  /** Absolute path of pipx on PATH; null if not there. */
  readonly pipx: string | null;
  /** Whether the interpreter (its base, for an environment) has venv, and ensurepip, which venv needs. */
  readonly ensurepip: boolean;
  readonly hasSudo: boolean;
  /** Debian, Ubuntu and kin: apt is there, so that a package name can be given. */
  readonly apt: boolean;
};

/** All that words may be made from. Paths and names in it may come from a repository: they are cleaned when rendered. */
export type AdviceFacts = {
  /** A saved log is read: of the machine that wrote it nothing is known, and nothing of this one may be claimed. */
  readonly isLog: boolean;
  readonly platform: Platform;
  readonly caller: CallerFacts;
  readonly project: ProjectFacts;
  readonly tools: ToolFacts;
  /** null when none was found, or when nothing was looked for (an unreadable policy, say); then `source` and `evidence` are null too. */
  readonly interpreter: Interpreter | null;
  readonly source: InterpreterSource | null;
  readonly evidence: Evidence | null;
  /** The name that starts this very interpreter in the caller's shell (`python3`); null when PATH means another by it: then its absolute path is printed. */
  readonly commandName: string | null;
  /** Who owns the folder of the interpreter's environment; null when unknown. Asked only when that environment could not be written. */
  readonly prefixOwner: { readonly name: string; readonly isCaller: boolean } | null;
  /** What would have run without us, where it matters that it installs elsewhere; null where it was not looked for, or PATH has none. */
  readonly shadowedPip: ShadowedPip | null;
  /** VIRTUAL_ENV where it was set but passed over, since no environment is there (any more); else null. */
  readonly staleEnvironment: { readonly path: string; readonly exists: boolean } | null;
  /** The working environments that VIRTUAL_ENV and CONDA_PREFIX name and that pip did not work in, with why not. */
  readonly activeElsewhere: readonly { readonly prefix: string; readonly reason: string }[];
  /** Asked only when a policy speaks; null where pip works on the interpreter that it is started with. */
  readonly otherPython: OtherPython | null;
  /** Where --user, --break-system-packages or a redirection was said. Asked only when a policy speaks; null where nothing was. */
  readonly askedBy: OtherPython['origin'] | null;
  /** Files with settings of pip that could not be read, and why. Asked only when a policy speaks. */
  readonly unknownSettings?: readonly { readonly path: string; readonly reason: string }[];
  /** Version of the pip that would run; null when unknown, or when nothing turns on it. */
  readonly pipVersion: string | null;
  /**
   * Returns what keeps a printed command from doing what it promises; null if nothing does. Looks at the disk, at pip's
   * settings and at the policies as the command itself would meet them; starts nothing.
   */
  readonly findObstacle: (need: Need) => Obstacle | null;
  /** Rules of policy files that advise against this call. */
  readonly advised: readonly RuleVerdict[];
  /** Whether PIPWARD_BYPASS is set. */
  readonly hasBypass: boolean;
  /**
   * Absolute path of the Python whose pip can remove from the user site; null if there is none. In a virtual environment
   * that is the one outside: pip removes nothing outside of its own environment. Asked only for user-install-fallback.
   */
  readonly userSitePython: string | null;
  /** Asked only for permission-denied. */
  readonly denied: DeniedFacts | null;
  /** `user` or `require-virtualenv` of pip, as it counted for this call; asked only where pip spoke of it. */
  readonly setting: SettingFacts | null;
  /** Asked only for user-install-fallback. */
  readonly userSite: UserSiteFacts | null;
  /** Asked only when pip found nothing to install, versions that do not fit together, or could not build; null for a saved log. */
  readonly index: IndexFacts | null;
  /** Asked only when a build failed; null for a saved log. */
  readonly build: BuildFacts | null;
  /** null when the interpreter was not asked or did not answer. */
  readonly report: InterpreterReport | null;
};
