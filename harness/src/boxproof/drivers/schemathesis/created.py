"""One more check: what the create operation acknowledged, the read operation finds.

Schemathesis's own ``ensure_resource_availability`` asks this only where a record is read below the
path that it was posted to (``POST /users``, ``GET /users/{id}``). A generative service answers
``POST /generate`` with what ``GET /history/{id}`` reads, which ``boxproof.toml`` says and no path.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure, Severity
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import EnsureResourceAvailability, UseAfterFree
from schemathesis.specs.openapi.schemas import OpenApiSchema

from boxproof.drivers.schemathesis.acknowledged_records import AcknowledgedRecords
from boxproof.drivers.schemathesis.wire import Records
from boxproof.journal.entries import Requested
from boxproof.probes.fuzzing import CREATED_FOUND


class CreatedNotFound(Failure):
    """A record that was acknowledged is not there."""

    kind_title = "A created record is not found"
    checks = (CREATED_FOUND,)
    __slots__ = ()


class CreatedFound:
    """The check, which hears of everything that is sent: also of what no answer came to."""

    def __init__(self, kinds: Iterable[Records]) -> None:
        self._kinds = [AcknowledgedRecords(each) for each in kinds]

    def hear(self, exchange: Requested) -> None:
        """Note what one request, now over, made or may have removed."""
        made = [each for each in self._kinds if each.makes(exchange)]
        for each in made:
            each.acknowledge(exchange)
        if not made:
            for each in self._kinds:
                each.forget(exchange)

    def register(self) -> None:
        """Add the check to those of this process, where there are records at all."""

        def created_record_found(
            ctx: CheckContext, response: Response, case: Case[Any]
        ) -> bool | None:
            del ctx
            read = [each for each in self._kinds if each.is_asked(_path(response))]
            for each in read:
                if _is_not_found(response) and each.expects(_path(response)):
                    raise CreatedNotFound(
                        operation=case.operation.label,
                        message=f"{each.id_in(_path(response))!r} was acknowledged before",
                        severity=Severity.CRITICAL,
                    )
            return None if read else True

        assert created_record_found.__name__ == CREATED_FOUND
        if self._kinds:
            schemathesis.check(created_record_found)

    def know(self, schema: OpenApiSchema) -> None:
        """Learn from the document what is no id, and have the tool's own checks know of deletes of
        many records, too.
        """
        below = str(urlsplit(schema.config.base_url or "").path).rstrip("/")
        paths: Mapping[str, Any] = schema.raw_schema.get("paths") or {}
        for each in self._kinds:
            each.know([f"{below}{path}" for path in paths])

        def filter_failure(
            context: HookContext, failure: Failure, case: Case[Any], response: Response
        ) -> bool:
            del context, case
            if isinstance(failure, EnsureResourceAvailability):
                return not any(each.doubts(_path(response)) for each in self._kinds)
            return not (isinstance(failure, UseAfterFree) and _of_many(failure.operation or ""))

        schema.hook(filter_failure)


def _of_many(label: str) -> bool:
    """Whether a DELETE, such as ``DELETE /users/{id}/notes``, is of what may be many records: that
    they can still be listed, or some of them be read, says nothing.
    """
    return "{" not in label.rstrip("/").rpartition("/")[2]


def _is_not_found(response: Response) -> bool:
    return response.request.method == "GET" and response.status_code == 404


def _path(response: Response) -> str:
    return str(urlsplit(response.request.url or "").path)
