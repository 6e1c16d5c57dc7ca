/* Starts a program as subprocess.run of Python does: CreateProcessW without a path of the program, with three files as standard
 * handles. harness.exe SPEC, a file of UTF-16 texts that each end with a zero:
 * RESULT (file for the status) STDOUT STDERR FOLDER READY LINE NAME=VALUE...
 * With READY it waits for that file and sends Ctrl-C. With the variable HARNESS_PIPE the program inherits the end of a pipe, too. */
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

int wmain(int argc, wchar_t **argv) {
  static wchar_t spec[1 << 18], line[1 << 17];
  if (argc < 2) return 99;
  FILE *file = _wfopen(argv[1], L"rb");
  size_t length = fread(spec, sizeof *spec, sizeof spec / sizeof *spec - 1, file);
  fclose(file);
  const wchar_t *at = spec, *end = spec + length;
  const wchar_t *result = next(&at), *out = next(&at), *error = next(&at), *folder = next(&at), *ready = next(&at);
  wcsncpy(line, next(&at), sizeof line / sizeof *line - 1);
  while (at < end) {
    wchar_t *name = _wcsdup(next(&at));
    wchar_t *equals = wcschr(name, '=');
    *equals = 0;
    SetEnvironmentVariableW(name, equals[1] ? equals + 1 : NULL);
  }
  SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
  STARTUPINFOW info = {.cb = sizeof info, .dwFlags = STARTF_USESTDHANDLES};
  PROCESS_INFORMATION made;
  HANDLE read, write;
  DWORD status = 0;
  if (GetEnvironmentVariableW(L"HARNESS_PIPE", spec, 10)) CreatePipe(&read, &write, &inheritable, 0);
  info.hStdInput = CreateFileW(L"NUL", GENERIC_READ, 3, &inheritable, OPEN_EXISTING, 0, NULL);
  info.hStdOutput = CreateFileW(out, FILE_APPEND_DATA, 3, &inheritable, OPEN_ALWAYS, 0, NULL);
  info.hStdError = CreateFileW(error, FILE_APPEND_DATA, 3, &inheritable, OPEN_ALWAYS, 0, NULL);
  SetConsoleCtrlHandler(ignore, TRUE);
  SetCurrentDirectoryW(folder);
  file = _wfopen(result, L"wb");
  if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &info, &made)) {
    fprintf(file, "error %lu", GetLastError());
    return 98;
  }
  if (*ready) {
    for (int i = 0; i < 6000 && GetFileAttributesW(ready) == INVALID_FILE_ATTRIBUTES; i++) Sleep(20);
    GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
  }
  WaitForSingleObject(made.hProcess, 300000);
  GetExitCodeProcess(made.hProcess, &status);
  fprintf(file, "exit %lu", status);
  fclose(file);
  return 0;
}
