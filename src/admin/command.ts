import type { Platform, WindowsFacts } from '../model/call-context.ts';

/** What a command may know of the process that it runs in. */
export type AdminContext = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the running program (dist/), links resolved. */
  readonly programDirectory: string;
  /** Absolute path of the Node that runs us. */
  readonly node: string;
  readonly version: string;
  readonly platform: Platform;
  /** What only Windows can tell, through pipward-setup.exe. Left out elsewhere, and where that program is missing. */
  readonly windows?: WindowsFacts;
};

export type CommandArguments = {
  readonly flag: (name: string) => boolean;
  /** Value of an option or of a named word; null if it was not given. */
  readonly text: (name: string) => string | null;
  /** Values of a word that may stand several times: `[files..]`. */
  readonly list: (name: string) => readonly string[];
  /** Everything behind `--`. */
  readonly rest: readonly string[];
};

type Parameter = { readonly describe: string; readonly type: 'boolean' | 'string' };

/** One command of `pipward`: what cli.ts needs to parse it and to describe it. */
export type AdminCommand = {
  /** Name and words as yargs wants them, for instance `explain [code]` or `diagnose <file>`. */
  readonly usage: string;
  /** What may follow, as help shows it: `-- COMMAND`, `[-- PIP_ARGUMENTS]`. */
  readonly rest?: string;
  readonly summary: string;
  /** The message if a word in angle brackets is missing. */
  readonly missing?: string;
  /** What a user must also know; the last lines of its help. */
  readonly note?: string;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly words?: Readonly<Record<string, Parameter>>;
  readonly options?: Readonly<Record<string, Parameter>>;
  /** Returns the exit status: 0 fine, 1 something is wrong, 2 usage. */
  readonly run: (context: AdminContext, given: CommandArguments) => number | Promise<number>;
};
