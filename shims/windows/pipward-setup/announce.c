/* Tells running programs that variables have changed, as the dialog of Windows does.
 *
 * Problem: a window that hangs holds a broadcast for its time limit, and the limit counts for each window anew.
 *
 * Mechanism: a thread sends it; the program waits for that thread no longer than five seconds, then ends. user32.dll is loaded only for
 * this.
 */
#include "setup.h"

enum { LIMIT_OF_WINDOW = 1000, LIMIT = 5000 };

typedef LRESULT(WINAPI *send_function)(HWND, UINT, WPARAM, LPARAM, UINT, UINT, DWORD_PTR *);

static DWORD WINAPI broadcast(void *function) {
  send_function send = (send_function)function;
  DWORD_PTR result;
  return send(HWND_BROADCAST, WM_SETTINGCHANGE, 0, (LPARAM)L"Environment", SMTO_ABORTIFHUNG, LIMIT_OF_WINDOW, &result) != 0;
}

/* Returns whether all windows were told in time. */
BOOL announce_change(void) {
  HMODULE library = LoadLibraryExW(L"user32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
  if (library == NULL) return FALSE;
  void *function = (void *)GetProcAddress(library, "SendMessageTimeoutW");
  HANDLE thread = function == NULL ? NULL : CreateThread(NULL, 0, broadcast, function, 0, NULL);
  return thread != NULL && WaitForSingleObject(thread, LIMIT) == WAIT_OBJECT_0;
}
