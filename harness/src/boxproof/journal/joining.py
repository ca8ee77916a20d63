"""The journals of several shards as the one journal that a whole run would have written."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boxproof.core.shards import Shard
from boxproof.journal.bodies import FOLDER
from boxproof.journal.entries import FactsLearned, JournalBegan, RunBegan, RunEnded, WaiverRead
from boxproof.journal.reader import JournalError, read
from boxproof.journal.writer import check_free

#: What has to be the same in all shards, and how a person calls it.
SAME = {
    "version": "version of boxproof",
    "file_sha256": "boxproof.toml",
    "seed": "seed",
    "selection": "selection of clauses",
}
#: What every shard tells alike; of the first one it is taken.
TOLD_BY_ALL = (JournalBegan.kind, RunBegan.kind, WaiverRead.kind)


@dataclass(frozen=True, slots=True)
class Part:
    """The journal of one shard.

    Attributes:
        image: the id of the image that it judged; empty where it judged none.
        interrupted: it did not come to its end.
    """

    path: Path
    shard: Shard
    began: RunBegan
    image: str
    interrupted: bool


def join(paths: Sequence[Path], to: Path) -> None:
    """Write one journal of those of several shards, and beside it their bodies.

    Each shard's clock began with its own run; deployments are named with their shard. Which shards
    are missing stands in the entry of the run's beginning.

    Raises:
        JournalError: one cannot be read, is not of a shard, or is not a part of the same run.
        ConfigError: the journal cannot be written.
    """
    parts = sorted((_part(path) for path in paths), key=lambda each: each.shard.number)
    _check(parts)
    check_free(to)
    count, there = parts[0].shard.count, {each.shard.number for each in parts}
    missing = [number for number in range(1, count + 1) if number not in there]
    head: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for part in parts:
        for line in _lines(part):
            if line["kind"] not in TOLD_BY_ALL:
                rest.append(line)
            elif part is parts[0]:
                head.append(line)
    for line in head:
        if line["kind"] == RunBegan.kind:
            line |= {"shard": "", "shards_missing": missing}
    rest.sort(key=lambda line: float(line["t"]))
    end = {
        "t": rest[-1]["t"] if rest else 0.0,
        "kind": RunEnded.kind,
        "interrupted": any(each.interrupted for each in parts),
    }
    to.parent.mkdir(parents=True, exist_ok=True)
    for part in parts:
        if (part.path.parent / FOLDER).is_dir():
            shutil.copytree(part.path.parent / FOLDER, to.parent / FOLDER, dirs_exist_ok=True)
    lines = (json.dumps(line) for line in (*head, *rest, end))
    to.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _part(path: Path) -> Part:
    began: RunBegan | None = None
    image, interrupted = "", True
    for recorded in read(path, RunBegan, FactsLearned, RunEnded):
        match recorded.entry:
            case RunBegan() as found:
                began = found
            case FactsLearned(values=values):
                image = str(values.get("image", image))
            case RunEnded() as ended:
                interrupted = ended.interrupted
    if began is None or not began.shard:
        raise JournalError(
            f"{path}: is not the journal of a shard; 'boxproof run --shard' makes one"
        )
    return Part(path, Shard.parse(began.shard), began, image, interrupted)


def _check(parts: Sequence[Part]) -> None:
    """See that they are parts of one run.

    Raises:
        JournalError: they are not.
    """
    first = parts[0]
    known: dict[int, Path] = {}
    for part in parts:
        for key, name in SAME.items():
            if getattr(part.began, key) != getattr(first.began, key):
                raise _differs(part, first, name)
        # A shard whose first boot failed may have none.
        if "" not in (part.image, first.image) and part.image != first.image:
            raise _differs(part, first, "image")
        if part.shard.count != first.shard.count:
            raise _differs(part, first, "number of shards")
        if part.shard.number in known:
            raise JournalError(
                f"{part.path}: is shard {part.shard}, as is {known[part.shard.number]}"
            )
        known[part.shard.number] = part.path


def _differs(part: Part, first: Part, name: str) -> JournalError:
    return JournalError(
        f"{part.path}: is not a shard of the same run as {first.path}: another {name}"
    )


def _lines(part: Part) -> Iterator[dict[str, Any]]:
    """The entries of a shard as they stand in its file, but for its end."""
    for text in part.path.read_text(encoding="utf-8").splitlines(keepends=True):
        if not text.endswith("\n"):
            return
        line: dict[str, Any] = json.loads(text)
        if line.get("deployment"):
            line["deployment"] = f"{part.shard}: {line['deployment']}"
        if line["kind"] != RunEnded.kind:
            yield line
