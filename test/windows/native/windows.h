/* Stands in for the API of Windows where the pure parts of the launcher are compiled with gcc -fshort-wchar. */
#ifndef STAND_IN_WINDOWS_H
#define STAND_IN_WINDOWS_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint32_t DWORD;
typedef int BOOL;
typedef void *HANDLE;
#define TRUE 1
#define FALSE 0
#define HEAP_ZERO_MEMORY 8

static inline HANDLE GetProcessHeap(void) { return NULL; }
static inline void *HeapAlloc(HANDLE heap, DWORD flags, size_t size) {
  (void)heap, (void)flags;
  return calloc(1, size);
}
static inline BOOL HeapFree(HANDLE heap, DWORD flags, void *memory) {
  (void)heap, (void)flags;
  free(memory);
  return TRUE;
}
static inline void ExitProcess(DWORD status) { exit((int)status); }

#endif
