/* Starts a program as subprocess.run of Python does: CreateProcessW without a path of the program, with three files as standard
 * handles. harness.exe SPEC..., each a file of UTF-16 texts that each end with a zero:
 * RESULT (file for the status) STDOUT STDERR FOLDER READY LINE NAME=VALUE...
 * One call comes after the other, each with the variables of its own. With READY it waits for that file and sends Ctrl-C. With the variable
 * HARNESS_PIPE the program inherits the end of a pipe, too. With HARNESS_HOLDS it holds that folder open so that no other program may
 * add a file: under wine an access list cannot say so. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static BOOL WINAPI ignore(DWORD event) {
  (void)event;
  return TRUE;
}

static const wchar_t *next(const wchar_t **at) {
  const wchar_t *text = *at;
  *at += wcslen(text) + 1;
  return text;
}

/* Makes one call. */
static void run(const wchar_t *name) {
  static wchar_t spec[1 << 18], line[1 << 17], block[1 << 18];
  FILE *file = _wfopen(name, L"rb");
  size_t length = fread(spec, sizeof *spec, sizeof spec / sizeof *spec - 1, file), filled = 0;
  fclose(file);
  const wchar_t *at = spec, *end = spec + length;
  const wchar_t *result = next(&at), *out = next(&at), *error = next(&at), *folder = next(&at), *ready = next(&at);
  wcsncpy(line, next(&at), sizeof line / sizeof *line - 1);
  /* The own variables, then those of the call: they start with none of the same names. */
  int has_pipe = 0;
  HANDLE held = INVALID_HANDLE_VALUE;
  for (const wchar_t *entry = GetEnvironmentStringsW(); *entry; entry += wcslen(entry) + 1) {
    int is_replaced = 0;
    for (const wchar_t *other = at; other < end; other += wcslen(other) + 1) {
      is_replaced |= !_wcsnicmp(entry, other, (size_t)(wcschr(other, '=') - other) + 1);
    }
    if (!is_replaced) filled += (size_t)swprintf(block + filled, 40000, L"%ls", entry) + 1;
  }
  for (; at < end; next(&at)) {
    if (!wcsncmp(at, L"HARNESS_PIPE=", 13)) has_pipe = 1;
    if (!wcsncmp(at, L"HARNESS_HOLDS=", 14)) {
      held = CreateFileW(at + 14, FILE_LIST_DIRECTORY, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    }
    if (wcschr(at, '=')[1]) filled += (size_t)swprintf(block + filled, 40000, L"%ls", at) + 1;
  }
  block[filled] = 0;
  SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
  STARTUPINFOW info = {.cb = sizeof info, .dwFlags = STARTF_USESTDHANDLES};
  PROCESS_INFORMATION made;
  HANDLE read = NULL, write = NULL;
  DWORD status = 0;
  if (has_pipe) CreatePipe(&read, &write, &inheritable, 0);
  info.hStdInput = CreateFileW(L"NUL", GENERIC_READ, 3, &inheritable, OPEN_EXISTING, 0, NULL);
  info.hStdOutput = CreateFileW(out, FILE_APPEND_DATA, 3, &inheritable, OPEN_ALWAYS, 0, NULL);
  info.hStdError = CreateFileW(error, FILE_APPEND_DATA, 3, &inheritable, OPEN_ALWAYS, 0, NULL);
  SetCurrentDirectoryW(folder);
  file = _wfopen(result, L"wb");
  if (CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_UNICODE_ENVIRONMENT, block, NULL, &info, &made)) {
    if (*ready) {
      for (int i = 0; i < 6000 && GetFileAttributesW(ready) == INVALID_FILE_ATTRIBUTES; i++) Sleep(20);
      GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    }
    WaitForSingleObject(made.hProcess, 300000);
    GetExitCodeProcess(made.hProcess, &status);
    fprintf(file, "exit %lu", status);
  } else {
    fprintf(file, "error %lu", GetLastError());
  }
  fclose(file);
  CloseHandle(info.hStdInput), CloseHandle(info.hStdOutput), CloseHandle(info.hStdError);
  if (has_pipe) CloseHandle(read), CloseHandle(write);
  if (held != INVALID_HANDLE_VALUE) CloseHandle(held);
}

int wmain(int argc, wchar_t **argv) {
  SetConsoleCtrlHandler(ignore, TRUE);
  for (int i = 1; i < argc; i++) run(argv[i]);
  return 0;
}
