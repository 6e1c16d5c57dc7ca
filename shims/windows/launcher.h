/* pip.exe, pipward's launcher for Windows: what the parts have in common.
 *
 * Problem: on Windows a batch file or a script cannot stand in for pip. Other programs start `pip` with CreateProcess, which
 * finds only .exe files, and cmd changes the arguments of a .cmd. So the launcher is a native program.
 *
 * Mechanism: main.c reads its own command line and tries, in this order:
 *   fast-path.c     a read-only command in an active environment: starts its python, without Node
 *   attend.c        starts Node without a console; Node answers by the protocol of docs/internals/windows.md
 *   without-node.c  if Node is missing, dies, hangs or gives half an answer: finds a Python and runs pip with it
 * The launcher itself starts pip in all three cases. Arguments are never taken apart and put together again: pip gets the
 * rest of the command line (the tail) character by character.
 *
 * text.c, command-line.c, messages.c, environment.c and pyvenv.c do not call Windows. A test compiles them with gcc and
 * AddressSanitizer, with a stand-in for <windows.h> (test/windows/native).
 */
#ifndef PIPWARD_LAUNCHER_H
#define PIPWARD_LAUNCHER_H

#ifndef UNICODE
#define UNICODE
#endif
#define WIN32_LEAN_AND_MEAN
#define _WIN32_WINNT 0x0A00
#include <windows.h>

/* Exit statuses of our own (src/model/exit.ts). */
enum { EXIT_INTERNAL = 70, EXIT_NOT_RUNNABLE = 126, EXIT_NOT_FOUND = 127 };

/* Calls of pip that are started by a call of pip and so on; a loop ends at this depth (src/shim/main.ts). */
enum { MAX_DEPTH = 10 };

/* ---- text.c: strings that grow by need ---- */

/* Always ends with a zero that does not count; `at` is null only before the first use. */
struct text {
  wchar_t *at;
  size_t length;
  size_t room;
};

struct bytes {
  char *at;
  size_t length;
  size_t room;
};

void *allocate(size_t size);
void release(void *memory);
void add(struct text *text, const wchar_t *more);
void add_part(struct text *text, const wchar_t *more, size_t length);
void add_number(struct text *text, DWORD number, unsigned base);
void add_bytes(struct bytes *bytes, const char *more, size_t length);
void drop_bytes(struct bytes *bytes, size_t length);
void clear(struct text *text);
size_t count(const wchar_t *text);
BOOL is_equal(const wchar_t *one, const wchar_t *other);
BOOL is_same_name(const wchar_t *one, const wchar_t *other);
BOOL starts_with(const wchar_t *text, const wchar_t *start);
int compare_names(const wchar_t *one, size_t one_length, const wchar_t *other, size_t other_length);
BOOL is_absolute(const wchar_t *path);
const wchar_t *read_number(const wchar_t *text, DWORD *number);
void remove_last_part(struct text *path);

/* ---- command-line.c: how Windows programs read a command line ---- */

const wchar_t *find_tail(const wchar_t *line);
BOOL next_word(const wchar_t **rest, struct text *word);
void add_quoted(struct text *line, const wchar_t *word);
const wchar_t *read_program(const wchar_t *line, struct text *program);
BOOL is_read_only(const wchar_t *tail);
BOOL find_changing_word(const wchar_t *tail, struct text *word);

/* ---- messages.c: what Node sends ---- */

enum message_kind { NEEDS_MORE, MALFORMED, SAY, ASK, RUN, STOP };

struct message {
  enum message_kind kind;
  const char *bytes; /* the content: points into what was parsed */
  size_t length;     /* of the content */
  DWORD status;      /* of STOP */
  size_t size;       /* of the whole message, to be dropped when it has been handled */
};

struct message parse_message(const char *bytes, size_t length);
size_t count_whole_characters(const char *bytes, size_t length);

/* ---- environment.c: blocks of variables ---- */

const wchar_t *find_variable(const wchar_t *block, const wchar_t *name);
void copy_block(struct text *copy, const wchar_t *block);
void set_variable(struct text *block, const wchar_t *name, const wchar_t *value);
void make_node_block(struct text *made, const wchar_t *block, DWORD depth);
void make_pip_block(struct text *made, const wchar_t *block, const wchar_t *line, DWORD depth);

/* ---- pyvenv.c: what pyvenv.cfg says ---- */

struct version {
  DWORD major;
  DWORD minor;
};

BOOL find_setting(const wchar_t *lines, const wchar_t *key, struct text *value);
BOOL parse_version(const wchar_t *text, struct version *version);

/* ---- the call ---- */

struct call {
  struct text home;          /* where pipward is installed: the folder above the one of pip.exe */
  struct text name;          /* the name of this file without .exe: pip, pip3, pip3.12 */
  const wchar_t *tail;       /* the command line behind its first word */
  const wchar_t *variables;  /* the caller's environment block */
  DWORD depth;
};

const wchar_t *read_variable(const struct call *call, const wchar_t *name);

/* ---- files.c ---- */

void to_wide(struct text *text, const char *bytes, size_t length);
BOOL to_wide_strictly(struct text *text, const char *bytes, size_t length);
void to_utf8(struct bytes *bytes, const wchar_t *text, size_t length);
void join(struct text *path, const wchar_t *folder, const wchar_t *name);
void add_own_path(struct text *path);
BOOL is_file(const wchar_t *path);
BOOL is_folder(const wchar_t *path);
BOOL may_exist(const wchar_t *path);
BOOL read_file(const wchar_t *path, struct text *content, size_t most);
BOOL is_runnable(const wchar_t *path);
BOOL find_on_path(const struct call *call, const wchar_t *name, const wchar_t *beside, struct text *found);

/* ---- interpreter.c: environments, and how their pip is started ---- */

BOOL read_environment_version(const wchar_t *folder, struct version *version, struct text *home);
void name_library(struct text *name, const struct version *version);
void describe_start(struct text *line, const struct call *call, const wchar_t *python, const wchar_t *environment);

/* ---- start.c ---- */

void create_job(void);
void watch_console(void);
BOOL expect_interrupts(BOOL outlive);
BOOL start_node(const wchar_t *program, wchar_t *line, wchar_t *variables, HANDLE in, HANDLE out, HANDLE *process);
BOOL run_pip(const struct call *call, const wchar_t *start, DWORD depth, DWORD *status);

/* ---- the three ways, and what they use ---- */

BOOL try_fast_path(const struct call *call, DWORD *status);
DWORD attend(const struct call *call);
DWORD run_without_node(const struct call *call, const wchar_t *why);
BOOL answer_question(const char *question, size_t length, struct bytes *answer);

BOOL find_known_folder(const wchar_t *name, struct text *path);
BOOL read_registry(const wchar_t *key, const wchar_t *name, struct text *value);
BOOL may_have_value(const wchar_t *key, const wchar_t *name);
BOOL list_keys(const wchar_t *key, struct text *names);
BOOL may_add(const wchar_t *folder);
BOOL describe_access(const wchar_t *path, struct text *answer);
BOOL find_parent_name(struct text *name);
BOOL is_elevated(void);

void say_bytes(const char *bytes, size_t length);
void say(const wchar_t *text);
void describe_console(struct text *answer);
BOOL read_console_line(DWORD limit, struct text *line);

#endif
