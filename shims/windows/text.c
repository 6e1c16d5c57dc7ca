/* Strings that grow by need, and comparisons of names.
 *
 * Problem: paths, variables and command lines on Windows have up to 32,767 characters; a buffer of a fixed size either
 * overflows or cuts.
 *
 * Mechanism: `struct text` and `struct bytes` own memory of the process heap, which doubles when it is full. A launcher lives
 * for one call, so most of it is never released. Without memory the program ends: there is nothing left that it could do.
 */
#include "launcher.h"

void *allocate(size_t size) {
  void *memory = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
  if (memory == NULL) ExitProcess(EXIT_INTERNAL);
  return memory;
}

void release(void *memory) {
  if (memory != NULL) HeapFree(GetProcessHeap(), 0, memory);
}

size_t count(const wchar_t *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

void add_part(struct text *text, const wchar_t *more, size_t length) {
  if (text->length + length + 1 > text->room) {
    size_t room = (text->length + length + 1) * 2;
    wchar_t *at = allocate(room * sizeof *at);
    if (text->length > 0) memcpy(at, text->at, text->length * sizeof *at);
    /* `more` may be a part of the old memory. */
    if (length > 0) memcpy(at + text->length, more, length * sizeof *at);
    release(text->at);
    text->at = at;
    text->room = room;
  } else if (length > 0) {
    memmove(text->at + text->length, more, length * sizeof *more);
  }
  text->length += length;
  text->at[text->length] = 0;
}

void add(struct text *text, const wchar_t *more) {
  add_part(text, more, count(more));
}

void add_number(struct text *text, DWORD number, unsigned base) {
  wchar_t digits[33];
  size_t at = 32;
  digits[at] = 0;
  do {
    digits[--at] = L"0123456789abcdef"[number % base];
    number /= base;
  } while (number > 0);
  add(text, digits + at);
}

void add_bytes(struct bytes *bytes, const char *more, size_t length) {
  if (bytes->length + length > bytes->room) {
    size_t room = (bytes->length + length) * 2;
    char *at = allocate(room);
    if (bytes->length > 0) memcpy(at, bytes->at, bytes->length);
    release(bytes->at);
    bytes->at = at;
    bytes->room = room;
  }
  if (length > 0) memcpy(bytes->at + bytes->length, more, length);
  bytes->length += length;
}

/* Removes the first bytes. */
void drop_bytes(struct bytes *bytes, size_t length) {
  if (length > 0) memmove(bytes->at, bytes->at + length, bytes->length - length);
  bytes->length -= length;
}

void clear(struct text *text) {
  text->length = 0;
  add(text, L"");
}

static wchar_t to_upper(wchar_t character) {
  return character >= 'a' && character <= 'z' ? (wchar_t)(character - 'a' + 'A') : character;
}

/* Compares as Windows orders variables: by character, without regard to the case of ASCII letters. */
int compare_names(const wchar_t *one, size_t one_length, const wchar_t *other, size_t other_length) {
  for (size_t i = 0; i < one_length && i < other_length; i++) {
    wchar_t a = to_upper(one[i]), b = to_upper(other[i]);
    if (a != b) return a < b ? -1 : 1;
  }
  return one_length == other_length ? 0 : one_length < other_length ? -1 : 1;
}

BOOL is_same_name(const wchar_t *one, const wchar_t *other) {
  return compare_names(one, count(one), other, count(other)) == 0;
}

BOOL is_equal(const wchar_t *one, const wchar_t *other) {
  size_t length = count(one);
  return length == count(other) && memcmp(one, other, length * sizeof *one) == 0;
}

/* Ignores the case of ASCII letters. */
BOOL starts_with(const wchar_t *text, const wchar_t *start) {
  size_t length = count(start);
  return count(text) >= length && compare_names(text, length, start, length) == 0;
}

static BOOL is_separator(wchar_t character) {
  return character == '\\' || character == '/';
}

/*
 * Returns whether a path means the same in every current directory: it starts with a drive and a separator, or with a
 * server. `\x` and `C:x` depend on the current directory, which a cloned repository could be.
 */
BOOL is_absolute(const wchar_t *path) {
  wchar_t first = to_upper(path[0]);
  if (first >= 'A' && first <= 'Z') return path[1] == ':' && is_separator(path[2]);
  return is_separator(path[0]) && is_separator(path[1]) && path[2] != 0 && !is_separator(path[2]);
}

/* Reads decimal digits of a number below 2^32. Returns what follows them; null if there are no digits, or too many. */
const wchar_t *read_number(const wchar_t *text, DWORD *number) {
  unsigned long long value = 0;
  const wchar_t *start = text;
  for (; *text >= '0' && *text <= '9'; text++) {
    value = value * 10 + (unsigned)(*text - '0');
    if (value > 0xFFFFFFFFu) return NULL;
  }
  *number = (DWORD)value;
  return text == start ? NULL : text;
}

/* Makes the path of a file that of its folder. A path without a separator becomes empty. */
void remove_last_part(struct text *path) {
  size_t length = path->length;
  while (length > 0 && !is_separator(path->at[length - 1])) length--;
  if (length > 0) length--;
  path->length = length;
  add(path, L"");
}
