"""A server's log lines in the journal, each with the time at which it was read."""

import threading
from pathlib import Path

from boxproof.journal import Journal, carried
from boxproof.journal.entries import Logged
from boxproof.targets.abilities import Line

EVERY_SECONDS = 0.1


class LogFollower:
    """Reads a log file from an offset on, until it is drained.

    Args:
        offset: where this server's part of the file begins, in bytes.
        lines: every line is added here, too.
    """

    def __init__(
        self, deployment: str, log: Path, offset: int, journal: Journal, lines: list[Line]
    ) -> None:
        self._deployment = deployment
        self._log = log
        self._offset = offset
        self._journal = journal
        self._lines = lines
        self._over = threading.Event()
        self._rest = b""
        self._lock = threading.Lock()

    def start(self) -> None:
        """Follow it in a thread of its own."""
        threading.Thread(target=carried(self._run), name="log-follower", daemon=True).start()

    def drain(self) -> None:
        """Write what has come since the last look, and follow no more: the server has ended."""
        self._over.set()
        self.look()
        with self._lock:
            if self._rest:
                self._write(self._rest)
                self._rest = b""

    def look(self) -> None:
        """Write what has come since the last look."""
        with self._lock:
            try:
                with self._log.open("rb") as file:
                    file.seek(self._offset)
                    read = file.read()
            except OSError:
                return
            self._offset += len(read)
            *lines, self._rest = (self._rest + read).split(b"\n")
            for line in lines:
                self._write(line)

    def _run(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self.look()

    def _write(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        at = round(self._journal.now(), 6)
        self._lines.append(Line(at, text))
        self._journal.write(Logged(deployment=self._deployment, line=text, at=at))
