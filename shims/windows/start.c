/* Starts Node and pip.
 *
 * Problem: pip must find what it finds without pipward: console, handles, Ctrl-C, window. Node must have none of it, and
 * neither may be left behind when the launcher is ended.
 *
 * Mechanism:
 * - Programs are started by an absolute path, so that Windows searches nothing.
 * - Node inherits three handles and no other (PROC_THREAD_ATTRIBUTE_HANDLE_LIST). pip inherits what the caller let the launcher
 *   inherit. The pipes to Node are not among it: the launcher's ends were never inheritable, Node's ends are closed by then.
 * - Both are put into a job before their first thread runs. Windows ends them if the launcher is ended. What they start
 *   themselves is not in the job (silent breakaway), as without pipward.
 * - A control event reaches all programs of the console. pip acts on it; the launcher outlives it, and mirrors pip's end.
 */
#include "launcher.h"

/* What CreateProcess takes, without the zero at the end. */
enum { MAX_COMMAND_LINE = 32766 };

static HANDLE job;
static volatile LONG outlives;

void create_job(void) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
  job = CreateJobObjectW(NULL, NULL);
  SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
}

static BOOL WINAPI handle_control(DWORD event) {
  if (!outlives) return FALSE;
  /* Closing the window, logging off: Windows ends the launcher when this returns, and pip needs its time. */
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) Sleep(INFINITE);
  return TRUE;
}

void watch_console(void) {
  SetConsoleCtrlHandler(handle_control, TRUE);
}

/* Before pip is started, Ctrl-C ends the launcher, as it ends a python that is just starting. Returns what was expected before. */
BOOL expect_interrupts(BOOL outlive) {
  return InterlockedExchange(&outlives, outlive) != FALSE;
}

static void release_first_thread(const PROCESS_INFORMATION *made) {
  AssignProcessToJobObject(job, made->hProcess);
  ResumeThread(made->hThread);
  CloseHandle(made->hThread);
}

/* Starts Node without a console. Its standard error is NUL: what it has to say it sends. */
BOOL start_node(const wchar_t *program, wchar_t *line, wchar_t *variables, HANDLE in, HANDLE out, HANDLE *process) {
  SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
  STARTUPINFOEXW info = {0};
  PROCESS_INFORMATION made;
  SIZE_T size = 0;
  if (count(line) > MAX_COMMAND_LINE) return FALSE;
  HANDLE nul = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inheritable, OPEN_EXISTING, 0, NULL);
  HANDLE handles[] = {in, out, nul};
  InitializeProcThreadAttributeList(NULL, 1, 0, &size);
  info.lpAttributeList = allocate(size);
  if (!InitializeProcThreadAttributeList(info.lpAttributeList, 1, 0, &size)) return FALSE;
  if (!UpdateProcThreadAttribute(info.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles, sizeof handles, NULL, NULL)) return FALSE;
  info.StartupInfo.cb = sizeof info;
  info.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  info.StartupInfo.hStdInput = in;
  info.StartupInfo.hStdOutput = out;
  info.StartupInfo.hStdError = nul;
  DWORD flags = DETACHED_PROCESS | CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
  BOOL started = CreateProcessW(program, line, NULL, NULL, TRUE, flags, variables, NULL, &info.StartupInfo, &made);
  CloseHandle(nul);
  if (!started) return FALSE;
  release_first_thread(&made);
  *process = made.hProcess;
  return TRUE;
}

/* A standard handle that is not inheritable would be missing in pip. (For a handle of a console this may fail, and is not needed.) */
static HANDLE share(DWORD which) {
  HANDLE handle = GetStdHandle(which);
  if (handle != NULL && handle != INVALID_HANDLE_VALUE) SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  return handle;
}

static void say_start_error(const wchar_t *program, DWORD error) {
  struct text text = {0};
  add(&text, L"pipward: ");
  add(&text, program);
  add(&text, error == ERROR_FILENAME_EXCED_RANGE ? L" was not started: the command line is too long (Windows error "
                                                 : L" was not started (Windows error ");
  add_number(&text, error, 10);
  add(&text, L")\n");
  say(text.at);
}

/*
 * Runs pip to its end: `start` and the tail. The launcher's own startup information is passed on, with the title, the window and
 * the descriptors of a C program (lpReserved2). Returns false if `start` does not begin with an absolute path in quotation marks.
 */
BOOL run_pip(const struct call *call, const wchar_t *start, DWORD depth, DWORD *status) {
  struct text program = {0}, line = {0}, variables = {0};
  STARTUPINFOW info;
  PROCESS_INFORMATION made;
  if (read_program(start, &program) == NULL) return FALSE;
  add(&line, start);
  if (*call->tail) add(&line, L" ");
  add(&line, call->tail);
  make_pip_block(&variables, call->variables, start, depth);
  GetStartupInfoW(&info);
  info.lpReserved = NULL;
  info.dwFlags = (info.dwFlags & ~(DWORD)STARTF_USEHOTKEY) | STARTF_USESTDHANDLES;
  info.hStdInput = share(STD_INPUT_HANDLE);
  info.hStdOutput = share(STD_OUTPUT_HANDLE);
  info.hStdError = share(STD_ERROR_HANDLE);
  expect_interrupts(TRUE);
  BOOL fits = line.length <= MAX_COMMAND_LINE;
  if (!fits || !CreateProcessW(program.at, line.at, NULL, NULL, TRUE, CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT, variables.at, NULL, &info, &made)) {
    say_start_error(program.at, fits ? GetLastError() : ERROR_FILENAME_EXCED_RANGE);
    *status = EXIT_NOT_RUNNABLE;
    return TRUE;
  }
  release_first_thread(&made);
  WaitForSingleObject(made.hProcess, INFINITE);
  if (!GetExitCodeProcess(made.hProcess, status)) *status = EXIT_INTERNAL;
  return TRUE;
}
