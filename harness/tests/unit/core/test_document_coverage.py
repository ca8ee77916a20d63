"""The figures of what was covered of a document."""

from boxproof.core.document_coverage import (
    KeywordCoverage,
    OperationCoverage,
    ParameterCoverage,
    told,
)


def keyword(name: str, limit: float | None, inside: int, on: int, outside: int) -> KeywordCoverage:
    return KeywordCoverage(
        parameter="q",
        location="query",
        pointer="",
        keyword=name,
        limit=limit,
        inside=inside,
        on=on,
        outside=outside,
    )


READ = OperationCoverage(
    operation="GET /notes",
    cases=3,
    documented=("200", "4XX", "404", "5xx"),
    statuses={"200": 1, "404": 1, "503": 1},
    parameters=(
        ParameterCoverage(name="q", location="query", required=False, given=2, left_out=1),
        ParameterCoverage(name="r", location="query", required=False, given=0, left_out=3),
    ),
    keywords=(keyword("maxLength", 5, 1, 0, 1), keyword("pattern", None, 1, 0, 0)),
)
UNREACHED = OperationCoverage(operation="POST /notes", documented=("201",), statuses={})


def test_a_range_stands_for_the_statuses_that_are_not_named() -> None:
    """``4XX`` is not seen by a 404 that stands for itself."""
    assert READ.documented_seen == ("200", "404", "5xx")


def test_default_stands_for_whatever_is_not_documented() -> None:
    """OpenAPI 3.1.1, 4.8.16."""
    coverage = OperationCoverage(operation="GET /", documented=("default",), statuses={"418": 1})
    assert coverage.documented_seen == ("default",)
    assert UNREACHED.documented_seen == ()


def test_two_lines_tell_the_figures_of_all_operations() -> None:
    """Only a keyword with a limit can have a value on it."""
    assert told([READ, UNREACHED]) == (
        "1 of 2 operations reached, 3 of 5 documented statuses seen, 1 of 2 parameters given",
        "values inside 2 of 2 keywords and outside 1 of 2, on 0 of 1 of their limits",
    )
