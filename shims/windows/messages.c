/* What Node sends, by the protocol of docs/internals/windows.md.
 *
 * Problem: Node can end at any byte, and a pipe gives what it has: half a message, or two and a half.
 *
 * Mechanism: the caller collects bytes and asks here, after each read, whether there is a whole message. A message is handled
 * only if it is whole; lengths have limits, so that a broken one cannot ask for memory without end.
 */
#include "launcher.h"

enum {
  MAX_HEADER = 24,
  MAX_SAID = 1 << 20,
  MAX_QUESTION = 1 << 17,
  /* CreateProcess takes 32,767 UTF-16 units, each of which is at most 3 bytes of UTF-8. */
  MAX_START = 3 * 32767
};

static const struct {
  const char *word;
  enum message_kind kind;
  size_t most;
} FORMS[] = {{"say ", SAY, MAX_SAID}, {"ask ", ASK, MAX_QUESTION}, {"run ", RUN, MAX_START}, {"stop ", STOP, 0xFFFFFFFFu}};

static const struct message MORE = {NEEDS_MORE, NULL, 0, 0, 0};
static const struct message BROKEN = {MALFORMED, NULL, 0, 0, 0};

/* Reads the decimal digits from `at` to the end of the line. Returns false if there is anything else, or too much. */
static BOOL read_digits(const char *at, const char *end, unsigned long long *number) {
  if (at == end || end - at > 10) return FALSE;
  for (*number = 0; at < end; at++) {
    if (*at < '0' || *at > '9') return FALSE;
    *number = *number * 10 + (unsigned)(*at - '0');
  }
  return TRUE;
}

/* Parses the first message of these bytes. */
struct message parse_message(const char *bytes, size_t length) {
  size_t header = 0;
  while (header < length && header < MAX_HEADER && bytes[header] != '\n') header++;
  if (header == MAX_HEADER) return BROKEN;
  if (header == length) return MORE;
  for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
    struct message message = {FORMS[i].kind, bytes + header + 1, 0, 0, header + 1};
    size_t word = 4 + (FORMS[i].kind == STOP);
    unsigned long long number;
    if (header < word || memcmp(bytes, FORMS[i].word, word) != 0) continue;
    if (!read_digits(bytes + word, bytes + header, &number) || number > FORMS[i].most) return BROKEN;
    if (message.kind == STOP) {
      message.status = (DWORD)number;
      return message;
    }
    if (length - message.size < number) return MORE;
    message.length = (size_t)number;
    message.size += message.length;
    return message;
  }
  return BROKEN;
}

/* Returns how many of these bytes of UTF-8 come before a character that is cut off at the end. */
size_t count_whole_characters(const char *bytes, size_t length) {
  for (size_t back = 1; back <= 3 && back <= length; back++) {
    unsigned char byte = (unsigned char)bytes[length - back];
    size_t needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 0;
    if (needed > 0) return needed > back ? length - back : length;
    if (byte < 0x80) return length;
  }
  return length;
}
