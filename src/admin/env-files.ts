import { renderBlock } from './profile-block.ts';

/**
 * For `.` in bash, zsh, dash, ksh and busybox: puts the shims first on PATH, once. Builtins alone, so that a shell's
 * start costs nothing; every assignment is safe under `set -eu` and without zsh's word splitting.
 */
export function renderEnvSh(prefix: string): string {
  return `# Written by pipward setup. Puts pipward's pip first on PATH; does nothing where it is first already, or gone.
_pipward_shims=${quoteForSh(`${prefix}/shims`)}
case "\${PATH-}" in
  "$_pipward_shims" | "$_pipward_shims":* | '') ;;
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
`;
}

/** The same for fish. */
export function renderEnvFish(prefix: string): string {
  const shims = quoteForFish(`${prefix}/shims`);
  return `# Written by pipward setup. Puts pipward's pip first on PATH; does nothing where it is first already, or gone.
if test -x ${quoteForFish(`${prefix}/shims/pip`)}; and test "$PATH[1]" != ${shims}
    set -l _pipward_at
    while set _pipward_at (contains -i -- ${shims} $PATH)
        set -e PATH[$_pipward_at]
    end
    set -gx PATH ${shims} $PATH
end
`;
}

/** The block for ~/.bashrc, ~/.profile, ~/.zshrc and their like. */
export function renderShBlock(prefix: string): string {
  return renderBlock([
    renderUndoHint(prefix),
    `if [ -r ${quoteForSh(`${prefix}/env.sh`)} ]; then . ${quoteForSh(`${prefix}/env.sh`)}; fi`,
  ]);
}

/** The block for a file in fish's conf.d. */
export function renderFishBlock(prefix: string): string {
  return renderBlock([
    renderUndoHint(prefix),
    `if test -r ${quoteForFish(`${prefix}/env.fish`)}; source ${quoteForFish(`${prefix}/env.fish`)}; end`,
  ]);
}

/** One word for any POSIX shell (XCU 2.2.2). */
export function quoteForSh(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** One word for fish, where a backslash and a quote can be escaped inside single quotes. */
export function quoteForFish(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

function renderUndoHint(prefix: string): string {
  return `# pipward's pip comes first on PATH. To undo: ${quoteForSh(`${prefix}/bin/pipward`)} unsetup`;
}
