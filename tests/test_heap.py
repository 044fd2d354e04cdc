"""bot.page.heap: one heap for all threads, and big blocks go back."""

import platform
import subprocess
import sys

import pytest

from bot.page.heap import settle_heap

needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
# Eight threads that allocate at once get heaps of their own, where they may; then a block of 24 MB,
# mapped apart, is freed, after which glibc would keep one of 20 MB in its heap.
WORK = """
import ctypes, sys, threading
from bot.page.heap import settle_heap

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
if sys.argv[1] == "settled":
    assert settle_heap()
together = threading.Barrier(8)

def work():
    together.wait()
    for _ in range(200):
        held = [libc.malloc(50_000) for _ in range(20)]
        for block in held:
            libc.free(block)
    together.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.free(libc.malloc(24_000_000))
block = libc.malloc(20_000_000)
libc.malloc_stats()
"""


def stats(how: str) -> str:
    """What glibc tells of its heaps after the work, in a process of its own."""
    command = [sys.executable, "-c", WORK, how]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stderr


@needs_glibc
def test_one_heap_and_big_blocks_are_mapped_apart():
    plain, settled = stats("plain"), stats("settled")
    assert "Arena 1:" in plain
    assert "Arena 1:" not in settled
    assert "Arena 0:" in settled
    assert mapped(plain) < 20_000_000 <= mapped(settled)


def mapped(told: str) -> int:
    """Bytes that are mapped apart at the moment: all that is in use less what the heaps hold."""
    arenas, total = told.split("Total (incl. mmap):")
    in_use = int(total.split("in use bytes")[1].split("=")[1].split()[0])
    held = [int(part.split("=")[1].split()[0]) for part in arenas.split("in use bytes")[1:]]
    return in_use - sum(held)


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert settle_heap() is False
