/* Who may do what: access lists of files, this process and the one that started it.
 *
 * Problem: access() looks only at the read-only attribute on Windows, so C:\Program Files counts as writable. And Node has no function
 * that reads an access list.
 *
 * Mechanism: a folder is opened with the right to add a file (FILE_ADD_FILE), which creates nothing. Access lists are handed over as they are;
 * Node judges them.
 */
#include "launcher.h"
#include <aclapi.h>
#include <sddl.h>
#include <tlhelp32.h>

BOOL may_add(const wchar_t *folder) {
  HANDLE opened = CreateFileW(folder, FILE_ADD_FILE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
  if (opened == INVALID_HANDLE_VALUE) return FALSE;
  CloseHandle(opened);
  return TRUE;
}

static BOOL add_sid(struct text *answer, PSID sid) {
  wchar_t *text;
  if (!ConvertSidToStringSidW(sid, &text)) return FALSE;
  add(answer, text);
  LocalFree(text);
  return TRUE;
}

/* Adds an entry. One of a kind that is not known could allow anything: then there is no answer. */
static BOOL add_entry(struct text *answer, const ACE_HEADER *entry) {
  /* All four kinds begin alike: header, mask, SID. A condition, which the callback kinds have, comes behind them. */
  const ACCESS_ALLOWED_ACE *common = (const ACCESS_ALLOWED_ACE *)entry;
  switch (entry->AceType) {
    case ACCESS_ALLOWED_ACE_TYPE:
    case ACCESS_ALLOWED_CALLBACK_ACE_TYPE: add(answer, L"\nallow "); break;
    case ACCESS_DENIED_ACE_TYPE: add(answer, L"\ndeny "); break;
    /* It denies only under a condition, so it does not count. */
    case ACCESS_DENIED_CALLBACK_ACE_TYPE: return TRUE;
    default: return FALSE;
  }
  if (!add_sid(answer, (PSID)&common->SidStart)) return FALSE;
  add(answer, L" ");
  add_number(answer, common->Mask, 16);
  add(answer, L" ");
  add_number(answer, entry->AceFlags, 16);
  return TRUE;
}

/* Describes owner and access list of a file or folder. */
BOOL describe_access(const wchar_t *path, struct text *answer) {
  PSID owner = NULL;
  ACL *list = NULL;
  PSECURITY_DESCRIPTOR descriptor = NULL;
  if (GetNamedSecurityInfoW((wchar_t *)path, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, NULL, &list, NULL,
                            &descriptor) != ERROR_SUCCESS) {
    return FALSE;
  }
  clear(answer);
  add(answer, L"owner ");
  BOOL is_known = owner != NULL && add_sid(answer, owner);
  if (list == NULL) add(answer, L"\neveryone");
  for (DWORD i = 0; is_known && list != NULL && i < list->AceCount; i++) {
    void *entry;
    is_known = GetAce(list, i, &entry) && add_entry(answer, entry);
  }
  LocalFree(descriptor);
  return is_known;
}

BOOL is_elevated(void) {
  TOKEN_ELEVATION elevation = {0};
  DWORD size;
  HANDLE token;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return FALSE;
  GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size);
  CloseHandle(token);
  return elevation.TokenIsElevated != 0;
}

static ULONGLONG read_start_time(HANDLE process) {
  FILETIME started, ended, kernel, user;
  if (!GetProcessTimes(process, &started, &ended, &kernel, &user)) return 0;
  return (ULONGLONG)started.dwHighDateTime << 32 | started.dwLowDateTime;
}

/* Returns whether a process is younger than this one: the parent has ended, and another process has its number. */
static BOOL is_younger(DWORD id) {
  HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
  if (process == NULL) return FALSE;
  BOOL younger = read_start_time(process) > read_start_time(GetCurrentProcess());
  CloseHandle(process);
  return younger;
}

/* Finds the process with this number. */
static BOOL find_process(DWORD id, PROCESSENTRY32W *entry) {
  HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  BOOL found = FALSE;
  if (snapshot == INVALID_HANDLE_VALUE) return FALSE;
  entry->dwSize = sizeof *entry;
  for (BOOL more = Process32FirstW(snapshot, entry); more && !found; more = !found && Process32NextW(snapshot, entry)) {
    found = entry->th32ProcessID == id;
  }
  CloseHandle(snapshot);
  return found;
}

/* Finds the file name of the program that started this one: cmd.exe, powershell.exe, bash.exe. */
BOOL find_parent_name(struct text *name) {
  PROCESSENTRY32W entry;
  if (!find_process(GetCurrentProcessId(), &entry)) return FALSE;
  DWORD parent = entry.th32ParentProcessID;
  if (is_younger(parent) || !find_process(parent, &entry)) return FALSE;
  add(name, entry.szExeFile);
  return TRUE;
}
