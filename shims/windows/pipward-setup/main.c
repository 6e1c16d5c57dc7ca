/* pipward-setup.exe: the only program of pipward that writes the registry. The `pipward` command starts it; it has no window.
 *
 * It reads one command from its standard input, to the end of it, and answers on its standard output (UTF-8):
 *
 *   ask + line feed + QUESTION        a question of docs/internals/windows.md: `answer`, a line feed and the text, or `unknown`
 *   read SCOPE                        PATH in the registry: `missing`, or `value TYPE HEX`
 *   write SCOPE + line feed + OLD + line feed + NEW    in these forms: `written`; `changed` if OLD is no longer there; `too-long N`
 *   announce                          tells running programs of the change: `announced` or `timed-out`
 *   identity                          the user's SID, and the one that new files get as their owner, one on a line
 *   callers                           file names of the programs that called, the nearest first
 *   access + paths, one on a line     for each: `missing`, `unknown`, or `answer N`, a line feed and N bytes as `ask access` gives them
 *   close + line feed + FOLDER        makes a folder that administrators alone may read: `made`
 *   replace + line feed + OLD + line feed + NEW    puts the file NEW in the place of OLD, with the access rights of OLD: `replaced`
 *
 * SCOPE is `user` or `machine`. An error of Windows is answered by `failed CODE`. What is not understood ends with status 2.
 */
#include "setup.h"
#include <sddl.h>
#include <tlhelp32.h>

enum { STATUS_NOT_UNDERSTOOD = 2, MAX_INPUT = 1 << 24, MAX_CALLERS = 32 };

struct line {
  const char *at;
  size_t length;
};

static void read_input(struct bytes *input) {
  HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
  static char chunk[65536];
  DWORD size;
  while (input->length < MAX_INPUT && ReadFile(in, chunk, sizeof chunk, &size, NULL) && size > 0) add_bytes(input, chunk, size);
}

/* Takes a line off `rest`. */
static struct line take_line(struct line *rest) {
  struct line line = {rest->at, 0};
  while (line.length < rest->length && rest->at[line.length] != '\n') line.length++;
  size_t used = line.length + (line.length < rest->length);
  rest->at += used;
  rest->length -= used;
  return line;
}

static BOOL is_line(struct line line, const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return line.length == length && memcmp(line.at, text, length) == 0;
}

static void print_number(struct bytes *out, const char *word, DWORD number) {
  struct text digits = {0};
  add_number(&digits, number, 10);
  print(out, word);
  to_utf8(out, digits.at, digits.length);
  print(out, "\n");
}

static BOOL answer(struct line question, struct bytes *out) {
  struct bytes found = {0};
  if (!answer_question(question.at, question.length, &found)) {
    print(out, "unknown\n");
    return TRUE;
  }
  print(out, "answer\n");
  add_bytes(out, found.at, found.length);
  return TRUE;
}

static BOOL read_value(BOOL of_machine, struct bytes *out) {
  struct raw_value value = {0};
  LSTATUS error = read_path(of_machine, &value);
  if (error == ERROR_SUCCESS) print_value(out, &value);
  else print_number(out, "failed ", (DWORD)error);
  return TRUE;
}

static BOOL write_value(BOOL of_machine, struct line rest, struct bytes *out) {
  struct raw_value old = {0}, made = {0};
  BOOL is_replaced;
  struct line first = take_line(&rest), second = take_line(&rest);
  if (!parse_value(first.at, first.length, &old) || !parse_value(second.at, second.length, &made)) return FALSE;
  if (made.size > MAX_PATH_VALUE * sizeof(wchar_t)) {
    print_number(out, "too-long ", made.size / sizeof(wchar_t));
    return TRUE;
  }
  LSTATUS error = replace_path(of_machine, &old, &made, &is_replaced);
  if (error != ERROR_SUCCESS) print_number(out, "failed ", (DWORD)error);
  else print(out, is_replaced ? "written\n" : "changed\n");
  return TRUE;
}

static void print_sid(HANDLE token, TOKEN_INFORMATION_CLASS which, struct bytes *out) {
  /* TOKEN_USER and TOKEN_OWNER both begin with a pointer to the SID. */
  union {
    PSID sid;
    BYTE room[256];
  } information;
  DWORD size;
  wchar_t *text;
  if (GetTokenInformation(token, which, &information, sizeof information, &size) && ConvertSidToStringSidW(information.sid, &text)) {
    to_utf8(out, text, count(text));
  }
  print(out, "\n");
}

static BOOL describe_identity(struct bytes *out) {
  HANDLE token;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
    print_number(out, "failed ", GetLastError());
    return TRUE;
  }
  print_sid(token, TokenUser, out);
  print_sid(token, TokenOwner, out);
  return TRUE;
}

/* A process whose number was given to a younger one ends the list wrongly at worst: it only chooses the quotes of printed commands. */
static BOOL list_callers(struct bytes *out) {
  static PROCESSENTRY32W entries[4096];
  DWORD length = 0, id = GetCurrentProcessId();
  HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (snapshot == INVALID_HANDLE_VALUE) return TRUE;
  entries[0].dwSize = sizeof *entries;
  for (BOOL more = Process32FirstW(snapshot, entries); more && length < 4095; more = Process32NextW(snapshot, entries + length)) {
    entries[++length].dwSize = sizeof *entries;
  }
  for (DWORD depth = 0; depth <= MAX_CALLERS; depth++) {
    DWORD at = 0;
    while (at < length && entries[at].th32ProcessID != id) at++;
    if (at == length) break;
    if (depth > 0) {
      to_utf8(out, entries[at].szExeFile, count(entries[at].szExeFile));
      print(out, "\n");
    }
    id = entries[at].th32ParentProcessID;
  }
  return TRUE;
}

/* Many answers at once: a start of this program for each would take seconds. */
static BOOL list_access(struct line rest, struct bytes *out) {
  struct text path = {0}, found = {0};
  while (rest.length > 0) {
    struct line line = take_line(&rest);
    struct bytes list = {0};
    clear(&path);
    clear(&found);
    if (!to_wide_strictly(&path, line.at, line.length) || !is_absolute(path.at)) return FALSE;
    if (!may_exist(path.at)) print(out, "missing\n");
    else if (!describe_access(path.at, &found)) print(out, "unknown\n");
    else {
      to_utf8(&list, found.at, found.length);
      print_number(out, "answer ", (DWORD)list.length);
      add_bytes(out, list.at, list.length);
    }
  }
  return TRUE;
}

static BOOL report(DWORD error, const char *done, struct bytes *out) {
  if (error == ERROR_SUCCESS) print(out, done);
  else print_number(out, "failed ", error);
  return TRUE;
}

static BOOL make_closed(struct line rest, struct bytes *out) {
  struct text folder = {0};
  struct line line = take_line(&rest);
  if (!to_wide_strictly(&folder, line.at, line.length) || !is_absolute(folder.at)) return FALSE;
  return report(make_closed_folder(folder.at), "made\n", out);
}

static BOOL replace(struct line rest, struct bytes *out) {
  struct text old = {0}, made = {0};
  struct line first = take_line(&rest), second = take_line(&rest);
  if (!to_wide_strictly(&old, first.at, first.length) || !to_wide_strictly(&made, second.at, second.length)) return FALSE;
  if (!is_absolute(old.at) || !is_absolute(made.at)) return FALSE;
  /* Without a copy of OLD: the caller has one. */
  return report(ReplaceFileW(old.at, made.at, NULL, 0, NULL, NULL) ? ERROR_SUCCESS : GetLastError(), "replaced\n", out);
}

static BOOL obey(struct line input, struct bytes *out) {
  struct line command = take_line(&input);
  if (is_line(command, "ask")) return answer(input, out);
  if (is_line(command, "read user")) return read_value(FALSE, out);
  if (is_line(command, "read machine")) return read_value(TRUE, out);
  if (is_line(command, "write user")) return write_value(FALSE, input, out);
  if (is_line(command, "write machine")) return write_value(TRUE, input, out);
  if (is_line(command, "identity")) return describe_identity(out);
  if (is_line(command, "callers")) return list_callers(out);
  if (is_line(command, "access")) return list_access(input, out);
  if (is_line(command, "close")) return make_closed(input, out);
  if (is_line(command, "replace")) return replace(input, out);
  if (!is_line(command, "announce")) return FALSE;
  print(out, announce_change() ? "announced\n" : "timed-out\n");
  return TRUE;
}

/* Named in build.mjs. */
void start(void) {
  struct bytes input = {0}, out = {0};
  SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
  read_input(&input);
  struct line rest = {input.at, input.length};
  BOOL is_understood = obey(rest, &out);
  HANDLE to = GetStdHandle(STD_OUTPUT_HANDLE);
  for (size_t at = 0; at < out.length;) {
    DWORD done;
    if (!WriteFile(to, out.at + at, (DWORD)(out.length - at), &done, NULL) || done == 0) break;
    at += done;
  }
  /* A thread of announce.c may still hold what ExitProcess waits for. */
  TerminateProcess(GetCurrentProcess(), is_understood ? 0 : STATUS_NOT_UNDERSTOOD);
}
