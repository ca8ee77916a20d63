"""What users under load saw, second by second: counted where they are, and added up here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

#: Times are counted in tenths of a millisecond, rates in tenths.
TENTHS_OF_A_MILLISECOND = 10_000
TENTHS = 10


@dataclass
class Seen:
    """What became of the requests of one operation, in one second or several.

    Attributes:
        refused: 429 or 503 with Retry-After.
        failures: everything else that was not done, by what it was: a status, an error's name.
        times: of what was done or got no answer; ``first_tokens`` of streams, ``token_rates`` too.
    """

    requests: int = 0
    refused: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    first_tokens: Counter[int] = field(default_factory=Counter)
    token_rates: Counter[int] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        """How many failed."""
        return self.failures.total()

    @property
    def done(self) -> int:
        """How many were done."""
        return self.requests - self.refused - self.failed

    def add(self, other: "Seen") -> None:
        """Count what another one has as well."""
        self.requests += other.requests
        self.refused += other.refused
        for name in COUNTERS:
            getattr(self, name).update(getattr(other, name))

    def as_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        counted = {name: dict(getattr(self, name)) for name in COUNTERS if getattr(self, name)}
        return {"requests": self.requests, "refused": self.refused, **counted}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What :meth:`as_json` wrote."""
        made = cls(told["requests"], told["refused"], Counter(told.get("failures", {})))
        for name in COUNTERS[1:]:
            counts = told.get(name, {})
            getattr(made, name).update({int(value): count for value, count in counts.items()})
        return made


COUNTERS = ("failures", "times", "first_tokens", "token_rates")


@dataclass(frozen=True)
class Second:
    """One second of a load.

    Attributes:
        at: when it began, in whole seconds since 1970.
        users: how many there were.
        cpu_percent: of one core, what the busiest process took that makes the load.
        operations: what was seen of each, such as ``POST /generate``.
    """

    at: int
    users: int
    cpu_percent: float
    operations: Mapping[str, Seen]


def added(seconds: Iterable[Second]) -> dict[str, Seen]:
    """What was seen of each operation in several seconds."""
    found: dict[str, Seen] = {}
    for second in seconds:
        for name, seen in second.operations.items():
            found.setdefault(name, Seen()).add(seen)
    return found


class RunningLoad(Protocol):
    """A load that is on a service, and obeys."""

    def users(self, count: int, seconds: float) -> None:
        """Have so many users; those who come or go do it evenly over so many seconds."""

    def wait_for(self, at: float) -> bool:
        """Wait until all seconds before a moment since 1970 are known; False where it has ended."""

    def between(self, began: float, ended: float) -> list[Second]:
        """The whole seconds between two moments since 1970, as far as they are known."""

    def why_ended(self) -> str:
        """The last that was said of a load that has ended before its time."""

    def close(self) -> None:
        """Let every user go, and have its own reports written; safe to call twice."""


class LoadMaker(Protocol):
    """Puts a load on the shared deployment."""

    def begin(self, *, pace_seconds: float | None) -> RunningLoad:
        """Begin one, with nobody yet.

        Args:
            pace_seconds: each user asks at this pace; None lets them wait as the profile says.
        """
