/* Stands in for a python.exe with pip: answers `-m pip --version`, and with `wait FILE` makes that file and runs until it is gone. */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv) {
  if (argc > 2 && wcscmp(argv[argc - 2], L"wait") == 0) {
    fclose(_wfopen(argv[argc - 1], L"wb"));
    while (GetFileAttributesW(argv[argc - 1]) != INVALID_FILE_ATTRIBUTES) Sleep(50);
  }
  if (argc > 1 && wcscmp(argv[argc - 1], L"--version") == 0) printf("pip 23.2.1 from C:\\python\\Lib\\site-packages\\pip (python 3.12)\n");
  return 0;
}
