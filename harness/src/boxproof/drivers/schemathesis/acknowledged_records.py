"""The records that a fuzzed service acknowledged, less those that a later request may have removed.

Nobody says which requests remove records: ``DELETE /notes?before=…`` does, ``POST /notes/delete``,
``DELETE /users/1`` with the notes of that user. So whatever changes something and is not known to
make records may have removed some, unless it was refused (4xx).
"""

import json
import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from boxproof.config.operations import ID, path_pattern
from boxproof.core.request_quota import SAFE_METHODS
from boxproof.drivers.schemathesis.wire import Records
from boxproof.journal.entries import Requested
from boxproof.probes.json_pointers import resolve

#: What was accepted, or a gateway did not wait for (RFC 9110, 15.3.3 and 15.6.5), may be done at
#: any time later.
LATER = (202, 504)
#: The end of a path that names a method of what stands before it: ``/notes:batchDelete``
#: (https://google.aip.dev/136).
CUSTOM_METHOD = re.compile(":[A-Za-z]+$")


class AcknowledgedRecords:
    """The records of one kind. Requests come one after the other, as one worker sends them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._made_at = path_pattern(records.path)
        self._read_at = path_pattern(records.read_path, ID)
        read = _parts(records.read_path)
        self._place = next(at for at, each in enumerate(read) if f"{{{ID}}}" in each)
        #: The path of a record, without what may lie below it.
        self._record = read[: self._place + 1]
        self._names: frozenset[str] = frozenset()
        self._expected: set[str] = set()
        self._doubtful: set[str] = set()
        self._is_undecided = False

    def know(self, paths: Iterable[str]) -> None:
        """Learn from the paths of the document what is no id, such as ``all`` in ``/notes/all``."""
        split = [_parts(each) for each in paths]
        self._names = frozenset(
            each[self._place]
            for each in split
            if len(each) > self._place
            and "{" not in each[self._place]
            and _fits(each, self._record[:-1])
        )

    def makes(self, exchange: Requested) -> bool:
        """Whether a request asks for a record of this kind."""
        return exchange.method.upper() == self._records.method.upper() and bool(
            re.fullmatch(self._made_at, _path(exchange))
        )

    def acknowledge(self, exchange: Requested) -> None:
        """Expect the record that an answer acknowledges, if it acknowledges one."""
        if exchange.status not in self._records.status:
            return
        content = b"" if exchange.body is None else exchange.body.content or b""
        try:
            record_id = str(resolve(self._records.id, json.loads(content)))
        except (ValueError, KeyError):
            return
        (self._doubtful if self._is_undecided else self._expected).add(record_id)

    def forget(self, exchange: Requested) -> None:
        """Expect no longer what a request may have removed.

        Where it may do so later, that is so of what will be acknowledged as well.
        """
        status = exchange.status
        if exchange.method.upper() in SAFE_METHODS or (status is not None and 400 <= status < 500):
            return
        path = _path(exchange)
        for each in {path, CUSTOM_METHOD.sub("", path)}:
            record_id = self._record_at(each)
            if record_id:
                self._remove({record_id} & self._expected)
            elif exchange.method.upper() == "DELETE" or self._is_near(each):
                self._remove(self._expected)
                self._is_undecided |= status is None or status in LATER

    def id_in(self, path: str) -> str:
        """The id in a path that reads a record; empty in any other."""
        found = re.fullmatch(self._read_at, path)
        return unquote(found[1]) if found else ""

    def is_asked(self, path: str) -> bool:
        """Whether a path reads a record."""
        return bool(self.id_in(path))

    def expects(self, path: str) -> bool:
        """Whether the record that is read there must be there."""
        return self.id_in(path) in self._expected

    def doubts(self, path: str) -> bool:
        """Whether the record that is read there was acknowledged, and may have been removed."""
        return self.id_in(path) in self._doubtful - self._expected

    def _remove(self, gone: set[str]) -> None:
        self._doubtful |= gone
        self._expected = self._expected - gone

    def _record_at(self, path: str) -> str:
        """The id of the record that a path names, or that it lies below; empty where there is none.

        What stands in an id's place and is none names a request about many, or all.
        """
        parts = _parts(path)
        if len(parts) <= self._place or not _fits(parts, self._record):
            return ""
        found = re.fullmatch(path_pattern(self._record[-1], ID), parts[self._place])
        record_id = unquote(found[1]) if found else ""
        return "" if record_id in self._names else record_id

    def _is_near(self, path: str) -> bool:
        """Whether a path lies above or below where records are made, read or kept together.

        Another request than a DELETE is about records there alone.
        """
        parts = _parts(path)
        return _fits(parts, self._record[:-1]) or _fits(parts, _parts(self._records.path))


def _parts(path: str) -> list[str]:
    return [each for each in path.split("/") if each]


def _path(exchange: Requested) -> str:
    return str(urlsplit(exchange.url).path)


def _fits(parts: Sequence[str], template: Sequence[str]) -> bool:
    """Whether one of two paths lies at or above the other."""
    pairs = zip(parts, template, strict=False)
    return all(re.fullmatch(path_pattern(wanted), part) for part, wanted in pairs)
