/** What depends on the platform is chosen by this value, so that the rules of one are tested on another. */
export type Platform = 'linux' | 'darwin' | 'win32';

export type FileStatus = {
  readonly kind: 'file' | 'directory' | 'other';
  /** Whether it is a file that this user may execute (access(2) with X_OK; on Windows: true for every file). */
  readonly executable: boolean;
  /** Numeric user id of the owner; -1 where the platform has none. */
  readonly owner: number;
  /** Permission bits alone (mode & 0o7777). */
  readonly mode: number;
  /** These two identify the file. On Windows they are decimal digits: they have 64 bits there, more than a number holds. */
  readonly device: number | string;
  readonly inode: number | string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** The same of the last change to the file or to what is known of it (st_ctime): no program can set it back, except on Windows. */
  readonly changed: number;
  /** Bytes; known on Windows alone, where a python.exe is recognised by it. */
  readonly size?: number;
};

/**
 * A read-only view of the disk: all that resolution and policy may learn from it.
 * The host gives the real one (remembers its answers for one call); tests give trees of their own.
 * No method throws: what cannot be read is not there.
 */
export type FileView = {
  /** Follows links; null for what is missing, unreadable or a dangling link. */
  readonly status: (path: string) => FileStatus | null;
  /** True for a symbolic link, dangling or not. */
  readonly isLink: (path: string) => boolean;
  /** Numeric user id of a symbolic link's own owner, dangling or not; null for what is not a link, -1 where the platform has none. */
  readonly linkOwner: (path: string) => number | null;
  /** What a link says, not followed; null for what is not a link. */
  readonly readLink: (path: string) => string | null;
  /** Names in a directory, in no order; empty for what is not one, and for one with some 50,000 names or more. */
  readonly list: (path: string) => readonly string[];
  /** The path with every link resolved; null where that fails. */
  readonly realPath: (path: string) => string | null;
  /**
   * The file as UTF-8 text, a byte order mark removed. Never opens what is not a regular file, so that a FIFO cannot hang the call.
   * `too-large` is said of files above `limit` bytes (1 MiB unless given).
   */
  readonly readText: (path: string, limit?: number) => TextRead;
  /** The bytes of a regular file of at most `limit` bytes; null for anything else. */
  readonly readBytes: (path: string, limit: number) => Uint8Array | null;
  /**
   * Gives `use` such a file block by block, and its size in bytes; returns what that returns. For files of which all is looked at
   * once: to fill megabytes of new memory takes ten times as long as to read them.
   */
  readonly readBlocks: <T>(path: string, limit: number, use: (next: NextBlock, size: number) => T) => T | null;
  /** Whether this user may write there: access(2) with W_OK of the path or, if that is missing, of its closest existing parent. */
  readonly writable: (path: string) => boolean;
};

/**
 * Returns the last `keep` bytes of what it returned before, and behind them the next ones of the file; nothing behind them at the
 * file's end. It is the same memory each time.
 */
export type NextBlock = (keep: number) => Uint8Array;

export type TextRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'unreadable';
      readonly reason: 'permission' | 'not-a-file' | 'too-large' | 'not-utf-8' | 'failed';
    };

/** What only Windows itself can tell. On a call pip.exe answers (docs/internals/windows.md); tests give values. */
export type WindowsFacts = {
  /** Absolute path (SHGetKnownFolderPath, so that no variable of the caller can move it); null if Windows does not know it. */
  readonly knownFolder: (name: KnownFolder) => string | null;
  /**
   * A value of the registry as text, `%...%` not expanded; null if it is missing or neither text nor a number. `key` starts
   * with `HKCU\` or `HKLM\`; `HKLM32\` is what 32-bit programs see. An empty `name` is the key's default value.
   */
  readonly registryValue: (key: string, name: string) => string | null;
  /** Names of the keys below a key of the registry, in its order; empty if the key is missing. */
  readonly registryKeys: (key: string) => readonly string[];
  /**
   * Whether this process may add a file to the folder (it is opened with FILE_ADD_FILE; nothing is created). access(2) of
   * Windows knows the read-only attribute alone. Null if it cannot be told, for instance because the folder is missing.
   */
  readonly mayAddFile: (folder: string) => boolean | null;
  /** Owner and access rights of a file or folder (GetNamedSecurityInfo); null if they cannot be read. */
  readonly access: (path: string) => AccessRights | null;
  /** File name of the program that called, such as `cmd.exe`; null if it has ended. */
  readonly parentProgram: () => string | null;
  /** Whether this process runs as administrator (its token is elevated). */
  readonly isElevated: () => boolean;
};

export type KnownFolder = 'ProgramData' | 'LocalAppData' | 'RoamingAppData' | 'Profile' | 'ProgramFiles';

export type AccessRights = {
  /** Security identifier, such as `S-1-5-32-544`. */
  readonly owner: string;
  /** The entries of the list in its order; null if there is no list, which gives everyone every right. */
  readonly entries: readonly AccessEntry[] | null;
};

export type AccessEntry = {
  readonly kind: 'allow' | 'deny';
  readonly identifier: string;
  /** Access mask of the entry (ACCESS_MASK), with generic rights as they stand. */
  readonly mask: number;
  /** Flags of the entry's header; INHERIT_ONLY_ACE (8) means that it does not hold for this file itself. */
  readonly flags: number;
};

/** One call as it reached us, and the view of the machine that it is judged by. */
export type CallContext = {
  readonly platform: Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Physical current directory; null when it was deleted. */
  readonly cwd: string | null;
  /** The user's home directory; null when unknown. */
  readonly home: string | null;
  /** That of the account, whatever HOME says; left out where it is not known. */
  readonly accountHome?: string | null;
  /** Numeric user id; null where the platform has none. */
  readonly userId: number | null;
  /** The name that was called: `pip`, `pip3`, `pip3.12`, without directory and `.exe`. */
  readonly name: string;
  readonly arguments: readonly string[];
  /** Folder of our own shims; null when run from elsewhere. */
  readonly shimsDirectory: string | null;
  /** The day of the call in UTC, `2026-11-24`: the variable TZ must not move it. */
  readonly today: string;
  readonly files: FileView;
  /** Left out where Windows cannot be asked: on other systems, and if Node was started without pip.exe. */
  readonly windows?: WindowsFacts;
};
