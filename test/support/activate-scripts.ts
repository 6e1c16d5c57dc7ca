import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What virtualenv 20 and 21 write, as far as it is about PATH: unlike venv's scripts, these keep an empty old PATH. */
export function writeVirtualenvScripts(environment: string): void {
  writeFileSync(
    path.join(environment, 'bin/activate'),
    `deactivate () {
    unset -f pydoc >/dev/null 2>&1 || true
    if [ -n "\${_OLD_VIRTUAL_PATH+x}" ] ; then
        PATH="$_OLD_VIRTUAL_PATH"
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
    hash -r 2>/dev/null || true
    unset VIRTUAL_ENV
    if [ ! "\${1-}" = "nondestructive" ] ; then
        unset -f deactivate
    fi
}
deactivate nondestructive
VIRTUAL_ENV='${environment}'
export VIRTUAL_ENV
_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/"bin":$PATH"
export PATH
alias pydoc 2>/dev/null >/dev/null && unalias pydoc || true
pydoc () {
    python -m pydoc "$@"
}
hash -r 2>/dev/null || true
`,
  );
  writeFileSync(
    path.join(environment, 'bin/activate.fish'),
    `function deactivate
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PATH
    end
    set -e VIRTUAL_ENV
    if test "$argv[1]" != 'nondestructive'
        functions -e deactivate
    end
end
deactivate nondestructive
set -gx VIRTUAL_ENV '${environment}'
set -gx _OLD_VIRTUAL_PATH $PATH
set -gx PATH "$VIRTUAL_ENV"'/'bin $PATH
`,
  );
}

/**
 * Writes a stand-in for conda: a Python program that prints lines for the shell, and the functions that evaluate them. It
 * rebuilds the list of PATH's entries as conda/activate.py does: the first environment and condabin are put in front,
 * another one takes the place of the one that is active. Returns the line that defines `conda`, for a shell.
 */
export function writeConda(folder: string): (shell: string) => string {
  mkdirSync(path.join(folder, 'condabin'), { recursive: true });
  const program = path.join(folder, 'condabin/conda');
  writeFileSync(
    program,
    `#!/usr/bin/python3
import os, sys
shell, verb = sys.argv[1:3]
entries = os.environ["PATH"].split(":")
level = int(os.environ.get("CONDA_SHLVL", 0))
old = os.environ.get("CONDA_PREFIX")
def replace(new):
    at = entries.index(old + "/bin") if old and old + "/bin" in entries else None
    if at is not None: del entries[at]
    entries[at or 0:at or 0] = [new + "/bin"] if new else []
values = {}
if verb == "activate":
    if level == 0: entries.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))
    else: values["CONDA_PREFIX_%d" % level] = old
    if level == 0: entries.insert(0, sys.argv[3] + "/bin")
    else: replace(sys.argv[3])
    values.update(CONDA_PREFIX=sys.argv[3], CONDA_SHLVL=str(level + 1))
elif level > 0:
    back = os.environ.get("CONDA_PREFIX_%d" % (level - 1))
    replace(back)
    values.update(CONDA_PREFIX=back, CONDA_SHLVL=str(level - 1))
for name, value in values.items():
    if shell == "fish": print("set -e %s;" % name if value is None else "set -gx %s '%s';" % (name, value))
    else: print("unset %s" % name if value is None else "export %s='%s'" % (name, value))
if shell == "fish": print("set -gx PATH %s;" % " ".join("'%s'" % entry for entry in entries))
else: print("export PATH='%s'" % ":".join(entries))
`,
  );
  chmodSync(program, 0o755);
  return (shell) =>
    shell === 'fish'
      ? `function conda; eval ('${program}' fish $argv); end`
      : `conda() { eval "$('${program}' posix "$@")"; hash -r; }`;
}
