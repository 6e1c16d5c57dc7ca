/* Makes a folder that only administrators and the system may look into, such as that of copies of pip.ini, which may hold passwords.
 *
 * Problem: a folder in C:\ProgramData inherits that all users may read it, and add files to it. Node cannot give access rights.
 *
 * Mechanism: the rights are given as the folder is made, so that it is never open. One that is there already is left as it is: the
 * caller judges it.
 */
#include "setup.h"
#include <sddl.h>

/* Owner Administrators; nothing is inherited from above; Administrators and SYSTEM may do all, below it, too. */
static const wchar_t RIGHTS[] = L"O:BAD:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)";

/* Returns the error of Windows; none if it is there already. */
DWORD make_closed_folder(const wchar_t *folder) {
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, FALSE};
  DWORD error = ERROR_SUCCESS;
  if (is_folder(folder)) return ERROR_SUCCESS;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(RIGHTS, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL)) return GetLastError();
  if (!CreateDirectoryW(folder, &attributes)) error = GetLastError();
  LocalFree(attributes.lpSecurityDescriptor);
  return error;
}
