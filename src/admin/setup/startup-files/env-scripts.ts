import { quoteForShell } from '../../../terminal/quote.ts';
import { renderBlock } from './marked-block.ts';
import { quotePosix } from '../../../util/quote-posix.ts';

/** The languages that startup files are written in. */
export type ProfileLanguage = 'sh' | 'fish' | 'csh' | 'powershell';

/**
 * For `.` in bash, zsh, dash, ksh and busybox: puts the shims first on PATH, once. Builtins alone, so that a shell's
 * start costs nothing; every assignment is safe under `set -eu` and without zsh's word splitting. `inEnvironments`: interactive
 * bash and zsh read their hook as well, each its own file, since the other shells cannot parse it.
 */
export function renderEnvSh(prefix: string, inEnvironments = false): string {
  const [bash, zsh] = ['bash', 'zsh'].map((shell) => quotePosix(`${prefix}/in-environments.${shell}`));
  const hooks = `case $- in
  *i*)
    # (A shell may inherit a variable of this name, but not an array.)
    if [ -n "\${BASH_VERSINFO-}" ]; then
      if [ -r ${bash} ]; then . ${bash}; fi
    elif [ -n "\${ZSH_VERSION-}" ]; then
      if [ -r ${zsh} ]; then . ${zsh}; fi
    fi
    ;;
esac
`;
  return `# Written by pipward setup. Puts pipward's pip first on PATH; does nothing where it is gone.
_pipward_shims=${quotePosix(`${prefix}/shims`)}
case "\${PATH-}" in
  '') ;;
  # It is first already, perhaps since before it was there: where pip was then, the shell may remember.
  "$_pipward_shims" | "$_pipward_shims":*) hash -r 2>/dev/null || : ;;
  *)
    if [ -x "$_pipward_shims/pip" ]; then
      _pipward_rest=":$PATH:"
      while :; do
        case "$_pipward_rest" in
          *":$_pipward_shims:"*)
            _pipward_rest=\${_pipward_rest%%":$_pipward_shims:"*}:\${_pipward_rest#*":$_pipward_shims:"}
            ;;
          *) break ;;
        esac
      done
      _pipward_rest=\${_pipward_rest#:}
      PATH=$_pipward_shims:\${_pipward_rest%:}
      export PATH
      unset _pipward_rest
    fi
    ;;
esac
unset _pipward_shims
${inEnvironments ? hooks : ''}`;
}

/** The same for fish. */
export function renderEnvFish(prefix: string, inEnvironments = false): string {
  const shims = quoteForFish(`${prefix}/shims`);
  const hook = quoteForFish(`${prefix}/in-environments.fish`);
  return `# Written by pipward setup. Puts pipward's pip first on PATH; does nothing where it is first already, or gone.
if test -x ${quoteForFish(`${prefix}/shims/pip`)}; and test "$PATH[1]" != ${shims}
    set -l _pipward_at
    while set _pipward_at (contains -i -- ${shims} $PATH)
        set -e PATH[$_pipward_at]
    end
    set -gx PATH ${shims} $PATH
end
${inEnvironments ? `if status is-interactive; and test -r ${hook}; source ${hook}; end\n` : ''}`;
}

/** The same for tcsh. `path` is its list of PATH's entries; an unset prompt or an empty PATH is no error. */
export function renderEnvCsh(prefix: string): string {
  const shims = quoteForShell(`${prefix}/shims`, 'tcsh');
  return `# Written by pipward setup. Puts pipward's pip first on PATH; does nothing where it is first already, or gone.
if ( -x ${quoteForShell(`${prefix}/shims/pip`, 'tcsh')} && $?path ) then
  set _pipward_rest = ( )
  foreach _pipward_entry ( $path:q )
    if ( $_pipward_entry:q != ${shims} ) set _pipward_rest = ( $_pipward_rest:q $_pipward_entry:q )
  end
  set path = ( ${shims} $_pipward_rest:q )
  unset _pipward_rest _pipward_entry
endif
`;
}

/** The same for PowerShell on Linux and macOS, whose PATH is parted by colons. */
export function renderEnvPowerShell(prefix: string): string {
  const shims = quoteForShell(`${prefix}/shims`, 'powershell');
  return `# Written by pipward setup. Puts pipward's pip first on PATH; does nothing where it is gone.
if (Test-Path -LiteralPath ${quoteForShell(`${prefix}/shims/pip`, 'powershell')}) {
    $env:PATH = (@(${shims}) + @($env:PATH -split ':' | Where-Object { $_ -cne ${shims} })) -join ':'
}
`;
}

/** The file that a startup file of each language reads, and what setup writes into it. */
export const ENV_FILES: Readonly<
  Record<
    ProfileLanguage,
    { readonly name: string; readonly render: (prefix: string, inEnvironments: boolean) => string }
  >
> = {
  sh: { name: 'env.sh', render: renderEnvSh },
  fish: { name: 'env.fish', render: renderEnvFish },
  csh: { name: 'env.csh', render: renderEnvCsh },
  powershell: { name: 'env.ps1', render: renderEnvPowerShell },
};

/** The block for a startup file: the file that it reads may be gone, and then nothing is said. */
export function renderProfileBlock(prefix: string, language: ProfileLanguage): string {
  return renderBlock([
    `# pipward's pip comes first on PATH. To undo: ${quotePosix(`${prefix}/bin/pipward`)} unsetup`,
    renderSourceLine(prefix, language),
  ]);
}

function renderSourceLine(prefix: string, language: ProfileLanguage): string {
  const path = `${prefix}/${ENV_FILES[language].name}`;
  switch (language) {
    case 'sh': {
      const file = quotePosix(path);
      return `if [ -r ${file} ]; then . ${file}; fi`;
    }
    case 'fish': {
      const file = quoteForFish(path);
      return `if test -r ${file}; source ${file}; end`;
    }
    case 'csh': {
      const file = quoteForShell(path, 'tcsh');
      return `if ( -r ${file} ) source ${file}`;
    }
    case 'powershell': {
      const file = quoteForShell(path, 'powershell');
      return `if (Test-Path -LiteralPath ${file}) { . ${file} }`;
    }
  }
}

/**
 * Returns what puts the shims first, for a shell of this name: in one that is open, or as a line of its startup file. It
 * is the guarded form: such a line must not fail at every start once pipward is removed.
 */
export function renderSourceCommand(prefix: string, shell: string): string {
  return renderSourceLine(prefix, languageOf(shell));
}

function languageOf(shell: string): ProfileLanguage {
  switch (shell) {
    case 'fish':
      return 'fish';
    case 'csh':
    case 'tcsh':
      return 'csh';
    case 'pwsh':
    case 'powershell':
      return 'powershell';
    default:
      return 'sh';
  }
}

/** One word for fish, where a backslash and a quote can be escaped inside single quotes. */
export function quoteForFish(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
