/* A call with Node: starts it, does what it says, and tells it how pip ended.
 *
 * Problem: pip must start and end even if Node does not: it may be missing, die at any byte, or hang.
 *
 * Mechanism: two pipes and the messages of messages.c. Reading from a pipe has no limit of time on Windows, so a thread reads, and the
 * launcher waits for the thread. A Node that is silent for too long is ended; before its answer, pip then runs without it.
 */
#include "launcher.h"

enum {
  /* Usual is a tenth of a second; shims/pip has the same limit. It counts from message to message. */
  MAX_SILENCE = 15000,
  /* For everything that Node has to say after pip's end. */
  MAX_LAST_WORDS = 5000,
  PIPE_SIZE = 65536,
  CHUNK = 4096
};

struct node {
  HANDLE process;
  HANDLE from;
  HANDLE to;
  struct bytes received;
  ULONGLONG deadline; /* after pip's end; 0 before */
  BOOL hangs;
};

struct transfer {
  HANDLE pipe;
  BOOL is_write;
  char *bytes;
  DWORD size;
  DWORD done;
};

static DWORD WINAPI move_bytes(void *data) {
  struct transfer *transfer = data;
  if (transfer->is_write) WriteFile(transfer->pipe, transfer->bytes, transfer->size, &transfer->done, NULL);
  else ReadFile(transfer->pipe, transfer->bytes, transfer->size, &transfer->done, NULL);
  return 0;
}

static DWORD measure_rest(const struct node *node) {
  ULONGLONG now = GetTickCount64();
  if (node->deadline == 0) return MAX_SILENCE;
  return now < node->deadline ? (DWORD)(node->deadline - now) : 0;
}

/*
 * Reads or writes, within the limit. Returns the number of bytes: 0 at the end of the pipe or at the limit. At the limit the
 * thread may still use its memory, which is therefore left to it.
 */
static DWORD move_in_time(struct node *node, HANDLE pipe, BOOL is_write, char *bytes, DWORD size) {
  struct transfer *transfer = allocate(sizeof *transfer + CHUNK);
  DWORD done = 0;
  *transfer = (struct transfer){pipe, is_write, (char *)(transfer + 1), size < CHUNK ? size : CHUNK, 0};
  if (is_write) memcpy(transfer->bytes, bytes, transfer->size);
  HANDLE thread = CreateThread(NULL, 0, move_bytes, transfer, 0, NULL);
  if (thread == NULL) return 0;
  if (WaitForSingleObject(thread, measure_rest(node)) == WAIT_OBJECT_0) {
    done = transfer->done;
    if (!is_write) memcpy(bytes, transfer->bytes, done);
    release(transfer);
  } else {
    node->hangs = TRUE;
  }
  CloseHandle(thread);
  return done;
}

static void send(struct node *node, const char *bytes, size_t length) {
  while (length > 0 && !node->hangs) {
    DWORD size = length < CHUNK ? (DWORD)length : CHUNK;
    DWORD done = move_in_time(node, node->to, TRUE, (char *)bytes, size);
    if (done == 0) return;
    bytes += done;
    length -= done;
  }
}

static void send_text(struct node *node, const wchar_t *word, size_t number) {
  struct text text = {0};
  struct bytes bytes = {0};
  add(&text, word);
  add_number(&text, (DWORD)number, 10);
  add(&text, L"\n");
  to_utf8(&bytes, text.at, text.length);
  send(node, bytes.at, bytes.length);
}

/* Waits for the next whole message. MALFORMED is also the end of the pipe, and of the launcher's patience. */
static struct message receive(struct node *node) {
  for (;;) {
    struct message message = parse_message(node->received.at, node->received.length);
    char chunk[CHUNK];
    if (message.kind != NEEDS_MORE) return message;
    DWORD done = move_in_time(node, node->from, FALSE, chunk, sizeof chunk);
    if (done == 0) return (struct message){MALFORMED, NULL, 0, 0, 0};
    add_bytes(&node->received, chunk, done);
  }
}

/* The time that an answer takes, such as that of the user, does not count. */
static void answer(struct node *node, const struct message *question) {
  ULONGLONG asked = GetTickCount64();
  struct bytes found = {0};
  BOOL is_known = answer_question(question->bytes, question->length, &found);
  if (node->deadline > 0) node->deadline += GetTickCount64() - asked;
  if (is_known) {
    send_text(node, L"answer ", found.length);
    send(node, found.at, found.length);
  } else {
    send(node, "unknown\n", 8);
  }
  release(found.at);
}

/* Reads the path of Node from a file, which setup writes where a Node was found elsewhere. */
static void find_node(const struct call *call, struct text *program) {
  struct text file = {0}, line = {0};
  join(&file, call->home.at, L"node.path");
  if (read_file(file.at, &line, 65536)) {
    size_t length = 0;
    while (line.at[length] && line.at[length] != '\n' && line.at[length] != '\r') length++;
    clear(program);
    add_part(program, line.at, length);
    if (is_runnable(program->at)) return;
  }
  join(program, call->home.at, L"node.exe");
}

static BOOL open_node(const struct call *call, const wchar_t *program, const wchar_t *shim, struct node *node) {
  SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
  struct text line = {0}, variables = {0};
  HANDLE in, out;
  if (!CreatePipe(&in, &node->to, &inheritable, PIPE_SIZE) || !CreatePipe(&node->from, &out, &inheritable, PIPE_SIZE)) return FALSE;
  SetHandleInformation(node->to, HANDLE_FLAG_INHERIT, 0);
  SetHandleInformation(node->from, HANDLE_FLAG_INHERIT, 0);
  add_quoted(&line, program);
  /* Without worker threads of V8, which a call never needs, Node starts faster. */
  add(&line, L" --v8-pool-size=0 ");
  add_quoted(&line, shim);
  add(&line, L" attend ");
  add_quoted(&line, call->name.at);
  if (*call->tail) add(&line, L" ");
  add(&line, call->tail);
  make_node_block(&variables, call->variables, call->depth);
  BOOL started = start_node(program, line.at, variables.at, in, out, &node->process);
  CloseHandle(in);
  CloseHandle(out);
  return started;
}

static void close_node(struct node *node) {
  if (node->process != NULL) TerminateProcess(node->process, EXIT_INTERNAL);
}

static void say_why(struct text *why, const wchar_t *before, const wchar_t *path, const wchar_t *after) {
  clear(why);
  add(why, before);
  add(why, path);
  add(why, after);
}

/* Says and answers until Node ends; it has decided. */
static void listen_to_the_end(struct node *node) {
  node->deadline = GetTickCount64() + MAX_LAST_WORDS;
  for (;;) {
    struct message message = receive(node);
    if (message.kind == SAY) say_bytes(message.bytes, message.length);
    else if (message.kind == ASK) answer(node, &message);
    else break;
    drop_bytes(&node->received, message.size);
  }
  close_node(node);
}

/* Returns the exit code of the call. */
DWORD attend(const struct call *call) {
  struct text shim = {0}, program = {0}, start = {0}, why = {0};
  struct node node = {0};
  DWORD status;
  join(&shim, call->home.at, L"dist\\shim.cjs");
  if (!is_file(shim.at)) {
    say_why(&why, L"its program is missing (", shim.at, L")");
    return run_without_node(call, why.at);
  }
  find_node(call, &program);
  if (!is_runnable(program.at)) return run_without_node(call, L"Node.js was not found");
  if (open_node(call, program.at, shim.at, &node)) {
    for (;;) {
      struct message message = receive(&node);
      if (message.kind == SAY) say_bytes(message.bytes, message.length);
      else if (message.kind == ASK) answer(&node, &message);
      else if (message.kind == STOP) {
        status = message.status;
        drop_bytes(&node.received, message.size);
        listen_to_the_end(&node);
        return status;
      } else if (message.kind == RUN && to_wide_strictly(&start, message.bytes, message.length)) {
        drop_bytes(&node.received, message.size);
        if (!run_pip(call, start.at, call->depth + 1, &status)) break;
        send_text(&node, L"ended ", status);
        listen_to_the_end(&node);
        return status;
      } else break;
      drop_bytes(&node.received, message.size);
    }
    close_node(&node);
  }
  if (node.hangs) say_why(&why, L"", program.at, L" hangs");
  else say_why(&why, L"its program gave no answer (", program.at, L")");
  return run_without_node(call, why.at);
}
