"""Causes that are a framework's habit: whose it is, and how to mend it once."""

import re
from dataclasses import dataclass

from boxproof.probes.fuzzing import Failure

UNDOCUMENTED = "status_code_conformance"
UNDOCUMENTED_TYPE = "content_type_conformance"
METHOD = "unsupported_method"
ALLOW = "allow_header_conformance"


@dataclass(frozen=True, slots=True)
class Habit:
    """How a habit is known by a failed check and its answer.

    Attributes:
        status: of the answer.
        shape: a regular expression that its shape matches, from the start.
        body: one that is found in its body.
        advice: whose habit it is, and how to mend it once.
    """

    checks: tuple[str, ...]
    status: int
    advice: str
    shape: str = ""
    body: str = ""

    def made(self, failure: Failure) -> bool:
        """Whether it made this failure."""
        answer = failure.answer
        return (
            answer is not None
            and failure.check in self.checks
            and answer.status == self.status
            and re.match(self.shape, answer.shape) is not None
            and re.search(self.body, answer.body.decode("utf-8", "replace")) is not None
        )


#: The first that fits counts, so what is known by more comes before what is known by less.
HABITS = (
    Habit(
        (ALLOW,),
        405,
        "Starlette's habit, and FastAPI's: where a path has several routes, a 405 names the "
        "methods of the first one alone. One exception handler for 405 that adds up the methods "
        "of every route that matches the path mends it for the whole application.",
        body=r'\{"detail": ?"Method Not Allowed"\}',
    ),
    Habit(
        (UNDOCUMENTED,),
        422,
        "FastAPI's habit: its validation returns 422, which a document of another origin, or an "
        "operation without declared parameters, does not name. FastAPI(responses={422: ...}) names "
        "it once for every operation.",
        shape=r"application/json \{detail: \[…\]\}",
    ),
    Habit(
        (UNDOCUMENTED,),
        400,
        "FastAPI's habit: for a body that cannot be decoded it returns 400, not the documented "
        "422. One exception handler that returns 422, or "
        "FastAPI(responses={400: ...}), mends it once for every operation.",
        body="There was an error parsing the body",
    ),
    Habit(
        (UNDOCUMENTED,),
        404,
        "A framework's habit, such as FastAPI's: an error that code raises (HTTPException) is in "
        "no document until somebody writes it there. responses={404: ...} on the application or "
        "the router names it once for every operation.",
        shape=r"application/json \{detail\}",
    ),
    Habit(
        (UNDOCUMENTED,),
        307,
        "Starlette's habit, and FastAPI's: a path with one slash too many or too few is "
        "redirected. redirect_slashes=False on the application ends that.",
        shape=".*no body",
    ),
    Habit(
        (UNDOCUMENTED, UNDOCUMENTED_TYPE),
        404,
        "Flask's habit: errors are pages of HTML. One errorhandler(HTTPException) that returns "
        "what the document describes mends it for every operation.",
        body="(?is)<!doctype html>\\s*<html lang=en>",
    ),
    Habit(
        (METHOD,),
        405,
        "Tornado's habit: its 405 has no Allow header. write_error in one class that every handler "
        "extends can set it from the methods that the handler has.",
        body="<html><title>405: Method Not Allowed</title>",
    ),
    Habit(
        (UNDOCUMENTED, UNDOCUMENTED_TYPE),
        404,
        "Tornado's habit: errors are pages of HTML. write_error in one class that every handler "
        "extends, and default_handler_class for unknown paths, mend it for every operation.",
        body="<html><title>404: Not Found</title>",
    ),
    Habit(
        (UNDOCUMENTED,),
        404,
        "A gap of the document, not of the service: for what is not there, 404 is right. "
        "One shared response that every operation with an id refers to mends it.",
    ),
)


def habit_of(failure: Failure) -> str:
    """Whose habit made a failure and how to mend it once; empty where nobody knows."""
    return next((each.advice for each in HABITS if each.made(failure)), "")
