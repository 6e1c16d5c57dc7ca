/* Stands in for node.exe: records its start in STANDIN_NODE_LOG, and does what the lines of the file STANDIN_SCRIPT say:
 * `write HEX`, `read` (a message of the launcher, which is recorded), `exit STATUS`, `hang`, `wait MILLISECONDS`. */
#include "record.h"
#include <ctype.h>

static HANDLE in, out;

static int digit(char character) {
  return character <= '9' ? character - '0' : character - 'a' + 10;
}

static void put_bytes(const char *hex) {
  static char bytes[1 << 20];
  DWORD length = 0, done;
  for (; isxdigit((unsigned char)hex[0]); hex += 2) bytes[length++] = (char)(digit(hex[0]) * 16 + digit(hex[1]));
  WriteFile(out, bytes, length, &done, NULL);
}

static int get(char *at) {
  DWORD done;
  return ReadFile(in, at, 1, &done, NULL) && done == 1;
}

static void receive(void) {
  static char message[1 << 21];
  wchar_t name[1024];
  size_t length = 0, more = 0;
  while (length < 64 && get(message + length)) {
    if (message[length++] == '\n') break;
  }
  message[length] = 0;
  sscanf(message, "answer %zu", &more);
  for (; more > 0 && get(message + length); more--) length++;
  if (!read_option(L"STANDIN_NODE_LOG", name, 1024)) return;
  FILE *file = _wfopen(name, L"ab");
  fwrite(message, 1, length, file);
  fputc('\n', file);
  fclose(file);
}

int main(void) {
  static char line[1 << 21];
  wchar_t name[1024];
  in = GetStdHandle(STD_INPUT_HANDLE);
  out = GetStdHandle(STD_OUTPUT_HANDLE);
  record(L"STANDIN_NODE_LOG");
  FILE *script = read_option(L"STANDIN_SCRIPT", name, 1024) ? _wfopen(name, L"rb") : NULL;
  if (script == NULL) return 9;
  while (fgets(line, sizeof line, script)) {
    if (!strncmp(line, "write ", 6)) put_bytes(line + 6);
    else if (!strncmp(line, "read", 4)) receive();
    else if (!strncmp(line, "wait ", 5)) Sleep((DWORD)atoi(line + 5));
    else if (!strncmp(line, "hang", 4)) Sleep(INFINITE);
    else if (!strncmp(line, "exit ", 5)) ExitProcess((DWORD)strtoul(line + 5, NULL, 10));
  }
  return 0;
}
