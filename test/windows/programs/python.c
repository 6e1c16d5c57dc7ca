/* Stands in for python.exe: records its start in STANDIN_LOG, and ends with STANDIN_EXIT. With STANDIN_WAIT it makes that file and
 * waits for Ctrl-C. With STANDIN_REPORT it answers pipward's questions (-c without -m) with that file. With STANDIN_MAKES it makes
 * that file, as an install does. */
#include "record.h"

static volatile LONG received = -1;
static HANDLE happened;

static BOOL WINAPI handle_control(DWORD event) {
  received = (LONG)event;
  SetEvent(happened);
  return TRUE;
}

static void print_file(const wchar_t *name) {
  char bytes[4096];
  FILE *file = _wfopen(name, L"rb");
  if (file == NULL) return;
  fwrite(bytes, 1, fread(bytes, 1, sizeof bytes, file), stdout);
  fclose(file);
}

int main(void) {
  wchar_t value[1024];
  DWORD status = 0;
  if (wcsstr(GetCommandLineW(), L"userSiteEnabled") != NULL && read_option(L"STANDIN_REPORT", value, 1024)) {
    print_file(value);
    return 0;
  }
  if (read_option(L"STANDIN_MAKES", value, 1024)) fclose(_wfopen(value, L"wb"));
  record(L"STANDIN_LOG");
  if (read_option(L"STANDIN_EXIT", value, 1024)) status = wcstoul(value, NULL, 0);
  printf("python ran\n");
  fflush(stdout);
  if (read_option(L"STANDIN_WAIT", value, 1024)) {
    happened = CreateEventW(NULL, TRUE, FALSE, NULL);
    SetConsoleCtrlHandler(handle_control, TRUE);
    fclose(_wfopen(value, L"wb"));
    int got = WaitForSingleObject(happened, 120000) == WAIT_OBJECT_0;
    /* Time in which a launcher that does not wait would have ended. */
    Sleep(300);
    printf(got ? "python cleaned up after event %ld\n" : "python waited in vain\n", received);
    fflush(stdout);
  }
  ExitProcess(status);
}
