"""A pip that records what it sees, then does what the case says. For Python 3.6 and later."""
import base64
import ctypes
import fcntl
import json
import locale
import os
import signal
import struct
import subprocess
import sys
import termios

RUN = os.environ["FIDELITY_RUN"]
STATUS_LINES = "SigBlk SigIgn SigCgt SigPnd ShdPnd NoNewPrivs CapEff CapBnd CapAmb CapInh Seccomp Uid Gid Groups Cpus_allowed Mems_allowed TracerPid Speculation_Store_Bypass THP_enabled".split()
PROC_FILES = "limits oom_score_adj cgroup personality timerslack_ns comm coredump_filter loginuid attr/current".split()


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return "!%s %s" % (type(error).__name__, getattr(error, "errno", ""))


def read(name):
    with open(name, "rb") as file:
        return file.read().decode("latin-1")


def text(value):
    return repr(value).lstrip("b")


def look_at_descriptors():
    found = {}
    for number in sorted(map(int, os.listdir("/proc/self/fd"))):
        try:
            status = os.fstat(number)
            position, flags = (line.split()[1] for line in read("/proc/self/fdinfo/%d" % number).split("\n")[:2])
            link = os.readlink("/proc/self/fd/%d" % number)
        except OSError:
            continue  # the listing's own
        found[number] = [status.st_dev, status.st_ino, status.st_rdev, status.st_mode, link, flags, position]
    return found


def look_at_stream(number):
    stream = (sys.stdin, sys.stdout, sys.stderr)[number]

    def modes():
        found = termios.tcgetattr(number)
        return found[:6] + [[repr(key) for key in found[6]]]

    return {
        "isatty": attempt(os.isatty, number),
        "size": attempt(lambda: list(struct.unpack("HHHH", fcntl.ioctl(number, termios.TIOCGWINSZ, b"\0" * 8)))),
        "modes": attempt(modes),
        "flags": attempt(fcntl.fcntl, number, fcntl.F_GETFL),
        "ttyname": attempt(os.ttyname, number),
        "foreground": attempt(lambda: os.tcgetpgrp(number) == os.getpgid(0)),
        "text": repr([getattr(stream, name, None) for name in ("encoding", "errors", "line_buffering", "newlines", "write_through", "name", "mode")]),
        "buffer": attempt(lambda: type(stream.buffer).__name__),
    }


def look_at_kernel_state():
    libc = ctypes.CDLL(None)
    keyring = ctypes.create_string_buffer(200)
    libc.syscall(250, 6, -3, keyring, 200)
    death = ctypes.c_int(-1)
    libc.prctl(2, ctypes.byref(death))
    return {
        "keyring": keyring.value.decode(),
        "ioprio": libc.syscall(252, 1, 0),
        "parent death signal": death.value,
        "dumpable": libc.prctl(3),
        "alarm": signal.getitimer(signal.ITIMER_REAL)[0] > 0,
    }


def look():
    stat = read("/proc/self/stat").rpartition(")")[2].split()
    umask = os.umask(0)
    os.umask(umask)
    main = sys.modules["__main__"]
    status = dict(line.split(":", 1) for line in read("/proc/self/status").split("\n") if ":" in line)
    return {
        "fds": look_at_descriptors(),
        "env": {text(name): text(value) for name, value in os.environb.items()},
        "argv": [text(os.fsencode(argument)) for argument in sys.argv],
        "cmdline": read("/proc/self/cmdline"),
        "flags": repr(sys.flags),
        "sys.path": list(map(repr, sys.path)),
        "python": {
            "executable": sys.executable,
            "prefix": sys.prefix,
            "version": sys.version,
            "main": repr((main.__name__, main.__file__, main.__package__)),
            "locale": repr((attempt(locale.setlocale, locale.LC_ALL, ""), attempt(locale.getpreferredencoding), sys.getfilesystemencoding())),
        },
        "cwd": repr(attempt(os.getcwdb)),
        "umask": umask,
        "streams": {number: look_at_stream(number) for number in (0, 1, 2)},
        "status": {name: status.get(name) for name in STATUS_LINES},
        "proc": {name: attempt(read, "/proc/self/" + name) for name in PROC_FILES},
        "scheduling": {"nice": stat[16], "priority": stat[15], "policy": stat[38], "exit signal": stat[35], "terminal": stat[4] != "0"},
        "links": {name: attempt(os.readlink, "/proc/self/" + name) for name in ("exe", "root")},
        "namespaces": {name: attempt(os.readlink, "/proc/self/ns/" + name) for name in os.listdir("/proc/self/ns")},
        "kernel": look_at_kernel_state(),
        "children": attempt(read, "/proc/self/task/%d/children" % os.getpid()),
        "pids": [os.getpid(), os.getppid(), os.getpgid(0), os.getsid(0), int(stat[5])],
        # Not compared: tells in which way the shim started this process.
        "parent": attempt(read, "/proc/%d/cmdline" % os.getppid()).replace("\0", " "),
    }


def write(number, data):
    while data:
        data = data[os.write(number, data) :]


def make_pipe():
    """Away from 0, 1 and 2, which may be closed here."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 50) for end in ends]
    for end in ends:
        os.close(end)
    return moved


def leave_child(number):
    """Leaves a process that writes after pip has ended: the end of this process closes the pipe that it waits at."""
    ended, held = make_pipe()
    wrote, tell = make_pipe()
    if os.fork() == 0:
        try:
            os.close(held)
            write(number, b"from a child\n")
            os.close(tell)
            os.read(ended, 1)
            write(number, b"late\n")
        except OSError:
            pass
        os._exit(0)
    os.close(tell)
    os.read(wrote, 1)
    for descriptor in (wrote, ended):
        os.close(descriptor)


def log_signal(number, _):
    with open(RUN + "/signals", "a") as file:
        file.write("%d " % number)


def hold():
    """Says that it is ready, and waits until it may go on."""
    with open(RUN + "/ready", "w"):
        pass
    os.close(os.open(RUN + "/go", os.O_RDONLY))


def end(how, number):
    if how == "sys":
        sys.exit(number)
    if how == "text":
        sys.exit("bye \xe9")
    if how == "os":
        os._exit(number)
    if how == "abort":
        os.abort()
    if how == "raise":
        raise RuntimeError("boom")
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "fault":
        ctypes.string_at(0)
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def act(kind, *values):
    if kind == "write":
        number, data, chunk = values[0], base64.b64decode(values[1]), values[2]
        for start in range(0, len(data), chunk or len(data) or 1):
            write(number, data[start : start + (chunk or len(data))])
    elif kind == "alternate":
        for index in range(values[0]):
            write(1 + index % 2, b"%d:%d\n" % (1 + index % 2, index))
    elif kind == "print":
        stream = (None, sys.stdout, sys.stderr)[values[0]]
        stream.write(values[1])
        if values[2]:
            stream.flush()
    elif kind == "much":
        for _ in range(values[1]):
            write(values[0], b"x" * 65535 + b"\n")
    elif kind == "close":
        if values[1] == "file":
            (sys.stdin, sys.stdout, sys.stderr)[values[0]].close()
        else:
            os.close(values[0])
    elif kind == "leave":
        leave_child(values[0])
    elif kind == "shell":
        subprocess.call(values[0], shell=True)
    elif kind == "read":
        write(values[0], b"read " + repr(os.read(0, 100)).encode() + b"\n")
    elif kind == "handle":
        for number in values:
            signal.signal(number, log_signal)
    elif kind == "hold":
        hold()
    elif kind == "end":
        end(*values)
    else:
        raise ValueError(kind)


def main():
    with open(RUN + "/actions.json") as file:
        actions = json.load(file)
    seen = look()
    with open(RUN + "/record.json", "w") as file:
        json.dump(seen, file)
    os.chmod(RUN + "/record.json", 0o666)
    for action in actions:
        act(*action)


main()
