/* The start of every call: reads what the caller gave, and tries the three ways (launcher.h).
 *
 * The program has an entry point of its own: the C runtime's would take the arguments apart and expand wildcards, both for
 * nothing. From it only functions of memory are used.
 */
#include "launcher.h"

/* Returns the value of a variable, or an empty text. */
const wchar_t *read_variable(const struct call *call, const wchar_t *name) {
  const wchar_t *value = find_variable(call->variables, name);
  return value == NULL ? L"" : value;
}

/* Reads the path of this file into `name` and `home`. */
static void read_own_path(struct call *call) {
  struct text path = {0};
  add_own_path(&path);
  add(&call->home, path.at);
  remove_last_part(&call->home);
  add(&call->name, path.at + call->home.length + 1);
  size_t end = call->name.length;
  if (end > 4 && is_same_name(call->name.at + end - 4, L".exe")) {
    call->name.length = end - 4;
    call->name.at[end - 4] = 0;
  }
  remove_last_part(&call->home);
}

static DWORD read_depth(const struct call *call) {
  const wchar_t *value = read_variable(call, L"_PIPWARD_DEPTH");
  DWORD depth;
  const wchar_t *rest = read_number(value, &depth);
  return rest != NULL && *rest == 0 && depth < 100 ? depth : 0;
}

static DWORD run(void) {
  struct call call = {0};
  DWORD status;
  call.tail = find_tail(GetCommandLineW());
  call.variables = GetEnvironmentStringsW();
  call.depth = read_depth(&call);
  read_own_path(&call);
  create_job();
  watch_console();
  if (try_fast_path(&call, &status)) return status;
  if (call.depth >= MAX_DEPTH) {
    say(L"pipward: pip and pipward keep calling each other (10 calls, each started by the one before); pip was not run again\n");
    return EXIT_NOT_RUNNABLE;
  }
  return attend(&call);
}

/* Named in build.mjs. Libraries that are loaded later come from System32 alone. */
void start(void) {
  SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
  ExitProcess(run());
}
