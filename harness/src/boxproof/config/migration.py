"""Rewrites a ``boxproof.toml`` of an older contract to the newest; comments stay where they are."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from boxproof.config import values
from boxproof.config.options import CONTRACT
from boxproof.core.errors import ConfigError
from boxproof.core.retired_ids import RETIRED

#: Every retired clause id, where it is not part of a longer word.
RETIRED_ID = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, RETIRED))})(?![\w-])")
#: What an older contract took for granted of a list.
LIST_IMPLIED = {"order": "newest", "limit": "limit"}
LIMITS = {"budget_seconds": "first_work_seconds"}


@dataclass(frozen=True, slots=True)
class Migrated:
    """A file as it should be, and what had to change: nothing where it was so already."""

    text: str
    changes: tuple[str, ...]


def migrated(text: str) -> Migrated:
    """A file's text under the newest contract.

    Raises:
        ConfigError: it is not valid TOML, or written in a way that cannot be rewritten.
    """
    try:
        document = tomlkit.parse(text)
        rewriting = _Rewriting(document.unwrap())
        if "operations" in document or "budget_seconds" in document.get("limits", {}):
            document = rewriting.rewritten(document)
        made = re.sub(r"\n{3,}", "\n\n", tomlkit.dumps(document)).strip() + "\n"
        if "contract" not in document:
            made = _with_contract(made)
            rewriting.changes.insert(0, f"contract = {CONTRACT} is new")
        made = RETIRED_ID.sub(rewriting.renamed_id, made)
        tomllib.loads(made)
    except (TOMLKitError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"is not valid TOML, or cannot be rewritten: {error}") from None
    return Migrated(made if rewriting.changes else text, tuple(rewriting.changes))


@dataclass
class _Rewriting:
    """One file on its way from the old keys to the new ones; ``old`` is all that it held."""

    old: Mapping[str, Any]
    changes: list[str] = field(default_factory=list)
    _has_records: bool = False

    @property
    def operations(self) -> Mapping[str, Any]:
        made: Mapping[str, Any] = self.old.get("operations", {})
        return made

    @property
    def create(self) -> Mapping[str, Any]:
        made: Mapping[str, Any] = self.operations.get("create", {})
        return made

    @property
    def kind(self) -> str:
        """What the records are called: the first word of the path that lists or reads them."""
        paths = [self.operations.get(each, {}).get("path", "") for each in ("list", "read")]
        words = [word for path in paths for word in re.findall(r"[\w-]+", path)]
        return words[0] if words else "records"

    @property
    def text_pointer(self) -> Mapping[str, str]:
        """The user's text, which used to be a field of the body, under its key."""
        name = self.create.get("text", "prompt")
        if name not in self.create.get("body", {}):
            return {}
        return {"text": values.pointer_below("", name)}

    def rewritten(self, document: tomlkit.TOMLDocument) -> tomlkit.TOMLDocument:
        """The document with other keys."""
        new = tomlkit.document()
        for key, item in document.body:
            name = None if key is None else key.key
            if name == "operations" and isinstance(item, Table):
                for part, table in item.value.body:
                    if part is not None and isinstance(table, Table):
                        self._add_operation(new, part.key, table)
            elif name == "limits" and isinstance(item, Table):
                self.changes += [
                    f"[limits] {old} is now {now}" for old, now in LIMITS.items() if old in item
                ]
                new.append(name, _copied(item, renamed=LIMITS))
            else:
                new.append(key, item)
        if self.operations and "work" not in new:
            raise ConfigError(
                "[operations] cannot be rewritten; write [operations.create] as a table of its own"
            )
        return new

    def _add_operation(self, new: tomlkit.TOMLDocument, name: str, table: Table) -> None:
        """Add one of the old operations under its new name."""
        if name == "create":
            self.changes.append("[operations.create] is now [work]")
            if self.text_pointer:
                self.changes.append(f"[work] text is the JSON pointer {self.text_pointer['text']}")
            work = _copied(table, without={"id", "text"}, more=self.text_pointer)
            new.append("work", work)
            # The library sets a table off by a line, which would part it from its comment.
            work.trivia.indent = ""
            return
        self.changes.append(f"[operations.{name}] is now [records.{self.kind}.{name}]")
        kind = tomlkit.table()
        if not self._has_records:
            kind.append("id", self.create.get("id", "/id"))
            for key, pointer in self.text_pointer.items():
                kind.append(key, pointer)
            self._has_records = True
        implied = LIST_IMPLIED if name == "list" else {}
        more = {key: value for key, value in implied.items() if key not in table}
        kind.append(name, _copied(table, more=more))
        records = tomlkit.table(is_super_table=True)
        records.append(self.kind, kind)
        new.append("records", records)
        records.trivia.indent = kind.trivia.indent = ""

    def renamed_id(self, found: re.Match[str]) -> str:
        """The new id in place of a retired one."""
        self.changes.append(f"{found[0]} is now {RETIRED[found[0]]}")
        return RETIRED[found[0]]


def _copied(
    table: Table,
    *,
    renamed: Mapping[str, str] | None = None,
    without: set[str] | None = None,
    more: Mapping[str, str] | None = None,
) -> Table:
    """A table with its comments, with keys renamed, left out, and added after its path."""
    made = tomlkit.table()
    for key, item in table.value.body:
        if key is not None and key.key in (without or ()):
            continue
        made.append(None if key is None else (renamed or {}).get(key.key, key.key), item)
        if key is not None and key.key == "path":
            for name, value in (more or {}).items():
                made.append(name, value)
    return made


def _with_contract(text: str) -> str:
    """The text with the contract's number behind the comment that it begins with, if any."""
    lines = text.splitlines(keepends=True)
    end = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    is_heading = end > 0 and end < len(lines) and not lines[end].strip()
    place = end + 1 if is_heading else 0
    return "".join((*lines[:place], f"contract = {CONTRACT}\n\n", *lines[place:]))
