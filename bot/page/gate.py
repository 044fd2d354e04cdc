"""Who is served at once, who waits in line, and who is turned away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bot.errors import BusyError

State = TypeVar("State")


class Gate:
    """A line of visitors of which the first few are served at once.

    Its threads do the serving, so that nobody who waits occupies one. Belongs to one event loop.
    """

    def __init__(self, slots: int, waiting: int) -> None:
        """Serve ``slots`` visitors at once and let ``waiting`` more stand in line."""
        self._slots = slots
        self._longest = slots + waiting
        self._line: list[object] = []
        self._moved = asyncio.Event()
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="page")

    async def in_turn(
        self, steps: Generator[State, Any, None], waiting: Callable[[int], State]
    ) -> AsyncIterator[State]:
        """What ``steps`` yields, once it is their turn.

        Args:
            steps: The work; runs on a thread, and is closed when nobody waits for it any more.
            waiting: Makes the state to show while that many others are ahead in the line.

        Raises:
            BusyError: The line is full.
        """
        if len(self._line) >= self._longest:
            raise BusyError("too many people are asking just now: try again in a moment")
        ticket = object()
        self._line.append(ticket)
        running: asyncio.Future[State | None] | None = None
        try:
            while (ahead := self._line.index(ticket) - self._slots + 1) > 0:
                yield waiting(ahead)
                await self._moved.wait()
            loop = asyncio.get_running_loop()
            while True:
                running = loop.run_in_executor(self._threads, next, steps, None)
                state = await asyncio.shield(running)
                if state is None:
                    return
                yield state
        finally:
            # A step that runs cannot be broken off: its place stays taken until it has ended.
            if running is None or running.done():
                self._leave(ticket, steps)
            else:
                running.add_done_callback(lambda _: self._leave(ticket, steps))

    def _leave(self, ticket: object, steps: Generator[Any, Any, None]) -> None:
        steps.close()
        self._line.remove(ticket)
        self._moved.set()
        self._moved = asyncio.Event()
