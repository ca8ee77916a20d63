"""What a fuzz run saw: cases, failures and problems, as plain records that clauses judge.

Records only; which tool made them is a driver's affair.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from boxproof.core.document_coverage import OperationCoverage
from boxproof.endpoint import SYSTEM_TRUST, Credential, Tls
from boxproof.probes.curl import curl_line

EXCERPT_CHARACTERS = 400
MESSAGE_CHARACTERS = 200

#: A request that no HTTP answer came to, named as if it were one more check.
NO_ANSWER = "no_answer"
#: An operation that the document describes so that no request can be made of it.
UNUSABLE = "unusable_operation"
#: An error that shows what only the inside knows.
INTERNALS = "internals_hidden"
#: A body that is not the JSON that its media type says it is.
STRICT_JSON = "strict_json"
#: A record that the create operation acknowledged and the read operation does not find.
CREATED_FOUND = "created_record_found"
#: Heads of what clauses meet by themselves, too: told under the same, it is one cause.
NO_ALLOW = "Wrong response to undeclared method: 405, no Allow header"
VIOLATES_SCHEMA = "Response violates schema"
#: What the statuses begin with of a request that was done.
DONE = ("2", "3")
#: Checks of what was to be refused.
REFUSALS = frozenset(
    {
        "negative_data_rejection",
        "missing_required_header",
        "ignored_auth",
        "object_level_authorization",
    }
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, byte for byte as it went out, without what only names the client.

    Attributes:
        credentials: those that went with it; their values are not in ``headers``.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    credentials: tuple[Credential, ...] = ()
    tls: Tls = SYSTEM_TRUST

    @property
    def size(self) -> int:
        """How much a person has to read, in bytes."""
        return (
            len(self.url)
            + sum(len(name) + len(value) for name, value in self.headers)
            + len(self.body or b"")
        )

    def curl(self) -> str:
        """The request as one shell command that works as printed."""
        return curl_line(
            self.method,
            self.url,
            self.headers,
            self.body,
            credentials=self.credentials,
            tls=self.tls,
        )


@dataclass(frozen=True, slots=True)
class Received:
    """An HTTP answer; ``body`` is what its excerpt needs, not always the whole.

    Attributes:
        shape: what the whole of it looks like, see :mod:`boxproof.probes.answer_shape`.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    shape: str = ""

    def excerpt(self) -> str:
        """Status and the start of the body, on one line."""
        text = self.body.decode("utf-8", "replace")[:EXCERPT_CHARACTERS]
        shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
        return f"→ {self.status} {shown}".rstrip()


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that failed on one operation.

    Attributes:
        check: the check's name in the tool, or one of this module's own.
        operation: such as ``POST /generate``.
        phase: such as ``coverage``.
        title: what is wrong, in a few words.
        message: what was seen against what was documented.
        requests: the requests that show it, in order; all but the last prepare it.
        answer: what came back, None where nothing did.
        common: what follows the title in its head: most often status and shape of the answer.
        detail: what tells its cause from others of that head, in a few words.
        seen: how often the run saw this check fail so on this operation.
    """

    check: str
    operation: str
    phase: str
    title: str
    message: str = ""
    requests: tuple[Sent, ...] = ()
    answer: Received | None = None
    common: str = ""
    detail: str = ""
    seen: int = 1

    @property
    def head(self) -> str:
        """What failures have in common: check, most often status and shape of the answer."""
        return f"{self.title}: {self.common}" if self.common else self.title

    @property
    def size(self) -> tuple[int, int]:
        """Smaller is easier to understand: fewer requests, then fewer bytes."""
        return (len(self.requests), sum(each.size for each in self.requests))

    def evidence(self) -> tuple[str, ...]:
        """What failed, how to see it again, what came back."""
        words = " ".join(self.message.split())
        if len(words) > MESSAGE_CHARACTERS:
            words = f"{words[:MESSAGE_CHARACTERS]}…"
        line = f"{self.title}: {words}" if words else self.title
        times = f", seen {self.seen} times" if self.seen > 1 else ""
        answer = (self.answer.excerpt(),) if self.answer else ()
        return (
            f"{self.operation}: {line} ({self.check}, {self.phase} phase{times})",
            *(each.curl() for each in self.requests),
            *answer,
        )


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: ``cases`` counts requests by operation; ``skipped`` says why there were none.

    ``statuses`` counts the answers of each operation by their status.
    """

    name: str
    cases: Mapping[str, int]
    seconds: float
    cut_short: bool = False
    skipped: str = ""
    statuses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of its requests."""
        return sum(self.cases.values())


@dataclass(frozen=True, slots=True)
class FuzzRun:
    """A whole run.

    Attributes:
        document_problem: why the OpenAPI document cannot be used at all; nothing else ran then.
        failures: one for each cause and operation, the smallest case that was seen.
        errors: what went wrong in the tool itself; what it left out was not judged.
        spent: why it ended before its end: nothing more might be sent; empty where it did not.
        operations: how many the document describes, of those that might be asked for.
        outage: that the service ceased to do its work, which ended the run; empty where it did not.
        covered: what of each operation the requests covered.
    """

    seed: int
    seconds: float
    phases: tuple[Phase, ...] = ()
    failures: tuple[Failure, ...] = ()
    document_problem: str = ""
    errors: tuple[str, ...] = ()
    spent: str = ""
    operations: int = 0
    outage: str = ""
    covered: tuple[OperationCoverage, ...] = ()

    @property
    def reached(self) -> int:
        """How many operations got a request."""
        return len({name for each in self.phases for name, count in each.cases.items() if count})

    @property
    def reach(self) -> str:
        """What share of the operations got a request; empty where all did."""
        if self.reached >= self.operations:
            return ""
        return f"{self.reached} of {self.operations} operations were reached"

    @property
    def never_done(self) -> Mapping[str, Mapping[str, int]]:
        """What operations returned that no request succeeded with, neither 2xx nor 3xx.

        That may be the service's fault, or no drawn request could have: where an operation needs
        what nobody can draw, such as the name of something that is there.
        """
        seen: dict[str, Counter[str]] = {}
        for each in self.phases:
            for operation, counts in each.statuses.items():
                seen.setdefault(operation, Counter()).update(counts)
        return {
            operation: dict(counts)
            for operation, counts in sorted(seen.items())
            if not any(status.startswith(DONE) for status in counts)
        }

    def phase(self, name: str) -> Phase:
        """The phase of that name, an empty one where it never began."""
        for each in self.phases:
            if each.name == name:
                return each
        return Phase(name, {}, 0.0, skipped="it never began")

    def failures_of(self, checks: Iterable[str]) -> tuple[Failure, ...]:
        """The failures of these checks, ordered by operation."""
        wanted = frozenset(checks)
        found = (each for each in self.failures if each.check in wanted)
        return tuple(
            sorted(found, key=lambda each: (each.operation, each.check, each.head, each.detail))
        )


class Fuzzer(Protocol):
    """Judges a service against its own OpenAPI document."""

    def results(self) -> FuzzRun:
        """What the run saw; it takes place when first asked for."""


def smallest(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """One failure for each cause and operation: its smallest case, and how often it was seen."""
    kept: dict[tuple[str, str, str, str], Failure] = {}
    for each in failures:
        key = (each.check, each.operation, each.head, each.detail)
        known = kept.get(key)
        if known is None:
            kept[key] = each
            continue
        least = min(known, each, key=lambda one: one.size)
        kept[key] = replace(least, seen=known.seen + each.seen)
    return tuple(kept.values())
