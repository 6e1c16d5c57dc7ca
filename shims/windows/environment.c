/* Blocks of environment variables, as CreateProcess takes them: NAME=value, zero, NAME=value, zero, zero.
 *
 * Problem: some variables keep Node from starting, or make it load other code (NODE_OPTIONS, OPENSSL_CONF). pip must get them
 * unchanged.
 *
 * Mechanism: Node gets a block of its own, in which such a variable has the prefix _PIPWARD_ASIDE_; the program that runs in
 * Node reads the prefix (src/host/process/inherited-state.ts). pip's block is the caller's, with the depth of the call.
 */
#include "launcher.h"

/* As pipward_names in shims/pip, without the variables of Unix; a test compares the two. */
static const wchar_t *const ASIDE_STARTS[] = {L"NODE_", L"OPENSSL_", L"SSL_CERT_", L"ICU_", L"UV_"};
static const wchar_t *const ASIDE_NAMES[] = {L"WATCH_REPORT_DEPENDENCIES", L"LC_ALL", L"LC_MESSAGES", L"LANG"};
static const wchar_t OWN_START[] = L"_PIPWARD_";

/* The length of the name that an entry starts with. (`=C:=C:\folder` keeps the current directory of a drive.) */
static size_t count_name(const wchar_t *entry) {
  size_t length = entry[0] == '=';
  while (entry[length] && entry[length] != '=') length++;
  return length;
}

static BOOL has_name(const wchar_t *entry, const wchar_t *name) {
  return compare_names(entry, count_name(entry), name, count(name)) == 0;
}

/* Returns the value of a variable; null if it is not set. */
const wchar_t *find_variable(const wchar_t *block, const wchar_t *name) {
  for (; *block; block += count(block) + 1) {
    size_t length = count_name(block);
    if (has_name(block, name) && block[length] == '=') return block + length + 1;
  }
  return NULL;
}

/* Copies a block with the zeros between its entries. The zero that ends it is the one that each text ends with. */
void copy_block(struct text *copy, const wchar_t *block) {
  const wchar_t *end = block;
  while (*end) end += count(end) + 1;
  clear(copy);
  add_part(copy, block, (size_t)(end - block));
}

/* Sets a variable, or removes it (`value` is null). The entries stay in the order of their names, as Windows wants them. */
void set_variable(struct text *block, const wchar_t *name, const wchar_t *value) {
  struct text made = {0};
  BOOL done = value == NULL;
  clear(&made);
  for (const wchar_t *entry = block->at; *entry; entry += count(entry) + 1) {
    if (has_name(entry, name)) continue;
    if (!done && compare_names(entry, count_name(entry), name, count(name)) > 0) {
      add(&made, name);
      add(&made, L"=");
      add_part(&made, value, count(value) + 1);
      done = TRUE;
    }
    add_part(&made, entry, count(entry) + 1);
  }
  if (!done) {
    add(&made, name);
    add(&made, L"=");
    add_part(&made, value, count(value) + 1);
  }
  release(block->at);
  *block = made;
}

static BOOL is_put_aside(const wchar_t *entry) {
  for (size_t i = 0; i < sizeof ASIDE_STARTS / sizeof *ASIDE_STARTS; i++) {
    if (starts_with(entry, ASIDE_STARTS[i])) return TRUE;
  }
  for (size_t i = 0; i < sizeof ASIDE_NAMES / sizeof *ASIDE_NAMES; i++) {
    if (has_name(entry, ASIDE_NAMES[i])) return TRUE;
  }
  return FALSE;
}

static void set_depth(struct text *block, DWORD depth) {
  struct text number = {0};
  add_number(&number, depth, 10);
  set_variable(block, L"_PIPWARD_DEPTH", number.at);
  release(number.at);
}

/* Makes Node's block. Variables of ours that the caller has are of no use to it. */
void make_node_block(struct text *made, const wchar_t *block, DWORD depth) {
  clear(made);
  for (const wchar_t *entry = block; *entry; entry += count(entry) + 1) {
    if (!starts_with(entry, OWN_START) && !is_put_aside(entry)) add_part(made, entry, count(entry) + 1);
  }
  for (const wchar_t *entry = block; *entry; entry += count(entry) + 1) {
    struct text name = {0};
    if (!is_put_aside(entry)) continue;
    add(&name, L"_PIPWARD_ASIDE_");
    add_part(&name, entry, count_name(entry));
    const wchar_t *value = entry + count_name(entry);
    set_variable(made, name.at, *value ? value + 1 : value);
    release(name.at);
  }
  set_depth(made, depth);
}

/*
 * Makes pip's block. Python before 3.11 is started by -c, and would import ./readline.py on a terminal under PYTHONINSPECT; the
 * bootstrap sets that again (src/pip/command-line.ts).
 */
void make_pip_block(struct text *made, const wchar_t *block, const wchar_t *line, DWORD depth) {
  const wchar_t *inspect = find_variable(block, L"PYTHONINSPECT");
  const wchar_t *rest = find_tail(line);
  struct text word = {0};
  copy_block(made, block);
  if (depth > 0) set_depth(made, depth);
  if (inspect != NULL && *inspect && next_word(&rest, &word) && is_equal(word.at, L"-c")) {
    set_variable(made, L"_PIPWARD_INSPECT", inspect);
    set_variable(made, L"PYTHONINSPECT", NULL);
  }
  release(word.at);
}
