/* The lines that main.c reads and prints: `missing`, or `value TYPE HEX` with the bytes of a value in hexadecimal. */
#include "setup.h"

static int read_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static BOOL starts(const char *text, size_t length, const char *start, size_t start_length) {
  return length >= start_length && memcmp(text, start, start_length) == 0;
}

/* Reads a line of one of the two forms. The type is a string's: 1 (REG_SZ) or 2 (REG_EXPAND_SZ). */
BOOL parse_value(const char *text, size_t length, struct raw_value *value) {
  if (length == 7 && starts(text, length, "missing", 7)) return TRUE;
  if (!starts(text, length, "value ", 6) || length < 8 || (text[6] != '1' && text[6] != '2') || text[7] != ' ') return FALSE;
  size_t digits = length - 8;
  if (digits % 2 != 0 || digits > 1 << 22) return FALSE;
  value->exists = TRUE;
  value->type = (DWORD)(text[6] - '0');
  value->size = (DWORD)(digits / 2);
  value->data = allocate(value->size + 1);
  for (DWORD i = 0; i < value->size; i++) {
    int high = read_digit(text[8 + 2 * i]), low = read_digit(text[9 + 2 * i]);
    if (high < 0 || low < 0) return FALSE;
    value->data[i] = (BYTE)(high << 4 | low);
  }
  return TRUE;
}

void print(struct bytes *out, const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  add_bytes(out, text, length);
}

void print_value(struct bytes *out, const struct raw_value *value) {
  struct text type = {0};
  if (!value->exists) {
    print(out, "missing\n");
    return;
  }
  add_number(&type, value->type, 10);
  print(out, "value ");
  to_utf8(out, type.at, type.length);
  print(out, " ");
  for (DWORD i = 0; i < value->size; i++) {
    char digits[2] = {"0123456789abcdef"[value->data[i] >> 4], "0123456789abcdef"[value->data[i] & 15]};
    add_bytes(out, digits, 2);
  }
  print(out, "\n");
}
