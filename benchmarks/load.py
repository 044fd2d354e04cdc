"""How the page bears a crowd: many people at once over HTTP, and memory over many questions.

    python benchmarks/load.py                       # 20 people, 10 questions each
    python benchmarks/load.py --people 0 --questions 2000

Starts the page with ``llm=none`` on a free port of this machine and talks to it as a browser
does. Every person opens an article of their own, whose numbers nobody else's has, and asks about
it; an answer with another person's number, or to another question, is counted as mixed up.
Memory is what the server alone holds and the system could not drop: private pages that were
written, in memory or swapped out. The resident set, told as well, also counts pages of weights on
disk, which come and go with what else the machine does. Linux only.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
# Leads that make each question another one, of few words: what is remembered of words is bounded,
# but ever new ones take long to fill it.
OPENINGS = (
    *("Again", "Now", "Please", "Well", "So", "Then", "Right", "Today", "Once more", "Here"),
    *("Finally", "Next", "Also"),
)
MANNERS = (
    *("briefly", "quickly", "kindly", "plainly", "exactly", "simply", "clearly", "shortly"),
    *("politely", "slowly", "gladly", "calmly", "frankly"),
)
RIVERS = ("Oda", "Tamsel", "Verin", "Lusca", "Morwen", "Padra", "Kelm", "Isary", "Noruva", "Brett")


@dataclass
class Crowd:
    """What all people together have met; appending is safe from their threads."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)


class Person:
    """One visitor: a session of the page, spoken to as its browser would."""

    def __init__(self, url: str, number: int) -> None:
        """Visit the page at ``url``; ``number`` is unlike any other person's."""
        self._url = url
        self._http = httpx.Client(base_url=url, timeout=120)
        self._session = uuid.uuid4().hex[:11]
        config = self._http.get("/config").raise_for_status().json()
        self._events = {
            name: (at, target)
            for at, dependency in enumerate(config["dependencies"])
            for target, name in dependency["targets"]
        }
        self.lengths = {river: 100_000 + 100 * number + at for at, river in enumerate(RIVERS)}
        self.article: dict[str, Any] = {}

    def open_article(self) -> None:
        """Open this person's own article: the length of every river."""
        text = "\n\n".join(
            f"The river {river} is {length} metres long. It rises in the hills and runs north."
            for river, length in self.lengths.items()
        )
        state = self._send("open", {"request": 1, "kind": "text", "value": text})
        if state.get("stage") != "ready":
            raise RuntimeError(f"the article did not open: {state.get('error')}")
        self.article = state["article"]

    def ask(self, river: str, crowd: Crowd, lead: str = "") -> None:
        """Ask how long a river is; what comes of it is added to the crowd's."""
        turn = uuid.uuid4().hex
        asked = f"{lead}How long is the river {river}?"
        shown = {"id": self.article["id"], "key": self.article["key"]}
        where = {"article": shown, "articles": [shown["id"]]}
        question = {"turn": turn, "question": asked, "history": [], **where}
        began = time.perf_counter()
        try:
            state = self._send("ask", question)
        except (httpx.HTTPError, RuntimeError) as error:
            crowd.errors.append(str(error))
            return
        crowd.seconds.append(time.perf_counter() - began)
        numbers = {int(word) for word in state["text"].split() if word.isdigit()} - {0}
        if state["error"]:
            crowd.errors.append(state["error"])
        elif state["turn"] != turn or numbers - set(self.lengths.values()):
            crowd.mixed.append(state["text"])
        elif self.lengths[river] not in numbers:
            crowd.unanswered.append(state["text"])

    def _send(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        """Trigger an event of the page and wait for its last state.

        Raises:
            RuntimeError: The server gives none.
        """
        function, target = self._events[event]
        body = {
            "data": [None],
            "event_data": data,
            "fn_index": function,
            "session_hash": self._session,
            "trigger_id": target,
        }
        joined = self._http.post("/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        wanted, last = joined.json()["event_id"], None
        where = {"session_hash": self._session}
        with self._http.stream("GET", "/gradio_api/queue/data", params=where) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line else {}
                if message.get("event_id") != wanted:
                    continue
                if message["msg"] == "process_generating":
                    last = _changed(last, message["output"]["data"][0])
                if message["msg"] == "process_completed":
                    if not message["success"] or last is None:
                        raise RuntimeError(f"{event} failed: {message['output']}")
                    return dict(last)
        raise RuntimeError(f"{event}: the stream ended without an answer")


def _changed(before: Any, data: Any) -> Any:
    """The state after a message: the first one is whole, later ones say what has changed."""
    is_change = isinstance(data, list) and all(
        isinstance(each, list) and each[0] in ("replace", "append", "add", "delete")
        for each in data
    )
    if not is_change:
        return data
    for action, path, value in data:
        if not path:
            before = value if action == "replace" else before + value
            continue
        holder = before
        for key in path[:-1]:
            holder = holder[key]
        if action == "append":
            holder[path[-1]] += value
        elif action == "delete":
            del holder[path[-1]]
        elif action == "add" and isinstance(holder, list):
            holder.insert(path[-1], value)
        else:
            holder[path[-1]] = value
    return before


def lead(number: int) -> str:
    """The beginning of a question, unlike any other of 2,197 in a row."""
    rest, first = divmod(number, len(OPENINGS))
    apart, second = divmod(rest, len(MANNERS))
    third = (second + 1 + apart) % len(MANNERS)
    return f"{OPENINGS[first]}, {MANNERS[second]} and {MANNERS[third]}: "


@contextmanager
def page() -> Iterator[tuple[str, int]]:
    """The page on a free port: its address and its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "app.py", "--llm", "none", "--port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                try:
                    httpx.get(f"{url}/health", timeout=1).raise_for_status()
                    break
                except httpx.HTTPError:
                    if process.poll() is not None:
                        break
                    time.sleep(0.2)
            else:
                sys.exit("the page did not start within two minutes")
            if process.poll() is not None:
                log.seek(0)
                sys.exit(f"the page did not start:\n{log.read().decode('utf-8', 'replace')}")
            yield url, process.pid
        finally:
            process.terminate()
            process.wait(30)


def memory(process: int) -> tuple[float, float]:
    """Megabytes of memory that a process alone holds, and those of its resident set."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    _, *lines = rollup.splitlines()
    held = {
        name: int(value.split()[0]) / 1024 for name, value in (line.split(":") for line in lines)
    }
    return held["Private_Dirty"] + held["Swap"], held["Rss"]


def crowd_of(url: str, people: int, rounds: int) -> Crowd:
    """Have ``people`` ask ``rounds`` questions each, all at once."""
    crowd, start = Crowd(), threading.Barrier(people)

    def chat(number: int) -> None:
        try:
            person = Person(url, number)
            person.open_article()
        except (httpx.HTTPError, RuntimeError) as error:
            crowd.errors.append(str(error))
            start.abort()
            return
        try:
            start.wait(300)
        except threading.BrokenBarrierError:
            return
        for at in range(rounds):
            person.ask(RIVERS[(number + at) % len(RIVERS)], crowd)

    threads = [threading.Thread(target=chat, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return crowd


def memory_over(url: str, process: int, questions: int) -> None:
    """One person asks ``questions``; prints how the server's memory went."""
    person, crowd = Person(url, 0), Crowd()
    person.open_article()
    step = max(1, questions // 40)
    held: list[tuple[int, float, float]] = []
    for at in range(questions):
        if at % step == 0:
            held.append((at, *memory(process)))
        # No question comes back while it is remembered: that would save the work.
        person.ask(RIVERS[at % len(RIVERS)], crowd, lead(at))
    held.append((questions, *memory(process)))
    print(f"memory over {questions} questions")
    for name, column in (("its own", 1), ("resident set", 2)):
        # Caches and pools have filled by the second half.
        settled = [(row[0], row[column]) for row in held[len(held) // 2 :]]
        slope, base = statistics.linear_regression(*zip(*settled, strict=True))
        spread = statistics.pstdev(value - base - slope * at for at, value in settled)
        print(f"  {name}: start, end         {held[0][column]:.0f} MB, {held[-1][column]:.0f} MB")
        print(
            f"    slope of second half     {1000 * slope:+.2f} MB per 1000 questions; "
            f"values lie {spread:.2f} MB around it"
        )
    wrong = len(crowd.errors), len(crowd.mixed), len(crowd.unanswered)
    print("  errors, mixed up, refused  {}, {}, {}".format(*wrong))


def main() -> None:
    """Run what the arguments name and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20, help="at once (default: 20)")
    parser.add_argument("--rounds", type=int, default=10, help="questions of each (default: 10)")
    parser.add_argument("--questions", type=int, default=0, help="for memory (default: 0)")
    arguments = parser.parse_args()
    with page() as (url, process):
        if arguments.people:
            crowd = crowd_of(url, arguments.people, arguments.rounds)
            took = sorted(crowd.seconds) or [0.0]
            print(f"{arguments.people} people at once, {arguments.rounds} questions each")
            print(f"  answers                    {len(crowd.seconds)}")
            print(f"  errors                     {len(crowd.errors)}")
            print(f"  mixed up                   {len(crowd.mixed)}")
            print(f"  not answered as expected   {len(crowd.unanswered)}")
            print(f"  median, 95 %, slowest      {statistics.median(took):.2f} s, ", end="")
            print(f"{took[int(0.95 * (len(took) - 1))]:.2f} s, {took[-1]:.2f} s")
            for line in (crowd.errors + crowd.mixed + crowd.unanswered)[:5]:
                print(f"  {line}", file=sys.stderr)
        if arguments.questions:
            memory_over(url, process, arguments.questions)


if __name__ == "__main__":
    main()
