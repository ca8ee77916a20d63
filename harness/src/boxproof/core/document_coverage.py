"""What of an OpenAPI document the requests of a run have covered, as figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterCoverage:
    """How many requests gave a parameter and how many left it out.

    Attributes:
        name: of a body its media type.
        location: ``path``, ``query``, ``header``, ``cookie`` or ``body``.
    """

    name: str
    location: str
    required: bool
    given: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordCoverage:
    """How many values lay inside of what one keyword allows, exactly on its limit, and outside.

    Attributes:
        parameter: the name of its parameter.
        location: as of a :class:`ParameterCoverage`.
        pointer: where the value stands in the parameter's, as a JSON pointer; ``*`` for any item.
        keyword: such as ``maxLength``.
        limit: its value, where it is a number; a keyword without one has nothing on it.
    """

    parameter: str
    location: str
    pointer: str
    keyword: str
    limit: float | None
    inside: int
    on: int
    outside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """What was sent to an operation, and what it returned.

    Attributes:
        operation: such as ``POST /generate``.
        cases: the requests of the fuzzing.
        documented: the statuses in the document, ranges (``4XX``) and ``default`` as they stand.
        statuses: how often each status was seen.
        keywords: those of its parameters; of a large document, of its first operations alone.
    """

    operation: str
    cases: int = 0
    documented: tuple[str, ...] = ()
    statuses: Mapping[str, int]
    parameters: tuple[ParameterCoverage, ...] = ()
    keywords: tuple[KeywordCoverage, ...] = ()

    @property
    def documented_seen(self) -> tuple[str, ...]:
        """The documented statuses, ranges and default that an answer had."""
        return tuple(
            dict.fromkeys(
                named for named in map(self._documented_as, self.statuses) if named is not None
            )
        )

    def _documented_as(self, status: str) -> str | None:
        """What stands for a status in the document (OpenAPI 3.1.1, 4.8.16); None for nothing."""
        known = {each.upper(): each for each in self.documented}
        return known.get(status) or known.get(f"{status[:1]}XX") or known.get("DEFAULT")


def told(operations: Iterable[OperationCoverage]) -> tuple[str, str]:
    """The figures of all operations in two lines."""
    every = tuple(operations)
    parameters = [each for operation in every for each in operation.parameters]
    keywords = [each for operation in every for each in operation.keywords]
    limits = [each for each in keywords if each.limit is not None]
    return (
        f"{_of(sum(bool(each.cases) for each in every), len(every))} operations reached, "
        f"{_of(sum(len(each.documented_seen) for each in every), _documented(every))} documented "
        f"statuses seen, {_of(sum(bool(each.given) for each in parameters), len(parameters))} "
        "parameters given",
        f"values inside {_of(sum(bool(each.inside) for each in keywords), len(keywords))} keywords "
        f"and outside {_of(sum(bool(each.outside) for each in keywords), len(keywords))}, on "
        f"{_of(sum(bool(each.on) for each in limits), len(limits))} of their limits",
    )


def _documented(operations: Iterable[OperationCoverage]) -> int:
    return sum(len(each.documented) for each in operations)


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"
