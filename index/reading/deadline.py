"""Work that must not hang: it runs in a thread of its own and is given up when it stalls."""

import ctypes
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class _Done:
    """The end of the work, with the error that ended it, if one did."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def in_time(items: Iterable[T], seconds: float) -> Iterator[T]:
    """Pass ``items`` on, each of which may take up to ``seconds`` to come.

    The errors of the iterable are raised here. What the thread still does after it was given
    up ends at its next Python instruction.

    Raises:
        TimeoutError: The next item took longer than ``seconds``.
    """
    results: queue.Queue[T | _Done] = queue.Queue(maxsize=100)
    worker = threading.Thread(target=_run, args=(items, results), daemon=True)
    worker.start()
    try:
        while True:
            try:
                result = results.get(timeout=seconds)
            except queue.Empty:
                raise TimeoutError(f"no result within {seconds:g} seconds") from None
            if isinstance(result, _Done):
                if result.error is not None:
                    raise result.error
                return
            yield result
    finally:
        _stop(worker, results)


def _run(items: Iterable[T], results: "queue.Queue[T | _Done]") -> None:
    try:
        for item in items:
            results.put(item)
        results.put(_Done())
    except Exception as error:  # handed over to the thread that waits
        results.put(_Done(error))
    except SystemExit:
        return  # given up: nobody waits any more


def _stop(worker: threading.Thread, results: "queue.Queue[T | _Done]") -> None:
    """End a worker that is still busy: make room in its queue and raise SystemExit in it."""
    if not worker.is_alive() or worker.ident is None:
        return
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(worker.ident), ctypes.py_object(SystemExit)
    )
    while not results.empty():
        results.get_nowait()
