/* A library in the current directory. If it is ever loaded, the program that loads it ends with 99. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance, (void)reason, (void)reserved;
  ExitProcess(99);
}
