/* Read-only commands in an active environment that has its own pip: they need no decision, so they need no Node.
 *
 * Problem: `pip list` and `pip --version` are called by editors and prompts, and Node costs them more than pip's own start.
 *
 * Mechanism: the conditions are those of mode fast in shims/pip. Whatever does not match exactly is decided by Node.
 */
#include "launcher.h"

/* Starts the environment's python if the conditions are met. Returns false if Node has to decide. */
BOOL try_fast_path(const struct call *call, DWORD *status) {
  const wchar_t *environment = read_variable(call, L"VIRTUAL_ENV");
  struct text path = {0}, python = {0}, line = {0};
  if (!is_read_only(call->tail)) return FALSE;
  /* PIPWARD_PYTHON means another interpreter, PIPWARD_DEBUG the resolution trace, pip2 and pip3.X a version. */
  if (*read_variable(call, L"PIPWARD_PYTHON") || *read_variable(call, L"PIPWARD_DEBUG")) return FALSE;
  if (!is_same_name(call->name.at, L"pip") && !is_same_name(call->name.at, L"pip3")) return FALSE;
  if (!is_absolute(environment)) return FALSE;

  join(&path, environment, L"pyvenv.cfg");
  if (!read_file(path.at, &line, 1)) return FALSE;
  join(&path, environment, L"Lib\\site-packages\\pip\\__main__.py");
  if (!is_file(path.at)) return FALSE;
  join(&python, environment, L"Scripts\\python.exe");
  if (!is_runnable(python.at)) return FALSE;
  describe_start(&line, call, python.at, environment);
  return run_pip(call, line.at, 0, status);
}
