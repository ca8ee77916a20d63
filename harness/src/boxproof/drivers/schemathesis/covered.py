"""Counts what of the document the recorded cases cover: statuses, parameters, sides of keywords."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from schemathesis.core import NOT_SET
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.schemas import OpenApiSchema

from boxproof.core.document_coverage import (
    KeywordCoverage,
    OperationCoverage,
    ParameterCoverage,
)
from boxproof.core.request_quota import SAFE_METHODS
from boxproof.drivers.schemathesis.keyword_sides import Place, Side, places, sides

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
#: Of so many keywords the sides are told, in all and of one parameter: those of a thousand
#: operations, or of one whose schema branches at each of its levels, would fill a report.
KEYWORDS_MOST = 10_000
PARAMETER_KEYWORDS_MOST = 300
#: What is drawn for a parameter in a path, a query or a header is text by the time it is sent.
NUMBERS = {"integer": int, "number": float}
WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter, or a body of one media type."""

    name: str
    location: str
    required: bool
    schema: Any
    counts: Counter[str] = field(default_factory=Counter)
    sides: dict[Place, Counter[Side]] = field(default_factory=dict)

    def take(self, value: Any) -> None:
        """Count a request that gives it, or leaves it out."""
        if value is NOT_SET:
            self.counts["left out"] += 1
            return
        self.counts["given"] += 1
        for place, side in sides(value, self.schema, self.schema):
            self.sides.setdefault(place, Counter())[side] += 1


@dataclass(slots=True)
class _Operation:
    parameters: list[_Parameter]
    cases: int = 0
    statuses: Counter[str] = field(default_factory=Counter)


class Covered:
    """What has been covered of a document so far."""

    def __init__(self, schema: OpenApiSchema, *, only_reads: bool) -> None:
        self._documented = dict(_documented(schema, only_reads=only_reads))
        self._operations: dict[str, _Operation] = {}

    def take(self, recorder: ScenarioRecorder) -> None:
        """Count the cases of one operation or of one sequence."""
        for case_id, interaction in recorder.interactions.items():
            node = recorder.cases.get(case_id)
            # One that tries a method that is not described borrows the operation of another.
            if node is None or node.value.operation.method.upper() != interaction.request.method:
                continue
            case: Case[Any] = node.value
            known = self._operations.get(case.operation.label)
            if known is None:
                known = _Operation([*_parameters(case.operation)])
                self._operations[case.operation.label] = known
            known.cases += 1
            if interaction.response is not None:
                known.statuses[str(interaction.response.status_code)] += 1
            for each in known.parameters:
                each.take(_given(each, case))

    def operations(self) -> Iterator[OperationCoverage]:
        """The figures of each operation, those that got no request among them.

        Keywords of operations that come after the first ``KEYWORDS_MOST`` are left out.
        """
        room = KEYWORDS_MOST
        for label in dict.fromkeys((*self._documented, *self._operations)):
            known = self._operations.get(label) or _Operation([])
            keywords = tuple(_keywords(known.parameters)) if room > 0 else ()
            room -= len(keywords)
            yield OperationCoverage(
                operation=label,
                cases=known.cases,
                documented=self._documented.get(label, ()),
                statuses=dict(sorted(known.statuses.items())),
                parameters=tuple(
                    ParameterCoverage(
                        name=each.name,
                        location=each.location,
                        required=each.required,
                        given=each.counts["given"],
                        left_out=each.counts["left out"],
                    )
                    for each in known.parameters
                ),
                keywords=keywords,
            )


def _keywords(parameters: list[_Parameter]) -> Iterator[KeywordCoverage]:
    for parameter in parameters:
        declared = islice(places(parameter.schema, parameter.schema), PARAMETER_KEYWORDS_MOST)
        for place in islice(dict.fromkeys((*parameter.sides, *declared)), PARAMETER_KEYWORDS_MOST):
            counts = parameter.sides.get(place, Counter())
            yield KeywordCoverage(
                parameter=parameter.name,
                location=parameter.location,
                pointer=place.pointer,
                keyword=place.keyword,
                limit=place.limit,
                inside=counts[Side.INSIDE],
                on=counts[Side.ON],
                outside=counts[Side.OUTSIDE],
            )


def _documented(
    schema: OpenApiSchema, *, only_reads: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every operation, and the statuses that stand in the document."""
    paths = schema.raw_schema.get("paths")
    for path, methods in (paths if isinstance(paths, dict) else {}).items():
        for method, operation in (methods if isinstance(methods, dict) else {}).items():
            name = str(method).upper()
            if method not in METHODS or (only_reads and name not in SAFE_METHODS):
                continue
            responses = operation.get("responses") if isinstance(operation, dict) else None
            statuses = responses if isinstance(responses, dict) else {}
            named = (str(each) for each in statuses if not str(each).startswith("x-"))
            yield f"{name} {path}", tuple(named)


def _parameters(operation: APIOperation[Any, Any, Any, Any]) -> Iterator[_Parameter]:
    for each in operation.iter_parameters():
        yield _Parameter(
            each.name, each.location.value, bool(each.is_required), each.validation_schema
        )
    for each in operation.body:
        yield _Parameter(each.media_type, "body", bool(each.is_required), each.validation_schema)


def _given(parameter: _Parameter, case: Case[Any]) -> Any:
    """What a case gives a parameter, as what it is in JSON; NOT_SET where it leaves it out."""
    if parameter.location == "body":
        return case.body if case.media_type == parameter.name else NOT_SET
    containers: Mapping[str, Any] = {
        "path": case.path_parameters,
        "query": case.query,
        "header": case.headers,
        "cookie": case.cookies,
    }
    container = containers.get(parameter.location) or {}
    if not isinstance(container, Mapping) or parameter.name not in container:
        return NOT_SET
    return _typed(container[parameter.name], parameter.schema)


def _typed(value: Any, schema: Any) -> Any:
    """What a text is where the schema asks for something else than text; itself where nothing."""
    if not isinstance(value, str):
        return value
    wanted = _types(schema)
    if "boolean" in wanted and value in WORDS:
        return WORDS[value]
    for name, number in NUMBERS.items():
        if name in wanted or (name == "integer" and "number" in wanted):
            try:
                return number(value)
            except ValueError:
                continue
    return value


def _types(schema: Any) -> set[str]:
    """The types that a schema names, or one of its alternatives."""
    if not isinstance(schema, dict):
        return set()
    found = schema.get("type", [])
    below = [each for part in ("allOf", "anyOf", "oneOf") for each in schema.get(part, [])]
    return {*([found] if isinstance(found, str) else found)}.union(*map(_types, below))
