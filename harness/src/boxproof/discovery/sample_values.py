"""A value that a schema of an OpenAPI document accepts, as a person would write one."""

from collections.abc import Mapping
from typing import Any

from boxproof.probes.json_pointers import referred

#: Deeper, a schema that holds itself would go on for ever.
DEPTH_MOST = 6
EXAMPLES_MOST, ITEMS_MOST, TEXT_MOST = 20, 16, 65_536
TEXT = "Once upon a time"
FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "email": "somebody@example.org",
    "uri": "https://example.org/",
    "url": "https://example.org/",
    "uuid": "6f9d3c52-1f0a-4c0e-9a57-0f6a3f0f7c11",
    "ipv4": "192.0.2.1",
    "binary": TEXT,
    "byte": "T25jZQ==",
}

#: What tells of a value; where none of it is given, a value would be made up from nothing.
SAYS = frozenset(
    {
        "type",
        "properties",
        "items",
        "anyOf",
        "oneOf",
        "const",
        "enum",
        "default",
        "example",
        "examples",
    }
)

Schema = Mapping[str, Any]


def resolved(node: Any, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of a document, with the references at its top followed (RFC 6901 within ``#``)."""
    seen: set[str] = set()
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        if reference in seen:
            return {}
        seen.add(reference)
        try:
            node = referred(reference, document)
        except KeyError:
            return {}
    return node if isinstance(node, Mapping) else {}


def is_open(schema: Any, document: Mapping[str, Any]) -> bool:
    """Whether a schema says nothing of its values and has no example of them."""
    return not SAYS & merged(schema, document).keys()


def samples(schema: Any, document: Mapping[str, Any]) -> list[Any]:
    """Values to try, the likeliest first: its own example, what is required, all that it names."""
    whole = resolved(schema, document)
    tried = [*_examples(whole), _sample(whole, document, every=False, depth=0)]
    tried.append(_sample(whole, document, every=True, depth=0))
    unique: list[Any] = []
    for each in tried:
        if each not in unique:
            unique.append(each)
    return unique


def _examples(schema: Schema) -> list[Any]:
    """What the document itself gives as examples of a schema."""
    given = schema.get("examples")
    several = given if isinstance(given, list) else []
    return [*([schema["example"]] if "example" in schema else []), *several[:EXAMPLES_MOST]]


def _sample(schema: Any, document: Mapping[str, Any], *, every: bool, depth: int) -> Any:
    if depth > DEPTH_MOST:
        return None
    whole = merged(schema, document)
    for key in ("const", "default"):
        if key in whole and whole[key] is not None:
            return whole[key]
    # Those of the whole were tried before what is made up.
    for given in (_examples(whole) if depth else [], whole.get("enum") or []):
        if given:
            return next((each for each in given if each is not None), None)
    for key in ("anyOf", "oneOf"):
        if whole.get(key):
            options = [merged(each, document) for each in whole[key]]
            kept = [each for each in options if each.get("type") != "null"] or options
            return _sample(kept[0], document, every=every, depth=depth + 1)
    kind = whole.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    if kind == "object" or "properties" in whole:
        return _object(whole, document, every=every, depth=depth)
    if kind == "array":
        least = max(1, int(whole.get("minItems", 1)))
        item = whole.get("items") or {}
        one = _sample(item, document, every=every, depth=depth + 1)
        return [] if one is None else [one] * min(least, ITEMS_MOST)
    return _scalar(kind, whole)


def _object(whole: Schema, document: Mapping[str, Any], *, every: bool, depth: int) -> Any:
    listed = whole.get("required")
    required = listed if isinstance(listed, list) else []
    made = {}
    for name, each in (whole.get("properties") or {}).items():
        field = merged(each, document)
        wanted = name in required or (every and depth == 0) or bool(_examples(field))
        if wanted and not field.get("readOnly") and depth < DEPTH_MOST:
            made[name] = _sample(field, document, every=every, depth=depth + 1)
    return {name: value for name, value in made.items() if value is not None}


def _scalar(kind: Any, whole: Schema) -> Any:
    if kind == "integer":
        return _number(whole, 1)
    if kind == "number":
        return _number(whole, 0.5)
    if kind == "boolean":
        return False
    if kind == "null":
        return None
    text = FORMATS.get(str(whole.get("format")), TEXT)
    longest = whole.get("maxLength")
    text = text.ljust(min(int(whole.get("minLength") or 0), TEXT_MOST), ".")
    return text[: int(longest)] if longest is not None else text


def _number(whole: Schema, wanted: float) -> float:
    least, most = whole.get("minimum"), whole.get("maximum")
    if isinstance(least, (int, float)) and wanted < least:
        wanted = least
    if isinstance(most, (int, float)) and wanted > most:
        wanted = most
    return wanted


def merged(schema: Any, document: Mapping[str, Any], depth: int = 0) -> Schema:
    """A schema with what it refers to, and all of ``allOf`` in one."""
    whole = dict(resolved(schema, document))
    for part in whole.pop("allOf", None) or [] if depth < DEPTH_MOST else []:
        also = merged(part, document, depth + 1)
        properties = {**(also.get("properties") or {}), **(whole.get("properties") or {})}
        required = [*(also.get("required") or []), *(whole.get("required") or [])]
        whole = {**also, **whole}
        if properties:
            whole |= {"properties": properties, "required": required}
    return whole
