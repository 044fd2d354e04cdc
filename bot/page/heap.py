"""The C library's heap, told to give back what a server that runs for days no longer needs."""

import ctypes
import platform

# From malloc.h of glibc; mallopt(3) tells what each does.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_BYTES = 128 * 1024


def settle_heap() -> bool:
    """Keep the heap of this process from growing as threads come and go; for a server's start.

    Left alone, glibc keeps a heap for several threads each, and raises the size from which it
    maps memory apart, and so gives it back, whenever a bigger block is freed: blocks that live
    long then lie scattered between ones that live short, and fewer and fewer pages can go back.
    Here all threads share one heap, and blocks of 128 KiB or more are always mapped apart.

    Returns:
        Whether it was told: only glibc, the C library of most Linux systems, has the settings.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = {_ARENA_MAX: 1, _MMAP_THRESHOLD: _BYTES, _TRIM_THRESHOLD: _BYTES}
    return all([mallopt(name, value) for name, value in settings.items()])
