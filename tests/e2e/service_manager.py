"""A service manager, as far as one service sees of it: `service_manager.py SOCKET PROGRAM ARGUMENT...`

It hears the service on SOCKET, holds descriptors for it, and starts it again, with what it holds, when a signal ends it.
Lines on standard output: `started PID`, `ready`, `fault TEXT` and, at the end, `ended STATUS NAMES-STILL-HELD`. What it holds
is in SOCKET.held, one name a line. Anything on standard input, or its end, stops the service.
"""

import array
import os
import select
import signal
import socket
import sys

path, program = sys.argv[1], sys.argv[2:]
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind(path)
held = []  # (name, descriptor), the newest first
died, wakes = os.pipe()
os.set_blocking(wakes, False)
signal.signal(signal.SIGCHLD, lambda *_: None)
signal.set_wakeup_fd(wakes)


def say(text):
    print(text, flush=True)


def start():
    child = os.fork()
    if child:
        say(f"started {child}")
        return child
    # Out of the way first: their places may be among those that are taken.
    high = [os.dup2(fd, 500 + n, inheritable=False) for n, (_, fd) in enumerate(held)]
    for n, fd in enumerate(high):
        os.dup2(fd, 3 + n, inheritable=True)
    environment = dict(os.environ, NOTIFY_SOCKET=path, FDSTORE="64")
    if held:
        environment.update(
            LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(held)), LISTEN_FDNAMES=":".join(name for name, _ in held)
        )
    os.dup2(os.open("/dev/null", os.O_RDWR), 0)
    os.dup2(2, 1)
    os.execve(program[0], program, environment)


def hear():
    message, ancillary, flags, _ = heard.recvmsg(4096, socket.CMSG_SPACE(16), socket.MSG_DONTWAIT)
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data[: len(data) // 4 * 4])
    facts = dict(line.split("=", 1) for line in message.decode().split("\n"))
    name = facts.get("FDNAME", "stored")
    if facts.get("FDSTORE") == "1":
        if len(descriptors) != 1 or facts.get("FDPOLL") != "0" or flags & socket.MSG_CTRUNC:
            say(f"fault {facts} with {len(descriptors)} descriptors")
        same = [other for other, fd in held if os.path.samestat(os.fstat(fd), os.fstat(descriptors[0])) and other == name]
        if not same:
            held.insert(0, (name, descriptors[0]))
    elif descriptors:
        say(f"fault descriptors with {facts}")
    if facts.get("FDSTOREREMOVE") == "1":
        for gone in [entry for entry in held if entry[0] == name]:
            held.remove(gone)
            os.close(gone[1])
    if "READY" in facts:
        say("ready")
    with open(path + ".new", "w") as file:
        file.writelines(name + "\n" for name in sorted(name for name, _ in held))
    os.replace(path + ".new", path + ".held")


main, stopped = start(), False
while True:
    inputs = [heard, died] + ([] if stopped else [sys.stdin])
    ready, _, _ = select.select(inputs, [], [])
    if heard in ready:
        hear()
        continue
    if sys.stdin in ready:
        os.kill(main, signal.SIGTERM)
        stopped = True
    if died in ready:
        os.read(died, 4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                pid = 0
            if pid == 0:
                break
            if pid != main:
                continue
            if os.WIFSIGNALED(status) and not stopped:
                main = start()
            else:
                while True:
                    try:
                        hear()
                    except BlockingIOError:
                        break
                say(f"ended {status} {' '.join(sorted(name for name, _ in held))}".rstrip())
                sys.exit(0)
