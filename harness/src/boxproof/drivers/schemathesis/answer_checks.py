"""Two more checks, of what no document says: errors show nothing of the inside, JSON is JSON."""

from typing import Any

import schemathesis
from requests import PreparedRequest
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case

from boxproof.probes import internals
from boxproof.probes.answer_shape import FIRST_ERROR
from boxproof.probes.fuzzing import INTERNALS, STRICT_JSON
from boxproof.probes.strict_json import problem_of


class InternalsShown(Failure):
    """An error says what only the inside knows.

    Attributes:
        kind: what that is.
    """

    kind_title = "Internals shown"
    checks = (INTERNALS,)
    __slots__ = ("kind",)

    def __init__(self, *, operation: str, kind: str) -> None:
        super().__init__(operation=operation, message=kind)
        self.kind = kind

    @property
    def _unique_key(self) -> str:
        return self.kind


class LooseJson(Failure):
    """A body of the media type JSON that no strict parser takes."""

    kind_title = "Not JSON"
    checks = (STRICT_JSON,)
    __slots__ = ()


def register() -> None:
    """Add the checks to those of this process."""
    schemathesis.check(internals_hidden)
    schemathesis.check(strict_json)


def internals_hidden(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Whether an error shows nothing of the inside; the request's own words may come back."""
    del ctx
    if response.status_code < FIRST_ERROR:
        return True
    kind = internals.shown(response.content or b"", _asked(response.request))
    if kind:
        raise InternalsShown(operation=case.operation.label, kind=kind)
    return None


def strict_json(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Whether what is called JSON is JSON: UTF-8, and neither NaN nor Infinity (RFC 8259)."""
    del ctx
    named = next(iter(response.headers.get("content-type", [])), "")
    problem = problem_of(named, response.content or b"")
    if problem:
        raise LooseJson(operation=case.operation.label, message=problem)
    return None


def _asked(request: PreparedRequest) -> str:
    """What a request says, as it was sent and decoded."""
    body = request.body.encode() if isinstance(request.body, str) else request.body
    headers = (
        each.decode("latin-1") if isinstance(each, bytes) else each
        for each in request.headers.values()
    )
    return internals.asked(request.url or "", body if isinstance(body, bytes) else b"", headers)
