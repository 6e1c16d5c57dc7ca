import { quoteForFish } from './env-scripts.ts';
import { quotePosix } from '../../../util/quote-posix.ts';

/** The shells whose prompt can keep the shims in front inside an active environment. */
export const HOOKED_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type HookedShell = (typeof HOOKED_SHELLS)[number];

/** The files of an installation that have the hooks, in the order in which they are put in place. */
export const HOOK_FILES: readonly (readonly [file: string, render: (prefix: string) => string])[] = [
  ['in-environments.bash', renderBashHook],
  ['in-environments.zsh', renderZshHook],
  ['in-environments.fish', renderFishHook],
];

/**
 * Returns the statements that put the shims in front of the active environment's bin, for bash (3.2 and later) and zsh.
 * They use keywords, parameter expansion and assignments only: nothing is started, and no IFS, noglob or nounset matters.
 * `_pipward_path` has a colon at both ends, so that each entry is found by the colons around it.
 */
function renderMove(prefix: string): string {
  return `  local _pipward_path=":\${PATH-}:" _pipward_shims=${quotePosix(`${prefix}/shims`)}
  local _pipward_environment _pipward_bare _pipward_bin _pipward_before _pipward_rest _pipward_head _pipward_found
  for _pipward_environment in "\${VIRTUAL_ENV-}" "\${CONDA_PREFIX-}"; do
    # A relative environment is not the shim's either. One with a colon cannot be an entry of PATH.
    [[ "$_pipward_environment" == /* && "$_pipward_environment" != *:* ]] || continue
    _pipward_bare=$_pipward_environment
    while [[ "$_pipward_bare" == */ ]]; do _pipward_bare=\${_pipward_bare%/}; done
    [[ -n "$_pipward_bare" ]] || continue
    for _pipward_bin in "$_pipward_environment/bin" "$_pipward_bare/bin" "$_pipward_bare/bin/"; do
      _pipward_before=\${_pipward_path%%":$_pipward_bin:"*}
      # It is not on PATH, or the shims are in front of it.
      [[ "$_pipward_before" != "$_pipward_path" && "$_pipward_before:" != *":$_pipward_shims:"* ]] || continue
      _pipward_rest=\${_pipward_path#"$_pipward_before"}
      _pipward_found=
      while :; do
        _pipward_head=\${_pipward_rest%%":$_pipward_shims:"*}
        [[ "$_pipward_head" != "$_pipward_rest" ]] || break
        _pipward_rest=$_pipward_head:\${_pipward_rest#"$_pipward_head:$_pipward_shims:"}
        _pipward_found=yes
      done
      # Shims that the user took off PATH stay off; shims that were uninstalled do not come back.
      [[ -n "$_pipward_found" && -x "$_pipward_shims/pip" ]] || continue
      _pipward_path=$_pipward_before:$_pipward_shims$_pipward_rest
      _pipward_rest=\${_pipward_path#:}
      PATH=\${_pipward_rest%:}
    done
  done`;
}

/** Returns the condition of the two usual cases, in which nothing is to be done: no environment, or the shims come first. */
function renderDone(prefix: string): string {
  const shims = quotePosix(`${prefix}/shims`);
  return `[[ -z "\${VIRTUAL_ENV-}\${CONDA_PREFIX-}" || ":\${PATH-}:" == :${shims}:* ]]`;
}

const HEADER = `# Written by pipward setup --in-environments. Before each prompt: if the active environment's bin is on PATH in front of
# pipward's shims, the shims move in front of it. To undo: pipward setup --no-in-environments`;

/**
 * The hook for bash. In bash 5.1 and later it is an element of its own in the array PROMPT_COMMAND: assigning a string to
 * PROMPT_COMMAND replaces only the first element. Before that, or if the string is exported (an array never is), it is
 * appended to the string; a bash that inherits the string has no function of that name, so a variable names it.
 * `&& :` keeps the status, which the hook passes on, from \`set -e\` and an ERR trap.
 */
function renderBashHook(prefix: string): string {
  return `${HEADER}
_pipward_prompt() {
  local _pipward_status=$?
  if ${renderDone(prefix)}; then return "$_pipward_status"; fi
${renderMove(prefix)}
  return "$_pipward_status"
}
_pipward_hook=_pipward_prompt
if [[ "\${PROMPT_COMMAND[*]-}" == *_pipward_prompt* || "\${PROMPT_COMMAND[*]-}" == *_pipward_hook* ]]; then
  :
elif ! (PROMPT_COMMAND=) 2>/dev/null; then
  : # It is readonly: setup and doctor say that the hook is not called.
elif ((BASH_VERSINFO[0] > 5 || BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1)) &&
  [[ -z "\${PROMPT_COMMAND+set}" || "\${PROMPT_COMMAND@a}" != *x* ]]; then
  if [[ -z "\${PROMPT_COMMAND[*]+set}" ]]; then
    # The first element is left for the programs that assign a string.
    PROMPT_COMMAND[1]='_pipward_prompt && :'
  else
    PROMPT_COMMAND+=('_pipward_prompt && :')
  fi
else
  _pipward_end='"\${_pipward_hook-:}" && :'
  case "\${PROMPT_COMMAND-}" in
    *[![:space:]]*)
      # The separator depends on the last character that is not white space, and on what follows it.
      _pipward_rest=\${PROMPT_COMMAND##*[![:space:]]}
      case \${PROMPT_COMMAND%"$_pipward_rest"} in
        # A backslash would take what is appended for its own.
        *\\\\) PROMPT_COMMAND="$_pipward_end;$PROMPT_COMMAND" ;;
        # After a comment or a here-document only a line feed ends the command.
        *'#'* | *'<<'*) PROMPT_COMMAND=$PROMPT_COMMAND$'\\n'$_pipward_end ;;
        *[\\;\\&]) PROMPT_COMMAND=$PROMPT_COMMAND$_pipward_end ;;
        *)
          case $_pipward_rest in
            *$'\\n'*) PROMPT_COMMAND=$PROMPT_COMMAND$_pipward_end ;;
            *) PROMPT_COMMAND="$PROMPT_COMMAND;$_pipward_end" ;;
          esac
          ;;
      esac
      unset _pipward_rest
      ;;
    *) PROMPT_COMMAND=$_pipward_end ;;
  esac
  unset _pipward_end
fi
`;
}

/**
 * The hook for zsh, which keeps the status itself. It stays the last one: mise, called after it, would put an environment
 * in front again at every other prompt. (Ten times: another hook may want to be the last one as well.)
 */
function renderZshHook(prefix: string): string {
  return `${HEADER}
_pipward_prompt() {
  if ${renderDone(prefix)}; then return; fi
  emulate -L zsh
${renderMove(prefix)}
  if [[ "\${precmd_functions[-1]}" != _pipward_prompt && "\${_pipward_reordered-}" != .......... ]]; then
    typeset -g _pipward_reordered="\${_pipward_reordered-}."
    precmd_functions=("\${(@)precmd_functions:#_pipward_prompt}" _pipward_prompt)
  fi
}
() {
  emulate -L zsh
  typeset -ga precmd_functions
  precmd_functions=("\${(@)precmd_functions:#_pipward_prompt}" _pipward_prompt)
}
`;
}

/**
 * The hook for fish. conf.d is read before config.fish, and handlers run in the order in which they were made: at the first
 * prompt the handler is made again, so that it comes after those of direnv and mise.
 */
function renderFishHook(prefix: string): string {
  return `${HEADER}
function _pipward_move
    set -l shims ${quoteForFish(`${prefix}/shims`)}
    # The two usual cases: no environment, or the shims come first.
    test -n "$VIRTUAL_ENV$CONDA_PREFIX"; and test "$PATH[1]" != $shims; or return
    for environment in "$VIRTUAL_ENV" "$CONDA_PREFIX"
        # A relative environment is not the shim's either. One with a colon cannot be an entry of PATH.
        string match --quiet -- '/*' "$environment"; or continue
        string match --quiet -- '*:*' "$environment"; and continue
        set -l bare (string trim --right --chars / -- "$environment" | string collect)
        test -n "$bare"; or continue
        for bin in "$environment/bin" "$bare/bin" "$bare/bin/"
            set -l at (contains --index -- $bin $PATH); or continue
            # Shims that the user took off PATH stay off; shims that were uninstalled do not come back.
            set -l own (contains --index -- $shims $PATH); or continue
            test $own -gt $at; and test -x $shims/pip; or continue
            set -l entries
            for entry in $PATH
                contains -- $bin "$entry"; and not contains -- $shims $entries; and set --append entries $shims
                contains -- $shims "$entry"; or set --append entries "$entry"
            end
            set -gx PATH $entries
        end
    end
end
function _pipward_start --on-event fish_prompt
    functions --erase _pipward_start
    function _pipward_prompt --on-event fish_prompt
        _pipward_move
    end
    _pipward_move
end
`;
}
