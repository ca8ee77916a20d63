"""One more check: what the create operation acknowledged, the read operation finds.

Schemathesis's own ``ensure_resource_availability`` asks this only where a record is read below the
path that it was posted to (``POST /users``, ``GET /users/{id}``). A generative service answers
``POST /generate`` with what ``GET /history/{id}`` reads, which ``boxproof.toml`` says and no path.
"""

import json
import re
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


def register(records: Records) -> None:
    """Add the check to those of this process."""
    acknowledged: set[str] = set()
    pattern = re.compile(records.read_path)

    def created_record_found(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        del ctx
        method = (response.request.method or "").upper()
        path = urlsplit(response.request.url or "").path
        if method == records.method.upper() and re.fullmatch(records.path, str(path)):
            acknowledged.update(_new_id(records, response))
        wanted = pattern.fullmatch(str(path))
        if wanted is None:
            return True
        record_id = unquote(wanted[1])
        if method == "DELETE" and response.status_code < 300:
            acknowledged.discard(record_id)
        if method == "GET" and response.status_code == 404 and record_id in acknowledged:
            raise CreatedNotFound(
                operation=case.operation.label,
                message=f"{record_id!r} was acknowledged before",
                severity=Severity.CRITICAL,
            )
        return None

    assert created_record_found.__name__ == CREATED_FOUND
    schemathesis.check(created_record_found)


def _new_id(records: Records, response: Response) -> tuple[str, ...]:
    """The id of the record that this answer acknowledges, if it acknowledges one."""
    if response.status_code not in records.status:
        return ()
    try:
        return (str(resolve(records.id, json.loads(response.content or b""))),)
    except (ValueError, KeyError):
        return ()
