"""Small histories, written as one would tell them."""

from typing import Any

from boxproof.endpoint import Endpoint
from boxproof.ledger.history import Change, Create, History, Read, Walk
from boxproof.probes.messages import Answer, Request
from boxproof.probes.pager import Item
from boxproof.probes.record_changes import Changed
from boxproof.probes.record_store import Created


def create(
    text: str, began: float, ended: float, id: Any = None, status: int | None = 200, **more: Any
) -> Create:
    """A create; acknowledged with the record that it asked for unless told otherwise."""
    record = {"id": id, "prompt": text} if status == 200 else None
    return Create(
        worker="writer-1",
        began=began,
        ended=ended,
        status=status,
        text=text,
        id=id,
        **{"record": record, **more},
    )


def walk(*records: tuple[Any, str], began: float, pages: int = 1, reached: bool = True) -> Walk:
    """A walk that met records (id, text) in this order, and then older ones or the end."""
    return Walk(
        worker="reader-1",
        began=began,
        ended=began + 0.5,
        status=200,
        records=[Item(id, text, {"id": id, "prompt": text}) for id, text in records],
        pages=pages,
        reached=reached,
    )


def read(id: Any, began: float, text: str | None, status: int = 200) -> Read:
    """A read of one record."""
    record = None if text is None else {"id": id, "prompt": text}
    return Read(
        worker="reader-2", began=began, ended=began + 0.5, status=status, id=id, record=record
    )


def change(id: Any, text: str | None) -> Change:
    """An acknowledged update of a record to a text; its delete where there is none."""
    answer = Answer(Request("PUT", Endpoint("http://x"), f"/notes/{id}"), 200, {}, b"", 0.0)
    changed = Changed(Created(id, id, {"id": id}, answer), answer, text)
    return Change(worker="changer-0", began=0.0, ended=0.5, status=200, changed=changed)


def history(**parts: Any) -> History:
    """A history whose final walk, unless given, holds what was acknowledged, newest first."""
    made = History(marker="", text_pointer="/prompt", **parts)
    if made.final is None:
        newest = sorted(made.acknowledged, key=lambda each: each.ended, reverse=True)
        made.final = walk(*((each.id, each.text) for each in newest), began=1000.0, pages=9)
    return made
