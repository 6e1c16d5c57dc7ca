/* Runs pip without Node, as run_without_node in shims/pip does.
 *
 * Problem: Node may be missing, broken, killed or cut off by a virus scanner. pip has to run all the same, with the Python that the
 * user most likely means. A policy of the machine, which only Node can evaluate, must not be passed by.
 *
 * Mechanism: the Python of PIPWARD_PYTHON, else of the active environment, else the first one on PATH. With a version in the
 * name (pip3.12): the environment if it has that version, else python3.12.exe or a python.exe beside python312.dll on PATH, else
 * the one in the registry (PEP 514).
 */
#include "launcher.h"

/* Finds a file of the system policy, or a place that cannot be looked at. */
static BOOL has_system_policy(struct text *file) {
  static const wchar_t KEY[] = L"HKLM\\Software\\Policies\\pipward";
  struct text folder = {0};
  if (may_have_value(KEY, L"PolicyFile")) {
    if (!read_registry(KEY, L"PolicyFile", file)) add(file, KEY);
    return TRUE;
  }
  if (!find_known_folder(L"ProgramData", &folder)) {
    add(file, L"the policy of this machine");
    return TRUE;
  }
  join(file, folder.at, L"pipward\\policy.toml");
  return may_exist(file->at);
}

/* Finds what PIPWARD_PYTHON means: a program, a folder with one, or a name on PATH. */
static BOOL find_chosen(const struct call *call, const wchar_t *chosen, struct text *found) {
  struct text name = {0};
  if (is_absolute(chosen)) {
    clear(found);
    add(found, chosen);
    if (is_folder(chosen)) {
      join(found, chosen, L"Scripts\\python.exe");
      if (!is_file(found->at)) join(found, chosen, L"python.exe");
    }
    return is_runnable(found->at);
  }
  for (const wchar_t *at = chosen; *at; at++) {
    /* A path that depends on the current directory. */
    if (*at == '\\' || *at == '/' || *at == ':') return FALSE;
  }
  add(&name, chosen);
  if (name.length < 4 || !is_same_name(name.at + name.length - 4, L".exe")) add(&name, L".exe");
  return find_on_path(call, name.at, NULL, found);
}

static BOOL find_registered(const wchar_t *version, struct text *found) {
  static const wchar_t *const ROOTS[] = {L"HKCU", L"HKLM"};
  for (size_t i = 0; i < sizeof ROOTS / sizeof *ROOTS; i++) {
    struct text key = {0}, folder = {0};
    add(&key, ROOTS[i]);
    add(&key, L"\\Software\\Python\\PythonCore\\");
    add(&key, version);
    add(&key, L"\\InstallPath");
    if (read_registry(key.at, L"ExecutablePath", found) && is_runnable(found->at)) return TRUE;
    if (!read_registry(key.at, L"", &folder)) continue;
    join(found, folder.at, L"python.exe");
    if (is_runnable(found->at)) return TRUE;
  }
  return FALSE;
}

static BOOL find_version(const struct call *call, const wchar_t *digits, const struct version *version, struct text *found) {
  struct text name = {0};
  add(&name, L"python");
  add(&name, digits);
  add(&name, L".exe");
  if (find_on_path(call, name.at, NULL, found)) return TRUE;
  if (version == NULL) return FALSE;
  name_library(&name, version);
  return find_on_path(call, L"python.exe", name.at, found) || find_registered(digits, found);
}

/*
 * Finds the Python. `wanted` is its name for a message. `environment` is the folder that has a pyvenv.cfg, if it is the Python of
 * an environment.
 */
static BOOL find_python(const struct call *call, struct text *wanted, struct text *found, struct text *environment) {
  const wchar_t *chosen = read_variable(call, L"PIPWARD_PYTHON");
  const wchar_t *active = read_variable(call, L"VIRTUAL_ENV");
  const wchar_t *digits = starts_with(call->name.at, L"pip") ? call->name.at + 3 : L"";
  struct version version, has;
  struct text configuration = {0}, home = {0};
  BOOL is_exact = parse_version(digits, &version);
  if (*chosen) {
    add(wanted, chosen);
    return find_chosen(call, chosen, found);
  }
  /* A version in the name is meant: another Python would install somewhere else. */
  BOOL has_version = is_exact || is_equal(digits, L"2");
  add(wanted, L"python");
  if (has_version) add(wanted, digits);
  /* A relative VIRTUAL_ENV would run the .venv of whatever directory this is. */
  if (is_absolute(active)) {
    join(&configuration, active, L"pyvenv.cfg");
    join(found, active, L"Scripts\\python.exe");
    if (is_file(configuration.at) && is_runnable(found->at)) {
      BOOL is_known = read_environment_version(active, &has, &home);
      if (!has_version || (is_exact && is_known && has.major == version.major && has.minor == version.minor)) {
        add(environment, active);
        return TRUE;
      }
    }
  }
  if (has_version) return find_version(call, digits, is_exact ? &version : NULL, found);
  return find_on_path(call, L"python.exe", NULL, found) || find_on_path(call, L"python3.exe", NULL, found);
}

static void say_line(const wchar_t *why, const wchar_t *before, const wchar_t *what, const wchar_t *after) {
  struct text line = {0};
  const wchar_t *parts[] = {L"pipward: ", why, before, what, after, L"\n"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) add(&line, parts[i]);
  say(line.at);
}

/* Returns the exit code of the call. `why` is the reason why Node has no part in it. */
DWORD run_without_node(const struct call *call, const wchar_t *why) {
  struct text policy = {0}, word = {0}, wanted = {0}, found = {0}, environment = {0}, line = {0};
  DWORD status;
  clear(&environment);
  if (find_changing_word(call->tail, &word) && has_system_policy(&policy)) {
    add(&policy, L" cannot be evaluated, so pip ");
    add(&policy, word.at);
    say_line(why, L"; ", policy.at, L" was not run");
    return EXIT_INTERNAL;
  }
  if (!find_python(call, &wanted, &found, &environment)) {
    say_line(why, L"; and no ", wanted.at, L" was found");
    return EXIT_NOT_FOUND;
  }
  if (!*read_variable(call, L"PIP_AUTO_COMPLETE")) say_line(why, L"; running ", found.at, L" -m pip without it");
  describe_start(&line, call, found.at, environment.at);
  return run_pip(call, line.at, call->depth + 1, &status) ? status : EXIT_NOT_RUNNABLE;
}
