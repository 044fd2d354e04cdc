"""Memory of the page's threads: they share a heap, where glibc would open one for each."""

import platform
import subprocess
import sys

import pytest

# Threads that allocate at the same time, in blocks that come from a heap; then glibc's own count.
_THREADS = """
import ctypes, re, sys, tempfile, threading
from bot.page.serve import share_heap

if sys.argv[1] == "shared":
    share_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
libc.fclose.argtypes = [ctypes.c_void_p]
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
together = threading.Barrier(6)

def allocate():
    together.wait()
    for _ in range(200):
        libc.malloc(4096)
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
with tempfile.NamedTemporaryFile() as file:
    stream = libc.fopen(file.name.encode(), b"w")
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(len(re.findall(rb"<heap nr", file.read())))
"""


def heaps(how: str) -> int:
    command = [sys.executable, "-c", _THREADS, how]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap a thread")
def test_threads_share_one_heap() -> None:
    assert heaps("each its own") > 2
    assert heaps("shared") == 1
