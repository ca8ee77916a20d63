"""Links from what makes a record to what is done to one, which no name in the document tells.

Schemathesis finds what feeds what by names: ``POST /notes`` that answers with a ``note_id``, and
``GET /notes/{note_id}``. It finds nothing between ``POST /generate`` and ``GET /history/{key}``,
so that the latter never meets an id that is there; ``boxproof.toml`` says where the id stands.
A link is OpenAPI's own way to say so (OpenAPI 3.1.1, 4.8.20).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schemathesis.specs.openapi.schemas import OpenApiSchema

from boxproof.config.operations import ID
from boxproof.drivers.schemathesis.wire import Records

METHODS = {"get", "put", "post", "delete", "patch"}
HERE = "#/"


def add_links(schema: OpenApiSchema, kinds: Iterable[Records], below: str) -> None:
    """Add the links of these kinds of records to a document that no operation was made of yet.

    Args:
        below: the base path of the document's paths.
    """
    document, keyword = schema.raw_schema, schema.adapter.links_keyword
    paths = document.get("paths")
    described = {
        path: operations
        for path, operations in (paths if isinstance(paths, dict) else {}).items()
        if isinstance(operations, dict)
    }
    for kind in kinds:
        for path, operations in described.items():
            maker = operations.get(kind.method.lower())
            if not isinstance(maker, dict) or not _alike(_parts(below + path), _parts(kind.path)):
                continue
            links = dict(_links(kind, described, _parts(below + path), below))
            responses: Any = maker.get("responses")
            for status in _documented(kind.status, responses) if links else ():
                response = dict(_resolved(responses[status], document))
                there = response.get(keyword)
                response[keyword] = {**links, **(there if isinstance(there, dict) else {})}
                responses[status] = response


def _links(
    kind: Records, described: Mapping[str, Mapping[str, Any]], maker: Sequence[str], below: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A link to every operation on a record, or on what lies below it."""
    read = _parts(kind.read_path)
    if f"{{{ID}}}" not in read:
        return
    place = read.index(f"{{{ID}}}")
    for path, operations in described.items():
        parts = _parts(below + path)
        if not _alike(parts[: place + 1], read[: place + 1]):
            continue
        # What a record lies below, such as its owner, is that of the request that made it.
        parameters = {
            f"path.{part[1:-1]}": f"$request.path.{made[1:-1]}"
            for part, made in zip(parts[:place], maker, strict=False)
            if _is_named(part) and _is_named(made)
        }
        pointer = f"#{kind.id}" if kind.id else ""
        parameters[f"path.{parts[place][1:-1]}"] = f"$response.body{pointer}"
        escaped = path.replace("~", "~0").replace("/", "~1")
        for method in sorted(METHODS & operations.keys()):
            yield (
                f"boxproof {method.upper()} {path}",
                {"operationRef": f"{HERE}paths/{escaped}/{method}", "parameters": parameters},
            )


def _documented(statuses: Iterable[int], responses: Any) -> list[str]:
    """What stands in the document for these statuses."""
    known = responses if isinstance(responses, dict) else {}
    found = [
        next((each for each in names if isinstance(known.get(each), dict)), "")
        for names in ((str(one), f"{one // 100}XX", "default") for one in statuses)
    ]
    return [each for each in dict.fromkeys(found) if each]


def _resolved(response: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference within the document names; the response itself where it is none."""
    reference = response.get("$ref")
    if not isinstance(reference, str):
        return response
    found: Any = document
    for name in reference.removeprefix(HERE).split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else response


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two paths are the same, but for the names that stand in them."""
    return len(one) == len(other) and all(
        part == wanted or (_is_named(part) and _is_named(wanted))
        for part, wanted in zip(one, other, strict=True)
    )


def _is_named(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")


def _parts(path: str) -> list[str]:
    return [each for each in path.split("/") if each]
