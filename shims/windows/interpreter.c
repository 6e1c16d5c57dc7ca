/* How a Python is started to run its pip, where Node is not there to say it.
 *
 * Problem: `python -m pip` has the current directory first on sys.path, where a ./pip.py of a cloned repository would run in
 * pip's place.
 *
 * Mechanism: as shims/pip does. Python 3.11 and later have the option -P; all others get a text by -c that removes the entry. The
 * text works on all versions, so it is also used where the version is not known.
 */
#include "launcher.h"

/* The same text, with the reasons, is in src/pip/command-line.ts; a test compares the two. */
static const wchar_t BOOTSTRAP[] =
    L"import sys\n"
    L"if sys.path[:1] == [\"\"]: del sys.path[0]\n"
    L"import os\n"
    L"inspect = os.environ.pop(\"_PIPWARD_INSPECT\", \"\")\n"
    L"if inspect: os.environ[\"PYTHONINSPECT\"] = inspect\n"
    L"try:\n"
    L"    if sys.path[:1] == [os.getcwd()]: sys.path.insert(0, sys.path[0])\n"
    L"except OSError:\n"
    L"    def getcwd(real=os.getcwd):\n"
    L"        os.getcwd = real\n"
    L"        return \"\" if sys._getframe(1).f_globals[\"__name__\"] == \"__main__\" else real()\n"
    L"    os.getcwd = getcwd\n"
    L"import runpy\n"
    L"try: runpy.run_module(\"pip\", run_name=\"__main__\", alter_sys=True)\n"
    L"except SystemExit:\n"
    L"    if not inspect: raise\n"
    L"    import traceback\n"
    L"    traceback.print_exc()\n"
    L"    if not os.isatty(0): sys.exit(1)";

/* Of a longer file Node reads the beginning, too. */
enum { MAX_CONFIGURATION = 65536 };

/* Reads the version that an environment was made with. */
BOOL read_environment_version(const wchar_t *folder, struct version *version, struct text *home) {
  struct text path = {0}, lines = {0}, value = {0};
  join(&path, folder, L"pyvenv.cfg");
  if (!read_file(path.at, &lines, MAX_CONFIGURATION)) return FALSE;
  find_setting(lines.at, L"home", home);
  if (!find_setting(lines.at, L"version", &value) && !find_setting(lines.at, L"version_info", &value)) return FALSE;
  return parse_version(value.at, version);
}

/* Writes the name of the library that each Python of that version has beside it: python312.dll. */
void name_library(struct text *name, const struct version *version) {
  clear(name);
  add(name, L"python");
  add_number(name, version->major, 10);
  add_number(name, version->minor, 10);
  add(name, L".dll");
}

/*
 * Returns whether the Python of an environment certainly has -P. Its base must still be of that version: after an upgrade of the
 * base in place, python.exe is of another one.
 */
static BOOL has_safe_path(const wchar_t *environment) {
  struct version version;
  struct text home = {0}, name = {0}, library = {0};
  if (!read_environment_version(environment, &version, &home)) return FALSE;
  if (version.major != 3 || version.minor < 11 || !is_absolute(home.at)) return FALSE;
  name_library(&name, &version);
  join(&library, home.at, name.at);
  return is_file(library.at);
}

/* Writes how this Python starts pip; the arguments are not part of it. `environment` is empty if the Python is of no environment. */
void describe_start(struct text *line, const struct call *call, const wchar_t *python, const wchar_t *environment) {
  BOOL is_safe = *environment && has_safe_path(environment);
  clear(line);
  add_quoted(line, python);
  /* With -P the first entry of sys.path may come from PYTHONPATH, and must stay: the bootstrap ensures it. */
  if (is_safe && !*read_variable(call, L"PYTHONPATH")) {
    add(line, L" -P -m pip");
    return;
  }
  add(line, is_safe ? L" -P -c " : L" -c ");
  add_quoted(line, BOOTSTRAP);
}
