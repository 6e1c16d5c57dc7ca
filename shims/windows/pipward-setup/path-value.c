/* Reads and replaces the PATH of the user or of the machine in the registry.
 *
 * Problem: setx cuts at 1,024 characters, reg.exe loses letters that the console's code page does not have, and PowerShell
 * expands %SystemRoot%. Each of them damages PATH.
 *
 * Mechanism: type and bytes are handed over as they are, and written as they are given. A value is replaced only if it still has
 * the bytes that the caller read. The registry has no operation that compares and writes at once, so both are done one after the
 * other here, in one process: a few microseconds remain.
 */
#include "setup.h"

static LSTATUS open_key(BOOL of_machine, REGSAM rights, HKEY *key) {
  return of_machine ? RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment", 0,
                                    rights | KEY_WOW64_64KEY, key)
                    : RegOpenKeyExW(HKEY_CURRENT_USER, L"Environment", 0, rights | KEY_WOW64_64KEY, key);
}

static LSTATUS query(HKEY key, struct raw_value *value) {
  LSTATUS error;
  DWORD room = 512;
  do {
    room *= 2;
    release(value->data);
    value->data = allocate(room);
    value->size = room;
    error = RegQueryValueExW(key, L"Path", NULL, &value->type, value->data, &value->size);
  } while (error == ERROR_MORE_DATA && room < 1 << 24);
  value->exists = error == ERROR_SUCCESS;
  return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

LSTATUS read_path(BOOL of_machine, struct raw_value *value) {
  HKEY key;
  LSTATUS error = open_key(of_machine, KEY_QUERY_VALUE, &key);
  if (error != ERROR_SUCCESS) return error;
  error = query(key, value);
  RegCloseKey(key);
  return error;
}

static BOOL is_same(const struct raw_value *one, const struct raw_value *other) {
  if (one->exists != other->exists) return FALSE;
  return !one->exists || (one->type == other->type && one->size == other->size && memcmp(one->data, other->data, one->size) == 0);
}

/* Replaces the value if it is still `old`; one that does not exist in `made` is deleted. */
LSTATUS replace_path(BOOL of_machine, const struct raw_value *old, const struct raw_value *made, BOOL *is_replaced) {
  HKEY key;
  struct raw_value now = {0};
  *is_replaced = FALSE;
  LSTATUS error = open_key(of_machine, KEY_QUERY_VALUE | KEY_SET_VALUE, &key);
  if (error != ERROR_SUCCESS) return error;
  error = query(key, &now);
  if (error == ERROR_SUCCESS && is_same(&now, old)) {
    error = made->exists ? RegSetValueExW(key, L"Path", 0, made->type, made->data, made->size)
            : now.exists ? RegDeleteValueW(key, L"Path")
                         : ERROR_SUCCESS;
    *is_replaced = error == ERROR_SUCCESS;
  }
  RegCloseKey(key);
  return error;
}
