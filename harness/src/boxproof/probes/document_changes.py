"""How two OpenAPI documents differ, told apart by whom a change breaks.

A request that the older document allows has to be allowed by the newer one, or it breaks callers.
An answer that the newer one allows has to be allowed by the older one, or it breaks readers. Both
are asked of a schema keyword by keyword, as JSON Schema defines them; what cannot be told by that
(another ``pattern``, ``not``) is taken for a change that breaks.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from boxproof.probes.json_pointers import referred

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
TYPES = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
#: Keywords of which a larger value allows less, and those of which a smaller one does.
LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
#: Keywords that allow less where they stand; which of two allows more cannot be told.
RULES = ("pattern", "format", "multipleOf", "uniqueItems", "not", "if", "then", "else")
ALTERNATIVES = ("anyOf", "oneOf")
#: Keys whose values promise nothing, and may name what just runs: a model, say.
EXAMPLES = ("example", "examples")


class Breaks(Enum):
    """Whom a change breaks."""

    CALLERS = "breaks callers"
    READERS = "breaks readers"
    GENERATED = "breaks generated clients"
    NOBODY = "adds"


@dataclass(frozen=True)
class Change:
    """One difference of meaning between two documents.

    Attributes:
        text: where it is and what it is; begins with the operation.
    """

    breaks: Breaks
    text: str

    @property
    def operation(self) -> str:
        """The operation that it belongs to, such as ``POST /generate``."""
        return " ".join(self.text.replace(":", " ").split()[:2])

    def __str__(self) -> str:
        return f"{self.breaks.value}: {self.text}"


class Allows(Enum):
    """How much a newer schema allows, beside the older one."""

    LESS = "less"
    MORE = "more"
    OTHER = "something else"


Found = tuple[Allows, str]


def changes(older: Mapping[str, Any], newer: Mapping[str, Any]) -> list[Change]:
    """What changed from one document to the other, besides words.

    Both are OpenAPI 3. Names of path parameters, servers, order and components that nothing uses
    mean nothing to whoever speaks to the service.
    """
    return list(dict.fromkeys(_Comparison(older, newer).operations()))


def first_difference(older: Any, newer: Any, place: str = "") -> str:
    """The JSON pointer of the first place where two documents differ; empty where none does.

    Examples may differ.
    """
    if isinstance(older, Mapping) and isinstance(newer, Mapping):
        for name in dict.fromkeys([*older, *newer]):
            if name in EXAMPLES:
                continue
            below = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in older or name not in newer:
                return below
            if found := first_difference(older[name], newer[name], below):
                return found
        return ""
    if isinstance(older, list) and isinstance(newer, list) and len(older) == len(newer):
        pairs = enumerate(zip(older, newer, strict=True))
        places = (first_difference(*pair, f"{place}/{number}") for number, pair in pairs)
        return next(filter(None, places), "")
    return "" if older == newer and type(older) is type(newer) else place or "/"


class _Comparison:
    def __init__(self, older: Mapping[str, Any], newer: Mapping[str, Any]) -> None:
        self.older = older
        self.newer = newer
        # References that were compared, for requests or for answers: schemas may contain
        # themselves, and one that many operations share is told of once.
        self.compared: set[tuple[str, str, bool]] = set()

    def operations(self) -> Iterator[Change]:
        older, newer = _operations(self.older), _operations(self.newer)
        for key, (name, old) in older.items():
            if key not in newer:
                yield Change(Breaks.CALLERS, f"{name} is gone")
            else:
                yield from self.operation(name, old, newer[key][1])
        for key, (name, _) in newer.items():
            if key not in older:
                yield Change(Breaks.NOBODY, f"{name}")

    def operation(
        self, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Change]:
        if "operationId" in old and old["operationId"] != new.get("operationId"):
            now = new.get("operationId")
            text = f"{name}: its operationId {old['operationId']!r} is now {now!r}"
            yield Change(Breaks.GENERATED, text)
        yield from self.security(name, old, new)
        yield from self.parameters(name, old, new)
        yield from self.request_body(name, old.get("requestBody"), new.get("requestBody"))
        yield from self.responses(name, old.get("responses", {}), new.get("responses", {}))

    def security(
        self, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Change]:
        before = old.get("security", self.older.get("security")) or []
        after = new.get("security", self.newer.get("security")) or []
        if not after and before:
            yield Change(Breaks.NOBODY, f"{name}: needs no credential any more")
        elif after and _canonical(before) != _canonical(after):
            yield Change(Breaks.CALLERS, f"{name}: needs another credential")

    def parameters(
        self, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Change]:
        before, after = self.named(self.older, old), self.named(self.newer, new)
        for key, parameter in before.items():
            place = f"{name}: {' parameter '.join(key)}"
            if key not in after:
                yield Change(Breaks.CALLERS, f"{place} is gone")
                continue
            yield from _demanded(place, parameter, after[key])
            old_schema, new_schema = parameter.get("schema", {}), after[key].get("schema", {})
            yield from self.sent(place, old_schema, new_schema)
        for key, parameter in after.items():
            if key not in before:
                place = f"{name}: {' parameter '.join(key)}"
                yield from _demanded(place, {}, parameter)
                if not parameter.get("required"):
                    yield Change(Breaks.NOBODY, place)

    def named(
        self, document: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> dict[tuple[str, str], Mapping[str, Any]]:
        """Parameters by place and name; those of the path have no say in their names."""
        every = (_resolved(each, document) for each in operation.get("parameters", ()))
        return {
            (each["in"], each["name"]): each
            for each in every
            if isinstance(each, Mapping) and each.get("in") in ("query", "header", "cookie")
        }

    def request_body(self, name: str, old: Any, new: Any) -> Iterator[Change]:
        old, new = _resolved(old, self.older) or {}, _resolved(new, self.newer) or {}
        place = f"{name}: the body"
        if old and not new:
            yield Change(Breaks.CALLERS, f"{place} is gone")
            return
        if new and not old and not new.get("required"):
            yield Change(Breaks.NOBODY, place)
        yield from _demanded(place, old, new)
        before, after = old.get("content", {}), new.get("content", {})
        for media in before:
            if media not in after:
                yield Change(Breaks.CALLERS, f"{place} as {media} is gone")
            else:
                schemas = before[media].get("schema", {}), after[media].get("schema", {})
                yield from self.sent(place, *schemas)
        if before:
            yield from (
                Change(Breaks.NOBODY, f"{place} as {media}") for media in after.keys() - before
            )

    def responses(
        self, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Change]:
        for status in old:
            place = f"{name}: {status}"
            if status in new:
                yield from self.response(place, old[status], new[status])
            elif str(status).startswith("2"):
                yield Change(Breaks.READERS, f"{place} is gone")
            else:
                yield Change(Breaks.NOBODY, f"{place} is gone")
        for status in new:
            if status not in old:
                yield Change(Breaks.NOBODY, f"{name}: {status}")

    def response(self, place: str, old: Any, new: Any) -> Iterator[Change]:
        old, new = _resolved(old, self.older) or {}, _resolved(new, self.newer) or {}
        before, after = old.get("content", {}), new.get("content", {})
        for media in before:
            if media not in after:
                yield Change(Breaks.READERS, f"{place} as {media} is gone")
            else:
                schemas = before[media].get("schema", {}), after[media].get("schema", {})
                yield from self.read(place, *schemas)
        for media in after:
            if media not in before:
                yield Change(Breaks.NOBODY, f"{place} as {media}")
        headers = new.get("headers", {})
        for header in old.get("headers", {}):
            if header not in headers:
                yield Change(Breaks.READERS, f"{place}: its header {header} is gone")

    def sent(self, place: str, old: Any, new: Any) -> Iterator[Change]:
        """Changes of a schema that requests keep."""
        for allows, text in self.schemas(place, old, new, request=True):
            breaks = Breaks.NOBODY if allows is Allows.MORE else Breaks.CALLERS
            yield Change(breaks, text)

    def read(self, place: str, old: Any, new: Any) -> Iterator[Change]:
        """Changes of a schema that answers keep."""
        for allows, text in self.schemas(place, old, new, request=False):
            breaks = Breaks.NOBODY if allows is Allows.LESS else Breaks.READERS
            yield Change(breaks, text)

    def schemas(self, place: str, old: Any, new: Any, *, request: bool) -> Iterator[Found]:
        """How much more or less the newer of two schemas allows, by place."""
        references = _reference(old), _reference(new), request
        if all(references[:2]):
            if references in self.compared:
                return
            self.compared.add(references)
        before = _as_object(_resolved(old, self.older))
        after = _as_object(_resolved(new, self.newer))
        yield from _keywords(place, before, after)
        yield from self.alternatives(place, before, after, request=request)
        yield from self.parts(place, before, after, request=request)

    def alternatives(
        self, place: str, old: Mapping[str, Any], new: Mapping[str, Any], *, request: bool
    ) -> Iterator[Found]:
        """Changes among schemas of which one, or every one, has to fit."""
        for keyword in (*ALTERNATIVES, "allOf"):
            before = {self.whole(each, self.older): each for each in old.get(keyword, ())}
            after = {self.whole(each, self.newer): each for each in new.get(keyword, ())}
            gone = [each for text, each in before.items() if text not in after]
            come = [each for text, each in after.items() if text not in before]
            if len(gone) == len(come):
                for one, other in zip(gone, come, strict=True):
                    yield from self.schemas(place, one, other, request=request)
                continue
            fewer = Allows.MORE if keyword == "allOf" or not after else Allows.LESS
            more = Allows.LESS if keyword == "allOf" or not before else Allows.MORE
            said = f"{place}: {keyword} has {len(after)} schemas, where it had {len(before)}"
            yield (Allows.OTHER if gone and come else fewer if gone else more), said

    def whole(self, schema: Any, document: Mapping[str, Any]) -> str:
        """A schema as a text, with what it refers to where that can be told."""
        return _canonical(_resolved(schema, document))

    def parts(
        self, place: str, old: Mapping[str, Any], new: Mapping[str, Any], *, request: bool
    ) -> Iterator[Found]:
        """Changes of an object's properties and of an array's items."""
        before, after = old.get("properties", {}), new.get("properties", {})
        closed = old.get("additionalProperties") is False
        demanded = set(new.get("required", ()))
        for name in before:
            below = f"{place} {name}" if place.endswith(":") else f"{place}.{name}"
            if name in after:
                yield from self.schemas(below, before[name], after[name], request=request)
            else:
                yield Allows.OTHER, f"{below} is gone"
        for name in after:
            if name not in before and not (request and name in demanded):
                # To a client that ignores what it does not know, an answer's new field is nothing.
                more = request or closed
                yield Allows.MORE if more else Allows.LESS, f"{place}.{name}"
        for keyword in ("items", "additionalProperties"):
            one, other = old.get(keyword, True), new.get(keyword, True)
            if one is not other and not (keyword == "additionalProperties" and one == other):
                below = f"{place}[]" if keyword == "items" else f"{place}.*"
                yield from self.schemas(below, one, other, request=request)


def _operations(document: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, dict[str, Any]]]:
    """Operations by method and path, whatever the path calls its parameters."""
    found = {}
    for path, item in document.get("paths", {}).items():
        item = _resolved(item, document) or {}
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                own = item[method].get("parameters", [])
                operation = {**item[method], "parameters": [*shared, *own]}
                key = method, re.sub(r"\{[^}]*\}", "{}", path)
                found[key] = f"{method.upper()} {path}", operation
    return found


def _demanded(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Whether something has to be sent that had not to be, or the other way round."""
    if new.get("required") and not old.get("required"):
        yield Change(Breaks.CALLERS, f"{place} is required now")
    elif old.get("required") and not new.get("required"):
        yield Change(Breaks.NOBODY, f"{place} is not required any more")


def _keywords(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    """Changes of what a schema says of a value itself."""
    yield from _sets(place, "type", _types(old), _types(new))
    if "enum" in old or "enum" in new or "const" in old or "const" in new:
        yield from _sets(place, "value", _values(old), _values(new))
    yield from _sets(
        place,
        "required property",
        set(old.get("required", ())),
        set(new.get("required", ())),
        less=Allows.MORE,
        more=Allows.LESS,
    )
    for keyword in (*LEAST, *MOST):
        yield from _bounds(place, keyword, old.get(keyword), new.get(keyword))
    for keyword in RULES:
        yield from _rule(place, keyword, old.get(keyword), new.get(keyword))


def _sets(
    place: str,
    what: str,
    old: set[str] | None,
    new: set[str] | None,
    less: Allows = Allows.LESS,
    more: Allows = Allows.MORE,
) -> Iterator[Found]:
    """What is gone from a set, and what has come; None is a set of everything."""
    if old == new:
        return
    if old is None or new is None:
        allows, said = (less, "is limited") if old is None else (more, "is not limited any more")
        yield allows, f"{place}: {what} {said}"
        return
    if gone := old - new:
        yield less, f"{place}: {what} {_listed(gone)} is gone"
    if come := new - old:
        yield more, f"{place}: {what} {_listed(come)} is new"


def _bounds(place: str, keyword: str, old: Any, new: Any) -> Iterator[Found]:
    if old == new:
        return
    said = f"{place}: {keyword} {old} is now {new}"
    numbers = [each for each in (old, new) if each is not None]
    # OpenAPI 3.0 has `exclusiveMinimum` as a flag.
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in numbers):
        yield Allows.OTHER, said
    elif old is None:
        yield Allows.LESS, said
    elif new is None:
        yield Allows.MORE, said
    else:
        yield (Allows.LESS if (new > old) == (keyword in LEAST) else Allows.MORE), said


def _rule(place: str, keyword: str, old: Any, new: Any) -> Iterator[Found]:
    if old != new:
        allows = Allows.LESS if old is None else Allows.MORE if new is None else Allows.OTHER
        yield allows, f"{place}: {keyword} {_short(old)} is now {_short(new)}"


def _types(schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a schema allows; an integer is a number, too."""
    said = schema.get("type")
    types = set(TYPES) if said is None else {said} if isinstance(said, str) else set(said)
    if schema.get("nullable"):
        types.add("null")
    return types | {"integer"} if "number" in types else types


def _values(schema: Mapping[str, Any]) -> set[str] | None:
    if "const" in schema:
        return {_canonical(schema["const"])}
    return set(map(_canonical, schema["enum"])) if "enum" in schema else None


def _resolved(part: Any, document: Mapping[str, Any]) -> Any:
    """A part of a document, or what it refers to; itself where it refers to another document."""
    seen: set[str] = set()
    while (reference := _reference(part)) and reference not in seen:
        seen.add(reference)
        try:
            part = referred(reference, document)
        except KeyError:
            break
    return part


def _reference(part: Any) -> str:
    reference = part.get("$ref") if isinstance(part, Mapping) else None
    return reference if isinstance(reference, str) else ""


def _as_object(schema: Any) -> Mapping[str, Any]:
    """A schema that is ``false`` allows nothing, one that is ``true`` everything."""
    if isinstance(schema, Mapping):
        return schema
    return {"type": []} if schema is False else {}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _short(value: Any) -> str:
    return "none" if value is None else _canonical(value)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
