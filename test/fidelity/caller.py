"""The state in which a caller starts pip: its descriptors, and what launch.py's child sets for itself."""
import ctypes
import fcntl
import os
import pty
import re
import resource
import signal
import socket
import stat
import struct
import termios

STDIN_TEXT = b"stdin-data\nline2\n"
# A typed line, then the key for the end of the input as often as a case may read.
TYPED = b"stdin-data\n" + b"\x04" * 8
# The numbers up to here are the case's; ours are moved above while the child is prepared.
PARKED = 200


class Channels:
    """The descriptors of the child, and the ends of them that are ours."""

    def __init__(self, spec):
        self.spec = spec
        self.child = {}  # number in the child -> descriptor here, "tty", or None for closed
        self.readers = {}  # descriptor here -> 1, 2 or "terminal"
        self.kept = []  # held open until the child has ended
        self.given = set()  # closed here once the child has them
        self.files = {}
        self.master = self.slave = self.terminal = None
        if "pty" in spec["io"] or "tty" in spec["io"]:
            self.master, self.slave = pty.openpty()
            self.terminal = os.fstat(self.slave).st_rdev
            self.terminal_name = os.ttyname(self.slave)
            rows, columns = spec["size"]
            fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.write(self.master, TYPED)
            self.readers[self.master] = "terminal"
        for number, kind in enumerate(spec["io"]):
            self.child[number] = self.open_standard(number, kind)
        for number, kind in spec["extra"].items():
            self.child[int(number)] = self.open_extra(kind)
        self.labels = {}
        for number, fd in self.child.items():
            if isinstance(fd, int) and fd != self.slave:
                status = os.fstat(fd)
                self.labels.setdefault((status.st_dev, status.st_ino), "fd%d" % number)

    def give(self, fd):
        self.given.add(fd)
        return fd

    def pair(self, number, ours, theirs):
        if number == 0:
            os.write(ours, STDIN_TEXT)
            os.close(ours)
        else:
            self.readers[ours] = number
        return self.give(theirs)

    def open_standard(self, number, kind):
        if kind == "pipe":
            reader, writer = os.pipe()
            return self.pair(number, writer, reader) if number == 0 else self.pair(number, reader, writer)
        if kind == "socket":
            ours, theirs = socket.socketpair()
            return self.pair(number, ours.detach(), theirs.detach())
        if kind in ("file", "append"):
            name = self.spec["run"] + "/file%d" % number
            with open(name, "wb") as file:
                file.write(STDIN_TEXT if number == 0 else b"")
            if number > 0:
                self.files[number] = name
            append = os.O_APPEND if kind == "append" else 0
            return self.give(os.open(name, os.O_RDWR if number == 0 else os.O_WRONLY | append))
        if kind == "null":
            return self.give(os.open("/dev/null", os.O_RDWR))
        if kind == "full":
            return self.give(os.open("/dev/full", os.O_WRONLY))
        if kind == "read-only":
            return self.give(os.open("/dev/null", os.O_RDONLY))
        if kind == "same":
            return self.child[1]
        return {"pty": self.slave, "tty": "tty", "closed": None}[kind]

    def open_extra(self, kind):
        if kind == "pipe-reader" or kind == "pipe-writer":
            ends = os.pipe()
            theirs = ends[0] if kind == "pipe-reader" else ends[1]
            self.kept.append(ends[1] if kind == "pipe-reader" else ends[0])
            return self.give(theirs)
        if kind == "file":
            fd = os.open(self.spec["run"] + "/extra", os.O_CREAT | os.O_RDWR)
            os.lseek(fd, 3, os.SEEK_SET)
            return self.give(fd)
        if kind == "socket":
            ours, theirs = socket.socketpair()
            self.kept.append(ours.detach())
            return self.give(theirs.detach())
        if kind == "null":
            return self.give(os.open("/dev/null", os.O_WRONLY | os.O_NONBLOCK))
        return self.give(os.open("/", os.O_RDONLY))

    def install(self):
        """In the child: puts every descriptor on its number and closes all others."""
        high = {n: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, PARKED) for n, fd in self.child.items() if isinstance(fd, int)}
        if "tty" in self.child.values():
            opened = os.open("/dev/tty", os.O_RDWR)
            tty = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, PARKED)
            high.update((n, tty) for n, fd in self.child.items() if fd == "tty")
        os.closerange(0, PARKED)
        for number, fd in high.items():
            os.dup2(fd, number, inheritable=True)

    def name(self, number, entry):
        """A descriptor as pip saw it, without what differs from run to run."""
        device, inode, rdev, mode, link, flags, position = entry
        if rdev == self.terminal:
            name = "terminal"
        else:
            name = self.labels.get((device, inode)) or re.sub(r"\d+", "N", link)
        return [name, flags, position if number > 2 and stat.S_ISREG(mode) else stat.S_IFMT(mode)]


def prepare(step):
    """In the child: one thing that a caller may have set before pip starts."""
    kind, values = step[0], step[1:]
    libc = ctypes.CDLL(None)
    if kind == "ignore":
        for number in values:
            signal.signal(number, signal.SIG_IGN)
    elif kind == "block":
        signal.pthread_sigmask(signal.SIG_BLOCK, values)
    elif kind == "umask":
        os.umask(values[0])
    elif kind == "limit":
        number = getattr(resource, "RLIMIT_" + values[0])
        hard = resource.getrlimit(number)[1] if values[2] is None else values[2]
        resource.setrlimit(number, (values[1], hard))
    elif kind == "nice":
        os.nice(values[0])
    elif kind == "oom":
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(values[0]))
    elif kind == "affinity":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    elif kind == "no-new-privileges":
        libc.prctl(38, 1, 0, 0, 0)
    elif kind == "parent-death":
        libc.prctl(1, signal.SIGUSR1)
    elif kind == "scheduling":  # timer slack, personality (no randomised addresses), I/O priority, a session keyring
        libc.prctl(29, 123456)
        libc.syscall(135, 0x0040000)
        libc.syscall(251, 1, 0, (2 << 13) | 5)
        libc.syscall(250, 1, b"fidelity")
    else:
        raise ValueError(kind)


def become(spec, channels):
    """In the child: takes on the state that the case asks for, and becomes the program."""
    try:
        if channels.slave is not None:
            os.setsid()
            fcntl.ioctl(channels.slave, termios.TIOCSCTTY, 0)
        else:
            os.setpgid(0, 0)
        os.chdir(spec["cwd"])
        if spec["deleteCwd"]:
            os.rmdir(spec["cwd"])
        channels.install()
        # Python ignores the first two for itself, and we end by the third in our own way.
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for step in spec["before"]:
            prepare(step)
        if spec["uid"]:
            os.setgroups([])
            os.setgid(spec["uid"])
            os.setuid(spec["uid"])
        os.execve(spec["argv"][0], [os.fsencode(a) for a in spec["argv"]], {os.fsencode(k): os.fsencode(v) for k, v in spec["env"].items()})
    except BaseException as error:
        with open(spec["run"] + "/not-started", "w") as file:
            file.write(repr(error))
    finally:
        os._exit(97)
