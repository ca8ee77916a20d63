"""The journal: the append-only record of one run, JSON Lines on one clock.

Written as things happen, judged later, reported last. Every line holds ``t`` (seconds since the
run began, monotonic), ``kind`` and what the kind adds. Kinds in use: ``run`` (the run's facts),
``facts`` (what was learnt of image and boot), ``progress`` (a line for a person), ``boot``,
``ready``, ``boot-failed``, ``exit``, ``target`` (stop, kill, recreate, …), ``request``, ``log``,
``fuzz-phase``, ``fuzz-failure``, ``fuzz`` (what came of fuzzing), ``clause`` (one is about to be
judged), ``verdict``, ``fault`` (the run itself went wrong), ``end``.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: ``t`` in seconds since the run began."""

    t: float
    kind: str
    data: dict[str, Any]


Listener = Callable[[Entry], None]


class Journal:
    """Appends entries to a file; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Hand every later entry to ``listener`` as well, from the thread that writes it."""
        self._listeners.append(listener)

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def write(self, kind: str, /, **data: Any) -> float:
        """Append one entry, flushed at once so that a killed run leaves it; returns its ``t``."""
        with self._lock:
            t = round(self.now(), 6)
            line = {"t": t, "kind": kind, **data}
            # ensure_ascii: a lone surrogate that a service sent must not end the run.
            if not self._file.closed:
                self._file.write(json.dumps(line, ensure_ascii=True, default=str) + "\n")
                self._file.flush()
        for listener in self._listeners:
            listener(Entry(t, kind, data))
        return t

    def close(self) -> None:
        """Close the file; later writes are dropped (a late reader thread, say)."""
        with self._lock:
            self._file.close()


def read(path: Path) -> Iterator[Entry]:
    """Yield the entries of a journal in order; a last line cut short by a kill is left out."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                return
            data = json.loads(line)
            yield Entry(t=data.pop("t"), kind=data.pop("kind"), data=data)
