/* Files, folders and programs.
 *
 * Problem: Windows looks for a program in the current directory first, where a cloned repository could have put one. And
 * `python.exe` in WindowsApps may be a link that opens the Microsoft Store, or a manager that installs a Python.
 *
 * Mechanism: only absolute paths are looked at. Programs are searched in the absolute entries of PATH, without SearchPath. A
 * link of the Store ("app execution alias") counts only if it leads to a Python.
 */
#include "launcher.h"
#include <winioctl.h>

#ifndef IO_REPARSE_TAG_APPEXECLINK
#define IO_REPARSE_TAG_APPEXECLINK 0x8000001B
#endif

static BOOL convert(struct text *text, const char *bytes, size_t length, DWORD flags) {
  add(text, L"");
  int size = length > 0 ? MultiByteToWideChar(CP_UTF8, flags, bytes, (int)length, NULL, 0) : 0;
  if (size == 0) return length == 0;
  wchar_t *wide = allocate((size_t)size * sizeof *wide);
  MultiByteToWideChar(CP_UTF8, flags, bytes, (int)length, wide, size);
  add_part(text, wide, (size_t)size);
  release(wide);
  return TRUE;
}

/* Adds UTF-8 to a text; what is not valid becomes U+FFFD. */
void to_wide(struct text *text, const char *bytes, size_t length) {
  convert(text, bytes, length, 0);
}

/* Adds UTF-8 to a text. Returns false if it is not valid, or contains a zero. */
BOOL to_wide_strictly(struct text *text, const char *bytes, size_t length) {
  return convert(text, bytes, length, MB_ERR_INVALID_CHARS) && (length == 0 || count(text->at) == text->length);
}

void to_utf8(struct bytes *bytes, const wchar_t *text, size_t length) {
  int size = length > 0 ? WideCharToMultiByte(CP_UTF8, 0, text, (int)length, NULL, 0, NULL, NULL) : 0;
  if (size == 0) return;
  char *made = allocate((size_t)size);
  WideCharToMultiByte(CP_UTF8, 0, text, (int)length, made, size, NULL, NULL);
  add_bytes(bytes, made, (size_t)size);
  release(made);
}

/* Sets `path` to a file in a folder. */
void join(struct text *path, const wchar_t *folder, const wchar_t *name) {
  clear(path);
  add(path, folder);
  if (path->length > 0 && path->at[path->length - 1] != '\\' && path->at[path->length - 1] != '/') add(path, L"\\");
  add(path, name);
}

/* Adds the path of the program that runs. */
void add_own_path(struct text *path) {
  DWORD room = 512, length;
  wchar_t *found = NULL;
  do {
    release(found);
    room *= 2;
    found = allocate(room * sizeof *found);
    length = GetModuleFileNameW(NULL, found, room);
  } while (length == room && room < 65536);
  add(path, found);
  release(found);
}

BOOL is_file(const wchar_t *path) {
  DWORD attributes = GetFileAttributesW(path);
  return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

BOOL is_folder(const wchar_t *path) {
  DWORD attributes = GetFileAttributesW(path);
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

/* Returns false only if the path certainly does not exist. */
BOOL may_exist(const wchar_t *path) {
  if (GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES) return TRUE;
  DWORD error = GetLastError();
  return error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND;
}

/* Reads the beginning of a file of UTF-8, without a byte order mark. */
BOOL read_file(const wchar_t *path, struct text *content, size_t most) {
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return FALSE;
  char *bytes = allocate(most);
  DWORD got = 0, done;
  while (got < most && ReadFile(file, bytes + got, (DWORD)most - got, &done, NULL) && done > 0) got += done;
  CloseHandle(file);
  size_t mark = got >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  clear(content);
  to_wide(content, bytes + mark, got - mark);
  release(bytes);
  return TRUE;
}

/* Returns whether a link of the Store leads to a Python itself, not to the Store's page or to an install manager. */
static BOOL leads_to_python(const wchar_t *path) {
  static const wchar_t PACKAGE[] = L"PythonSoftwareFoundation.Python.3.";
  enum { PACKAGE_LENGTH = sizeof PACKAGE / sizeof *PACKAGE - 1 };
  HANDLE file = CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                            FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);
  BOOL found = FALSE;
  if (file == INVALID_HANDLE_VALUE) return FALSE;
  /* A header of 8 bytes and a number, then texts that end with a zero: package, entry point, program. */
  wchar_t *data = allocate(MAXIMUM_REPARSE_DATA_BUFFER_SIZE);
  DWORD size = 0;
  if (DeviceIoControl(file, FSCTL_GET_REPARSE_POINT, NULL, 0, data, MAXIMUM_REPARSE_DATA_BUFFER_SIZE, &size, NULL)) {
    size_t length = size / sizeof *data;
    for (size_t at = 0; at + PACKAGE_LENGTH <= length && !found; at++) {
      found = compare_names(data + at, PACKAGE_LENGTH, PACKAGE, PACKAGE_LENGTH) == 0;
    }
  }
  release(data);
  CloseHandle(file);
  return found;
}

/*
 * Returns whether a program can be started without a surprise. CreateProcess would have cmd run a batch file, and cmd reads
 * arguments a second time.
 */
BOOL is_runnable(const wchar_t *path) {
  WIN32_FIND_DATAW data;
  size_t length = count(path);
  if (!is_absolute(path) || length < 4 || !is_same_name(path + length - 4, L".exe")) return FALSE;
  /* It takes wildcards. */
  for (const wchar_t *at = path; *at; at++) {
    if (*at == '*' || (*at == '?' && at != path + 2)) return FALSE;
  }
  HANDLE search = FindFirstFileW(path, &data);
  if (search == INVALID_HANDLE_VALUE) return FALSE;
  FindClose(search);
  if (data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) return FALSE;
  if (data.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) {
    return data.dwReserved0 != IO_REPARSE_TAG_APPEXECLINK || leads_to_python(path);
  }
  return data.nFileSizeLow > 0 || data.nFileSizeHigh > 0;
}

/*
 * Finds the first program of that name on PATH that has another file beside it; any, if `beside` is null. Entries may be in
 * quotation marks, which protect a `;`.
 */
BOOL find_on_path(const struct call *call, const wchar_t *name, const wchar_t *beside, struct text *found) {
  const wchar_t *rest = read_variable(call, L"PATH");
  struct text entry = {0}, other = {0};
  while (*rest) {
    BOOL quoted = FALSE;
    clear(&entry);
    for (; *rest && (quoted || *rest != ';'); rest++) {
      if (*rest == '"') quoted = !quoted;
      else add_part(&entry, rest, 1);
    }
    if (*rest) rest++;
    if (!is_absolute(entry.at)) continue;
    if (beside != NULL) {
      join(&other, entry.at, beside);
      if (!is_file(other.at)) continue;
    }
    join(found, entry.at, name);
    if (is_runnable(found->at)) return TRUE;
  }
  clear(found);
  return FALSE;
}
