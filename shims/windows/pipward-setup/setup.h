/* pipward-setup.exe: what its parts have in common. main.c says what it is for. */
#ifndef PIPWARD_SETUP_H
#define PIPWARD_SETUP_H

#include "../launcher.h"

/* A value of the registry as it is: its type and its bytes, which need not end with a zero. */
struct raw_value {
  BOOL exists;
  DWORD type;
  BYTE *data;
  DWORD size;
};

enum { MAX_PATH_VALUE = 32767 }; /* characters of a variable of the environment, with the zero at its end */

LSTATUS read_path(BOOL of_machine, struct raw_value *value);
LSTATUS replace_path(BOOL of_machine, const struct raw_value *old, const struct raw_value *made, BOOL *is_replaced);
BOOL announce_change(void);
DWORD make_closed_folder(const wchar_t *folder);

BOOL parse_value(const char *text, size_t length, struct raw_value *value);
void print_value(struct bytes *out, const struct raw_value *value);
void print(struct bytes *out, const char *text);

#endif
