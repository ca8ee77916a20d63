"""One more check: what the create operation acknowledged, the read operation finds.

Schemathesis's own ``ensure_resource_availability`` asks this only where a record is read below the
path that it was posted to (``POST /users``, ``GET /users/{id}``). A generative service answers
``POST /generate`` with what ``GET /history/{id}`` reads, which ``boxproof.toml`` says and no path.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure, Severity
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case

from boxproof.drivers.schemathesis.wire import Records
from boxproof.probes.fuzzing import CREATED_FOUND
from boxproof.probes.json_pointers import resolve


class CreatedNotFound(Failure):
    """A record that was acknowledged is not there."""

    kind_title = "A created record is not found"
    checks = (CREATED_FOUND,)
    __slots__ = ()


class Acknowledged:
    """The records of one kind that were acknowledged so far."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._ids: set[str] = set()
        self._read = re.compile(records.read_path)

    def missed_by(self, response: Response) -> str | None:
        """The id of the record that an answer should have found and did not; empty where it did,
        and None where it is no record's.
        """
        method = (response.request.method or "").upper()
        path = str(urlsplit(response.request.url or "").path)
        records = self._records
        if method == records.method.upper() and re.fullmatch(records.path, path):
            self._ids.update(_new_id(records, response))
        wanted = self._read.fullmatch(path)
        if wanted is None:
            return None
        record_id = unquote(wanted[1])
        if method == "DELETE" and response.status_code < 300:
            self._ids.discard(record_id)
        missed = method == "GET" and response.status_code == 404 and record_id in self._ids
        return record_id if missed else ""


def register(kinds: Iterable[Records]) -> None:
    """Add the check to those of this process, where there are records at all."""
    known = [Acknowledged(each) for each in kinds]

    def created_record_found(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        del ctx
        missed = [each.missed_by(response) for each in known]
        if not any(each is not None for each in missed):
            return True
        for record_id in filter(None, missed):
            raise CreatedNotFound(
                operation=case.operation.label,
                message=f"{record_id!r} was acknowledged before",
                severity=Severity.CRITICAL,
            )
        return None

    assert created_record_found.__name__ == CREATED_FOUND
    if known:
        schemathesis.check(created_record_found)


def _new_id(records: Records, response: Response) -> tuple[str, ...]:
    """The id of the record that this answer acknowledges, if it acknowledges one."""
    if response.status_code not in records.status:
        return ()
    try:
        return (str(resolve(records.id, json.loads(response.content or b""))),)
    except (ValueError, KeyError):
        return ()
