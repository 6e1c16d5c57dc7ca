/* Answers what Node asks: facts that only Windows knows. The table is in docs/internals/windows.md.
 *
 * A question is a word, and for most of them a space and one operand. What is not understood has no answer, so that an older
 * launcher can serve a newer program.
 */
#include "launcher.h"

static BOOL answer_folder(const wchar_t *operand, struct text *answer) {
  return find_known_folder(operand, answer);
}

/* KEY, a line feed, and the name. */
static BOOL answer_value(const wchar_t *operand, struct text *answer) {
  struct text key = {0};
  const wchar_t *end = operand;
  while (*end && *end != '\n') end++;
  add_part(&key, operand, (size_t)(end - operand));
  return *end && read_registry(key.at, end + 1, answer);
}

static BOOL answer_keys(const wchar_t *operand, struct text *answer) {
  return list_keys(operand, answer);
}

static BOOL answer_may_add(const wchar_t *operand, struct text *answer) {
  if (!is_absolute(operand)) return FALSE;
  add(answer, may_add(operand) ? L"yes" : L"no");
  return TRUE;
}

static BOOL answer_access(const wchar_t *operand, struct text *answer) {
  return is_absolute(operand) && describe_access(operand, answer);
}

static BOOL answer_parent(const wchar_t *operand, struct text *answer) {
  return !*operand && find_parent_name(answer);
}

static BOOL answer_elevated(const wchar_t *operand, struct text *answer) {
  add(answer, is_elevated() ? L"yes" : L"no");
  return !*operand;
}

static BOOL answer_console(const wchar_t *operand, struct text *answer) {
  describe_console(answer);
  return !*operand;
}

static BOOL answer_line(const wchar_t *operand, struct text *answer) {
  DWORD limit;
  const wchar_t *rest = read_number(operand, &limit);
  return rest != NULL && !*rest && read_console_line(limit, answer);
}

static const struct {
  const wchar_t *word;
  BOOL (*find)(const wchar_t *operand, struct text *answer);
} QUESTIONS[] = {
    {L"folder", answer_folder}, {L"value", answer_value},   {L"keys", answer_keys},
    {L"may-add", answer_may_add}, {L"access", answer_access}, {L"parent", answer_parent},
    {L"elevated", answer_elevated}, {L"console", answer_console}, {L"line", answer_line},
};

/* Returns false if there is no answer. */
BOOL answer_question(const char *question, size_t length, struct bytes *answer) {
  struct text text = {0}, found = {0};
  BOOL is_known = FALSE;
  if (!to_wide_strictly(&text, question, length) || length == 0) return FALSE;
  wchar_t *operand = text.at;
  while (*operand && *operand != ' ') operand++;
  if (*operand) *operand++ = 0;
  clear(&found);
  for (size_t i = 0; i < sizeof QUESTIONS / sizeof *QUESTIONS; i++) {
    if (is_equal(text.at, QUESTIONS[i].word)) is_known = QUESTIONS[i].find(operand, &found);
  }
  if (is_known) to_utf8(answer, found.at, found.length);
  release(text.at);
  release(found.at);
  return is_known;
}
