import { LIMIT_SECONDS } from './limits.ts';

/**
 * A Python program that starts a command again and again, each time as an interactive shell would (a process group of
 * its own, in the foreground), and kills something of it at a random moment. Prints what was left or changed, and
 * `seen` with what became of the runs.
 * Arguments: seed, how many runs, and the command.
 */
export const KILLER = `
import os, random, signal, sys, termios, time
seed, runs, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
chance = random.Random(seed)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
here = os.getpgrp()
before = termios.tcgetattr(0)
ended = {}

def members(group):
    found = []
    for name in os.listdir("/proc"):
        try: state, parent, its_group = open("/proc/%s/stat" % name).read().rsplit(") ", 1)[1].split()[:3]
        except (OSError, IndexError): continue
        # Dead and not reaped yet: the process that inherits it (init) reaps it.
        if int(its_group) == group and state not in "ZX": found.append((int(name), state))
    return sorted(found)

def run(number):
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgrp())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)
    try: os.setpgid(child, child)
    except PermissionError: pass
    time.sleep(chance.uniform(0, 0.6))
    what = chance.choice([signal.SIGKILL] * 3 + [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
    whom = chance.choice(["first", "first", "another", "group"])
    try:
        if whom == "group": os.killpg(child, what)
        elif whom == "first": os.kill(child, what)
        else: os.kill(chance.choice(members(child)[1:] or [(child, "")])[0], what)
    except ProcessLookupError: pass
    end = time.time() + ${LIMIT_SECONDS}
    done = 0
    while not done and time.time() < end:
        done, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
        time.sleep(0.01)
    os.tcsetpgrp(0, here)
    while members(child) and time.time() < end: time.sleep(0.01)
    name = "seed %d, run %d, %s to %s:" % (seed, number, what.name, whom)
    if not done: print(name, "not ended")
    elif os.WIFSTOPPED(status): print(name, "stopped")
    else: ended[status] = ended.get(status, 0) + 1
    if members(child):
        print(name, "left", members(child))
        os.killpg(child, signal.SIGKILL)
    if termios.tcgetattr(0) != before:
        print(name, "changed the terminal")
        termios.tcsetattr(0, termios.TCSANOW, before)

for number in range(runs): run(number)
print("seen", sum(ended.values()), "runs,", sum(count for status, count in ended.items() if os.WIFSIGNALED(status)), "killed")
`;
