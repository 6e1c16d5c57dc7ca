/* Tells running programs that variables have changed, as the dialog of Windows does.
 *
 * Problem: a window that hangs holds a broadcast for its time limit, and the limit counts for each window again.
 *
 * Mechanism: a thread sends it; the program waits for that thread no longer than five seconds. user32.dll is loaded only for this, by
 * the thread: it, too, may wait for a desktop. main.c then ends without waiting for what libraries do at the end.
 */
#include "setup.h"

enum { LIMIT_OF_WINDOW = 1000, LIMIT = 5000 };

typedef LRESULT(WINAPI *send_function)(HWND, UINT, WPARAM, LPARAM, UINT, UINT, DWORD_PTR *);

static DWORD WINAPI broadcast(void *unused) {
  HMODULE library = LoadLibraryExW(L"user32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
  send_function send = library == NULL ? NULL : (send_function)(void *)GetProcAddress(library, "SendMessageTimeoutW");
  DWORD_PTR result;
  (void)unused;
  return send != NULL && send(HWND_BROADCAST, WM_SETTINGCHANGE, 0, (LPARAM)L"Environment", SMTO_ABORTIFHUNG, LIMIT_OF_WINDOW, &result) != 0;
}

/* Returns whether all windows were told in time. */
BOOL announce_change(void) {
  HANDLE thread = CreateThread(NULL, 0, broadcast, NULL, 0, NULL);
  DWORD is_told = FALSE;
  return thread != NULL && WaitForSingleObject(thread, LIMIT) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &is_told) && is_told;
}
