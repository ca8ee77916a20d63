"""References of a document to other addresses, which are not followed.

A verdict must not rest on whether a third party's server can be reached, and what it serves today.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import suppress
from typing import Any

import schemathesis
from schemathesis.hooks import HookContext

from boxproof.config.operations import NAMED_PART
from boxproof.probes.json_pointers import referred

#: Extensions of OpenAPI begin with x-.
MARK = "x-boxproof-described-elsewhere"
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def leave_open(heard: Callable[[list[str]], None]) -> None:
    """Have the documents that are loaded from now on say nothing where they refer elsewhere.

    An operation whose valid requests nobody knows then has :data:`MARK`.

    Args:
        heard: told the references of a document, where it has any.
    """

    @schemathesis.hook("before_load_schema")
    def cut(context: HookContext, raw_schema: dict[str, Any]) -> None:
        del context
        # Nearly no document does; a large one is walked once then, and not once an operation.
        if _leads_elsewhere(raw_schema, raw_schema, set()):
            _mark(raw_schema)
            exclusions = [*_exclusions(raw_schema, raw_schema)]
            found = [*dict.fromkeys(_cut(raw_schema))]
            for schema, name in exclusions:
                schema.pop(name, None)
            _name_path_parameters(raw_schema)
            heard(found)


def _mark(document: MutableMapping[str, Any]) -> None:
    """Mark the operations of whose requests some part is described elsewhere."""
    paths = document.get("paths")
    for item in paths.values() if isinstance(paths, MutableMapping) else ():
        if not isinstance(item, MutableMapping):
            continue
        for operation in item.values():
            if isinstance(operation, MutableMapping):
                asked = [item.get("parameters"), *map(operation.get, ("parameters", "requestBody"))]
                if _leads_elsewhere(asked, document, set()):
                    operation[MARK] = True


def _leads_elsewhere(node: Any, document: Any, seen: set[str]) -> bool:
    """Whether a part of a document, or what it refers to in it, refers elsewhere."""
    reference = node.get("$ref") if isinstance(node, MutableMapping) else None
    if isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        with suppress(KeyError):
            return _leads_elsewhere(referred(reference, document), document, seen)
    return _elsewhere(node) or any(
        _leads_elsewhere(each, document, seen) for _, each in _parts(node)
    )


def _exclusions(node: Any, document: Any) -> Iterator[tuple[MutableMapping[str, Any], str]]:
    """The schemas below, each with its keyword that refuses more where more is left open."""
    if isinstance(node, MutableMapping):
        for name in ("oneOf", "not"):
            if name in node and _leads_elsewhere(node[name], document, set()):
                yield node, name
    for _, each in _parts(node):
        yield from _exclusions(each, document)


def _cut(node: Any) -> Iterator[str]:
    """Replace every such reference below; yields each of them."""
    if isinstance(node, MutableMapping) and isinstance(node.get("parameters"), list):
        # What one is called stands elsewhere, too.
        parameters = node["parameters"]
        yield from (each["$ref"] for each in parameters if _elsewhere(each))
        parameters[:] = [each for each in parameters if not _elsewhere(each)]
    for name, each in _parts(node):
        if _elsewhere(each):
            yield each["$ref"]
            # Which a schema and an answer may both have; a request body must say what it holds.
            node[name] = {"description": f"see {each['$ref']}"}
            if name == "requestBody":
                node[name]["content"] = {"application/json": {}}
        else:
            yield from _cut(each)


def _parts(node: Any) -> list[tuple[Any, Any]]:
    """What a part of a document holds, each with its name or its place there."""
    if isinstance(node, MutableMapping):
        return [*node.items()]
    return [*enumerate(node)] if isinstance(node, list) else []


def _elsewhere(node: Any) -> bool:
    """Whether this is nothing but a reference to another address."""
    return (
        isinstance(node, MutableMapping)
        and isinstance(node.get("$ref"), str)
        and ABSOLUTE.match(node["$ref"]) is not None
    )


def _name_path_parameters(document: MutableMapping[str, Any]) -> None:
    """Describe the named parts of paths that are described elsewhere as texts."""
    text = {"type": "string"}
    kind = text if "swagger" in document else {"schema": text}
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, MutableMapping) else ():
        if not isinstance(item, MutableMapping):
            continue
        named = item.setdefault("parameters", [])
        operations = [each for each in item.values() if isinstance(each, MutableMapping)]
        described = [*named, *(one for each in operations for one in each.get("parameters") or [])]
        known = {_path_parameter(each, document) for each in described}
        for name in NAMED_PART.findall(path):
            if name not in known:
                named.append({"name": name, "in": "path", "required": True, **kind})


def _path_parameter(node: Any, document: MutableMapping[str, Any]) -> str:
    """The name of a parameter in the path, described here or among the document's components."""
    reference = node.get("$ref", "") if isinstance(node, MutableMapping) else ""
    with suppress(KeyError):
        node = referred(reference, document)
    is_named = isinstance(node, MutableMapping) and node.get("in") == "path"
    return str(node.get("name")) if is_named else ""
