/* pipward.exe: starts HOME\node.exe HOME\dist\admin.cjs with the rest of its own command line.
 *
 * Problem: a .cmd changes arguments, and ends the batch file that calls it (launcher.h). So `pipward` is a program, too.
 *
 * Mechanism: start.c of the launcher: same console and handles, tail as it stands, exact exit code. When `pipward unsetup` has
 * moved the running files to HOME.removed, Node cannot delete its own program; this one does, when Node has ended. What still
 * runs then, which is this program itself, stays there: unsetup has named it.
 */
#include "../launcher.h"

static void read_home(struct text *home) {
  add_own_path(home);
  remove_last_part(home);
  remove_last_part(home);
}

/* They are for other programs: NODE_OPTIONS may load anything (bin/pipward unsets the same). */
static const wchar_t *const ASIDE[] = {L"NODE_OPTIONS", L"NODE_EXTRA_CA_CERTS", L"NODE_V8_COVERAGE", L"NODE_CHANNEL_FD",
                                       L"NODE_UNIQUE_ID", L"NODE_DEBUG", L"NODE_REDIRECT_WARNINGS"};

/* What the launcher's parts ask for. */
const wchar_t *read_variable(const struct call *call, const wchar_t *name) {
  const wchar_t *value = find_variable(call->variables, name);
  return value == NULL ? L"" : value;
}

static void add_program(struct text *line, const struct text *home, const wchar_t *name) {
  add(line, L"\"");
  add(line, home->at);
  add(line, name);
  add(line, L"\"");
}

/* Deletes the Node that was moved aside. Nothing if the installation is still there. */
static void delete_moved_node(const struct text *home) {
  struct text file = {0};
  add(&file, home->at);
  add(&file, L"\\node.exe");
  if (may_exist(file.at)) return;
  clear(&file);
  add(&file, home->at);
  add(&file, L".removed\\node.exe");
  DeleteFileW(file.at);
}

/* Named in build.mjs. */
void start(void) {
  struct call call = {0};
  struct text line = {0}, variables = {0};
  DWORD status;
  SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
  call.tail = find_tail(GetCommandLineW());
  copy_block(&variables, GetEnvironmentStringsW());
  for (size_t i = 0; i < sizeof ASIDE / sizeof *ASIDE; i++) set_variable(&variables, ASIDE[i], NULL);
  call.variables = variables.at;
  read_home(&call.home);
  add_program(&line, &call.home, L"\\node.exe");
  add(&line, L" ");
  add_program(&line, &call.home, L"\\dist\\admin.cjs");
  create_job();
  watch_console();
  if (!run_pip(&call, line.at, 0, &status)) status = EXIT_INTERNAL;
  delete_moved_node(&call.home);
  ExitProcess(status);
}
