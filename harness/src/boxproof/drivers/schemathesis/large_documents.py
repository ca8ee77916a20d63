"""A document of so many operations that no run has time for all: its cases are spread over them."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any
from unittest import mock

from schemathesis.engine.events import EngineEvent
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.schemas import OpenApiSchema

#: Beyond so many operations. Up to that each has all of its cases, so that a seed fixes them.
LARGE = 100

Operations = list[APIOperation[Any, Any, Any, Any]]


def is_large(schema: OpenApiSchema) -> bool:
    """Whether the document has more operations than can all be tried."""
    return schema.statistic.operations.selected > LARGE


def in_drawn_order(
    schema: OpenApiSchema, seed: int, events: Iterable[EngineEvent]
) -> Iterator[EngineEvent]:
    """The events of an engine, whose phases take the operations in an order that the seed draws.

    Every other phase takes them from the end, so that two that do not come to their ends reach as
    many between them as they can.
    """
    phases = 0

    def layers(operations: Operations) -> list[Operations]:
        nonlocal phases
        phases += 1
        drawn = Random(seed).sample(operations, len(operations))
        return [drawn if phases % 2 else drawn[::-1]]

    with mock.patch.object(schema, "get_operation_layers", layers):
        yield from events
