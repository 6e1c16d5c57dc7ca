/* Stands in for access.c of shims/windows, since access lists under wine are those of a Linux: every file is the user's. It says of each
 * file what Windows says of one in Program Files, or what the variables ask for:
 *
 *   STANDIN_OPEN=PATH       all users may change it
 *   STANDIN_OWNER=PATH      it belongs to an ordinary user
 *   STANDIN_ORDINARY=1      this process has no administrator's rights
 */
#define describe_access describe_real_access
#define is_elevated is_really_elevated
#include "access.c"
#undef describe_access
#undef is_elevated

static BOOL is_named(const wchar_t *variable, const wchar_t *path) {
  static wchar_t value[32768];
  return GetEnvironmentVariableW(variable, value, 32768) > 0 && compare_names(value, count(value), path, count(path)) == 0;
}

BOOL describe_access(const wchar_t *path, struct text *answer) {
  if (!describe_real_access(path, answer)) return FALSE;
  clear(answer);
  add(answer, is_named(L"STANDIN_OWNER", path) ? L"owner S-1-5-21-1-2-3-1001" : L"owner S-1-5-32-544");
  add(answer, L"\nallow S-1-5-32-544 1f01ff 0\nallow S-1-5-32-545 1200a9 0");
  if (is_named(L"STANDIN_OPEN", path)) add(answer, L"\nallow S-1-5-11 1301bf 0");
  return TRUE;
}

BOOL is_elevated(void) {
  return is_really_elevated() && !is_named(L"STANDIN_ORDINARY", L"1");
}
