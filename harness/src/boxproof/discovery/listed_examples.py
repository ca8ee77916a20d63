"""Examples for bodies of which a document says nothing: like what the service lists already."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from boxproof.discovery.api_document import ApiDocument, Operation
from boxproof.discovery.list_search import arrays_at
from boxproof.discovery.sample_values import is_open
from boxproof.probes.client import Client

MAKES = ("POST", "PUT", "PATCH")


def added(client: Client, document: ApiDocument) -> ApiDocument:
    """The document with an item of the list at the same path, or at that above the id, as the
    example of each body that it leaves open.
    """
    listed: dict[str, Any] = {}
    operations = []
    for each in document.operations:
        path = _list_of(each)
        if each.method in MAKES and each.body is not None and is_open(each.body, document.content):
            if path not in listed and document.at("GET", path) is not None:
                listed[path] = _item(client, path)
            if listed.get(path) is not None:
                each = replace(each, body={"example": listed[path]})
        operations.append(each)
    return replace(document, operations=tuple(operations))


def _list_of(operation: Operation) -> str:
    """The path of the list that shows what an operation makes or changes."""
    above, _, last = operation.path.rpartition("/")
    return above if last.startswith("{") else operation.path


def _item(client: Client, path: str) -> Any:
    """The first thing with an id that a list shows, without that id; None where there is none."""
    for _, items in arrays_at(client, path):
        if "id" in items[0]:
            return _without(items[0]["id"], items[0])
    return None


def _without(id: Any, item: Any) -> Any:
    """A copy of a value without the fields that hold an id, wherever they stand in it."""
    if not isinstance(item, Mapping):
        return item
    return {name: _without(id, each) for name, each in item.items() if each != id}
