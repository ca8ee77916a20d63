"""Appends entries to the journal's file; safe to share between threads."""

import contextlib
import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from boxproof.core.errors import ConfigError
from boxproof.core.redaction import Hidden, Redaction
from boxproof.journal.bodies import FOLDER, TOTAL_BYTES, Bodies, Body
from boxproof.journal.entries import Entry, JournalBegan, Recorded, Requested
from boxproof.journal.scope import present

Listener = Callable[[Recorded], None]

NAME = "journal.jsonl"


def check_free(path: Path) -> None:
    """See that a journal can be written to ``path`` later on; nothing is made or changed.

    Raises:
        ConfigError: it cannot, or another run that is still alive writes there.
    """
    if path.exists():
        try:
            _locked(path).close()
        except OSError as error:
            raise _unwritable(path.parent, error.strerror or "") from None
        return
    parent = next(each for each in path.absolute().parents if each.exists())
    if not parent.is_dir():
        raise _unwritable(path.parent, f"{parent} is not a folder")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise _unwritable(path.parent, "Permission denied")


def _unwritable(folder: Path, why: str) -> ConfigError:
    return ConfigError(f"{folder}: the report cannot be written there: {why}")


def _locked(path: Path) -> TextIO:
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ConfigError(
            f"{path.parent}: another run is writing its report there; "
            "name another folder with --report"
        ) from None
    return file


def _plain(value: Any) -> Any:
    """What stands in the journal for a value that JSON does not know."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return repr(value)


class Journal:
    """The journal of one run; without a path, entries are held until :meth:`begin`.

    Until then the folder of an earlier run stays as it is, so that a run that does not begin takes
    nobody's report away.
    """

    def __init__(self, path: Path | None = None, *, body_bytes: int = TOTAL_BYTES) -> None:
        self.path = Path()
        self._file: TextIO | None = None
        self._held: list[str] = []
        self._closed = False
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._redaction = Redaction()
        self._addresses: dict[str, str] = {}
        self._bodies = Bodies(total_bytes=body_bytes)
        self._began, self.epoch = time.monotonic(), time.time()
        self.write(JournalBegan(epoch=round(self.epoch, 6)))
        if path is not None:
            self.begin(path)

    @property
    def is_begun(self) -> bool:
        """Whether entries reach a file."""
        return self._file is not None

    def begin(self, path: Path) -> None:
        """Write to ``path`` from now on, beginning with what was held.

        Raises:
            ConfigError: another run that is still alive writes there, or nothing can be written.
        """
        with self._lock:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                file = _locked(path)
                file.truncate(0)
            except OSError as error:
                raise _unwritable(path.parent, error.strerror or "") from None
            shutil.rmtree(path.parent / FOLDER, ignore_errors=True)
            self.path, self._file = path, file
            self._bodies.place(path.parent / FOLDER)
            self._append("".join(self._held))
            self._held.clear()

    def listen(self, listener: Listener) -> None:
        """Hand every later entry to ``listener`` as well, from the thread that writes it."""
        self._listeners.append(listener)

    def hide(self, *secrets: Hidden) -> None:
        """Write and tell what is shown of a secret wherever an entry or a body holds it."""
        with self._lock:
            self._redaction.hide(*secrets)

    def redacted(self, text: str) -> str:
        """A text as it would stand in an entry."""
        return self._redaction.text(text)

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def at(self, epoch: float) -> float:
        """The journal's time of a moment in seconds since 1970, on this machine's clock."""
        return round(epoch - self.epoch, 6)

    def write(self, entry: Entry) -> float:
        """Append one entry, flushed at once so that a killed run leaves it; returns its ``t``."""
        clause, scenario = present()
        with self._lock:
            entry = self._redaction.of(entry)
            t = round(self.now(), 6)
            deployment = self._deployment_of(entry)
            line: dict[str, Any] = {"t": t, "kind": entry.kind}
            line |= {"clause": clause} if clause else {}
            line |= {"scenario": scenario} if scenario else {}
            line |= {"deployment": deployment} if deployment else {}
            if not self._closed:
                line |= {
                    each.name: self._encoded(getattr(entry, each.name)) for each in fields(entry)
                }
                # A lone surrogate that a service sent must not end the run: ASCII alone.
                text = json.dumps(line, ensure_ascii=True, default=_plain) + "\n"
                if self._file is None:
                    self._held.append(text)
                else:
                    self._append(text)
        for listener in self._listeners:
            listener(Recorded(t, entry, clause, scenario, deployment))
        return t

    def close(self) -> None:
        """Close the file; later writes are dropped (a late reader thread, say)."""
        with self._lock:
            self._closed = True
            if self._file is not None:
                self._file.close()

    def _append(self, text: str) -> None:
        assert self._file is not None
        self._file.write(text)
        self._file.flush()

    def _deployment_of(self, entry: Entry) -> str:
        """Whom an entry is about; a request by the address that it went to."""
        named = str(getattr(entry, "deployment", ""))
        if isinstance(entry, Requested):
            return self.deployment_at(entry.url)
        return named

    def deployment_at(self, url: str) -> str:
        """The deployment that was reached at the address of a URL last; empty where none was."""
        return self._addresses.get(urlsplit(url).netloc, "")

    def reached_at(self, url: str, deployment: str) -> None:
        """Say that what is sent to the address of a URL reaches a deployment from now on."""
        with self._lock:
            self._addresses[urlsplit(url).netloc] = deployment

    def reached_through(self, address: str, url: str) -> None:
        """Say that what is sent to ``address`` (HOST:PORT) reaches the deployment at ``url``."""
        with self._lock, contextlib.suppress(KeyError):
            self._addresses[address] = self._addresses[urlsplit(url).netloc]

    def _encoded(self, value: Any) -> Any:
        if isinstance(value, Body):
            return self._bodies.written(value)
        return value
