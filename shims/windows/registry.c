/* The registry and the known folders.
 *
 * Problem: where the data of all users lies is in the variable ProgramData, which the user can set. A policy must not be looked for
 * where the user says.
 *
 * Mechanism: SHGetKnownFolderPath. Its library also loads user32, so it is loaded only when it is asked. Keys are written as
 * HKCU\..., HKLM\... or HKLM32\... (what 32-bit programs see).
 */
#include "launcher.h"

enum { MAX_VALUE = 1 << 20, MAX_KEYS = 4096 };

typedef HRESULT(WINAPI *known_folder_function)(const GUID *, DWORD, HANDLE, wchar_t **);

static const struct {
  const wchar_t *name;
  GUID id;
} FOLDERS[] = {
    {L"ProgramData", {0x62AB5D82, 0xFDC1, 0x4DC3, {0xA9, 0xDD, 0x07, 0x0D, 0x1D, 0x49, 0x5D, 0x97}}},
    {L"LocalAppData", {0xF1B32785, 0x6FBA, 0x4FCF, {0x9D, 0x55, 0x7B, 0x8E, 0x7F, 0x15, 0x70, 0x91}}},
    {L"RoamingAppData", {0x3EB685DB, 0x65F9, 0x4CF6, {0xA0, 0x3A, 0xE3, 0xEF, 0x65, 0x72, 0x9F, 0x3D}}},
    {L"Profile", {0x5E6C858F, 0x0E22, 0x4760, {0x9A, 0xFE, 0xEA, 0x33, 0x17, 0xB6, 0x71, 0x73}}},
    {L"ProgramFiles", {0x905E63B6, 0xC1BF, 0x494E, {0xB2, 0x9C, 0x65, 0xB7, 0x32, 0xD3, 0xD2, 0x1A}}},
};

BOOL find_known_folder(const wchar_t *name, struct text *path) {
  for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
    if (!is_equal(name, FOLDERS[i].name)) continue;
    HMODULE library = LoadLibraryExW(L"shell32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    wchar_t *found = NULL;
    if (library == NULL) return FALSE;
    /* Through a pointer without a type: gcc warns of a cast between functions. */
    known_folder_function find = (known_folder_function)(void *)GetProcAddress(library, "SHGetKnownFolderPath");
    if (find == NULL || find(&FOLDERS[i].id, 0, NULL, &found) != S_OK) return FALSE;
    add(path, found);
    return TRUE;
  }
  return FALSE;
}

/* Opens a key for reading; returns the error. */
static LSTATUS open_key(const wchar_t *key, HKEY *opened) {
  static const struct {
    const wchar_t *start;
    HKEY root;
    REGSAM view;
  } ROOTS[] = {{L"HKCU\\", HKEY_CURRENT_USER, KEY_WOW64_64KEY},
               {L"HKLM\\", HKEY_LOCAL_MACHINE, KEY_WOW64_64KEY},
               {L"HKLM32\\", HKEY_LOCAL_MACHINE, KEY_WOW64_32KEY}};
  for (size_t i = 0; i < sizeof ROOTS / sizeof *ROOTS; i++) {
    if (starts_with(key, ROOTS[i].start)) return RegOpenKeyExW(ROOTS[i].root, key + count(ROOTS[i].start), 0, KEY_READ | ROOTS[i].view, opened);
  }
  return ERROR_INVALID_PARAMETER;
}

/* Reads a value of a key, growing the memory while another process changes it. */
static LSTATUS query(HKEY key, const wchar_t *name, DWORD *type, BYTE **data, DWORD *size) {
  LSTATUS error;
  *data = NULL;
  *size = 256;
  do {
    release(*data);
    /* Two zeros more: a value may come without one. */
    *data = allocate(*size + 2 * sizeof(wchar_t));
    error = RegQueryValueExW(key, name, NULL, type, *data, size);
  } while (error == ERROR_MORE_DATA && *size <= MAX_VALUE);
  return error;
}

/* Reads a value as text: strings as they are (not expanded), several strings as lines, numbers in decimal. */
BOOL read_registry(const wchar_t *key, const wchar_t *name, struct text *value) {
  HKEY opened;
  DWORD type = 0, size;
  BYTE *data;
  BOOL is_text = TRUE;
  if (open_key(key, &opened) != ERROR_SUCCESS) return FALSE;
  LSTATUS error = query(opened, name, &type, &data, &size);
  RegCloseKey(opened);
  clear(value);
  if (error != ERROR_SUCCESS) is_text = FALSE;
  else if (type == REG_SZ || type == REG_EXPAND_SZ) add(value, (const wchar_t *)data);
  else if (type == REG_DWORD && size == sizeof(DWORD)) add_number(value, *(const DWORD *)data, 10);
  else if (type == REG_MULTI_SZ) {
    for (const wchar_t *at = (const wchar_t *)data; *at; at += count(at) + 1) {
      if (value->length > 0) add(value, L"\n");
      add(value, at);
    }
  } else is_text = FALSE;
  release(data);
  return is_text;
}

/* Returns false only if the value certainly does not exist. */
BOOL may_have_value(const wchar_t *key, const wchar_t *name) {
  HKEY opened;
  LSTATUS error = open_key(key, &opened);
  if (error == ERROR_SUCCESS) {
    error = RegQueryValueExW(opened, name, NULL, NULL, NULL, NULL);
    RegCloseKey(opened);
  }
  return error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND;
}

/* Lists the keys below a key, one on a line. */
BOOL list_keys(const wchar_t *key, struct text *names) {
  HKEY opened;
  wchar_t name[256]; /* the longest that Windows allows, and a zero */
  if (open_key(key, &opened) != ERROR_SUCCESS) return FALSE;
  clear(names);
  for (DWORD i = 0; i < MAX_KEYS; i++) {
    DWORD length = sizeof name / sizeof *name;
    if (RegEnumKeyExW(opened, i, name, &length, NULL, NULL, NULL, NULL) != ERROR_SUCCESS) break;
    if (i > 0) add(names, L"\n");
    add_part(names, name, length);
  }
  RegCloseKey(opened);
  return TRUE;
}
