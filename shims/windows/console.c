/* Prints on the caller's standard error, and reads a line from the console.
 *
 * Problem: a console takes bytes in its own code page, so UTF-8 is garbled there. A file or a pipe must get the bytes as they are.
 *
 * Mechanism: WriteConsoleW for a console, WriteFile for anything else. A character whose bytes come in two messages is kept until it is whole.
 */
#include "launcher.h"

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

enum { MAX_WRITE = 8192, MAX_LINE = 1024, MAX_WAIT = 600000 };

static void write_characters(HANDLE console, const wchar_t *text, size_t length) {
  while (length > 0) {
    DWORD size = length < MAX_WRITE ? (DWORD)length : MAX_WRITE, done;
    /* The two halves of a character stay together. */
    if (size < length && text[size - 1] >= 0xD800 && text[size - 1] < 0xDC00) size--;
    if (!WriteConsoleW(console, text, size, &done, NULL) || done == 0) return;
    text += done;
    length -= done;
  }
}

static void write_bytes(HANDLE file, const char *bytes, size_t length) {
  while (length > 0) {
    DWORD done;
    if (!WriteFile(file, bytes, (DWORD)length, &done, NULL) || done == 0) return;
    bytes += done;
    length -= done;
  }
}

/* Prints UTF-8. On a console escape codes work meanwhile. */
void say_bytes(const char *bytes, size_t length) {
  static struct bytes pending;
  HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
  struct text text = {0};
  DWORD mode;
  if (!GetConsoleMode(error, &mode)) {
    write_bytes(error, bytes, length);
    return;
  }
  add_bytes(&pending, bytes, length);
  size_t whole = count_whole_characters(pending.at, pending.length);
  to_wide(&text, pending.at, whole);
  drop_bytes(&pending, whole);
  SetConsoleMode(error, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
  write_characters(error, text.at, text.length);
  SetConsoleMode(error, mode);
  release(text.at);
}

void say(const wchar_t *text) {
  struct bytes bytes = {0};
  to_utf8(&bytes, text, count(text));
  say_bytes(bytes.at, bytes.length);
  release(bytes.at);
}

/* Writes the four lines of the answer to `console`. */
void describe_console(struct text *answer) {
  HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
  CONSOLE_SCREEN_BUFFER_INFO info;
  DWORD in_mode, mode;
  BOOL reads = GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &in_mode);
  BOOL writes = GetConsoleMode(error, &mode);
  BOOL has_colours = writes && SetConsoleMode(error, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
  if (has_colours) SetConsoleMode(error, mode);
  add(answer, reads ? L"stdin yes\nstderr " : L"stdin no\nstderr ");
  add(answer, writes ? L"yes\ncolumns " : L"no\ncolumns ");
  BOOL has_width = writes && GetConsoleScreenBufferInfo(error, &info) && info.srWindow.Right >= info.srWindow.Left;
  add_number(answer, has_width ? (DWORD)(info.srWindow.Right - info.srWindow.Left + 1) : 0, 10);
  add(answer, has_colours ? L"\ncolours yes" : L"\ncolours no");
}

struct reading {
  HANDLE console;
  wchar_t line[MAX_LINE];
  DWORD length;
  BOOL is_read;
};

static DWORD WINAPI read_console(void *data) {
  struct reading *reading = data;
  reading->is_read = ReadConsoleW(reading->console, reading->line, MAX_LINE, &reading->length, NULL);
  return 0;
}

/* Reads a line, without its end, if it is typed in time. After Ctrl-C or the end of the file there is no answer. */
BOOL read_console_line(DWORD limit, struct text *line) {
  struct reading *reading = allocate(sizeof *reading);
  DWORD mode;
  reading->console = GetStdHandle(STD_INPUT_HANDLE);
  if (!GetConsoleMode(reading->console, &mode)) return FALSE;
  SetConsoleMode(reading->console, mode | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT);
  BOOL before = expect_interrupts(TRUE);
  HANDLE thread = CreateThread(NULL, 0, read_console, reading, 0, NULL);
  if (thread != NULL && WaitForSingleObject(thread, limit < MAX_WAIT ? limit : MAX_WAIT) == WAIT_TIMEOUT) {
    /* A read that goes on would take pip's first line. */
    CancelSynchronousIo(thread);
    if (WaitForSingleObject(thread, 1000) == WAIT_OBJECT_0) reading->is_read = FALSE;
    else reading = allocate(sizeof *reading);
  }
  expect_interrupts(before);
  SetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), mode);
  DWORD length = reading->is_read ? reading->length : 0;
  if (length == 0 || reading->line[length - 1] != '\n' || reading->line[0] == 0x1A) return FALSE;
  while (length > 0 && (reading->line[length - 1] == '\n' || reading->line[length - 1] == '\r')) length--;
  clear(line);
  add_part(line, reading->line, length);
  return TRUE;
}
