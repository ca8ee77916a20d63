"""A draft as a ``boxproof.toml`` that a person goes on with."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Item, SingleKey, Table

from boxproof import config as configuration
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError
from boxproof.discovery.draft import Draft

HEAD = """\
What boxproof must know of the service that it judges, as 'boxproof init' found it.
Behind what was found stands how it is known: read in a file, tried with a request, or guessed.
'boxproof list' shows the clauses that this brings in.
"""
#: The tables in the order in which a person reads them.
TABLES = (
    "service", "credential", "health", "schema", "welcome", "work", "generation", "streaming",
    "records", "server", "process", "declined",
)  # fmt: skip
#: Settings that stand there even where they have their default.
ALWAYS = frozenset({"service.name", "health.path", "schema.path", "welcome.path", "work.path"})


def write(draft: Draft, file: Path) -> None:
    """Write a new file; it is read again first, so that nothing is left that cannot be used.

    Raises:
        ConfigError: the file is there already, or cannot be written.
    """
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        partial.write_text(text_of(draft), encoding="utf-8")
        try:
            configuration.load(partial)
            # What stands there already is never replaced. (A link would see to it by itself, but
            # shared folders of virtual machines know none.)
            file.touch(exist_ok=False)
            try:
                partial.replace(file)
            except BaseException:
                file.unlink()
                raise
        finally:
            partial.unlink(missing_ok=True)
    except FileExistsError:
        raise _there(file) from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None


def check_new(file: Path) -> None:
    """See that the file is not there yet, and that it can be written, before anything is booted.

    Raises:
        ConfigError: it is, or cannot.
    """
    if file.exists() or file.is_symlink():
        raise _there(file)
    if not os.access(file.absolute().parent, os.W_OK | os.X_OK):
        raise ConfigError(f"{file}: cannot be written: {_why_not(file.absolute().parent)}")


def _why_not(folder: Path) -> str:
    return f"{folder} is not writable" if folder.is_dir() else f"there is no folder {folder}"


def text_of(draft: Draft) -> str:
    """The whole file."""
    document = tomlkit.document()
    for line in HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document.add("contract", tomlkit.item(draft.config.contract))
    for name in TABLES:
        value = getattr(draft.config, name)
        if name == "records":
            for kind, described in value.items():
                _add(document, ("records", kind), _table(described, f"records.{kind}", draft))
        elif name == "declined":
            if value:
                _add(document, (name,), _plain(value))
        elif value is not None and value != _default(name):
            _add(document, (name,), _table(value, name, draft))
    text = tomlkit.dumps(document)
    return text if text.endswith("\n") else f"{text}\n"


def _default(name: str) -> Any:
    """What a table is where the file does not have it; nothing for what must always be there."""
    found = next(each for each in fields(Config) if each.name == name)
    return None if name in ("service", "work", "health") else _of(found)


def _add(document: tomlkit.TOMLDocument, path: tuple[str, ...], table: Table) -> None:
    if len(path) == 1:
        document.add(path[0], table)
        return
    above = document.get(path[0])
    if above is None:
        above = tomlkit.table(is_super_table=True)
        document.add(path[0], above)
    above.add(path[1], table)


def _table(value: Any, place: str, draft: Draft) -> Table:
    """A dataclass as a table: what is not its default, tables last."""
    made = tomlkit.table()
    inner: list[tuple[str, Table]] = []
    for key, each in _told(value, place):
        at = f"{place}.{key}"
        if is_dataclass(each):
            inner.append((key, _table(each, at, draft)))
            continue
        item = _item(each)
        if at in draft.notes:
            item.comment(draft.notes[at])
        made.add(key, item)
    for key, table in inner:
        made.add(key, table)
    return made


def _plain(value: Mapping[str, str]) -> Table:
    made = tomlkit.table()
    for key, each in value.items():
        made.add(SingleKey(key), _item(each))
    return made


def _told(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    for each in fields(value):
        own = getattr(value, each.name)
        if f"{place}.{each.name}" in ALWAYS or own != _of(each):
            yield each.name, own


def _of(field: "Field[Any]") -> Any:
    """The default of a field."""
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else None


def _item(value: Any) -> Item:
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for name, each in value.items():
            table.append(name, _item(each))
        return table
    if isinstance(value, (list, tuple)):
        array = tomlkit.array()
        for each in value:
            array.append(_item(each))
        return array
    return tomlkit.item(str(value) if isinstance(value, Path) else value)


def _there(file: Path) -> ConfigError:
    return ConfigError(f"{file}: is there already; --config FILE names another")
