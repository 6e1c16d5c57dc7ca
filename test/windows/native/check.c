/* Feeds random texts to the pure parts of the launcher; AddressSanitizer and UBSan watch. `check COUNT SEED` prints the number of
 * cases, or the first that is wrong. `check words`: reads command lines (UTF-16, each with a zero) and prints their words as hex. */
#include "../../../shims/windows/launcher.h"
#include <stdio.h>

static uint64_t state;

static unsigned choose(unsigned below) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(state >> 33) % below;
}

static void fail(const char *what, unsigned number) {
  printf("case %u: %s\n", number, what);
  exit(1);
}

#define CHECK(condition) \
  if (!(condition)) fail(#condition, number)

/* Characters that mean something, in a block of exactly this size, so that a read behind it is seen. */
static wchar_t *make_line(void) {
  static const wchar_t SPECIAL[] = L"\"\"\"\\\\\\   \t/:;=%&|<>^'abcdefgCZ_.-0129\n\r\x00e9\xd800\xffff";
  unsigned length = choose(choose(20) == 0 ? 2000 : 40);
  wchar_t *line = malloc((length + 1) * sizeof *line);
  for (unsigned i = 0; i < length; i++) line[i] = SPECIAL[choose(sizeof SPECIAL / sizeof *SPECIAL - 1)];
  line[length] = 0;
  return line;
}

static void check_line(unsigned number) {
  wchar_t *line = make_line();
  struct text word = {0}, quoted = {0}, again = {0}, program = {0};
  const wchar_t *tail = find_tail(line), *end = line + count(line), *rest = tail;
  CHECK(tail >= line && tail <= end && *tail != ' ' && *tail != '\t');
  size_t words = 0;
  while (next_word(&rest, &word)) {
    const wchar_t *back;
    CHECK(rest > tail && rest <= end && word.length == count(word.at) && word.length <= (size_t)(end - tail));
    clear(&quoted);
    add_quoted(&quoted, word.at);
    back = quoted.at;
    CHECK(next_word(&back, &again) && is_equal(again.at, word.at) && !*back);
    words++;
  }
  CHECK((words == 0) == !*tail);
  is_read_only(tail);
  find_changing_word(tail, &word);
  /* A program in front, and what Node could send instead. */
  rest = read_program(line, &program);
  CHECK(rest == NULL || (line[0] == '"' && is_absolute(program.at) && rest > line && rest <= end));
  clear(&quoted);
  add(&quoted, L"\"C:\\a b\\python.exe\" ");
  add(&quoted, line);
  CHECK(read_program(quoted.at, &program) != NULL && is_equal(program.at, L"C:\\a b\\python.exe"));
  const wchar_t *first = line;
  while (*first == ' ' || *first == '\t') first++;
  CHECK(is_equal(find_tail(quoted.at), first));
  struct version version;
  find_setting(line, L"a", &word);
  parse_version(line, &version);
  clear(&word);
  add(&word, line);
  remove_last_part(&word);
  CHECK(word.length <= count(line));
  release(word.at), release(quoted.at), release(again.at), release(program.at), free(line);
}

/* A message of ours, then cut, changed or left as it is. */
static void check_message(unsigned number) {
  static const char *const WORDS[] = {"say ", "ask ", "run ", "stop "};
  char bytes[512];
  unsigned kind = choose(4), length = choose(200);
  unsigned size = (unsigned)sprintf(bytes, "%s%u\n", WORDS[kind], length);
  if (kind == 3) length = 0;
  for (unsigned i = 0; i < length; i++) bytes[size++] = (char)choose(256);
  unsigned whole = size, change = choose(4);
  if (change == 1) size = choose(size);
  if (change == 2) bytes[choose(size)] = (char)choose(256);
  if (change == 3) {
    for (unsigned i = 0; i < 30 && size < sizeof bytes; i++) bytes[size++] = "sayrunop 0123456789\n\xC3\xF0\x80"[choose(23)];
  }
  char *exact = malloc(size ? size : 1);
  memcpy(exact, bytes, size);
  struct message message = parse_message(exact, size);
  if (message.kind != NEEDS_MORE && message.kind != MALFORMED) {
    CHECK(message.size <= size && message.bytes >= exact && message.bytes + message.length <= exact + size);
  }
  if (change == 0 || change == 3) CHECK(message.kind == (enum message_kind)(SAY + kind) && message.size == whole);
  if (change == 1) CHECK(message.kind == NEEDS_MORE);
  size_t characters = count_whole_characters(exact, size);
  CHECK(characters <= size && size - characters <= 3);
  /* Chunk by chunk, as from a pipe. */
  struct bytes received = {0};
  for (size_t at = 0; at < size;) {
    size_t chunk = 1 + choose(50);
    if (chunk > size - at) chunk = size - at;
    add_bytes(&received, exact + at, chunk);
    at += chunk;
    struct message part = parse_message(received.at, received.length);
    if (part.kind == NEEDS_MORE) continue;
    CHECK(part.kind == message.kind && part.length == message.length && part.size == message.size);
    break;
  }
  if (received.length > 0) drop_bytes(&received, choose((unsigned)received.length));
  release(received.at), free(exact);
}

static void check_block(unsigned number) {
  static const wchar_t *const NAMES[] = {L"PATH",   L"Path",         L"NODE_OPTIONS", L"node_extra", L"LANG",  L"LANGUAGE", L"_PIPWARD_DEPTH",
                                         L"=C:",    L"OPENSSL_CONF", L"PYTHONINSPECT", L"a",         L"ZZ",    L"_",        L"SSL_CERT_FILE"};
  struct text block = {0}, made = {0};
  clear(&block);
  for (unsigned i = choose(12); i > 0; i--) {
    wchar_t *value = make_line();
    add(&block, NAMES[choose(sizeof NAMES / sizeof *NAMES)]);
    add(&block, L"=");
    add_part(&block, value, count(value) + 1);
    free(value);
  }
  make_node_block(&made, block.at, choose(100));
  CHECK(find_variable(made.at, L"_pipward_depth") != NULL);
  CHECK(find_variable(made.at, L"NODE_OPTIONS") == NULL && find_variable(made.at, L"OPENSSL_CONF") == NULL);
  CHECK((find_variable(block.at, L"LANG") == NULL) == (find_variable(made.at, L"_PIPWARD_ASIDE_LANG") == NULL));
  make_pip_block(&made, block.at, choose(2) ? L"\"C:\\p.exe\" -c \"x\"" : L"\"C:\\p.exe\" -P -m pip", choose(3));
  set_variable(&made, L"M", L"value");
  CHECK(is_equal(find_variable(made.at, L"m"), L"value"));
  set_variable(&made, L"m", NULL);
  CHECK(find_variable(made.at, L"M") == NULL);
  CHECK((find_variable(block.at, L"PATH") == NULL) == (find_variable(made.at, L"PATH") == NULL));
  release(block.at), release(made.at);
}

/* What random cases do not show: exact results. */
static void check_examples(void) {
  static const char TEXT[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  static const size_t WHOLE[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
  for (unsigned number = 0; number <= 10; number++) CHECK(count_whole_characters(TEXT, number) == WHOLE[number]);
  unsigned number = 0;
  struct text made = {0};
  static const wchar_t BLOCK[] = L"=C:=C:\\x\0a=1\0LANG=x=y\0node_options=\0Z=2\0_PIPWARD_OLD=3\0";
  static const wchar_t EXPECTED[] =
      L"=C:=C:\\x\0a=1\0Z=2\0_PIPWARD_ASIDE_LANG=x=y\0_PIPWARD_ASIDE_node_options=\0_PIPWARD_DEPTH=4\0";
  make_node_block(&made, BLOCK, 4);
  CHECK(made.length == sizeof EXPECTED / sizeof *EXPECTED - 1 && !memcmp(made.at, EXPECTED, sizeof EXPECTED));
  release(made.at);
}

static void print_words(void) {
  static wchar_t lines[1 << 20];
  size_t length = fread(lines, sizeof *lines, (1 << 20) - 1, stdin);
  struct text word = {0};
  for (const wchar_t *line = lines; line < lines + length; line += count(line) + 1) {
    const wchar_t *rest = line;
    while (next_word(&rest, &word)) {
      for (size_t i = 0; i < word.length; i++) printf("%04x", (unsigned)word.at[i]);
      printf(" ");
    }
    printf("\n");
  }
  release(word.at);
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "words")) {
    print_words();
    return 0;
  }
  check_examples();
  unsigned cases = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;
  state = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
  for (unsigned number = 0; number < cases; number++) {
    check_line(number);
    check_message(number);
    check_block(number);
  }
  printf("%u cases\n", cases);
  return 0;
}
