/* What pyvenv.cfg says: lines of `key = value`, as site.py reads them.
 *
 * Problem: whether a Python has the option -P (3.11 and later) must be known before it is started, and to start it to ask
 * would double the cost of a call.
 *
 * Mechanism: venv writes `version = 3.12.1`, virtualenv and uv write `version_info = 3.12.1.final.0`.
 */
#include "launcher.h"

static BOOL is_line_end(wchar_t character) {
  return character == 0 || character == '\n' || character == '\r';
}

static BOOL is_blank(wchar_t character) {
  return character == ' ' || character == '\t';
}

/* Finds the value of the first line with this key. Returns false if there is none, or if it is empty. */
BOOL find_setting(const wchar_t *lines, const wchar_t *key, struct text *value) {
  clear(value);
  while (*lines) {
    const wchar_t *name = lines, *end, *at;
    for (end = lines; !is_line_end(*end); end++) {}
    lines = *end ? end + 1 : end;
    while (is_blank(*name)) name++;
    for (at = name; at < end && *at != '='; at++) {}
    if (at == end) continue;
    const wchar_t *start = at + 1;
    while (at > name && is_blank(at[-1])) at--;
    if (compare_names(name, (size_t)(at - name), key, count(key)) != 0) continue;
    while (start < end && is_blank(*start)) start++;
    while (end > start && is_blank(end[-1])) end--;
    add_part(value, start, (size_t)(end - start));
    return end > start;
  }
  return FALSE;
}

/* Reads MAJOR.MINOR, which may be followed by a point and more. */
BOOL parse_version(const wchar_t *text, struct version *version) {
  const wchar_t *rest = read_number(text, &version->major);
  if (rest == NULL || *rest != '.') return FALSE;
  rest = read_number(rest + 1, &version->minor);
  return rest != NULL && (*rest == 0 || *rest == '.') && version->major < 100 && version->minor < 1000;
}
