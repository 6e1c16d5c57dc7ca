/* How Windows programs read a command line.
 *
 * Problem: a program on Windows gets one string, and takes it apart by itself. What is taken apart and put together again
 * is not always what the caller wrote.
 *
 * Mechanism: pip gets the caller's string behind the first word, the tail, as it is. Words are read only to decide
 * something, by the rules of the C runtime that python.exe and node.exe have (UCRT, argv_parsing.cpp): quotation marks
 * toggle; 2n backslashes before one are n, 2n+1 are n and a literal quotation mark; two of them inside of quotation marks are
 * one.
 */
#include "launcher.h"

static BOOL is_blank(wchar_t character) {
  return character == ' ' || character == '\t';
}

static const wchar_t *skip_blanks(const wchar_t *text) {
  while (is_blank(*text)) text++;
  return text;
}

/* Returns what follows the first word. There, other than in arguments, a backslash is never special. */
const wchar_t *find_tail(const wchar_t *line) {
  BOOL quoted = FALSE;
  for (; *line && (quoted || !is_blank(*line)); line++) {
    if (*line == '"') quoted = !quoted;
  }
  return skip_blanks(line);
}

/* Reads the next argument and moves `rest` behind it. Returns false if there is no other. */
BOOL next_word(const wchar_t **rest, struct text *word) {
  const wchar_t *at = skip_blanks(*rest);
  BOOL quoted = FALSE;
  clear(word);
  *rest = at;
  if (!*at) return FALSE;
  for (;;) {
    size_t backslashes = 0;
    BOOL literal = TRUE;
    while (at[backslashes] == '\\') backslashes++;
    at += backslashes;
    if (*at == '"') {
      if (backslashes % 2 == 0) {
        if (quoted && at[1] == '"') {
          at++;
        } else {
          literal = FALSE;
          quoted = !quoted;
        }
      }
      backslashes /= 2;
    }
    while (backslashes-- > 0) add_part(word, L"\\", 1);
    if (!*at || (!quoted && is_blank(*at))) break;
    if (literal) add_part(word, at, 1);
    at++;
  }
  *rest = at;
  return TRUE;
}

/* Adds a word in quotation marks, so that it is read as it is. */
void add_quoted(struct text *line, const wchar_t *word) {
  size_t backslashes = 0;
  add(line, L"\"");
  for (; *word; word++) {
    if (*word == '"') {
      for (size_t i = 0; i <= backslashes; i++) add_part(line, L"\\", 1);
    }
    backslashes = *word == '\\' ? backslashes + 1 : 0;
    add_part(line, word, 1);
  }
  while (backslashes-- > 0) add_part(line, L"\\", 1);
  add(line, L"\"");
}

/*
 * Reads the program that a command line starts with: an absolute path in quotation marks. Returns what follows it; null if
 * it is anything else.
 */
const wchar_t *read_program(const wchar_t *line, struct text *program) {
  const wchar_t *end;
  clear(program);
  if (*line++ != '"') return NULL;
  for (end = line; *end && *end != '"'; end++) {}
  if (*end != '"' || (end[1] && !is_blank(end[1]))) return NULL;
  add_part(program, line, (size_t)(end - line));
  return is_absolute(program->at) ? skip_blanks(end + 1) : NULL;
}

/* The same table is in shims/pip; a test compares the two. */
static const wchar_t *const READ_ONLY[] = {L"list",  L"show", L"freeze", L"check",  L"inspect", L"index",     L"search", L"hash",
                                           L"debug", L"help", L"cache",  L"config", L"-V",      L"--version", L"-h",     L"--help"};

/* Returns whether the first argument shows that this call of pip changes no environment. */
BOOL is_read_only(const wchar_t *tail) {
  struct text word = {0};
  /* Without an argument pip prints its help. */
  BOOL found = !next_word(&tail, &word);
  for (size_t i = 0; i < sizeof READ_ONLY / sizeof *READ_ONLY; i++) {
    if (is_equal(word.at, READ_ONLY[i])) found = TRUE;
  }
  release(word.at);
  return found;
}

/* Finds the first argument that is `install` or `uninstall`. */
BOOL find_changing_word(const wchar_t *tail, struct text *word) {
  while (next_word(&tail, word)) {
    if (is_equal(word->at, L"install") || is_equal(word->at, L"uninstall")) return TRUE;
  }
  return FALSE;
}
