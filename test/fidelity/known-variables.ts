import type { KnownDifference } from './known-differences.ts';
import { ADDED_BY_SHELL, isClosedByBash, OVERWRITTEN_BY_SH, programOf } from './shell-effects.ts';

/** What shells do to variables, before the first line of the shim or where they start a process. */
export const VARIABLES: readonly KnownDifference[] = [
  {
    name: 'PWD',
    reason: 'sh sets it for itself, and exports it in most shells, where the caller has none',
    matches: ({ difference: { key, bare, shim }, chosen: { deleteCwd }, bare: { record } }) =>
      key === "record env 'PWD'" &&
      bare === undefined &&
      (deleteCwd ? shim === "''" || shim === "'.'" : String(record?.['cwd']) === `b${String(shim)}`),
  },
  {
    name: 'variables that sh overwrites',
    reason:
      'every sh sets PWD, PPID, OPTIND and IFS for itself, also if the caller exports them; all but dash also _, zsh OLDPWD, zsh and ksh93 the size',
    matches: ({ difference: { key, bare, shim }, chosen: { shell } }) => {
      const name = /^record env '(\w+)'$/.exec(key)?.[1] ?? '';
      if (bare === undefined || !(OVERWRITTEN_BY_SH[name]?.test(String(shim)) ?? false)) return false;
      if (name === 'OLDPWD') return shell.startsWith('zsh');
      if (name === 'COLUMNS' || name === 'LINES') return /^(?:zsh|ksh)/.test(shell);
      return name !== '_' || /^(?:bash|zsh|m?ksh)/.test(shell);
    },
  },
  {
    name: 'variables that another /bin/sh adds',
    reason: 'bash, busybox, zsh, ksh and mksh export variables of their own before the first line of the shim',
    matches: ({ difference: { key, bare, shim }, chosen: { shell } }) => {
      const name = /^record env '(\w+)'$/.exec(key)?.[1] ?? '';
      if (name === 'SHLVL') return /^(?:bash|zsh|ksh|busybox)/.test(shell) && /^'-?\d+'$/.test(String(shim));
      return bare === undefined && (ADDED_BY_SHELL[name]?.test(shell) ?? false);
    },
  },
  {
    name: 'variables that bash counts or checks',
    reason: "SHLVL, `_`, an OLDPWD that is not there; with 3 to 9 all open bash closes dash's descriptor of the shim",
    matches: ({ difference: { key, bare, shim }, chosen }) => {
      const isCloser = isClosedByBash(chosen);
      if (key === "record env 'SHLVL'") return isCloser && bare === undefined && shim === "'0'";
      return (
        /^record env '(?:OLDPWD|_)'$/.test(key) && shim === undefined && (isCloser || chosen.shell.startsWith('bash'))
      );
    },
  },
  {
    name: 'variables that mean something to another /bin/sh',
    reason:
      'RANDOM and SECONDS are counters of bash (also the one that closes a descriptor), zsh, ksh and mksh; PS1 is a prompt of the shell itself',
    matches: ({ difference: { key }, chosen }) =>
      (/^record env '(?:RANDOM|SECONDS)'$/.test(key) &&
        (isClosedByBash(chosen) || /^(?:bash|zsh|m?ksh)/.test(chosen.shell))) ||
      (key === "record env 'PS1'" && (isClosedByBash(chosen) || /^(?:bash|m?ksh|zsh)/.test(chosen.shell))),
  },
  {
    name: 'program that the caller started',
    reason:
      "a shell that starts pip puts its path into `_`: the interpreter's on one side, the shim's or its shell's here",
    matches: ({ difference: { key, bare, shim }, chosen: { shell } }) =>
      key === "record env '_'" &&
      String(bare).endsWith("/bin/python'") &&
      [`/${programOf(shell)}'`, "/shims/pip'"].some((end) => String(shim).endsWith(end)),
  },
  {
    name: "variables named like the shim's",
    reason:
      'names that begin with pipward_ are those of the sh of the shim; one that the caller exports stays exported',
    matches: ({ difference: { key } }) => /^record env 'pipward_\w+'$/.test(key),
  },
  {
    name: 'names that are not identifiers',
    reason: 'dash, busybox and mksh do not pass on such variables; bash writes its functions in its own form',
    matches: ({ difference: { key, shim }, chosen: { shell } }) => {
      if (key === "record env 'a-b'") return shim === undefined && shell !== 'bash';
      if (key !== "record env 'BASH_FUNC_x%%'") return false;
      return shim === (shell.startsWith('bash') ? String.raw`'() {  echo\n}'` : undefined);
    },
  },
];
