"""Reads journals of this version and of older ones."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from boxproof.core.errors import BoxproofError
from boxproof.journal.bodies import FOLDER, Body, read_body
from boxproof.journal.entries import VERSION, Entry, Recorded, kinds

#: How version 1 called what has another kind now.
FORMER_KINDS = {"fault": "harness-failure"}
#: Kinds of version 1 whose further fields stand under one name now.
GATHERED = {"facts": "values", "target": "details", "fuzz-phase": "details"}


class JournalError(BoxproofError):
    """A journal that cannot be read."""


def read(path: Path, *only: type[Entry]) -> Iterator[Recorded]:
    """Yield the entries of a journal in order; a last line cut short by a kill is left out.

    A kind that this version does not know is left out too: one may be added at any time.

    Args:
        only: yield no other entries than these; all where none is named.

    Raises:
        JournalError: the file is missing, damaged, or newer than this boxproof.
    """
    version = 1
    for number, line in enumerate(_lines(path), 1):
        if not line.endswith("\n"):
            return
        try:
            data = json.loads(line)
            if number == 1 and data["kind"] == "journal":
                version = data["version"]
            if version > VERSION:
                raise JournalError(
                    f"{path}: journal version {version} is newer than {VERSION}, the newest that "
                    "this boxproof reads; install a newer boxproof"
                )
            if version == 1:
                data = _renewed(data)
            if only and kinds().get(data["kind"]) not in only:
                continue
            recorded = _recorded(data, path.parent / FOLDER)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise JournalError(f"{path}:{number}: is not a valid entry: {error!r}") from None
        if recorded is not None:
            yield recorded


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as lines:
            yield from lines
    except FileNotFoundError:
        raise JournalError(f"{path}: no such file; 'boxproof run' writes one") from None
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise JournalError(f"{path}: is not a journal: it is not UTF-8") from None


def _renewed(data: dict[str, Any]) -> dict[str, Any]:
    """An entry of version 1 as this version would write it."""
    kind = data["kind"]
    if kind in GATHERED:
        entry = kinds()[kind]
        known = {each.name for each in fields(entry)} | {"t", "kind"}
        gathered = {name: data.pop(name) for name in list(data) if name not in known}
        data[GATHERED[kind]] = gathered
    if kind == "log":
        data["line"] = data.pop("text", data.get("line", ""))
        # The engine's own time, of which this version would have to know the run's beginning.
        data.pop("at", None)
    return {**data, "kind": FORMER_KINDS.get(kind, kind)}


def _recorded(data: Mapping[str, Any], folder: Path) -> Recorded | None:
    entry = kinds().get(data["kind"])
    if entry is None:
        return None
    hints = _hints(entry.kind)
    given = {}
    for each in fields(entry):
        if each.name in data:
            given[each.name] = _reading(hints[each.name])(data[each.name], folder)
        elif each.default is MISSING and each.default_factory is MISSING:
            raise KeyError(each.name)
    return Recorded(
        float(data["t"]),
        entry(**given),
        clause=data.get("clause", ""),
        scenario=data.get("scenario", ""),
        deployment=data.get("deployment", ""),
    )


@cache
def _hints(kind: str) -> dict[str, Any]:
    return get_type_hints(kinds()[kind])


@cache
def _reading(hint: Any) -> Callable[[Any, Path], Any]:
    """What makes a value of JSON, and the folder of the bodies, a value of its field's type.

    Worked out once for each type: a journal has some ten thousand entries.
    """
    if get_origin(hint) is UnionType:
        some = _reading(next(each for each in get_args(hint) if each is not type(None)))
        return lambda value, folder: None if value is None else some(value, folder)
    if hint is Body:
        return read_body
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda value, _: hint(value)
    if is_dataclass(hint) and isinstance(hint, type):
        each_of = {name: _reading(inner) for name, inner in get_type_hints(hint).items()}
        return lambda value, folder: hint(
            **{name: each_of[name](each, folder) for name, each in value.items()}
        )
    if get_origin(hint) is tuple:
        inner = _reading(get_args(hint)[0])
        if inner is _as_it_is:
            return lambda value, _: tuple(value)
        return lambda value, folder: tuple(inner(each, folder) for each in value)
    return _as_it_is


def _as_it_is(value: Any, _: Path) -> Any:
    return value
