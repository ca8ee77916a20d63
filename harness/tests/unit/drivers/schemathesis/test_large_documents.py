"""A document of a thousand operations: its cases are spread over them, by the seed."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from apps.good import Response
from apps.schema.fuzzed import CONFIG, fuzzer
from apps.schema.gateway import Gateway
from apps.schema.serving import served

from boxproof.drivers.schemathesis.large_documents import LARGE, in_drawn_order
from boxproof.journal import read
from boxproof.journal.entries import FactsLearned, FuzzPhaseEnded

OPERATIONS = [cast("Any", name) for name in range(1000)]
KINDS = 40


class Slow(Gateway):
    """Needs so long for a request that no phase comes to its end."""

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if path != "/openapi.json":
            time.sleep(0.3)
        return super().respond(method, path, query, body)


def orders(seed: int) -> list[list[Any]]:
    """The order of the operations in three phases."""
    schema = cast("Any", SimpleNamespace(get_operation_layers=lambda given: [given]))

    def phases() -> Iterator[Any]:
        for _ in range(3):
            yield schema.get_operation_layers(OPERATIONS)[0]

    return [cast("Any", each) for each in in_drawn_order(schema, seed, phases())]


def test_the_seed_draws_the_order_and_phases_begin_at_other_ends() -> None:
    """The same seed draws it again; two phases that are cut short do not try the same ones."""
    first, second, third = orders(7)
    assert sorted(first) == OPERATIONS
    assert (second, third) == (first[::-1], first)
    assert orders(7)[0] == first != orders(8)[0]
    assert min(first[:20]) < 200
    assert max(first[:20]) > 800


def test_phases_that_are_cut_short_reach_as_many_operations_as_they_can(tmp_path: Path) -> None:
    """Few cases of many operations, not all of a few; person and journal learn of the share."""
    lines: list[str] = []
    config = replace(CONFIG, records={}, forbidden=None)
    with served(Slow(KINDS).respond) as server:
        given: dict[str, Any] = {"config": config, "say": lines.append, "limit_seconds": 16.0}
        seen = fuzzer(server.url, tmp_path, **given).results()
    coverage, fuzzing = seen.phase("coverage"), seen.phase("fuzzing")
    assert coverage.cut_short
    assert not coverage.cases.keys() & fuzzing.cases.keys()
    assert seen.operations == 3 * KINDS > LARGE
    assert 0 < seen.reached == len(coverage.cases) + len(fuzzing.cases) < seen.operations
    assert lines[-1] == f"schema: {seen.reached} of {seen.operations} operations were reached"
    entries = [each.entry for each in read(tmp_path / "journal.jsonl")]
    facts = [each.values for each in entries if isinstance(each, FactsLearned)]
    assert facts == [
        {
            "operations": seen.operations,
            "operations_reached": seen.reached,
            "operations_never_done": [*seen.never_done],
        }
    ]
    examples = next(each for each in entries if isinstance(each, FuzzPhaseEnded))
    assert examples.details["skipped"].endswith(": No examples in schema (and 119 more)")
