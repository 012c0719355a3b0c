"""libghostty-vt as the wheel pyghostty brings it, measured from inside its own process.

Reads lines on stdin and answers each with one line on stdout:
  speed PATH LINES   (0: as many as it keeps of itself) feeds the file to a new terminal in pieces of 64 KiB; nanoseconds of this thread on a processor
  held PATH LINES    the same; bytes of memory (PSS) that the terminal has then
A piece is one call through ctypes, a microsecond or so beside the hundreds that it takes.
"""

import ctypes
import gc
import os
import sys
import time

import pyghostty
from pyghostty._ffi import ffi, lib

PIECE = 64 << 10
# cffi, which the wheel uses, copies bytes on each call; ctypes hands over the address.
vt = ctypes.CDLL(
    os.environ.get("PYGHOSTTY_LIB") or os.path.join(os.path.dirname(pyghostty.__file__), "_lib", "libghostty-vt.so")
)
vt.ghostty_terminal_vt_write.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
vt.ghostty_terminal_vt_write.restype = None


def pss():
    with open("/proc/self/smaps_rollup") as rollup:
        return next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))


def fed(terminal, data):
    handle = int(ffi.cast("uintptr_t", terminal._t[0]))
    start = ctypes.addressof(data)
    began = time.thread_time_ns()
    for at in range(0, len(data) - 1, PIECE):
        vt.ghostty_terminal_vt_write(handle, start + at, min(PIECE, len(data) - 1 - at))
    return time.thread_time_ns() - began


for line in sys.stdin:
    what, path, lines = line.rstrip("\n").split("\t")
    with open(path, "rb") as file:
        # One more byte than the text: a zero.
        data = ctypes.create_string_buffer(file.read())
    gc.collect()
    before = pss()
    terminal = pyghostty.Terminal(80, 24, scrollback=int(lines) or 10_000)
    # Its own limit in bytes keeps some hundred lines only.
    if int(lines) > 0:
        lib.ghostty_terminal_set(terminal._t[0], lib.GHOSTTY_TERMINAL_OPT_SCROLLBACK_MAX_BYTES, ffi.new("size_t*", 1 << 40))
    took = fed(terminal, data)
    # It forgets whole pages: a few lines less than it may keep.
    rows = max(terminal.get("scrollback_rows", "size_t"), 1)
    print(took if what == "speed" else (pss() - before) * int(lines) / rows, flush=True)
    del terminal, data
