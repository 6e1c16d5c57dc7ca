/* What a stand-in records of its own start, as one line of JSON: command line, words, variables, inherited pipes. */
#define UNICODE
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* ASCII alone; half of a surrogate pair stays what it is. */
static void put(FILE *file, const wchar_t *text, size_t length) {
  fputc('"', file);
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"' || text[i] == '\\') fprintf(file, "\\%c", text[i]);
    else if (text[i] < 32 || text[i] > 126) fprintf(file, "\\u%04x", text[i]);
    else fputc(text[i], file);
  }
  fputc('"', file);
}

/* Takes the command line apart as the UCRT does (argv_parsing.cpp), which python.exe and node.exe have. */
static void put_words(FILE *file, const wchar_t *at) {
  wchar_t *word = malloc((wcslen(at) + 2) * sizeof *word);
  size_t length = 0;
  int quoted = 0;
  for (; *at && (quoted || (*at != ' ' && *at != '\t')); at++) {
    if (*at == '"') quoted = !quoted;
    else word[length++] = *at;
  }
  fputc('[', file);
  put(file, word, length);
  for (;;) {
    while (*at == ' ' || *at == '\t') at++;
    if (!*at) break;
    length = 0;
    quoted = 0;
    for (;;) {
      int copy = 1;
      size_t slashes = 0;
      for (; *at == '\\'; at++) slashes++;
      if (*at == '"') {
        if (slashes % 2 == 0) {
          if (quoted && at[1] == '"') at++;
          else {
            copy = 0;
            quoted = !quoted;
          }
        }
        slashes /= 2;
      }
      while (slashes--) word[length++] = '\\';
      if (!*at || (!quoted && (*at == ' ' || *at == '\t'))) break;
      if (copy) word[length++] = *at;
      at++;
    }
    fputc(',', file);
    put(file, word, length);
  }
  fputc(']', file);
  free(word);
}

/* The values of small handles that are pipes: what was inherited, since this program makes none. */
static void put_pipes(FILE *file) {
  int first = 1;
  fputc('[', file);
  for (size_t value = 4; value < 0x1000; value += 4) {
    if (GetFileType((HANDLE)value) != FILE_TYPE_PIPE) continue;
    fprintf(file, first ? "%zu" : ",%zu", value);
    first = 0;
  }
  fputc(']', file);
}

static int read_option(const wchar_t *name, wchar_t *value, DWORD room) {
  DWORD length = GetEnvironmentVariableW(name, value, room);
  return length > 0 && length < room;
}

static void record(const wchar_t *variable) {
  wchar_t name[1024], folder[4096];
  if (!read_option(variable, name, 1024)) return;
  FILE *file = _wfopen(name, L"ab");
  if (file == NULL) return;
  const wchar_t *line = GetCommandLineW();
  fputs("{\"raw\":", file);
  put(file, line, wcslen(line));
  fputs(",\"words\":", file);
  put_words(file, line);
  fputs(",\"pipes\":", file);
  put_pipes(file);
  fputs(",\"console\":", file);
  fputs(GetConsoleCP() != 0 ? "true" : "false", file);
  fputs(",\"folder\":", file);
  put(file, folder, GetCurrentDirectoryW(4096, folder));
  fputs(",\"variables\":[", file);
  const wchar_t *block = GetEnvironmentStringsW();
  for (const wchar_t *at = block; *at; at += wcslen(at) + 1) {
    if (at != block) fputc(',', file);
    put(file, at, wcslen(at));
  }
  fputs("]}\n", file);
  fclose(file);
}
