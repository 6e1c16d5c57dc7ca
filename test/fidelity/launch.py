"""Starts one program in the state that a case asks for, drives it, and prints as JSON what came of it.

    launch.py SPEC.json

Python because Node cannot do this: ignored and blocked signals, limits, closed descriptors, sockets, a controlling
terminal. It judges nothing. What the program wrote goes to the files read1, read2 and terminal of the run's folder.
Waits have a condition and a generous limit, so that nothing depends on the speed of the machine.
"""
import collections
import ctypes
import fcntl
import json
import os
import re
import select
import signal
import struct
import sys
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from caller import Channels, become  # noqa: E402

# Nothing of the process tree woke up in so many looks, so many seconds apart.
QUIET_LOOKS, LOOK_SECONDS = 6, 0.05
# How long at most before something other than output is noticed.
POLL_SECONDS = 0.02
# A tree that never comes to rest is driven on after this; what it does then is compared all the same.
RESTLESS_SECONDS = 20
# How long a step may take that took effect at once in the other run.
STEP_SECONDS = 60
# How long a process may take to notice that pip has ended.
SURVIVAL_SECONDS = 20


def read_tree(pid):
    """Every process below one, itself included: id -> what changes whenever it wakes up."""
    found, todo = {}, [pid]
    while todo:
        current = todo.pop()
        try:
            with open("/proc/%d/stat" % current) as file:
                state = file.read().rpartition(")")[2].split()
            with open("/proc/%d/status" % current) as file:
                switches = re.findall(r"ctxt_switches:\s*(\d+)", file.read())
            for task in os.listdir("/proc/%d/task" % current):
                with open("/proc/%d/task/%s/children" % (current, task)) as file:
                    todo += map(int, file.read().split())
        except OSError:
            continue
        found[current] = (state[0], state[11], state[12], tuple(switches))
    return found


class Run:
    """One run of the program, from its start to its last process."""

    def __init__(self, spec):
        self.spec = spec
        self.channels = Channels(spec)
        self.read = collections.defaultdict(bytearray)
        self.status = None
        self.timed_out = False
        self.counts = []
        self.notes = []

    def path(self, name):
        return self.spec["run"] + "/" + name

    def start(self):
        self.pid = os.fork()
        if self.pid == 0:
            become(self.spec, self.channels)
        for fd in self.channels.given:
            os.close(fd)

    def pause(self):
        until = time.monotonic() + LOOK_SECONDS
        while time.monotonic() < until:
            yield

    def rest(self):
        """Until no process of the tree has woken up for a while."""
        before, looks = None, 0
        end = time.monotonic() + RESTLESS_SECONDS
        while looks < QUIET_LOOKS and self.status is None:
            tree = read_tree(self.pid)
            asleep = all(entry[0] in "STtZ" for entry in tree.values())
            looks = looks + 1 if asleep and tree == before else 0
            before = tree
            if time.monotonic() > end:
                self.notes.append("the processes did not come to rest")
                return
            yield from self.pause()

    def count_signals(self):
        try:
            with open(self.path("signals")) as file:
                return len(file.read().split())
        except OSError:
            return 0

    def drive(self):
        """The steps of the case, each when the one before it has had its effect; then pip may go on."""
        if not self.spec["steps"]:
            return
        while self.status is None and not os.path.exists(self.path("ready")):
            yield
        yield from self.rest()
        for index, step in enumerate(self.spec["steps"]):
            if self.status is not None:  # its number may be another process's by now
                self.counts.append(None)
                continue
            self.take(step)
            expected = (self.spec["expected"] or [])[index : index + 1]
            end = time.monotonic() + STEP_SECONDS
            while expected and self.status is None and time.monotonic() < end:
                if expected[0] is not None and self.count_signals() >= expected[0]:
                    break
                yield
            yield from self.rest()
            self.counts.append(None if self.status is not None else self.count_signals())
        while not self.let_go():
            yield

    def let_go(self):
        """True once pip has been told that it may go on."""
        try:
            os.close(os.open(self.path("go"), os.O_WRONLY | os.O_NONBLOCK))
            return True
        except OSError:
            return False  # it does not wait there yet, or has ended

    def take(self, step):
        kind = step[0]
        try:
            if kind == "process":
                os.kill(self.pid, step[1])
            elif kind == "group":
                os.killpg(self.pid, step[1])
            elif kind == "key":
                os.write(self.channels.master, step[1].encode("latin-1"))
            elif kind == "resize":
                fcntl.ioctl(self.channels.master, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
            elif kind == "stop-reading":
                for fd, number in list(self.channels.readers.items()):
                    if number in step[1:]:
                        os.close(fd)
                        del self.channels.readers[fd]
        except OSError as error:
            self.notes.append("%s: %r" % (kind, error))

    def receive(self):
        readers = self.channels.readers
        for fd in select.select(list(readers), [], [], POLL_SECONDS)[0]:
            try:
                data = os.read(fd, 1 << 16)
            except OSError:  # EIO: no process has the terminal open any more
                data = b""
            if data:
                self.read[readers[fd]] += data
            else:
                del readers[fd]
                if fd != self.channels.master:
                    os.close(fd)

    def reap(self):
        """What has ended: the program, and orphans that came to us."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            yield pid, status

    def look_for_end(self):
        for pid, status in self.reap():
            if pid != self.pid:
                continue
            self.status = status
            self.terminal = self.look_at_terminal()
            if self.channels.slave is not None:
                os.close(self.channels.slave)

    def look_at_terminal(self):
        if self.channels.slave is None:
            return None
        try:
            modes = termios.tcgetattr(self.channels.slave)
        except (OSError, termios.error):
            return "gone"
        return repr(modes[:6]) + repr([bytes(key) if isinstance(key, bytes) else key for key in modes[6]])

    def members(self):
        """Processes that the program started and that still run; an orphan becomes a child of ours."""
        found = {}
        for pid, entry in read_tree(os.getpid()).items():
            if pid != os.getpid() and entry[0] != "Z":
                found[pid] = self.read_command(pid)
        return found

    def read_command(self, pid):
        try:
            with open("/proc/%d/cmdline" % pid) as file:
                return file.read().replace("\0", " ")[:80]
        except OSError:
            return ""

    def give_up(self):
        self.timed_out = True
        for pid in self.members():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue

    def run(self):
        self.start()
        try:
            self.attend()
        except SystemExit:
            self.give_up()
            raise
        return self.report()

    def attend(self):
        """Until the program has ended, and everything that it started."""
        driver = self.drive()
        end = time.monotonic() + self.spec["limit"]
        while self.status is None or self.channels.readers:
            self.receive()
            next(driver, None)
            self.look_for_end()
            if self.status is not None and set(self.channels.readers) == {self.channels.master} and not self.members() and not select.select([self.channels.master], [], [], 0)[0]:
                break  # a terminal is not at its end while a process that left the session has it open
            if time.monotonic() > end:
                if self.timed_out:
                    break
                self.give_up()
                end += 10
        end = time.monotonic() + SURVIVAL_SECONDS
        while self.members() and time.monotonic() < end:
            # What started pip may have ended before pip was told to go on.
            self.let_go()
            time.sleep(LOOK_SECONDS)
            self.look_for_end()

    def report(self):
        for name, number in (("read1", 1), ("read2", 2), ("terminal", "terminal")):
            data = bytes(self.read[number])
            if number in self.channels.files:
                with open(self.channels.files[number], "rb") as file:
                    data = file.read()
            with open(self.path(name), "wb") as file:
                file.write(data)
        survivors = self.members()
        for pid in survivors:
            os.kill(pid, signal.SIGKILL)
        return {
            "status": self.status,
            "timedOut": self.timed_out,
            "counts": self.counts,
            "notes": self.notes,
            "terminal": self.terminal,
            "signals": self.text("signals"),
            "notStarted": self.text("not-started"),
            "survivors": list(survivors.values()),
            "record": self.record(),
        }

    def text(self, name):
        try:
            with open(self.path(name)) as file:
                return file.read()
        except OSError:
            return ""

    def record(self):
        """What the fake pip saw; process ids as their relations, descriptors by what they are to the case."""
        text = self.text("record.json")
        if not text:
            return None
        record = json.loads(text)
        fds = {int(number): entry for number, entry in record.pop("fds").items()}
        record["fds"] = {number: self.channels.name(number, entry) for number, entry in fds.items()}
        for stream in record["streams"].values():
            if self.channels.terminal is not None and stream["ttyname"] == self.channels.terminal_name:
                stream["ttyname"] = "terminal"
        own, parent, group, session, foreground = record.pop("pids")
        record["process"] = {
            "is the process that was started": own == self.pid,
            "is its child": parent == self.pid,
            "group is the one that was started": group == self.pid,
            "leads its group": group == own,
            "session is the one that was started": session == self.pid,
            "leads its session": session == own,
            "is in the foreground": foreground == group,
        }
        return record


def stop(*_):
    sys.exit(1)


def main():
    signal.signal(signal.SIGTERM, stop)
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans become children of this process
    with open(sys.argv[1]) as file:
        spec = json.load(file)
    os.mkfifo(spec["run"] + "/go", 0o666)
    os.chmod(spec["run"] + "/go", 0o666)
    print(json.dumps(Run(spec).run()))


main()
